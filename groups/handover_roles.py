"""Roles in bodies as things to hand over (``groups.handover_sources``): the function moves, never the person's row."""

from collections.abc import Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.handover_sources import Page, Thing
from groups.memberships import add_member
from groups.models import Body, HandOverItem, Membership, User
from groups.models.people import UserQuerySet
from groups.roles import Function
from groups.waiting import Task

KINDS = frozenset({HandOverItem.Kind.ROLE})


def held_by(user: User, body: Body | None) -> list[Thing]:
    """Live memberships, and those that have not begun; who is only co-opted leaves no empty seat."""
    today = timezone.localdate()
    rows = Membership.objects.filter(user=user).exclude(valid_to__lt=today)
    rows = rows.exclude(function=Function.CO_OPTED)
    if body is not None:
        rows = rows.filter(body=body)
    return [
        Thing(HandOverItem.Kind.ROLE, str(row.pk), row.body_id, function=row.function)
        for row in rows.order_by("pk")
    ]


def receivers(item: HandOverItem, people: UserQuerySet) -> UserQuerySet:
    """Everyone who works in the structure but who already has that very function there."""
    has_it = Membership.objects.live().filter(body=item.body_id, function=item.function).values("user")
    return people.exclude(pk__in=has_it)


def hand(item: HandOverItem, *, to: User, by: User) -> None:
    """Give the receiver the function from the day after the person's last, or from today where that has passed; a seat
    with another function in the body ends the day before."""
    assert item.body is not None
    today = timezone.localdate()
    begins = max(today, item.hand_over.last_day + timedelta(days=1))
    held = Membership.objects.select_for_update().live(begins).filter(body=item.body, user=to).first()
    valid_to = held.valid_to if held else None
    if held is not None and held.valid_from >= begins:
        Membership.objects.filter(pk=held.pk).update(function=item.function)
        return
    if held is not None:
        Membership.objects.filter(pk=held.pk).update(valid_to=begins - timedelta(days=1))
    mandate = held.mandate if held else ""
    add_member(item.body, to, function=item.function, valid_from=begins, valid_to=valid_to, mandate=mandate)


def pages(items: Sequence[HandOverItem], user: User) -> dict[int, Page]:
    """Of bodies that the reader may see."""
    bodies = {
        body.pk: body for body in Body.objects.visible_to(user).filter(pk__in=[i.body_id for i in items])
    }
    return {
        item.pk: Page(
            _("%(function)s in %(body)s")
            % {"function": item.get_function_display(), "body": bodies[item.body_id].name},
            reverse("body", args=[bodies[item.body_id].key]),
        )
        for item in items
        if item.body_id in bodies
    }


def own(user: User) -> list[Page]:
    return []


def waiting(user: User) -> list[Task]:
    return []
