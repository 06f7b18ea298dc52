"""The demo's premises: hours, who is there, an open meeting, what residents see, and a room that is booked."""

from datetime import time, timedelta
from typing import Any

from django.utils import timezone

from groups.models import Agency, Body, OpeningHours, Premises, Room, StaffedShift, User
from meetings.bookings import Repeat, book_room, days_of, times_of
from meetings.calling import call_meeting, plan_meeting
from meetings.models import Booking, Meeting, Publication
from meetings.publishing import publish

#: The demo's premises: facts, hours (weekdays, from, until), who is there (agency, weekdays, from, until).
FACTS: dict[str, Any] = {
    "area": "Järva",
    "contact": "08-000 00 00 (påhittat nummer)",
    "capacity": 40,
    "equipment": ["Projektor", "Kök"],
    "step_free": True,
    "hearing_loop": True,
    "neutral_ground": True,
    "known_to_residents": True,
    "access_rules": "Påhittat exempel. Nyckeln finns hos stadsdelens reception.",
}
CONFIDENTIAL_ROOM = "Lilla rummet"
HOURS: tuple[tuple[tuple[int, ...], int, int], ...] = (((0, 1, 2, 3, 4), 10, 20), ((5,), 11, 17))
SHIFTS: tuple[tuple[str, tuple[int, ...], int, int], ...] = (
    ("lpo-jarva", (0, 1, 2, 3), 16, 22),
    ("lpo-jarva", (4,), 16, 2),
    ("jarva", (0, 1, 2, 3, 4), 10, 16),
    ("civilsamhalle", (1, 3), 16, 20),
    ("civilsamhalle", (5,), 11, 17),
)
OPEN_PREMISES = (
    "Demolokalen Rinkeby",
    "Kom in och prata, fråga eller bara värm dig. Du behöver inte boka tid.",
)
OPEN_MEETING = (
    "Öppet möte om gångtunneln vid torget",
    "Vi berättar vad som görs åt belysningen och lyssnar på dig. Alla är välkomna.",
)
OPEN_BODY = (
    "Samverkan om trygga platser",
    "Stadsdelen, polisen, trafikkontoret och föreningar går varje vecka igenom platser som känns otrygga.",
)
BOOKING = ("Föreningsrådets språkkafé", 18, 20)

THURSDAY = 3


def add_premises(people: dict[str, User], rooms: dict[str, Room]) -> None:
    """Where the premises have no hours; safe to repeat."""
    for user in people.values():
        user.forget()
    premises = rooms[CONFIDENTIAL_ROOM].premises
    if not premises.hours.exists():
        _facts(premises)
        _hours(premises)
    if not Publication.objects.exists():
        _published(premises, people["coordinator"], rooms["Stora rummet"])
    if not Booking.objects.filter(meeting=None).exists():
        _booked(rooms["Stora rummet"], people["association"])


def _facts(premises: Premises) -> None:
    for name, value in FACTS.items():
        setattr(premises, name, value)
    premises.save()
    premises.rooms.filter(name=CONFIDENTIAL_ROOM).update(confidential=True, step_free=True)


def _hours(premises: Premises) -> None:
    for weekdays, begins, ends in HOURS:
        for weekday in weekdays:
            OpeningHours.objects.create(
                premises=premises, weekday=weekday, begins=time(begins), ends=time(ends)
            )
    for key, days, comes, goes in SHIFTS:
        agency = Agency.objects.get(key=key)
        for weekday in days:
            StaffedShift.objects.create(
                premises=premises, agency=agency, weekday=weekday, begins=time(comes), ends=time(goes)
            )


def _published(premises: Premises, coordinator: User, room: Room) -> None:
    body = Body.objects.get(key="otrygga-platser")
    day = timezone.localdate() + timedelta(days=14)
    day += timedelta(days=(THURSDAY - day.weekday()) % 7)
    ((starts, ends),) = times_of([day], time(18), time(19, 30))
    meeting = plan_meeting(
        body, starts_at=starts, ends_at=ends, room=room, audience=Meeting.Audience.PUBLIC, by=coordinator
    )
    call_meeting(meeting, by=coordinator)
    for thing, (heading, text) in (
        (premises, OPEN_PREMISES),
        (meeting, OPEN_MEETING),
        (body, OPEN_BODY),
    ):
        publish(thing, heading=heading, text=text, by=coordinator)


def _booked(room: Room, association: User) -> None:
    purpose, begins, ends = BOOKING
    first = timezone.localdate() + timedelta(days=1)
    first += timedelta(days=(1 - first.weekday()) % 7)
    days = days_of(first, Repeat.WEEKLY, first + timedelta(weeks=5))
    times = times_of(days, time(begins), time(ends))
    book_room(
        room,
        times,
        purpose=purpose,
        audience=Booking.Audience.STRUCTURE,
        leave_out_taken=True,
        by=association,
    )
