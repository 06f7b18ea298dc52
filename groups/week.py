"""The week of premises: when they are open, who is there, and when nobody is, in minutes by the clock of each day.

A day has 1440 minutes here on the days of the clock's change as well: the picture shows what the clock on the wall shows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from groups import hours
from groups.hours import DAY, ClosedOn, Weekly
from groups.models import Agency, Premises
from groups.presence import closed_on, closure, holiday

Stretch = tuple[int, int]


@dataclass(frozen=True)
class Lane:
    """One agency's stretches of one day."""

    agency: Agency
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True)
class WeekDay:
    """One day: open, each agency's presence, and the stretches when nobody is there."""

    day: date
    open: tuple[Stretch, ...]
    lanes: tuple[Lane, ...]
    nobody: tuple[Stretch, ...]
    closed: str = ""

    @property
    def present(self) -> list[Lane]:
        """Those who come that day at all."""
        return [lane for lane in self.lanes if lane.stretches]


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday, and the agencies that are there on any of them."""

    monday: date
    days: tuple[WeekDay, ...]
    agencies: tuple[Agency, ...]

    @property
    def unstaffed(self) -> int:
        """Minutes of the week in which nobody is there."""
        return sum(total(day.nobody) for day in self.days)

    @property
    def opened(self) -> int:
        return sum(total(day.open) for day in self.days)

    @property
    def open_unstaffed(self) -> int:
        """Minutes in which the door is open and nobody is there."""
        return sum(total(common(day.open, day.nobody)) for day in self.days)


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_of(premises: Premises, monday: date) -> Week:
    """Needs ``with_times``."""
    closed = closed_on(premises)
    shifts: dict[Agency, list[Weekly]] = {}
    for shift in premises.shifts.all():
        shifts.setdefault(shift.agency, []).append(shift)
    every_day = [monday + timedelta(days=number) for number in range(7)]
    days = tuple(_day(premises, day, shifts, closed) for day in every_day)
    here = tuple(
        agency for agency in shifts if any(lane.agency == agency for day in days for lane in day.present)
    )
    return Week(monday, days, here)


def _day(premises: Premises, day: date, shifts: dict[Agency, list[Weekly]], closed: ClosedOn) -> WeekDay:
    lanes = tuple(Lane(agency, stretches(spans, day, closed)) for agency, spans in shifts.items())
    present = join(stretch for lane in lanes for stretch in lane.stretches)
    return WeekDay(
        day=day,
        open=stretches(premises.hours.all(), day, closed),
        lanes=lanes,
        nobody=rest(present),
        closed=closure(premises, day) or holiday(premises, day),
    )


def stretches(spans: Iterable[Weekly], day: date, closed: ClosedOn) -> tuple[Stretch, ...]:
    """What of the spans falls on one day, those that began the evening before included."""
    if closed(day):
        return ()
    evening = day - timedelta(days=1)
    found = []
    for span in spans:
        begins, end = hours.minutes(span.begins), hours.minutes(span.begins) + hours.length(span)
        if hours.holds_on(span, day):
            found.append((begins, min(end, DAY)))
        if end > DAY and hours.holds_on(span, evening) and not closed(evening):
            found.append((0, end - DAY))
    return join(found)


# Stretches of a day.


def join(found: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The same minutes, in order, joined where they meet."""
    joined: list[Stretch] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


def rest(found: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """What is left of the day; needs joined stretches."""
    left, here = [], 0
    for start, end in found:
        if start > here:
            left.append((here, start))
        here = end
    return (*left, (here, DAY)) if here < DAY else tuple(left)


def common(one: Iterable[Stretch], other: Iterable[Stretch]) -> tuple[Stretch, ...]:
    other = list(other)
    return join((max(a, c), min(b, d)) for a, b in one for c, d in other if max(a, c) < min(b, d))


def total(found: Iterable[Stretch]) -> int:
    return sum(end - start for start, end in found)
