"""Roles in bodies as things to hand over (``groups.handover_sources``): the function moves, never the person's row."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.handover_sources import Page, Thing
from groups.memberships import Seat, add_member, raises, reseat
from groups.models import Body, Employment, HandOverItem, Membership, User
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
    if item.body is not None and item.body.kind == Body.Kind.CASE:
        people = people.at_authorities()
    has_it = Membership.objects.live().filter(body=item.body_id, function=item.function).values("user")
    able = people.exclude(pk__in=has_it)
    former = Membership.objects.filter(pk=item.key, function=Function.SUBSTITUTE).first()
    return able if former is None else able.filter(pk__in=_at_the_same_agency(former))


def _at_the_same_agency(former: Membership) -> Any:
    """A substitute works where those work whom the seat stands in for."""
    work = Employment.objects.live()
    if former.substitutes_for_agency_id:
        return work.filter(unit__agency=former.substitutes_for_agency_id).values("user")
    theirs = work.filter(user=former.substitutes_for_id).values("unit__agency")
    return (work.filter(unit__agency__in=theirs) if former.substitutes_for_id else work).values("user")


def keeps_from_giver(item: HandOverItem, giver: User) -> bool:
    """Nobody gives themselves a role that allows more than they have."""
    assert item.body is not None
    return raises(giver, item.body, item.function)


def hand(item: HandOverItem, *, to: User, by: User) -> None:
    """Give the receiver the function from the day after the person's last, or from today where that has passed; a seat
    with another function in the body ends the day before."""
    assert item.body is not None
    today = timezone.localdate()
    begins = max(today, item.hand_over.last_day + timedelta(days=1))
    former = Membership.objects.filter(pk=item.key).first()
    seat = Seat(
        function=item.function,
        substitutes_for=former.substitutes_for if former else None,
        substitutes_for_agency=former.substitutes_for_agency if former else None,
    )
    rows = Membership.objects.filter(body=item.body, user=to).exclude(valid_to__lt=begins)
    held = rows.order_by("valid_from").first()
    if held is not None:
        reseat(held, seat=replace(seat, mandate=held.mandate), from_day=begins)
        return
    facts = {name: getattr(seat, name) for name in ("substitutes_for", "substitutes_for_agency")}
    add_member(item.body, to, function=item.function, valid_from=begins, **facts)


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
