"""Booking rooms once and again and again, and giving them back."""

import threading
import time as clock_time
from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from meetings.bookings import Repeat, Scope, book_room, cancel_booking, days_of, taken, times_of
from meetings.models import Booking
from tests.cast import make_cast
from tests.conftest import acting
from tests.factories import at, make_body, make_meeting, make_membership

IN_A_WEEK = timezone.localdate() + timedelta(days=7)
DEADLINE = 20


def weekly(count, hour=13):
    days = [IN_A_WEEK + timedelta(weeks=number) for number in range(count)]
    return times_of(days, time(hour), time(hour + 2))


def book(cast, times, *, by=None, **fields):
    with acting(by or cast.traffic) as user:
        return book_room(cast.room, times, **{"purpose": "Studiecirkel", "by": user} | fields)


def test_a_single_booking_takes_the_room_and_has_no_series(cast):
    (booking,) = book(cast, weekly(1))

    assert (booking.starts_at, booking.ends_at) == (at(IN_A_WEEK, 13), at(IN_A_WEEK, 15))
    assert (booking.booked_by, booking.agency, booking.series) == (cast.traffic, cast.traffic_office, None)


def test_a_taken_room_is_refused_and_the_next_hour_is_not(cast):
    book(cast, weekly(1))

    with pytest.raises(ValidationError) as error:
        book(cast, weekly(1, hour=14), by=cast.police)
    assert list(error.value.message_dict) == ["room"]
    assert len(book(cast, weekly(1, hour=15), by=cast.police)) == 1


def test_a_series_is_all_or_nothing_and_names_its_clashes(cast):
    book(cast, weekly(2)[1:])

    with pytest.raises(ValidationError) as error:
        book(cast, weekly(4), by=cast.police)

    assert str((IN_A_WEEK + timedelta(weeks=1)).day) in error.value.messages[0]
    assert Booking.objects.count() == 1


def test_the_free_times_of_a_series_are_booked_where_that_was_chosen(cast):
    book(cast, weekly(2)[1:])

    rows = book(cast, weekly(4), by=cast.police, leave_out_taken=True)

    assert [row.starts_at for row in rows] == [start for start, _end in weekly(4) if start != weekly(2)[1][0]]
    assert len({row.series for row in rows}) == 1


def test_a_series_that_is_taken_throughout_is_refused(cast):
    book(cast, weekly(2))

    with pytest.raises(ValidationError):
        book(cast, weekly(2), by=cast.police, leave_out_taken=True)


def test_the_clock_of_a_series_stays_over_the_change_to_winter_time(cast):
    (before, _e), (after, _f) = times_of([date(2026, 10, 22), date(2026, 10, 29)], time(13), time(15))

    assert (before.hour, after.hour) == (13, 13)
    assert after - before == timedelta(days=7)
    assert after.utcoffset() != before.utcoffset()


def test_days_of_a_series():
    first = date(2026, 1, 29)  # the fifth Thursday

    assert days_of(first, Repeat.ONCE, date(2026, 12, 31)) == [first]
    assert days_of(first, Repeat.WEEKLY, date(2026, 2, 12)) == [first, date(2026, 2, 5), date(2026, 2, 12)]
    assert days_of(first, Repeat.FORTNIGHTLY, date(2026, 2, 12)) == [first, date(2026, 2, 12)]
    assert days_of(first, Repeat.MONTHLY, date(2026, 4, 30)) == [
        first,
        date(2026, 2, 26),
        date(2026, 3, 26),
        date(2026, 4, 30),
    ]


def test_what_has_passed_or_says_nothing_is_refused(cast):
    past = times_of([timezone.localdate() - timedelta(days=1)], time(13), time(15))
    for times, purpose, key in ((past, "Möte", "starts_at"), (weekly(1), "  ", "purpose")):
        with pytest.raises(ValidationError) as error:
            book(cast, times, purpose=purpose)
        assert list(error.value.message_dict) == [key]


@pytest.mark.parametrize(("scope", "left"), [(Scope.ONE, 3), (Scope.FOLLOWING, 1), (Scope.ALL, 0)])
def test_giving_back_one_the_following_or_all(cast, scope, left):
    rows = book(cast, weekly(4))

    given_back = cancel_booking(rows[1], scope=scope, by=cast.traffic)

    assert (given_back, Booking.objects.count()) == (4 - left, left)
    assert taken(cast.room, weekly(4)) != weekly(4)


def test_a_meetings_room_is_given_back_through_the_meeting(cast):
    meeting = make_meeting(body=cast.steering, room=cast.room)
    booking = Booking.objects.create(
        room=cast.room, meeting=meeting, starts_at=meeting.starts_at, ends_at=meeting.ends_at
    )

    with pytest.raises(ValidationError):
        cancel_booking(booking, by=cast.secretary)
    assert booking.acts_of(cast.secretary) == frozenset()


def readable_to(user, booking):
    user.forget()
    return Booking.objects.visible_to(user).with_readable(user).get(pk=booking.pk).readable


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        (Booking.Audience.OWN, {"police"}),
        (Booking.Audience.AGENCY, {"police", "unseated_police"}),
        (Booking.Audience.STRUCTURE, {"police", "unseated_police", "coordinator", "association", "traffic"}),
    ],
)
def test_who_reads_the_purpose(cast, audience, readers):
    (booking,) = book(cast, weekly(1), by=cast.police, audience=audience)

    asked = ("police", "unseated_police", "coordinator", "association", "traffic")
    assert {part for part in asked if readable_to(getattr(cast, part), booking)} == readers


def test_a_case_groups_booking_is_taken_and_no_more_outside_the_group(cast):
    group = make_body(kind="case", agreement=cast.agreement, parent=cast.steering)
    make_membership(body=group, user=cast.case_worker, function="convener")
    meeting = make_meeting(body=group, room=cast.room)
    booking = Booking.objects.create(
        room=cast.room, meeting=meeting, starts_at=meeting.starts_at, ends_at=meeting.ends_at
    )

    assert readable_to(cast.case_worker, booking)
    assert not [
        part for part in ("coordinator", "chair", "police") if readable_to(getattr(cast, part), booking)
    ]


def test_the_agency_gives_back_what_a_colleague_has_booked_unless_it_is_private(cast):
    shared, private = (
        book(cast, weekly(1), by=cast.police),
        book(cast, weekly(1, hour=8), by=cast.police, audience=Booking.Audience.OWN),
    )

    assert shared[0].acts_of(cast.unseated_police) == {"cancel"}
    assert private[0].acts_of(cast.unseated_police) == frozenset()
    assert private[0].acts_of(cast.police) == {"cancel"}
    assert shared[0].acts_of(cast.coordinator) == frozenset()


def test_the_database_refuses_two_at_once_and_a_booking_for_nothing(cast):
    (booking,) = book(cast, weekly(1))
    facts = {"room": cast.room, "starts_at": booking.starts_at, "ends_at": booking.ends_at}

    for more in ({"purpose": "Annat", "booked_by": cast.police, "agency": cast.police_agency}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Booking.objects.create(**facts, **more)


def waiting_for_a_lock():
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("count", [1, 3])
def test_two_at_once_leave_one_booking_or_one_whole_series(count):
    cast = make_cast()
    found = []

    def second():
        try:
            book(cast, weekly(count), by=cast.police)
            found.append("booked")
        except ValidationError as error:
            found.append(list(error.message_dict))
        finally:
            connection.close()

    with transaction.atomic():
        book(cast, weekly(3)[-1:] if count == 3 else weekly(1))
        thread = threading.Thread(target=second)
        thread.start()
        deadline = clock_time.monotonic() + DEADLINE
        while not waiting_for_a_lock() and clock_time.monotonic() < deadline:
            thread.join(0.02)
        assert waiting_for_a_lock(), "The second should wait for the first."
    thread.join(DEADLINE)

    assert found == [["room"]]
    assert Booking.objects.count() == 1
