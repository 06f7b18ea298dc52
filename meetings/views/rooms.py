"""A room's week, booking it and giving it back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from groups import presence, week, weekwords
from groups.hours import ONE_DAY, moment
from groups.models import Premises, Room, User
from groups.signed_in import me
from meetings.forms_rooms import BookingForm, GiveBackForm
from meetings.lists import TAKEN
from meetings.models import Booking
from meetings.views.premises import monday_asked
from samverkan.access import get_for
from samverkan.pages import page, say
from samverkan.tables import download
from samverkan.templatetags.samverkan import week_key

_SECTION = {"section": "premises"}
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Taken:
    """A time that is taken, and what this person may know of it."""

    starts_at: datetime
    ends_at: datetime
    text: str
    url: str = ""
    cancel_url: str = ""


@dataclass(frozen=True)
class Day:
    """One day of a room's week."""

    day: date
    open: str
    closed: str
    taken: list[Taken]


@require_safe
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """A week of the room: what is taken, and what for where that is this person's to know."""
    user = me(request)
    found = get_for(user, Room.objects.visible_to(user).select_related("premises__agency"), pk=pk)
    monday = monday_asked(request)
    days = _days(user, found, monday)
    taken = list(dict.fromkeys(chain.from_iterable(day.taken for day in days)))
    if file := download(request, f"{found.name} {monday}", TAKEN, taken):
        return file
    context = {
        "room": found,
        "rooms": Room.objects.visible_to(user).filter(premises=found.premises_id).in_order(),
        "days": days,
        "monday": monday,
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
    }
    return render(request, "premises/room.html", context | _SECTION)


def _days(user: User, found: Room, monday: date) -> list[Day]:
    premises = Premises.objects.visible_to(user).with_times().get(pk=found.premises_id)
    rows = (
        Booking.objects.visible_to(user)
        .with_readable(user)
        .filter(room=found)
        .during(moment(monday), moment(monday + timedelta(days=7)))
        .select_related("meeting__body")
        .order_by("starts_at")
    )
    bookings = list(rows)
    closed = presence.closed_on(premises)
    return [
        Day(
            day=day,
            open=weekwords.times(week.stretches(premises.hours.all(), day, closed)),
            closed=presence.closure(premises, day) or presence.holiday(premises, day),
            taken=[
                _taken(user, row)
                for row in bookings
                if row.starts_at < moment(day + ONE_DAY) and row.ends_at > moment(day)
            ],
        )
        for day in (monday + timedelta(days=number) for number in range(7))
    ]


def _taken(user: User, row: Booking) -> Taken:
    if not row.readable:
        return Taken(row.starts_at, row.ends_at, _("Taken"))
    if row.meeting is not None:
        return Taken(
            row.starts_at, row.ends_at, row.meeting.neutral_name, reverse("meeting", args=[row.meeting_id])
        )
    cancel = reverse("booking_cancel", args=[row.pk]) if row.acts_of(user) else ""
    return Taken(row.starts_at, row.ends_at, row.purpose, cancel_url=cancel)


@form_methods
def book(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = get_for(user, Room.objects.visible_to(user).select_related("premises"), "book", pk=pk)
    asked = {"day": request.GET["day"]} if "day" in request.GET else {}
    form = BookingForm(_sent(request), room=found, by=user, initial=asked)
    if form.is_valid() and (booked := form.save()):
        words = ngettext(
            "The room has been booked.", "The room has been booked %(count)s times.", len(booked)
        )
        messages.success(request, words % {"count": len(booked)})
        say(request, form.note)
        return redirect(_week(booked[0]))
    return page(request, "premises/book.html", {"room": found, "form": form} | _SECTION, form)


@form_methods
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Give back this time, this and those after it, or all to come."""
    user = me(request)
    rows = Booking.objects.visible_to(user).select_related("room__premises")
    booking = get_for(user, rows, "cancel", pk=pk)
    form = GiveBackForm(_sent(request), booking=booking, by=user)
    if form.is_valid():
        count = form.save()
        words = ngettext("The booking has been cancelled.", "%(count)s bookings have been cancelled.", count)
        messages.success(request, words % {"count": count})
        return redirect(_week(booking))
    context = {"booking": booking, "room": booking.room, "form": form, "back": _week(booking)}
    return page(request, "premises/give_back.html", context | _SECTION, form)


def _week(booking: Booking) -> str:
    """The page of the room in the week of the booking."""
    return f"{reverse('room', args=[booking.room_id])}?week={week_key(booking.starts_at)}"


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
