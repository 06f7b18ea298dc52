"""Seats in cases when their holder leaves (``groups.handover_sources``): never stored in a list, never moved by anybody
but the lead unit's seated staff, and told to nobody else.

The leaver sees their own seats before the last day. Once somebody no longer works where their seat says, the seat has
lost its force by itself, and whoever sits in the case for the lead unit is asked to end it and to seat somebody else.
"""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.handover_sources import Page, Thing
from groups.models import Body, HandOverItem, User
from groups.models.people import UserQuerySet
from groups.waiting import Task
from interventions.cases import may_open
from interventions.models import Seat
from samverkan.audit.log import record
from samverkan.audit.models import AccessEvent

KINDS: frozenset[str] = frozenset()


def held_by(user: User, body: Body | None) -> list[Thing]:
    """Nothing: a stored line would tell others that there is a case."""
    return []


def receivers(item: HandOverItem, people: UserQuerySet) -> UserQuerySet:
    return people.none()


def keeps_from_giver(item: HandOverItem, giver: User) -> bool:
    return False


def hand(item: HandOverItem, *, to: User, by: User) -> None:
    raise ValueError("Seats are given by the lead unit's seated staff.")


def pages(items: Sequence[HandOverItem], user: User) -> dict[int, Page]:
    return {}


def own(user: User) -> list[Page]:
    """The person's own seats."""
    seats = list(
        Seat.objects.visible_to(user).live().held_by(user).select_related("case").order_by("case__reference")
    )
    if seats:
        record(user, AccessEvent.Act.LIST, Seat, [seat.pk for seat in seats])
    return [
        Page(
            _("A seat in a case: %(case)s") % {"case": seat.case.reference},
            reverse("case", args=[seat.case_id]),
        )
        for seat in seats
    ]


def waiting(user: User) -> list[Task]:
    """For the lead unit's seated staff: seats whose holder has left, one line for each case."""
    if not may_open(user):  # no other unit leads a case
        return []
    rows = Seat.objects.visible_to(user).live().filter(case__lead_unit=user.unit_id, case__status="active")
    held = Seat.objects.visible_to(user).in_force().values("pk")
    lost = list(rows.exclude(pk__in=held).values_list("pk", "case_id", named=True).order_by("case_id", "pk"))
    if not lost:
        return []
    record(user, AccessEvent.Act.LIST, Seat, [row.pk for row in lost])
    counts: dict[object, int] = {}
    for row in lost:
        counts[row.case_id] = counts.get(row.case_id, 0) + 1
    return [
        Task(
            _("Seat"),
            "warn",
            ngettext(
                "A seat in a case no longer has a holder",
                "%(count)d seats in a case no longer have a holder",
                count,
            )
            % {"count": count},
            reverse("case", args=[case_id]),
            detail=_("End the seat, and give somebody else one if they need it"),
        )
        for case_id, count in counts.items()
    ]
