"""A case with something to steal, and what it takes to try: statements of one's own as the app role, as an injection
would send them, signed as the attacker and nobody else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from groups.models import User
from interventions.models import Case, Disclosure, Record, Seat
from tests.cast import Cast
from tests.conftest import acting
from tests.factories import make_user
from tests.factories_cases import make_case, make_disclosure, make_ground, make_note, make_seat

Statement = tuple[str, Sequence[Any]]

KEPT, SHOWN, ENDED = "behålls hos socialtjänsten", "lämnas ut till polisen", "utlämnandet är återkallat"

#: Everything that a person can read of case data, as raw statements under the wall.
READABLE = {
    "cases": "SELECT id, status FROM interventions_case",
    "seats": "SELECT id, user_id, unit_id, valid_until FROM interventions_seat",
    "records": "SELECT id FROM interventions_record",
    "notes": "SELECT text FROM interventions_note",
    "grants": "SELECT id, group_id, valid_until FROM interventions_recordgrant",
    "disclosures": "SELECT id, revoked_at FROM interventions_disclosure",
    "disclosed": "SELECT id FROM interventions_disclosedrecord",
    "case history": "SELECT pgh_id FROM interventions_casehistory",
    "seat history": "SELECT pgh_id FROM interventions_seathistory",
}


Attack = Callable[["World"], list[Statement]]


class Attacks(dict[str, tuple[str, Attack]]):
    """Attacks by name: whose they are, and the statements they are made of."""

    def by(self, part: str) -> Callable[[Attack], Attack]:
        """Register a function as an attack by this person, under its own name."""

        def register(function: Attack) -> Attack:
            self[function.__name__] = (part, function)
            return function

        return register

    def plain(self, name: str, sql: str, part: str = "police") -> None:
        """Register one statement without parameters."""
        self[name] = (part, lambda world: [(sql, [])])


@dataclass
class World:
    """Led by the case worker; police and welfare officer are seated, a police officer's seat has ended."""

    cast: Cast
    colleague: User
    former: User
    case: Case
    other_case: Case
    kept: Record
    shown: Record
    ended: Record
    disclosure: Disclosure
    revoked: Disclosure
    police_seat: Seat
    former_seat: Seat

    def person(self, part: str) -> User:
        return getattr(self, part, None) or getattr(self.cast, part)


def make_world(cast: Cast) -> World:
    lead = cast.case_worker
    former = make_user(part="former-police", unit=cast.youth_unit)
    case = make_case(lead=lead)
    police_seat = make_seat(case=case, user=cast.police)
    make_seat(case=case, user=cast.welfare_officer)
    now = timezone.now()
    former_seat = make_seat(
        case=case, user=former, valid_from=now - timedelta(days=9), valid_until=now - timedelta(days=2)
    )
    _made_in("1")  # by an earlier transaction than the attack's
    kept, shown, ended = (make_note(case=case, by=lead, text=text) for text in (KEPT, SHOWN, ENDED))
    ground = make_ground()
    disclosure = make_disclosure(record=shown, to=cast.youth_unit, by=lead, ground=ground)
    revoked = make_disclosure(record=ended, to=cast.youth_unit, by=lead, ground=ground)
    revoked.grants.all().delete()
    Disclosure.objects.filter(pk=revoked.pk).update(
        revoked_at=now, revoked_by=lead, revocation_reason="Behövs inte."
    )
    _made_in("pg_current_xact_id()::text::bigint")
    return World(
        cast=cast,
        colleague=make_user(part="colleague", unit=cast.social_unit),
        former=former,
        case=case,
        other_case=make_case(lead=lead),
        kept=kept,
        shown=shown,
        ended=ended,
        disclosure=disclosure,
        revoked=revoked,
        police_seat=police_seat,
        former_seat=former_seat,
    )


def _made_in(expression: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE interventions_disclosure ALTER made_in SET DEFAULT ({expression})")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def readable(user: User | None) -> dict[str, set[tuple[Any, ...]]]:
    """What this person reads with raw statements as the app role."""
    with acting(user), connection.cursor() as cursor:
        found = {}
        for name, sql in READABLE.items():
            cursor.execute(sql)
            found[name] = set(cursor.fetchall())
        return found


def attack(user: User, statements: Sequence[Statement]) -> tuple[str, set[str]]:
    """Send the statements in one transaction, then read every note, then commit as far as a test can.

    Gives the SQLSTATE with which PostgreSQL refused, if it did, and the notes that could be read before it was over.
    """
    notes: set[str] = set()
    try:
        with acting(user), transaction.atomic(), connection.cursor() as cursor:
            for sql, parameters in statements:
                cursor.execute(sql, parameters)
            cursor.execute("SELECT text FROM interventions_note")
            notes = {text for (text,) in cursor.fetchall()}
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError as error:
        return str(getattr(error.__cause__, "sqlstate", "")) or "?", notes
    return "", notes


def allow_temporary_objects() -> None:
    """Undo, until the test ends, what keeps the app role from temporary tables, functions and triggers."""
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT TEMPORARY ON DATABASE {connection.settings_dict['NAME']} TO samverkan_app")


#: Not refused (no row was reached), no right or policy, a check, a foreign key, a unique value, an exclusion, no COPY
#: into a guarded table. Anything else, such as a misspelt column, would be a test that tries nothing.
REFUSALS = {"", "42501", "23514", "23503", "23505", "23P01", "0A000"}
WATCHED = (
    "case_worker",
    "colleague",
    "police",
    "unseated_police",
    "former",
    "welfare_officer",
    "association",
    "administrator",
)


def gains_nothing(world: World, part: str, statements: Sequence[Statement]) -> None:
    """The attack is refused or changes nothing, and shows no note that was not the attacker's already."""
    everyone = {name: world.person(name) for name in WATCHED}
    before = {name: readable(user) for name, user in everyone.items()}

    refused, notes = attack(world.person(part), statements)

    assert refused in REFUSALS
    assert notes <= {text for (text,) in before[part]["notes"]}
    assert {name: readable(user) for name, user in everyone.items()} == before
