"""What is said against a room and a time before a meeting is saved, and that it is recorded."""

from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from groups.models import Closure
from meetings.models import AcknowledgedPlace
from meetings.places import acknowledge_place, concerns_about, concerns_about_series, concerns_of
from tests.factories import at, make_body, make_meeting
from tests.factories_premises import make_hours

FRIDAY = date(2027, 2, 12)


@pytest.fixture
def room(cast):
    make_hours(premises=cast.premises, days=range(7), begins="8", ends="17")
    return cast.room


def keys(room, day=FRIDAY, hours=(9, 10), **more):
    return [concern.key for concern in concerns_about(room, at(day, hours[0]), at(day, hours[1]), **more)]


def test_nothing_speaks_against_an_ordinary_meeting(cast, room):
    assert keys(room, body=cast.steering, people=100) == []
    assert keys(None, body=cast.steering) == []


def test_a_case_meeting_wants_closed_doors_and_neutral_ground(cast, room):
    group = make_body(kind="case", agreement=cast.agreement)

    assert keys(room, body=group) == ["overheard", "not_neutral"]
    room.confidential = cast.premises.neutral_ground = True
    cast.premises.save()
    assert keys(room, body=group) == []


@pytest.mark.parametrize(
    ("day", "hours", "key"),
    [
        (FRIDAY, (16, 18), "outside_hours"),
        (FRIDAY, (6, 7), "outside_hours"),
        (date(2027, 6, 25), (9, 10), "holiday"),
        (date(2027, 1, 6), (9, 10), "holiday"),
    ],
)
def test_outside_hours_and_on_holidays(room, day, hours, key):
    assert keys(room, day, hours) == [key]


def test_a_holiday_is_named_where_the_premises_are_open_all_the_same(cast, room):
    cast.premises.closed_on_red_days = False
    cast.premises.save()

    assert keys(room, date(2027, 1, 6)) == ["public_holiday"]


def test_a_closure_and_too_few_seats(cast, room):
    Closure.objects.create(premises=cast.premises, first_day=FRIDAY, last_day=FRIDAY, reason="Golvet")
    room.capacity = 4

    assert keys(room, people=5) == ["closed", "too_small"]


def test_premises_without_hours_are_not_said_to_be_shut(cast):
    assert keys(cast.room, date(2027, 1, 6)) == []


def test_every_time_of_a_series_is_weighed_and_its_days_named(cast, room):
    days = [FRIDAY + timedelta(weeks=number) for number in range(3)]
    Closure.objects.create(premises=cast.premises, first_day=days[1], last_day=days[2], reason="Golvet")

    with translation.override("en"):
        some = concerns_about_series(room, [(at(day, 9), at(day, 10)) for day in days])
        every = concerns_about_series(room, [(at(day, 20), at(day, 21)) for day in days[:1]] * 2)

    name = cast.premises.name
    assert [one.text for one in some] == [f"{name} is closed that day: Golvet (19 Feb 2027, 26 Feb 2027)."]
    assert [one.text for one in every] == [
        f"{name} is not open for the whole of that time. That day it is open 8–17 (all 2 times)."
    ]


def test_what_was_known_is_recorded_once_for_each_place_and_time(cast, room):
    day = timezone.localdate() + timedelta(days=7)
    room.capacity = 1
    room.save()
    meeting = make_meeting(body=cast.steering, room=room, starts_at=at(day, 18), ends_at=at(day, 19))

    concerns = concerns_of(meeting)
    for _each in range(2):
        acknowledge_place(meeting, concerns, by=cast.secretary)

    row = AcknowledgedPlace.objects.get()
    assert (row.acknowledged_by, row.room, row.concerns[-1]) == (cast.secretary, room, "too_small")
