"""Contact points that name a person, as things to hand over (``groups.handover_sources``)."""

from collections.abc import Sequence
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.handover_sources import Page, Thing
from groups.models import Body, ContactPoint, Employment, HandOverItem, User
from groups.models.people import UserQuerySet
from groups.waiting import Task

KINDS = frozenset({HandOverItem.Kind.CONTACT})


def held_by(user: User, body: Body | None) -> list[Thing]:
    """Those with the person's own address; who only leaves a body keeps them."""
    if body is not None:
        return []
    rows = ContactPoint.objects.not_over().filter(kind=ContactPoint.Kind.PERSON, email__iexact=user.email)
    return [Thing(HandOverItem.Kind.CONTACT, str(row.pk)) for row in rows.order_by("pk")]


def receivers(item: HandOverItem, people: UserQuerySet) -> UserQuerySet:
    """Colleagues at the agency that the contact point is of."""
    agency = ContactPoint.objects.filter(pk=item.key).values("agency")
    return people.filter(pk__in=Employment.objects.live().filter(unit__agency__in=agency).values("user"))


def keeps_from_giver(item: HandOverItem, giver: User) -> bool:
    return False


def hand(item: HandOverItem, *, to: User, by: User) -> None:
    """End it the day before, and begin one in the receiver's name; one that begins today or later is changed."""
    today = timezone.localdate()
    point = ContactPoint.objects.select_for_update().not_over().filter(pk=item.key).first()
    if point is None:
        raise ValidationError(_("This is already done. Nobody needs to take it over."))
    if point.valid_from < today:
        ContactPoint.objects.filter(pk=point.pk).update(valid_to=today - timedelta(days=1))
        point.pk, point._state.adding, point.valid_from = None, True, today
    point.name, point.email, point.phone = to.name, to.email, to.phone
    point.save()


def pages(items: Sequence[HandOverItem], user: User) -> dict[int, Page]:
    rows = ContactPoint.objects.visible_to(user).not_over().filter(pk__in=[item.key for item in items])
    said = {str(row.pk): Page(str(row), reverse("agencies")) for row in rows}
    return {item.pk: said[item.key] for item in items if item.key in said}


def own(user: User) -> list[Page]:
    return []


def waiting(user: User) -> list[Task]:
    return []
