"""Giving people seats in bodies, changing what a seat means, and ending it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.afterwards import refuse_early_seat
from groups.models import Agency, Body, Commits, Employment, Membership, User
from groups.refusals import refusals
from groups.roles import MANAGE, Function, acts_of


@dataclass(frozen=True)
class Seat:
    """What a seat means: the function, the mandate, and for whom a substitute stands in."""

    function: str
    mandate: str = ""
    commits: str = Commits.UNSAID
    commits_within: str = ""
    leading: bool = False
    substitutes_for: User | None = None
    substitutes_for_agency: Agency | None = None

    def facts(self) -> dict[str, Any]:
        """As fields of a membership, without what does not go with its function and answer."""
        stands_in = self.function == Function.SUBSTITUTE
        return {
            "function": self.function,
            "mandate": self.mandate.strip(),
            "commits": self.commits,
            "commits_within": self.commits_within.strip() if self.commits == Commits.WITHIN else "",
            "leading": self.leading,
            "substitutes_for": self.substitutes_for if stands_in else None,
            "substitutes_for_agency": self.substitutes_for_agency if stands_in else None,
        }


@transaction.atomic
def add_member(
    body: Body,
    user: User,
    *,
    function: str,
    valid_from: date,
    valid_to: date | None = None,
    late: bool = False,
    **means: Any,
) -> Membership:
    """Seat a person in a body from day to day, both included; ``means`` are the other fields of ``Seat``. ``late`` says
    that a seat which is only now written began on a day that has been.

    Raises:
        ValidationError: keyed ``user`` where the person already sits there on one of the days, or a case group would seat
            others than staff of authorities, ``function`` where the body has a chair then, ``valid_to`` where the last
            day is before the first, ``valid_from`` where the body is closed or has not begun, the person works nowhere
            or minutes say otherwise, ``late`` where the group has met since, and as ``change_member``.
    """
    if valid_to and valid_to < valid_from:
        raise ValidationError({"valid_to": _("The last day must not be before the first.")})
    seat = Seat(function=function, **means)
    _refuse_unclear(body, user, seat)
    refuse_early_seat(body, user, valid_from, late=late)
    membership = Membership(body=body, user=user, valid_from=valid_from, valid_to=valid_to, **seat.facts())
    with refusals(_refused(user)):
        membership.save()
    return membership


@transaction.atomic
def change_member(membership: Membership, *, seat: Seat, from_day: date, by: User) -> Membership:
    """Let a seat mean something else from a day on. What it meant before stays as a former seat; a change from its
    first day, or before it, corrects the seat itself.

    Raises:
        ValidationError: keyed ``from_day`` (after the last day), ``function`` (the body has a chair, or somebody would
            give themselves more than they have), ``commits_within`` (no limits written), ``substitutes_for`` (nobody or
            two named, or somebody without a seat).
    """
    if by == membership.user and raises(by, membership.body, seat.function):
        raise ValidationError({"function": _yourself()})
    return reseat(membership, seat=seat, from_day=from_day)


def raises(user: User, body: Body, function: str) -> bool:
    """Whether the function would let this person do more in the body than now, such as approve what they wrote. Who
    manages the body above decides there for themselves too."""
    above = body.parent is not None and MANAGE in body.parent.acts_of(user) and body.kind != Body.Kind.CASE
    return not above and not acts_of({function}) <= user.acts_in(body.pk)


@transaction.atomic
def reseat(membership: Membership, *, seat: Seat, from_day: date) -> Membership:
    """``change_member`` where who may do it has been seen to, as when somebody receives a role that another gave."""
    stored = _locked(membership)
    if stored.valid_to and from_day > stored.valid_to:
        raise ValidationError({"from_day": _("The seat has ended by then.")})
    _refuse_unclear(stored.body, stored.user, seat)
    with refusals(_refused(stored.user)):
        if from_day <= stored.valid_from:
            Membership.objects.filter(pk=stored.pk).update(**seat.facts())
            stored.refresh_from_db()
            return stored
        last_day = stored.valid_to
        stored.valid_to = from_day - timedelta(days=1)
        stored.save(update_fields=["valid_to"])
        return Membership.objects.create(
            body=stored.body, user=stored.user, valid_from=from_day, valid_to=last_day, **seat.facts()
        )


def _locked(membership: Membership) -> Membership:
    rows = Membership.objects.select_for_update(of=("self",)).select_related("body", "user")
    return rows.get(pk=membership.pk)


def _refuse_unclear(body: Body, user: User, seat: Seat) -> None:
    if seat.commits == Commits.WITHIN and not seat.commits_within.strip():
        raise ValidationError({"commits_within": _("Enter the limits.")})
    if seat.function != Function.SUBSTITUTE:
        return
    if seat.substitutes_for and seat.substitutes_for_agency:
        raise ValidationError({"substitutes_for": _("Choose a person or an agency, not both.")})
    if seat.substitutes_for == user:
        raise ValidationError({"substitutes_for": _("Nobody stands in for themselves.")})
    ordinary = Membership.objects.filter(body=body, user=seat.substitutes_for)
    if seat.substitutes_for and not ordinary.exists():
        raise ValidationError({"substitutes_for": _("This person has no seat in the group.")})
    _refuse_other_agency(user, seat)


def _refuse_other_agency(user: User, seat: Seat) -> None:
    """A substitute represents the agency, and so works there."""
    own = _agency_of(user)
    if seat.substitutes_for_agency and own not in (None, seat.substitutes_for_agency):
        field, agency = "substitutes_for_agency", seat.substitutes_for_agency
    elif seat.substitutes_for and own and (theirs := _agency_of(seat.substitutes_for)) and theirs != own:
        field, agency = "substitutes_for", theirs
    else:
        return
    sentence = _("A substitute works at the same agency. %(name)s does not work at %(agency)s.")
    raise ValidationError({field: sentence % {"name": user.name, "agency": agency.name}})


def _agency_of(user: User) -> Agency | None:
    """Where the person works today, or will."""
    work = Employment.objects.filter(user=user).exclude(valid_to__lt=timezone.localdate())
    first = work.order_by("valid_from").select_related("unit__agency").first()
    return first.unit.agency if first else None


def _refused(user: User) -> dict[str, tuple[str, str]]:
    already = _("%(name)s is already a member of the group during these days.") % {"name": user.name}
    return {
        "membership_no_overlap": ("user", already),
        "membership_one_chair": ("function", _("The group already has a chair during these days.")),
        "membership_body_open": ("valid_from", _closed()),
        "membership_case_staff": ("user", _staff_only()),
    }


def _yourself() -> str:
    return _(
        "You cannot give yourself a function with more rights. Ask somebody else who manages the group, or the group above."
    )


def _staff_only() -> str:
    return _(
        "Only staff of authorities can be members of a case group, and nobody who administers Samverkan or reviews its log."
    )


def _closed() -> str:
    return _("The group will be closed by then.")
