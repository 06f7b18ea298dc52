"""The lead unit keeps a seat: two who end the last two at the same moment, in two real transactions."""

import threading
import time

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from interventions.cases import unseat
from interventions.models import Seat
from tests.cast import Cast, make_cast
from tests.conftest import acting
from tests.factories import make_user
from tests.factories_cases import make_case, make_seat
from tests.meetings.test_calling_concurrency import DEADLINE, waiting_for_a_lock


@pytest.mark.django_db(transaction=True)
def test_of_two_who_leave_at_once_the_second_stays():
    cast = make_cast()
    colleague = make_user(unit=cast.social_unit)
    with transaction.atomic():
        case = make_case(lead=cast.case_worker)
        other = make_seat(case=case, user=colleague)
        first = case.seats.get(user=cast.case_worker)
    found = []

    def leave():
        try:
            with acting(colleague):
                unseat(other, by=colleague)
            found.append("left")
        except ValidationError as error:
            found.extend(error.messages)
        finally:
            connection.close()

    with transaction.atomic(), acting(cast.case_worker) as worker:
        unseat(first, by=worker)
        thread = threading.Thread(target=leave)
        thread.start()
        deadline = time.monotonic() + DEADLINE
        while not waiting_for_a_lock() and time.monotonic() < deadline:
            thread.join(0.02)
        assert waiting_for_a_lock(), "The second should wait for the first."
    thread.join(DEADLINE)

    assert found != ["left"] and len(found) == 1
    with transaction.atomic():
        assert [seat.user for seat in Seat.objects.in_force().filter(case=case)] == [colleague]


def test_a_seat_whose_holder_has_left_keeps_nobody_in(cast: Cast):
    gone = make_user(unit=cast.social_unit)
    case = make_case(lead=cast.case_worker)
    empty = make_seat(case=case, user=gone)
    type(gone).objects.filter(pk=gone.pk).update(is_active=False)

    with acting(cast.case_worker) as worker, pytest.raises(ValidationError):
        unseat(case.seats.get(user=worker), by=worker)
    with acting(cast.case_worker) as worker:
        unseat(empty, by=worker)

    assert [seat.user for seat in Seat.objects.live().filter(case=case)] == [cast.case_worker]


def test_the_owner_of_the_database_is_bound_too(cast: Cast):
    case = make_case(lead=cast.case_worker)

    with pytest.raises(IntegrityError), transaction.atomic():
        case.seats.update(valid_until="2030-01-01T00:00Z")
