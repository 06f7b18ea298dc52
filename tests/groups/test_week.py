"""The week of premises: its gaps, its words, its picture, and who is there now."""

from datetime import date, datetime

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groups.hours import DAY, STOCKHOLM
from groups.models import Closure, Premises, ShiftAbsence
from groups.presence import now
from groups.week import WeekDay, common, join, monday_of, rest, total, week_of
from groups.weekpicture import draw
from groups.weekwords import about_opening, finding, gaps, on_days, times
from tests.factories_premises import make_hours, make_premises, make_shift

MONDAY = date(2026, 11, 23)
CHRISTMAS = date(2026, 12, 21)


@pytest.fixture
def house(db, cast):
    """Open 10–22, the police 14–22 Monday to Saturday and the association 10–14 on Saturday."""
    premises = make_premises(name="Huset", agency=cast.district)
    make_hours(premises=premises, days=range(7), begins="10", ends="22")
    for weekday in range(6):
        make_shift(premises=premises, agency=cast.police_agency, weekday=weekday, begins="14", ends="22")
    make_shift(premises=premises, agency=cast.association_agency, weekday=5, begins="10", ends="14")
    return premises


def fresh(premises):
    return Premises.objects.with_times().get(pk=premises.pk)


def at(day, hour, minute=0):
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=STOCKHOLM)


def test_the_finding_names_the_gaps_and_counts_the_hours(house):
    week = week_of(fresh(house), MONDAY)

    with translation.override("en"):
        assert finding(week) == "Nobody is there for 116 of the week's 168 hours"
        assert gaps(week) == [
            "before 14 on weekdays",
            "round the clock on Sunday",
            "after 22 on Monday–Saturday",
            "before 10 on Saturday",
        ]
        assert about_opening(week) == "The door is open 84 hours; 32 of them nobody is there."
    assert week.unstaffed == (168 - 6 * 8 - 4) * 60


def test_nobody_and_always_somebody(cast):
    premises = make_premises()
    with translation.override("en"):
        assert (
            finding(week_of(fresh(premises), MONDAY))
            == "Nobody is there this week: all 168 hours are unstaffed"
        )
        for weekday in range(7):
            make_shift(premises=premises, agency=cast.police_agency, weekday=weekday, begins="0", ends="24")
        assert finding(week_of(fresh(premises), MONDAY)) == "Somebody is there every hour of the week"


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({6}, "on Sunday"),
        ({0, 1, 2, 3, 4}, "on weekdays"),
        ({5, 6}, "at the weekend"),
        ({0, 1, 2, 6}, "on Monday–Wednesday and Sunday"),
        ({0, 2}, "on Monday and Wednesday"),
        (set(range(7)), "every day"),
    ],
)
def test_days_in_words(days, words):
    with translation.override("en"):
        assert on_days(frozenset(days)) == words


def test_times_in_words():
    with translation.override("sv"):
        assert times([(600, 840), (990, DAY)]) == "10–14, 16.30–24"


def test_christmas_week_is_closed_when_sweden_is(house):
    week = week_of(fresh(house), CHRISTMAS)

    assert [bool(day.open) for day in week.days] == [True, True, True, False, False, False, True]
    assert [day.closed for day in week.days][3:6] == ["Julafton", "Juldagen", "Annandag jul"]


def test_a_closure_and_an_absence_change_one_day(house):
    Closure.objects.create(premises=house, first_day=MONDAY, last_day=MONDAY, reason="Golvet")
    shift = house.shifts.get(weekday=1)
    ShiftAbsence.objects.create(shift=shift, day=date(2026, 11, 24))

    week = week_of(fresh(house), MONDAY)

    assert (week.days[0].open, week.days[0].closed) == ((), "Golvet")
    assert (week.days[1].open, week.days[1].present) == (((600, 1320),), [])
    assert week_of(fresh(house), date(2026, 11, 30)).days[1].present != []


def test_a_night_shift_goes_on_the_next_day(cast):
    premises = make_premises()
    make_shift(premises=premises, agency=cast.police_agency, weekday=6, begins="22", ends="6")

    week = week_of(fresh(premises), MONDAY)

    assert week.days[6].present[0].stretches == ((1320, DAY),)
    assert week.days[0].present[0].stretches == ((0, 360),)


def test_now_says_who_is_there_and_until_when(house, cast):
    premises = fresh(house)
    saturday = date(2026, 11, 28)

    noon = now(premises, at(saturday, 12))
    night = now(premises, at(saturday, 23))
    eve = now(premises, at(date(2026, 12, 24), 12))

    assert [(one.agency, one.until) for one in noon.present] == [(cast.association_agency, at(saturday, 14))]
    assert (noon.is_open, noon.open_until) == (True, at(saturday, 22))
    assert (night.is_open, night.present, night.opens_at) == (False, (), at(date(2026, 11, 29), 10))
    assert (eve.holiday, eve.opens_at) == ("Julafton", at(date(2026, 12, 27), 10))


def test_the_picture_has_a_lane_for_each_agency_and_stays_inside(house):
    week = week_of(fresh(house), MONDAY)

    picture = draw(week, at(MONDAY, 12))

    assert len(picture.rows) == 7
    assert [agency.key for agency in week.agencies] == ["police", "association"]
    for row in picture.rows:
        for bar in (*row.door, *row.bars, *row.nobody):
            assert picture.left <= bar.x < bar.x + bar.width <= picture.left + picture.grid_width + 0.01
            assert row.y <= bar.y < bar.y + bar.height <= row.y + row.height
    assert picture.now is not None
    assert draw(week, at(CHRISTMAS, 12)).now is None


stretches = st.lists(
    st.tuples(st.integers(0, DAY - 1), st.integers(1, DAY)).filter(lambda pair: pair[0] < pair[1]), max_size=6
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(stretches, stretches)
def test_stretches_and_their_rest_are_the_day(one, other):
    joined = join(one)
    minutes = {minute for start, end in one for minute in range(start, end)}

    assert total(joined) == len(minutes)
    assert total(joined) + total(rest(joined)) == DAY
    both = minutes & {minute for start, end in other for minute in range(start, end)}
    assert total(common(joined, join(other))) == len(both)


def test_a_week_begins_on_its_monday():
    assert monday_of(date(2026, 11, 29)) == MONDAY
    assert WeekDay(MONDAY, (), (), ()).present == []
