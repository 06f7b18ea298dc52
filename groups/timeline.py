"""An agreement's way from draft to end, as a list of events and a picture of them."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Agreement

WIDTH, LEFT, RIGHT = 760, 24, 736
_CLOSE = 24


@dataclass(frozen=True)
class Event:
    """``when`` is the day in words: a report may know its month alone."""

    day: date
    when: str
    what: str


@dataclass(frozen=True)
class Mark:
    """A numbered event in the picture; those close to each other stand above one another."""

    number: int
    x: float
    y: int
    is_past: bool


@dataclass(frozen=True)
class Year:
    x: float
    label: str


@dataclass(frozen=True)
class Timeline:
    events: list[Event]
    marks: list[Mark]
    years: list[Year]
    bar: tuple[float, float] | None
    today: float | None
    base: int
    height: int
    is_open: bool

    @property
    def bar_width(self) -> float:
        return round(self.bar[1] - self.bar[0], 1) if self.bar else 0


def events_of(agreement: Agreement) -> list[Event]:
    """What has happened and what is to come, oldest first and within a day in the order of the way; needs
    ``with_parties``."""
    known: list[tuple[date | None, str]] = [
        (timezone.localdate(agreement.created_at), _("Recorded in Samverkan")),
        (agreement.sent_on, _("Sent for signing")),
    ]
    for party in agreement.parties.all():
        known.append((party.signed_on, _("Signed by %(party)s") % {"party": party.agency.name}))
    held = not agreement.never_held
    known += [
        (agreement.begins if held else None, _("In force from this day")),
        (agreement.terminated_on, _("Terminated by %(party)s") % {"party": agreement.terminated_by}),
        (agreement.ends if held else None, _("Last day")),
    ]
    found = [_event(day, what) for day, what in known if day and day > date.min]
    for report in agreement.board_reports.all():
        if report.reported:
            day = date.fromisoformat((report.reported + "-01")[:10])
            what = _("Reported to %(board)s") % {"board": report.board or _("a board")}
            found.append(Event(day, report.reported, what))
    return sorted(found, key=lambda event: event.day)


def _event(day: date, what: str) -> Event:
    return Event(day, day.isoformat(), what)


def timeline_of(agreement: Agreement) -> Timeline:
    """The picture: a line of days with numbered marks, the time in force as a bar, and today."""
    events, today = events_of(agreement), timezone.localdate()
    begins, ends = agreement.begins, agreement.ends
    days = [event.day for event in events] + [today]
    first, last = min(days), max(days)
    pad = max((last - first).days // 12, 15)
    first, last = first - timedelta(days=pad), last + timedelta(days=pad)

    def x(day: date) -> float:
        share = (min(max(day, first), last) - first).days / (last - first).days
        return round(LEFT + share * (RIGHT - LEFT), 1)

    marks, levels = _marks(events, x, today)
    base = 34 + levels * _CLOSE
    bar = (x(begins), x(ends) if ends else float(RIGHT)) if begins and (not ends or ends >= begins) else None
    return Timeline(
        events=events,
        marks=[Mark(mark.number, mark.x, base - 22 - mark.y, mark.is_past) for mark in marks],
        years=_years(first, last, x),
        bar=bar,
        today=x(today),
        base=base,
        height=base + 46,
        is_open=ends is None,
    )


def _marks(events: list[Event], x: "object", today: date) -> tuple[list[Mark], int]:
    marks: list[Mark] = []
    levels = 0
    for number, event in enumerate(events, 1):
        place = x(event.day)  # type: ignore[operator]
        taken = {mark.y for mark in marks if abs(mark.x - place) < _CLOSE}
        level = next(level for level in range(len(events)) if level * _CLOSE not in taken)
        levels = max(levels, level)
        marks.append(Mark(number, place, level * _CLOSE, event.day <= today))
    return marks, levels


def _years(first: date, last: date, x: "object") -> list[Year]:
    years = range(first.year + 1, last.year + 1)
    step = max(1, len(years) // 8)
    return [Year(x(date(year, 1, 1)), str(year)) for year in years if not (year - first.year - 1) % step]  # type: ignore[operator]
