"""When a door is open and when somebody is behind it: weekly spans, closed days, and the moments they come to.

Pure arithmetic by the clock in Sweden. A span begins on its weekday and ends the same day, or the next where it ends at
or before it begins (22–02; 00–00 is round the clock). A time by the clock is the first moment at which the clock shows
that time or a later one: what summer time skips is the moment of the jump, and what comes twice is the first of the two.
A closed day has no moment at all, and what would have begun on it does not begin.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Protocol
from zoneinfo import ZoneInfo

import holidays

STOCKHOLM = ZoneInfo("Europe/Stockholm")
DAY = 24 * 60
WEEK = 7 * DAY
ONE_DAY = timedelta(days=1)
#: How far ahead a next opening is looked for: over a summer's closure, and a year.
HORIZON = 366

Interval = tuple[datetime, datetime]
ClosedOn = Callable[[date], bool]


class Weekly(Protocol):
    """What every week has, within its first and last day."""

    @property
    def weekday(self) -> int: ...

    @property
    def begins(self) -> time: ...

    @property
    def ends(self) -> time: ...

    @property
    def valid_from(self) -> date | None: ...

    @property
    def valid_to(self) -> date | None: ...

    @property
    def absent(self) -> frozenset[date]:
        """Days on which it does not begin after all."""


@dataclass(frozen=True)
class Span:
    """The plainest weekly span."""

    weekday: int
    begins: time
    ends: time
    valid_from: date | None = None
    valid_to: date | None = None
    absent: frozenset[date] = frozenset()


def never(day: date) -> bool:
    """Closed on no day."""
    return False


def holds_on(span: Weekly, day: date) -> bool:
    """Whether the span begins on that day."""
    return (
        span.weekday == day.weekday()
        and (span.valid_from is None or span.valid_from <= day)
        and (span.valid_to is None or day <= span.valid_to)
        and day not in span.absent
    )


def minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def length(span: Weekly) -> int:
    """Minutes by the clock; 1440 for round the clock."""
    return (minutes(span.ends) - minutes(span.begins)) % DAY or DAY


def moment(day: date, clock: time = time()) -> datetime:
    """The first moment at which the clock in Sweden shows this time of this day, or a later one."""
    shown = datetime.combine(day, clock)
    first = shown.replace(tzinfo=STOCKHOLM)
    if first.astimezone(UTC).astimezone(STOCKHOLM).replace(tzinfo=None) == shown:
        return first
    # Skipped by summer time, which everywhere in the European Union begins on a whole hour of UTC.
    return first.astimezone(UTC).replace(minute=0, second=0, microsecond=0).astimezone(STOCKHOLM)


def skipped(day: date, clock: time) -> bool:
    """Whether summer time skips it: the clock goes from 02.00 to 03.00 on the last Sunday of March."""
    return moment(day, clock).time() != clock


def twice(day: date, clock: time) -> bool:
    """Whether the clock shows it two times that day: 02.00–03.00 on the last Sunday of October."""
    first = moment(day, clock)
    return not skipped(day, clock) and first.utcoffset() != first.replace(fold=1).utcoffset()


def interval(span: Weekly, day: date) -> Interval:
    """The moments of a span that begins on that day."""
    next_day = span.ends <= span.begins
    return moment(day, span.begins), moment(day + ONE_DAY if next_day else day, span.ends)


def intervals(
    spans: Iterable[Weekly], first: date, last: date, closed_on: ClosedOn = never
) -> list[Interval]:
    """Every stretch from the first day's midnight to the last day's end, joined where they meet, in order."""
    spans = list(spans)
    begin, end = moment(first), moment(last + ONE_DAY)
    found: list[Interval] = []
    for start, stop in sorted(_stretches(spans, first, last, closed_on)):
        start, stop = max(start, begin), min(stop, end)
        if not _later(stop, start):
            continue
        if found and not _later(start, found[-1][1]):
            found[-1] = (found[-1][0], max(found[-1][1], stop))
        else:
            found.append((start, stop))
    return found


def _stretches(spans: list[Weekly], first: date, last: date, closed_on: ClosedOn) -> Iterator[Interval]:
    day = first - ONE_DAY
    while day <= last:
        if not closed_on(day):
            yield from (
                _until_closed(interval(span, day), day, closed_on) for span in spans if holds_on(span, day)
            )
        day += ONE_DAY


def _until_closed(stretch: Interval, day: date, closed_on: ClosedOn) -> Interval:
    midnight = moment(day + ONE_DAY)
    if stretch[1] > midnight and closed_on(day + ONE_DAY):
        return stretch[0], midnight
    return stretch


def _later(one: datetime, other: datetime) -> bool:
    """In real time: Python compares two moments of one time zone by what the clock shows."""
    return one.astimezone(UTC) > other.astimezone(UTC)


def is_within(spans: Iterable[Weekly], at: datetime, closed_on: ClosedOn = never) -> bool:
    """Whether the moment lies in one of the spans."""
    return ends_at(spans, at, closed_on) is not None


def ends_at(spans: Iterable[Weekly], at: datetime, closed_on: ClosedOn = never) -> datetime | None:
    """When the stretch that is going on ends; None where none is. Looks a week ahead: round the clock has no end, and
    gives the end of that week."""
    day = at.astimezone(STOCKHOLM).date()
    for start, stop in intervals(spans, day, day + timedelta(days=7), closed_on):
        if not _later(start, at) and _later(stop, at):
            return stop
    return None


def next_opening(spans: Iterable[Weekly], at: datetime, closed_on: ClosedOn = never) -> datetime | None:
    """The first moment after this one at which a stretch begins, a year ahead at most."""
    spans = list(spans)
    first = at.astimezone(STOCKHOLM).date()
    # Two weeks at a time: what comes soon is found soon, and a stretch over the seam is not a beginning.
    for days in range(0, HORIZON, 14):
        day = first + timedelta(days=days)
        for start, _stop in intervals(spans, day, day + timedelta(days=13), closed_on):
            if _later(start, at) and not (
                days and start == moment(day) and _goes_on(spans, start, closed_on)
            ):
                return start
    return None


def _goes_on(spans: list[Weekly], at: datetime, closed_on: ClosedOn) -> bool:
    return is_within(spans, (at.astimezone(UTC) - timedelta(minutes=1)).astimezone(STOCKHOLM), closed_on)


# Days that Sweden keeps (holidays, the library, knows them; Sundays are not among them).


@cache
def _of_year(year: int, language: str, categories: tuple[str, ...]) -> dict[date, str]:
    return dict(holidays.country_holidays("SE", years=year, language=language, categories=categories).items())


def red_day(day: date, language: str = "sv") -> str:
    """The name of the public holiday (1989:253), empty where it is none."""
    return _of_year(day.year, _language(language), ("public",)).get(day, "")


def eve(day: date, language: str = "sv") -> str:
    """The name of the eve on which Sweden is as good as closed: midsummer, Christmas and New Year; else empty."""
    return _of_year(day.year, _language(language), ("de_facto",)).get(day, "")


def _language(language: str) -> str:
    return "sv" if language == "sv" else "en_US"
