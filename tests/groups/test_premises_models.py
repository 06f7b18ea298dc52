"""What the database refuses about hours, shifts and closures."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from groups.models import Closure, OpeningHours, StaffedShift
from tests.factories_premises import clock, make_hours, make_premises, make_shift


@pytest.fixture
def premises(db):
    return make_premises()


@pytest.mark.parametrize(
    ("first", "second", "fits"),
    [
        ((0, "8", "12"), (0, "12", "16"), True),
        ((0, "8", "12"), (0, "11.59", "16"), False),
        ((0, "22", "2"), (1, "1", "3"), False),
        ((0, "22", "2"), (1, "2", "3"), True),
        ((6, "22", "2"), (0, "1.30", "3"), False),
        ((6, "22", "24"), (0, "0", "3"), True),
        ((6, "0", "24"), (6, "23", "24"), False),
    ],
)
def test_hours_do_not_overlap_past_midnight_or_past_sunday(premises, first, second, fits):
    weekday, begins, ends = first
    make_hours(premises=premises, days=[weekday], begins=begins, ends=ends)
    weekday, begins, ends = second
    row = OpeningHours(premises=premises, weekday=weekday, begins=clock(begins), ends=clock(ends))

    if fits:
        row.validate_constraints()
        row.save()
    else:
        with translation.override("en"), pytest.raises(ValidationError, match="already open"):
            row.validate_constraints()
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_seasons_apart_may_have_the_same_hours(premises):
    make_hours(premises=premises, begins="8", ends="12", valid_to=date(2026, 5, 31))
    make_hours(premises=premises, begins="8", ends="16", valid_from=date(2026, 6, 1))

    assert premises.hours.count() == 2


def test_an_agency_is_there_once_and_others_at_the_same_time(premises):
    make_shift(premises=premises, agency=premises.agency)
    other = make_premises().agency
    make_shift(premises=premises, agency=other)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_shift(premises=premises, agency=other, begins="11", ends="13")
    assert StaffedShift.objects.count() == 2


def test_closures_do_not_overlap_and_end_after_they_begin(premises):
    days = {"premises": premises, "reason": "Golvet slipas"}
    Closure.objects.create(first_day=date(2026, 12, 1), last_day=date(2026, 12, 3), **days)

    for first, last in ((3, 4), (9, 8)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Closure.objects.create(first_day=date(2026, 12, first), last_day=date(2026, 12, last), **days)
