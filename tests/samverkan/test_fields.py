"""Days and times are read as people write them, and never month before day."""

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from samverkan.fields import ClockField, DayField


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2027-03-09", date(2027, 3, 9)),
        ("20270309", date(2027, 3, 9)),
        ("2027/3/9", date(2027, 3, 9)),
        (" 2027-03-09 ", date(2027, 3, 9)),
        ("9.3.2027", date(2027, 3, 9)),
        ("9/3 2027", date(2027, 3, 9)),
        ("9 mars 2027", date(2027, 3, 9)),
        ("9 MAJ 2027", date(2027, 5, 9)),
        ("1 oktober 2027", date(2027, 10, 1)),
        ("fre 1 okt 2027", date(2027, 10, 1)),
        ("Fredag 1 oktober 2027", date(2027, 10, 1)),
        ("fri 2027-10-01", date(2027, 10, 1)),
    ],
)
def test_a_day_is_read(typed, read):
    assert DayField().clean(typed) == read


@pytest.mark.parametrize(
    "typed",
    [
        "03/25/2027",
        "2027-13-01",
        "2027-02-30",
        "31 feb 2027",
        "snart",
        "12",
        "2027",
        "2027-13",
        "2027-1",
        "202713",
        "tor 1 okt 2027",
        "bla 1 okt 2027",
        "0001-01-01",
        "1899-12-31",
        "2101-01-01",
        "9999-12-31",
    ],
)
def test_what_is_no_day_is_refused(typed):
    with pytest.raises(ValidationError):
        DayField().clean(typed)


def test_words_for_days_near_now():
    today = timezone.localdate()

    assert DayField().clean("idag") == today
    assert DayField().clean("Imorgon") == today + timedelta(days=1)
    assert DayField().clean("igår") == today - timedelta(days=1)


def test_a_day_without_a_year_is_the_next_or_the_last():
    yesterday, tomorrow = (timezone.localdate() + timedelta(days=days) for days in (-1, 1))

    assert DayField().clean(f"{yesterday.day}/{yesterday.month}") > tomorrow
    assert DayField(past=True).clean(f"{yesterday.day}/{yesterday.month}") == yesterday
    assert DayField().clean(f"{tomorrow.day}/{tomorrow.month}") == tomorrow


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("13", time(13, 0)),
        ("13.00", time(13, 0)),
        ("13:30", time(13, 30)),
        ("1330", time(13, 30)),
        ("kl. 9.05", time(9, 5)),
        ("0.00", time(0, 0)),
    ],
)
def test_a_time_is_read(typed, read):
    assert ClockField().clean(typed) == read


@pytest.mark.parametrize("typed", ["24.00", "13.60", "nu", "1 pm", "13.0"])
def test_what_is_no_time_is_refused(typed):
    with pytest.raises(ValidationError):
        ClockField().clean(typed)
