"""The demo's meetings: one of the steering group, held and approved, its next, and one of a group below it, called."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from groups.models import Agency, Body, Room, User
from meetings import demo
from meetings.calling import call_meeting, plan_meeting
from meetings.live import agree, decide, hold, open_meeting, tick_remaining, write_item
from meetings.minutes import approve, submit
from meetings.models import AgendaItem, Attendance, Meeting

SATURDAY = 5


def add_meetings(people: dict[str, User], rooms: dict[str, Room]) -> None:
    """Meetings where the body has none; seats that were given a moment ago count."""
    for user in people.values():
        user.forget()
    steering, recruitment = (Body.objects.get(key=key) for key in ("styrgrupp", "nyrekrytering"))
    if not steering.meetings.exists():
        _held(steering, people, rooms["Stora rummet"])
        _called(steering, people["secretary"], rooms["Stora rummet"], days=8)
    if not recruitment.meetings.exists():
        _called(recruitment, people["district case worker"], rooms["Lilla rummet"], days=9)


def _weekday(days: int) -> date:
    """About so many days from today, never on a Saturday or Sunday."""
    day = timezone.localdate() + timedelta(days=days)
    return day - timedelta(days=max(0, day.weekday() - SATURDAY + 1))


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _called(body: Body, convener: User, room: Room, *, days: int) -> None:
    day = _weekday(days)
    meeting = plan_meeting(body, starts_at=_at(day, 13), ends_at=_at(day, 15), room=room, by=convener)
    call_meeting(meeting, by=convener)


def _held(body: Body, people: dict[str, User], room: Room) -> None:
    secretary, chair = people["secretary"], people["steering-group chair"]
    day = _weekday(-28)
    meeting = plan_meeting(body, starts_at=_at(day, 13), ends_at=_at(day, 15), room=room, by=secretary)
    # A meeting cannot be called once its time has passed, so this one is called without the verb: nobody is mailed.
    Meeting.objects.filter(pk=meeting.pk).update(
        status=Meeting.Status.CALLED, called_by=secretary, called_at=_at(day - timedelta(days=14), 9)
    )
    meeting.refresh_from_db()
    minutes = open_meeting(meeting, by=secretary)
    Attendance.objects.filter(meeting=meeting, user=people["traffic office"]).update(
        status=Attendance.Status.EXCUSED
    )
    tick_remaining(meeting, by=secretary)
    _write(meeting, secretary)
    hold(meeting, by=secretary)
    Meeting.objects.filter(pk=meeting.pk).update(opened_at=meeting.starts_at, held_at=meeting.ends_at)
    submit(minutes, by=secretary)
    approve(minutes, by=chair)


def _write(meeting: Meeting, secretary: User) -> None:
    for item in meeting.items.order_by("position"):
        text = demo.SAID.get(item.title, demo.SAID_OTHERWISE)
        write_item(item, text=text, status=AgendaItem.Status.NOTED, version=item.version, by=secretary)
        for decision in demo.DECIDED.get(item.title, ()):
            decide(item, text=decision, by=secretary)
        for key, days, action in demo.AGREED.get(item.title, ()):
            agree(
                item,
                text=action,
                responsible_agency=Agency.objects.get(key=key),
                due=_weekday(days),
                by=secretary,
            )
