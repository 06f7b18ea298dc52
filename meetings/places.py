"""What speaks against a room and a time for a meeting: said before it is saved, never in the way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from groups import hours, week, weekwords
from groups.models import Body, Premises, Room, User
from groups.presence import closed_on, closure, holiday
from meetings.models import AcknowledgedPlace, Booking, Meeting
from samverkan.templatetags.samverkan import short_day


@dataclass(frozen=True)
class Concern:
    """One thing that speaks against it: ``key`` is what is recorded, ``text`` is what is said."""

    key: str
    text: str


def concerns_about(
    room: Room | None, starts_at: datetime, ends_at: datetime, *, body: Body | None = None, people: int = 0
) -> list[Concern]:
    """What speaks against it, the gravest first; a body's kind and the number of people where they are known.

    Four queries for the hours of the premises; none without a room.
    """
    if room is None or ends_at <= starts_at:
        return []
    premises = Premises.objects.with_times().get(pk=room.premises_id)
    found = list(_of_place(room, premises)) if body is not None and body.kind == Body.Kind.CASE else []
    return [*found, *_of_time(premises, starts_at, ends_at), *_of_size(room, people)]


def concerns_about_series(room: Room, times: Sequence[tuple[datetime, datetime]]) -> list[Concern]:
    """What speaks against any of the times of a series, each thing once with the days that it concerns."""
    premises = Premises.objects.with_times().get(pk=room.premises_id)
    days: dict[Concern, list[datetime]] = {}
    for start, end in times:
        for concern in _of_time(premises, start, end):
            days.setdefault(concern, []).append(start)
    return [
        concern if len(times) == 1 else Concern(concern.key, _on_days(concern.text, found, len(times)))
        for concern, found in days.items()
    ]


def _on_days(text: str, days: list[datetime], times: int) -> str:
    values = {
        "what": text.removesuffix("."),
        "days": ", ".join(short_day(day) for day in days),
        "times": times,
    }
    if len(days) == times:
        return _("%(what)s (all %(times)s times).") % values
    return _("%(what)s (%(days)s).") % values


def _of_place(room: Room, premises: Premises) -> Iterator[Concern]:
    if not room.confidential:
        yield Concern(
            "overheard",
            _("Talk in %(room)s can be overheard, and the meeting is confidential.") % {"room": room.name},
        )
    if not premises.neutral_ground:
        yield Concern(
            "not_neutral",
            _(
                "%(premises)s is not neutral ground: whoever is seen there may be taken for somebody who is in trouble."
            )
            % {"premises": premises.name},
        )


def _of_time(premises: Premises, starts_at: datetime, ends_at: datetime) -> Iterator[Concern]:
    day = timezone.localdate(starts_at)
    values = {"premises": premises.name, "holiday": holiday(premises, day), "reason": closure(premises, day)}
    spans = list(premises.hours.all())
    if closure(premises, day):
        yield Concern("closed", _("%(premises)s is closed that day: %(reason)s.") % values)
    elif spans and holiday(premises, day):
        yield Concern("holiday", _("%(premises)s is closed that day, %(holiday)s.") % values)
    elif spans and not _open_all_through(premises, spans, starts_at, ends_at):
        yield Concern("outside_hours", _outside_hours(premises, spans, day))
    elif spans and (kept := hours.red_day(day, get_language() or "sv")):
        yield Concern("public_holiday", _("That day is a public holiday, %(holiday)s.") % {"holiday": kept})


def _outside_hours(premises: Premises, spans: list[hours.Weekly], day: date) -> str:
    open_then = weekwords.times(week.stretches(spans, day, closed_on(premises)))
    if not open_then:
        return _("%(premises)s is not open that day.") % {"premises": premises.name}
    words = _("%(premises)s is not open for the whole of that time. That day it is open %(times)s.")
    return words % {"premises": premises.name, "times": open_then}


def is_open_then(premises: Premises, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether nothing of hours, closures and holidays speaks against the time; needs ``with_times``."""
    return all(one.key == "public_holiday" for one in _of_time(premises, starts_at, ends_at))


def _open_all_through(
    premises: Premises, spans: list[hours.Weekly], starts_at: datetime, ends_at: datetime
) -> bool:
    until = hours.ends_at(spans, starts_at, closed_on(premises))
    return until is not None and until >= ends_at


def _of_size(room: Room, people: int) -> Iterator[Concern]:
    if room.capacity and people > room.capacity:
        words = ngettext(
            "%(room)s has %(count)s seat and %(people)s people are invited.",
            "%(room)s has %(count)s seats and %(people)s people are invited.",
            room.capacity,
        )
        yield Concern("too_small", words % {"room": room.name, "count": room.capacity, "people": people})


def concerns_of(meeting: Meeting) -> list[Concern]:
    """What speaks against a meeting's place today."""
    people = meeting.body.memberships.live().count() if meeting.room_id else 0
    return concerns_about(meeting.room, meeting.starts_at, meeting.ends_at, body=meeting.body, people=people)


def is_acknowledged(meeting: Meeting, concerns: list[Concern], **chosen: Any) -> bool:
    """Whether somebody has chosen this room and time knowing at least this; ``chosen`` is another room and time than the
    meeting has now."""
    place = {"room": meeting.room, "starts_at": meeting.starts_at, "ends_at": meeting.ends_at} | chosen
    known = {concern.key for concern in concerns}
    return bool(known) and any(
        known <= set(row.concerns) for row in meeting.acknowledged_places.filter(**place)
    )


@transaction.atomic
def acknowledge_place(meeting: Meeting, concerns: list[Concern], *, by: User) -> None:
    """Record that this person chose the place knowing what speaks against it. Safe to repeat."""
    if not concerns or meeting.room is None:
        return
    if not is_acknowledged(meeting, concerns):
        AcknowledgedPlace.objects.create(
            meeting=meeting,
            room=meeting.room,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            concerns=[concern.key for concern in concerns],
            acknowledged_by=by,
        )
    Booking.objects.filter(meeting=meeting).update(shut_since=None)
