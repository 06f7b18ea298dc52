"""Booking rooms without a meeting, once or again and again, and giving them back."""

import uuid
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groups.hours import moment
from groups.models import Room, User
from meetings.models import Booking
from meetings.models.bookings import BookingQuerySet
from samverkan.templatetags.samverkan import day_name, span

Times = tuple[datetime, datetime]
#: A series is this long at most: a room is shared, and plans change.
LONGEST = timedelta(days=366)


class Repeat(models.TextChoices):
    """How a booking comes back."""

    ONCE = "", gettext_lazy("Does not repeat")
    WEEKLY = "weekly", gettext_lazy("Every week")
    FORTNIGHTLY = "fortnightly", gettext_lazy("Every other week")
    MONTHLY = "monthly", gettext_lazy("The same weekday every month")


class Scope(models.TextChoices):
    """How much of a series is given back."""

    ONE = "one", gettext_lazy("Only this time")
    FOLLOWING = "following", gettext_lazy("This time and those after it")
    ALL = "all", gettext_lazy("All future times")


def days_of(first: date, repeat: str, until: date | None) -> list[date]:
    """The days of a series; just the first where it does not repeat."""
    if not repeat or until is None:
        return [first]
    return [day for day in _days(first, repeat, until) if day <= until]


def _days(first: date, repeat: str, until: date) -> Iterator[date]:
    week = (first.day - 1) // 7
    day, turn = first, 0
    while day <= until:
        yield day
        turn += 1
        if repeat == Repeat.MONTHLY:
            day = _same_weekday(first + relativedelta(months=turn, day=1), first.weekday(), week)
        else:
            day = first + timedelta(weeks=turn * (2 if repeat == Repeat.FORTNIGHTLY else 1))


def _same_weekday(month: date, weekday: int, week: int) -> date:
    """The third Tuesday, say; the last where the month has no fifth."""
    day = month + timedelta(days=(weekday - month.weekday()) % 7 + 7 * week)
    return day if day.month == month.month else day - timedelta(days=7)


def times_of(days: Iterable[date], begins: time, ends: time) -> list[Times]:
    """By the clock in Sweden on each day, whatever summer time does in between; past midnight where it ends earlier."""
    over_midnight = timedelta(days=1 if ends <= begins else 0)
    return [(moment(day, begins), moment(day + over_midnight, ends)) for day in days]


def taken(room: Room, times: Iterable[Times]) -> list[Times]:
    """Those of the times at which the room is booked already; one query."""
    times = list(times)
    if not times:
        return []
    during = Booking.objects.filter(room=room).during(times[0][0], max(end for _start, end in times))
    others = list(during.values_list("starts_at", "ends_at"))
    return [(start, end) for start, end in times if any(a < end and b > start for a, b in others)]


@transaction.atomic
def book_room(
    room: Room,
    times: list[Times],
    *,
    purpose: str,
    by: User,
    audience: str = Booking.Audience.AGENCY,
    leave_out_taken: bool = False,
) -> list[Booking]:
    """Book a room, for one time or for several as a series: all of them, or with ``leave_out_taken`` those that are free.

    Raises:
        ValidationError: keyed ``starts_at`` (has passed), ``ends_at`` (not after the start), ``purpose`` (empty) or
            ``room`` (taken, with code ``taken``: the times are named).
    """
    if not purpose.strip():
        raise ValidationError({"purpose": _("Enter what the room is for.")})
    # Two who come at once take turns; the exclusion constraint alone could end them with a deadlock.
    Room.objects.select_for_update().get(pk=room.pk)
    free = free_of(room, times, leave_out_taken=leave_out_taken)
    series = uuid.uuid4() if len(times) > 1 else None
    rows = [
        Booking(
            room=room,
            starts_at=start,
            ends_at=end,
            purpose=purpose.strip(),
            audience=audience,
            booked_by=by,
            agency=by.agency,
            series=series,
        )
        for start, end in free
    ]
    try:
        with transaction.atomic():
            return Booking.objects.bulk_create(rows)
    except IntegrityError as error:
        if "booking_one_at_a_time" in str(error):
            raise _taken(times) from error
        raise


def free_of(room: Room, times: list[Times], *, leave_out_taken: bool = False) -> list[Times]:
    """The times that can be booked: all of them, or with ``leave_out_taken`` those that are free.

    Raises:
        ValidationError: keyed as ``book_room`` says, or ``ends_at`` (summer time leaves nothing of it).
    """
    if not times or times[0][0] <= timezone.now():
        raise ValidationError({"starts_at": _("That time has passed. Choose a later one.")})
    if any(end <= start for start, end in times):
        raise ValidationError({"ends_at": _("The booking must end after it starts. Enter a later end.")})
    clashes = taken(room, times)
    free = [one for one in times if one not in clashes]
    if not clashes or (leave_out_taken and free):
        return free
    if len(times) > 1:
        raise _taken(clashes)
    raise _taken(
        list(Booking.objects.filter(room=room).during(*times[0]).values_list("starts_at", "ends_at"))
    )


def _taken(booked: list[Times]) -> ValidationError:
    named = "; ".join(f"{day_name(start)} {span(start, end)}" for start, end in sorted(booked))
    words = _("The room is already booked: %(times)s.") % {"times": named}
    return ValidationError({"room": ValidationError(words, code="taken")})


@transaction.atomic
def cancel_booking(booking: Booking, *, scope: str = Scope.ONE, by: User) -> int:
    """Give the room back: this time, this and those after it, or all to come. How many times that was; what has been
    stays. Safe to repeat.

    Raises:
        ValidationError: the booking is a meeting's.
    """
    if booking.meeting_id:
        raise ValidationError(_("The room belongs to a meeting. Move or cancel the meeting."))
    count, _by_model = given_back(booking, scope).delete()
    return count


def given_back(booking: Booking, scope: str) -> BookingQuerySet:
    """What ``cancel_booking`` takes away with this scope."""
    rows = Booking.objects.filter(ends_at__gt=timezone.now())
    if scope == Scope.ONE or booking.series is None:
        return rows.filter(pk=booking.pk)
    rows = rows.filter(series=booking.series)
    return rows.filter(starts_at__gte=booking.starts_at) if scope == Scope.FOLLOWING else rows
