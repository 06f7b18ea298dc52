"""Meetings as iCalendar (RFC 5545), and as invitations and cancellations that calendars understand (iTIP, RFC 5546)."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Component, Event, vCalAddress, vText

from groups.models import User
from meetings.models import Guest, Meeting

STOCKHOLM = ZoneInfo("Europe/Stockholm")

#: Swedish time since 1996, when the Union agreed on the last Sunday of October. As rules, since some calendars read
#: no lists of dates; by hand, since icalendar's own table is one hour late each spring.
_ZONE = """\
BEGIN:VTIMEZONE
TZID:Europe/Stockholm
BEGIN:DAYLIGHT
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""


def request(meeting: Meeting, user: User | Guest) -> bytes:
    """``METHOD:REQUEST``: the invitation to this person, or its update where the sequence is higher."""
    return _calendar("REQUEST", meeting, attendee=user)


def cancellation(meeting: Meeting, user: User | Guest) -> bytes:
    """``METHOD:CANCEL``: takes the meeting out of this person's calendar."""
    return _calendar("CANCEL", meeting, attendee=user)


def publication(meeting: Meeting) -> bytes:
    """``METHOD:PUBLISH``: a file to keep; it asks for no answer and names nobody."""
    return _calendar("PUBLISH", meeting)


def _calendar(method: str, meeting: Meeting, attendee: User | Guest | None = None) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Samverkan//Samverkan//SV")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(_zone())
    calendar.add_component(_event(meeting, attendee))
    return bytes(calendar.to_ical())


@cache
def _zone() -> Component:
    return Component.from_ical(_ZONE)


def _event(meeting: Meeting, attendee: User | Guest | None) -> Event:
    cancelled = meeting.status == Meeting.Status.CANCELLED
    event = Event()
    event.add("uid", f"{meeting.uid}@{_domain()}")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", timezone.now().astimezone(ZoneInfo("UTC")).replace(microsecond=0))
    event.add("dtstart", _wall(meeting.starts_at))
    event.add("dtend", _wall(meeting.ends_at))
    event.add("summary", meeting.neutral_name)
    if meeting.place:
        event.add("location", meeting.place)
    signs_in = not isinstance(attendee, Guest)
    event.add("description", _description(meeting, signs_in=signs_in))
    if signs_in:
        event.add("url", settings.BASE_URL + reverse("meeting", args=[meeting.pk]))
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    if attendee is not None:
        event.add("organizer", _organizer(meeting))
        event.add("attendee", _attendee(attendee))
    return event


def _wall(moment: datetime) -> datetime:
    return moment.astimezone(STOCKHOLM)


def _description(meeting: Meeting, *, signs_in: bool) -> str:
    """A guest has no page to sign in to."""
    page = settings.BASE_URL + reverse("meeting", args=[meeting.pk])
    lines = [_("Log in to see the agenda: %(url)s") % {"url": page}] if signs_in else []
    if meeting.room and meeting.link:
        lines.append(_("Take part remotely: %(url)s") % {"url": meeting.link})
    return "\n".join(lines)


def _organizer(meeting: Meeting) -> vCalAddress:
    """Who called it, so that answers given in a calendar reach a person; we sent it for them."""
    sender = f"mailto:{settings.DEFAULT_FROM_EMAIL}"
    if meeting.called_by is None:
        return vCalAddress(sender)
    organizer = vCalAddress(f"mailto:{meeting.called_by.email}")
    organizer.params["CN"] = vText(meeting.called_by.name)
    organizer.params["SENT-BY"] = vText(sender)
    return organizer


def _attendee(user: User | Guest) -> vCalAddress:
    attendee = vCalAddress(f"mailto:{user.email}")
    attendee.params["CN"] = vText(user.name)
    attendee.params["CUTYPE"] = vText("INDIVIDUAL")
    attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
    attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
    attendee.params["RSVP"] = vText("TRUE")
    return attendee


def _domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2]
