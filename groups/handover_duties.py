"""Duties of the collaboration year that name a person, as things to hand over (``groups.handover_sources``)."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.handover_sources import Page, Thing
from groups.models import AnnualDuty, Body, HandOverItem, Membership, User
from groups.models.people import UserQuerySet
from groups.waiting import Task

KINDS = frozenset({HandOverItem.Kind.DUTY})


def _not_over() -> Q:
    return Q(valid_to=None) | Q(valid_to__gte=timezone.localdate())


def held_by(user: User, body: Body | None) -> list[Thing]:
    """Those that hold today or will; in one body where it is given."""
    rows = AnnualDuty.objects.filter(_not_over(), person=user)
    if body is not None:
        rows = rows.filter(body=body)
    return [Thing(HandOverItem.Kind.DUTY, str(row.pk), row.body_id) for row in rows.order_by("pk")]


def receivers(item: HandOverItem, people: UserQuerySet) -> UserQuerySet:
    """Members of the body that answers for it."""
    return people.filter(pk__in=Membership.objects.live().filter(body=item.body_id).values("user"))


def keeps_from_giver(item: HandOverItem, giver: User) -> bool:
    return False


def hand(item: HandOverItem, *, to: User, by: User) -> None:
    """Name the receiver in the person's place."""
    duties = AnnualDuty.objects.filter(_not_over(), pk=item.key, person=item.hand_over.user)
    if not duties.update(person=to):
        raise ValidationError(_("This is already done. Nobody needs to take it over."))


def pages(items: Sequence[HandOverItem], user: User) -> dict[int, Page]:
    rows = AnnualDuty.objects.visible_to(user).filter(pk__in=[item.key for item in items])
    said = {str(row.pk): Page(row.title, reverse("duty", args=[row.pk])) for row in rows}
    return {item.pk: said[item.key] for item in items if item.key in said}


def own(user: User) -> list[Page]:
    return []


def waiting(user: User) -> list[Task]:
    return []
