"""Inviting people without an account to every meeting of a body, and ending that."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from groups.models import Body, StandingGuest, User
from groups.refusals import refusals


@transaction.atomic
def add_standing_guest(
    body: Body,
    *,
    name: str,
    organisation: str,
    email: str,
    valid_from: date,
    by: User,
    valid_to: date | None = None,
    reason: str = "",
    language: str = User.Language.SWEDISH,
) -> StandingGuest:
    """From the first day each meeting that the body calls invites them too. Meetings that are called already do not.

    Raises:
        ValidationError: keyed ``email`` (a member, or a standing guest already) or ``valid_to`` (before the first day);
            without a key where the body is closed or about a case.
    """
    if body.kind == Body.Kind.CASE:
        raise ValidationError(_("Guests cannot be invited to a meeting about a case."))
    if body.is_closed:
        raise ValidationError(_("The group is closed."))
    guest = StandingGuest(
        body=body,
        name=name,
        organisation=organisation,
        email=email,
        language=language,
        reason=reason.strip(),
        valid_from=valid_from,
        valid_to=valid_to,
    )
    return _stored(guest)


@transaction.atomic
def change_standing_guest(guest: StandingGuest, *, by: User, **facts: object) -> StandingGuest:
    """Correct what is said, or end it by a last day. Invitations that are sent stand. Raises as ``add_standing_guest``."""
    for name, value in facts.items():
        setattr(guest, name, value)
    return _stored(guest)


def _stored(guest: StandingGuest) -> StandingGuest:
    if guest.valid_to and guest.valid_to < guest.valid_from:
        raise ValidationError({"valid_to": _("The last day must not be before the first.")})
    if guest.body.memberships.live().filter(user__email__iexact=guest.email).exists():
        raise ValidationError({"email": _("Somebody with this address is a member of the group.")})
    with refusals(_refused()):
        guest.save()
    return guest


def _refused() -> dict[str, tuple[str, str]]:
    twice = _("Somebody with this address is already a standing guest on those days.")
    return {
        "standing_guest_once_in_a_body": ("email", twice),
        "standing_guest_body_open": ("valid_to", _("The group is closed by then.")),
    }
