"""Units on which case data rests do not follow by themselves (``groups.reorganising_sources``).

The unit is the secrecy boundary (OSL 8:1–2): moving it would open records to whoever works in the unit that takes over,
and no administrator or coordinator may decide that. Until such a unit's own seated staff have ended their seats and
closed their cases it stays, and the sentence that says so says nothing of cases.
"""

from collections.abc import Sequence

from django.db import connection
from django.utils.translation import gettext as _

from groups.models import ReorganisationLine, User
from groups.reorganising_sources import Change


def obstacles(change: Change) -> list[str]:
    return [
        _("%(unit)s cannot follow yet. Let it stay for now; its own staff can say more.")
        % {"unit": pairing.unit}
        for pairing in change.pairings
        if not pairing.stays and _must_stay(pairing.unit_id)
    ]


def _must_stay(unit_id: int) -> bool:
    """Asked of a function of the database's owner, since no coordinator sees a case."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT unit_must_stay(%s)", [unit_id])
        return bool(cursor.fetchone()[0])


def lines(change: Change) -> list[ReorganisationLine]:
    return []


def carry(change: Change) -> None:
    """Nothing moves."""


def says(lines: Sequence[ReorganisationLine], user: User) -> dict[tuple[str, str], str | None]:
    """Nothing."""
    return {}
