"""Hand-overs and reorganisations for tests."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from groups.models import Agency, HandOver, HandOverItem, Reorganisation, Unit, UnitPairing, User


def make_hand_over(*, user: User, **fields: Any) -> HandOver:
    """A list begun today for somebody whose last day it is."""
    return HandOver.objects.create(
        **{
            "user": user,
            "why": HandOver.Why.MEMBERSHIP,
            "agency": user.agency,
            "last_day": timezone.localdate(),
            "created_by": user,
        }
        | fields
    )


def make_thing(*, hand_over: HandOver, **fields: Any) -> HandOverItem:
    """A role in the body of the list, that nobody is asked to receive."""
    return HandOverItem.objects.create(
        **{
            "hand_over": hand_over,
            "kind": HandOverItem.Kind.ROLE,
            "key": str(HandOverItem.objects.count() + 1),
            "body": hand_over.body,
            "function": "member",
        }
        | fields
    )


def make_reorganisation(
    *, agencies: Iterable[Agency], successor: Agency, by: User, **fields: Any
) -> Reorganisation:
    """A plan for today, in which every unit stays for now."""
    planned = Reorganisation.objects.create(
        **{"successor": successor, "on": timezone.localdate(), "created_by": by} | fields
    )
    planned.agencies.set(agencies)
    for unit in Unit.objects.filter(agency__in=agencies):
        UnitPairing.objects.create(reorganisation=planned, unit=unit)
    return planned
