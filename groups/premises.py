"""Keeping premises: their facts, rooms, hours, closures, and who is there when."""

from collections.abc import Iterable
from copy import copy
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models, transaction

from groups.models import Closure, OpeningHours, Premises, Room, ShiftAbsence, StaffedShift, User

Part = Room | OpeningHours | StaffedShift | Closure


@transaction.atomic
def keep_premises(premises: Premises, *, by: User) -> Premises:
    """Store new or changed facts.

    Raises:
        ValidationError: keyed by what is wrong.
    """
    premises.full_clean()
    premises.save()
    return premises


@transaction.atomic
def keep_part(part: Part, *, by: User) -> Part:
    """Store a new or changed room, span, shift or closure of premises.

    Raises:
        ValidationError: keyed by what is wrong; without a key where it overlaps another.
    """
    # Two who change the same premises take turns, so that the second is told what overlaps and not a constraint's name.
    Premises.objects.select_for_update().get(pk=part.premises_id)
    part.full_clean()
    part.save()
    return part


@transaction.atomic
def keep_on_days(part: OpeningHours | StaffedShift, weekdays: Iterable[int], *, by: User) -> None:
    """The same span on several weekdays: all of them or none.

    Raises:
        ValidationError: without a key, each complaint with its weekday.
    """
    for weekday in weekdays:
        each = copy(part)
        each.pk, each.weekday, each._state = None, weekday, models.base.ModelState()
        try:
            keep_part(each, by=by)
        except ValidationError as error:
            raise ValidationError(
                [f"{each.get_weekday_display()}: {said}" for said in error.messages]
            ) from error


@transaction.atomic
def remove_part(part: Part, *, by: User) -> None:
    """Take it away. Raises ProtectedError where a room is or has been used: let the premises end instead."""
    part.delete()


@transaction.atomic
def set_absences(shift: StaffedShift, days: Iterable[date], *, by: User) -> None:
    """The days on which the shift is not staffed, in place of those that stood there. Safe to repeat."""
    days = set(days)
    shift.absences.exclude(day__in=days).delete()
    standing = set(shift.absences.values_list("day", flat=True))
    ShiftAbsence.objects.bulk_create(ShiftAbsence(shift=shift, day=day) for day in sorted(days - standing))
