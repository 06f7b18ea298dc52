"""Hand-overs and reorganisations for tests."""

from typing import Any

from django.utils import timezone

from groups.models import HandOver, HandOverItem, User


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
