"""Two who book one room at the same moment, in two real transactions."""

import threading
import time

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from meetings.calling import call_meeting
from meetings.models import Booking, Invitation, Meeting
from tests.cast import make_cast
from tests.conftest import acting
from tests.factories import make_meeting

DEADLINE = 20


def waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]


def in_a_thread(meeting, by, found):
    """Call the meeting on a connection of its own, and keep what came of it."""

    def run():
        try:
            with acting(by):
                call_meeting(meeting, by=by)
            found.append("called")
        except ValidationError as error:
            found.append(list(error.message_dict))
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_at_once_is_told_that_the_room_is_taken():
    cast = make_cast()
    first = make_meeting(body=cast.steering, items=1, room=cast.room, status="draft")
    second = make_meeting(body=cast.places, items=1, room=cast.room, status="draft")
    Invitation.objects.all().delete()
    found = []

    with transaction.atomic(), acting(cast.secretary) as secretary:
        call_meeting(first, by=secretary)
        thread = in_a_thread(second, cast.coordinator, found)
        deadline = time.monotonic() + DEADLINE
        while not waiting_for_a_lock() and time.monotonic() < deadline:
            thread.join(0.02)
        assert waiting_for_a_lock(), "The second should wait for the first."
    thread.join(DEADLINE)

    assert found == [["room"]]
    assert list(Booking.objects.values_list("meeting", flat=True)) == [first.pk]
    assert Meeting.objects.get(pk=second.pk).status == "draft"
    assert not Invitation.objects.filter(meeting=second).exists()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_one_booking_and_no_deadlock():
    cast = make_cast()
    meetings = [make_meeting(body=cast.places, items=1, room=cast.room, status="draft") for _each in range(6)]
    found = []

    threads = [in_a_thread(meeting, cast.coordinator, found) for meeting in meetings]
    for thread in threads:
        thread.join(DEADLINE)

    assert sorted(map(str, found)) == ["['room']"] * 5 + ["called"]
    assert Booking.objects.count() == 1
