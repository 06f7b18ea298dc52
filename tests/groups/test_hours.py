"""Open or not, at any moment: against a slow and obvious reference, over both changes of the clock and the holidays."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from groups.hours import (
    STOCKHOLM,
    Span,
    ends_at,
    eve,
    interval,
    intervals,
    is_within,
    moment,
    never,
    next_opening,
    red_day,
)

AUTUMN, SPRING = date(2026, 10, 25), date(2027, 3, 28)
MONDAY = date(2026, 11, 23)
ROUND_THE_CLOCK = [Span(day, time(0), time(0)) for day in range(7)]


def at(day, hour, minute=0, fold=0):
    return datetime.combine(day, time(hour, minute), STOCKHOLM).replace(fold=fold)


def shown(moment):
    return moment.astimezone(STOCKHOLM).replace(tzinfo=None)


def first_shown(day, clock):
    """Minute by minute from the day before: the first moment at which the clock shows this time or a later one."""
    wanted = datetime.combine(day, clock)
    here = datetime.combine(day - timedelta(days=1), time(12), UTC)
    while shown(here) < wanted:
        here += timedelta(minutes=1)
    return here


def slowly(spans, at, closed_on):
    """The reference: any span that began today or yesterday, and not on a closed day."""
    today = at.astimezone(STOCKHOLM).date()
    if closed_on(today):
        return False
    for day in (today - timedelta(days=1), today):
        for span in spans:
            begins_here = span.weekday == day.weekday() and (span.valid_from or day) <= day <= (
                span.valid_to or day
            )
            if not begins_here or closed_on(day):
                continue
            last = day + timedelta(days=1) if span.ends <= span.begins else day
            if first_shown(day, span.begins) <= at < first_shown(last, span.ends):
                return True
    return False


clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
turns = st.sampled_from([AUTUMN, SPRING, date(2026, 6, 19), date(2026, 12, 24), MONDAY])
near = st.integers(-2, 2)
bounds = st.one_of(st.none(), st.builds(lambda turn, days: turn + timedelta(days=days), turns, near))
spans = st.lists(st.builds(Span, st.integers(0, 6), clocks, clocks, bounds, bounds), max_size=5)
moments = st.builds(
    lambda turn, minutes: (datetime.combine(turn, time(), UTC) + timedelta(minutes=minutes)).astimezone(
        STOCKHOLM
    ),
    turns,
    st.integers(-1440, 2880),
)


def kept(day):
    return bool(red_day(day) or eve(day))


@settings(max_examples=150, deadline=None)
@given(spans, moments, st.sampled_from([never, kept]))
@example(ROUND_THE_CLOCK, at(AUTUMN, 2, 30, fold=1), never)
@example([Span(6, time(2, 15), time(2, 45))], at(SPRING, 3), never)
@example([Span(5, time(22), time(3))], at(AUTUMN, 2, 59, fold=1), never)
def test_any_moment_is_as_the_slow_reference_says(spans, moment, closed_on):
    assert is_within(spans, moment, closed_on) == slowly(spans, moment, closed_on)


@settings(max_examples=100, deadline=None)
@given(spans, moments, st.sampled_from([never, kept]))
def test_the_next_opening_is_the_first_change_from_closed_to_open(spans, moment, closed_on):
    found = next_opening(spans, moment, closed_on)
    begins = [
        start
        for start, _stop in intervals(spans, moment.date(), moment.date() + timedelta(days=370), closed_on)
        if start.astimezone(UTC) > moment.astimezone(UTC)
    ]

    assert found == (
        begins[0] if begins and begins[0].date() < moment.date() + timedelta(days=366) else found
    )
    if found:
        assert is_within(spans, found, closed_on)
        before = (found.astimezone(UTC) - timedelta(minutes=1)).astimezone(STOCKHOLM)
        assert not is_within(spans, before, closed_on)


@settings(max_examples=100, deadline=None)
@given(spans, turns)
def test_stretches_are_in_order_and_apart(spans, turn):
    found = intervals(spans, turn - timedelta(days=2), turn + timedelta(days=2))

    for start, stop in found:
        assert start.astimezone(UTC) < stop.astimezone(UTC)
    for (_start, stop), (start, _stop) in pairwise(found):
        assert stop.astimezone(UTC) < start.astimezone(UTC)


@settings(max_examples=60, deadline=None)
@given(turns, near, clocks)
def test_a_time_by_the_clock_is_the_first_moment_that_shows_it_or_later(turn, days, clock):
    day = turn + timedelta(days=days)

    assert moment(day, clock).astimezone(UTC) == first_shown(day, clock)


def hours(stretch):
    return (stretch[1].astimezone(UTC) - stretch[0].astimezone(UTC)) / timedelta(hours=1)


def test_the_night_of_the_long_and_of_the_short_day():
    night = Span(5, time(22), time(6))

    assert hours(interval(night, AUTUMN - timedelta(days=1))) == 9
    assert hours(interval(night, SPRING - timedelta(days=1))) == 7
    assert hours(intervals(ROUND_THE_CLOCK, AUTUMN, AUTUMN)[0]) == 25
    assert hours(intervals(ROUND_THE_CLOCK, SPRING, SPRING)[0]) == 23


def test_a_season_begins_and_ends_with_its_days():
    summer = [Span(0, time(10), time(18), date(2026, 6, 1), date(2026, 8, 31))]

    assert [
        is_within(summer, at(day, 12)) for day in (date(2026, 5, 25), date(2026, 6, 1), date(2026, 9, 7))
    ] == [
        False,
        True,
        False,
    ]
    assert next_opening(summer, at(date(2026, 9, 7), 12)) is None
    assert next_opening(summer, at(date(2026, 1, 1), 12)) == at(date(2026, 6, 1), 10)


def test_midsummer_and_christmas_close_the_evening_that_would_have_begun():
    nights = [Span(day, time(18), time(2)) for day in range(7)]

    assert is_within(nights, at(date(2026, 6, 18), 23), kept)
    assert not is_within(nights, at(date(2026, 6, 19), 1), kept)
    assert not is_within(nights, at(date(2026, 6, 19), 23), kept)
    assert next_opening(nights, at(date(2026, 6, 18), 23), kept) == at(date(2026, 6, 21), 18)
    assert next_opening(nights, at(date(2026, 12, 24), 12), kept) == at(date(2026, 12, 27), 18)
    assert not is_within(nights, at(date(2026, 12, 27), 1), kept)


@pytest.mark.parametrize(
    ("day", "name", "eve_name"),
    [
        (date(2026, 6, 19), "", "Midsommarafton"),
        (date(2026, 6, 20), "Midsommardagen", ""),
        (date(2026, 12, 24), "", "Julafton"),
        (date(2026, 12, 25), "Juldagen", ""),
        (date(2027, 1, 6), "Trettondedag jul", ""),
        (MONDAY, "", ""),
        (date(2026, 11, 22), "", ""),
    ],
)
def test_the_days_that_sweden_keeps(day, name, eve_name):
    assert (red_day(day), eve(day)) == (name, eve_name)


def test_round_the_clock_goes_on_over_midnight_and_never_opens_again():
    assert ends_at(ROUND_THE_CLOCK, at(MONDAY, 12)) == moment(MONDAY + timedelta(days=8))
    assert next_opening(ROUND_THE_CLOCK, at(MONDAY, 12)) is None
    assert ends_at([Span(0, time(22), time(2))], at(MONDAY + timedelta(days=1), 1)) == at(
        MONDAY + timedelta(days=1), 2
    )
