"""Where everything goes in the picture of the year: a lane for each duty over twelve months. Pure arithmetic.

Each body has a row of its meetings and below it the lanes of its duties; a mark on the last day, a bar for the days
ahead, a diamond on the meeting that takes it up.
"""

import calendar
from dataclasses import dataclass, field
from datetime import date
from textwrap import wrap

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.formats import get_format

from meetings.models import DutyOccurrence, Meeting
from meetings.year import Mark, Turn
from samverkan.templatetags.samverkan import short_day

WIDTH = 1120
LABELS = 330
HEAD = 34
ROW, LANE, LINE = 34, 42, 16
FOOT = 18
#: A mark's words need so much room; nearer to the right edge they stand on its left.
WORDS = 150
LETTERS = 44

_State = DutyOccurrence.State


@dataclass(frozen=True)
class Month:
    x: float
    width: float
    name: str


@dataclass(frozen=True)
class Point:
    x: float
    title: str


@dataclass(frozen=True)
class MarkOfTurn:
    """A turn in its lane; ``text_x`` and ``anchor`` place its words."""

    x: float
    ahead: float
    meeting: float | None
    state: str
    text: str
    text_x: float
    anchor: str


@dataclass(frozen=True)
class Lane:
    """A duty; ``lines`` are all of its name, broken, each with its baseline. A long name makes the lane higher, and the
    marks stand in its middle."""

    y: float
    pk: int
    height: float
    lines: tuple[tuple[float, str], ...]
    marks: tuple[MarkOfTurn, ...]

    @property
    def marks_y(self) -> float:
        return self.y + (self.height - LANE) / 2


@dataclass(frozen=True)
class Band:
    """A body: its name, its meetings, and the lanes below."""

    y: float
    name: str
    meetings: tuple[Point, ...]
    lanes: tuple[Lane, ...]


@dataclass(frozen=True)
class Flag:
    x: float
    y: float
    text: str
    anchor: str
    text_x: float


@dataclass
class Picture:
    height: float
    months: list[Month]
    bands: list[Band]
    flags: list[Flag]
    today: float | None
    left: float = LABELS
    width: float = WIDTH
    marks_y: float = field(default=0)
    top: float = HEAD

    @property
    def today_anchor(self) -> str:
        """The word stands on the side with more room."""
        return "end" if self.today and self.today > (LABELS + WIDTH) / 2 else "start"

    @property
    def today_dx(self) -> int:
        return -5 if self.today_anchor == "end" else 5


def draw(turns: list[Turn], meetings: list[Meeting], marks: list[Mark], year: int) -> Picture:
    """The picture of a year."""
    bands, y = [], float(HEAD)
    for body_id, name in _bodies(turns):
        own = [turn for turn in turns if turn.row.duty.body_id == body_id]
        points = tuple(_meeting(row, year) for row in meetings if row.body_id == body_id)
        lanes, top = [], y + ROW
        for pk in dict.fromkeys(turn.row.duty_id for turn in own):
            lanes.append(_lane(top, [turn for turn in own if turn.row.duty_id == pk], year))
            top += lanes[-1].height
        bands.append(Band(y, name, points, tuple(lanes)))
        y = top
    flags = [_flag(mark, y + 20 + 22 * number, year) for number, mark in enumerate(marks)]
    today = timezone.localdate()
    return Picture(
        height=y + FOOT + (22 * len(flags) + 8 if flags else 0),
        months=_months(year),
        bands=bands,
        flags=flags,
        today=_x(today, year) if today.year == year else None,
        marks_y=y,
    )


def _bodies(turns: list[Turn]) -> list[tuple[int, str]]:
    """The bodies, the one with most duties first."""
    names = {turn.row.duty.body_id: turn.row.duty.body.name for turn in turns}
    counts = {pk: sum(turn.row.duty.body_id == pk for turn in turns) for pk in names}
    return sorted(names.items(), key=lambda entry: (-counts[entry[0]], entry[1]))


def _x(day: date, year: int) -> float:
    """The middle of the day, held inside the year."""
    whole = 366 if calendar.isleap(year) else 365
    passed = min(max((day - date(year, 1, 1)).days + 0.5, 0), whole)
    return round(LABELS + passed * (WIDTH - LABELS) / whole, 1)


def _short(month: date) -> str:
    """As in a short day: ``nov`` in Swedish, ``Nov`` in English."""
    return format_date(month, get_format("SHORT_DAY_FORMAT").removeprefix("j "))


def _months(year: int) -> list[Month]:
    found = []
    for month in range(1, 13):
        first = _x(date(year, month, 1), year)
        longest = calendar.monthrange(year, month)[1]
        last = _x(date(year, month, longest), year)
        found.append(Month(first, round(last - first, 1), _short(date(year, month, 1))))
    return found


def _meeting(row: Meeting, year: int) -> Point:
    day = timezone.localdate(row.starts_at)
    return Point(_x(day, year), short_day(day))


def _lane(y: float, turns: list[Turn], year: int) -> Lane:
    broken = wrap(turns[0].row.duty.title, LETTERS) or [""]
    height = max(LANE, LINE * len(broken) + 10)
    first = y + (height - LINE * len(broken)) / 2 + 12
    lines = tuple((round(first + LINE * number, 1), text) for number, text in enumerate(broken))
    return Lane(y, turns[0].row.duty_id, height, lines, tuple(_mark(turn, year) for turn in turns))


def _mark(turn: Turn, year: int) -> MarkOfTurn:
    x = _x(turn.row.due, year)
    left = x + WORDS > WIDTH
    ahead = _x(turn.row.deadline, year)
    taken_up = turn.meeting if turn.state in (_State.PLACED, _State.LACKING, _State.UNTOLD) else None
    day = timezone.localdate(taken_up.starts_at) if taken_up else None
    meeting = _x(day, year) if day and day.year == year else None
    edge = min(ahead, meeting or ahead)
    return MarkOfTurn(
        x=x,
        ahead=ahead,
        meeting=meeting,
        state=turn.state,
        text=f"{short_day(turn.row.due)} · {turn.word}",
        text_x=edge - 10 if left else x + 13,
        anchor="end" if left else "start",
    )


def _flag(mark: Mark, y: float, year: int) -> Flag:
    x = _x(mark.day, year)
    left = x > (LABELS + WIDTH) / 2
    return Flag(
        x, y, f"{short_day(mark.day)} · {mark.text}", "end" if left else "start", x - 9 if left else x + 9
    )
