"""Where everything goes in the picture of a week: a row for each day, an hour from left to right, a lane for each agency.

Pure arithmetic in SVG user units; the template draws what comes out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from groups.hours import DAY
from groups.picture import text_width
from groups.week import Stretch, Week, WeekDay

LEFT, HOUR, TOP = 118, 39, 30
DOOR, LANE, LANE_GAP, PADDING, ROW_GAP = 7, 20, 3, 6, 7
LABEL = 12


@dataclass(frozen=True)
class Bar:
    """A stretch of a day; ``label`` where it fits."""

    x: float
    y: float
    width: float
    height: float
    hue: str = ""
    label: str = ""

    @property
    def text_x(self) -> float:
        return self.x + self.width / 2

    @property
    def text_y(self) -> float:
        return self.y + self.height / 2 + 4.2

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True)
class Row:
    """One day with everything in it."""

    day: WeekDay
    y: float
    height: float
    door: tuple[Bar, ...]
    bars: tuple[Bar, ...]
    nobody: tuple[Bar, ...]

    @property
    def text_y(self) -> float:
        return self.y + self.height / 2

    @property
    def lower_text_y(self) -> float:
        return self.text_y + 15


@dataclass(frozen=True)
class Hour:
    """A line down the picture, with its number above."""

    x: float
    label: str
    strong: bool


@dataclass(frozen=True)
class Picture:
    """The finished drawing; ``now`` is where this moment is, if it is in this week."""

    rows: tuple[Row, ...]
    hours: tuple[Hour, ...]
    height: float
    now: Bar | None
    left: float = LEFT
    top: float = TOP
    width: float = LEFT + 24 * HOUR + 14

    @property
    def grid_width(self) -> float:
        return 24 * HOUR

    @property
    def grid_bottom(self) -> float:
        return self.height - 4


def draw(week: Week, at: datetime | None = None) -> Picture:
    """Every day has a lane for each agency that comes this week, in the same order, so that a lane can be followed."""
    lanes = max(1, len(week.agencies))
    height = PADDING * 2 + DOOR + lanes * (LANE + LANE_GAP)
    rows = tuple(
        _row(week, day, TOP + 8 + number * (height + ROW_GAP), height) for number, day in enumerate(week.days)
    )
    bottom = rows[-1].y + height
    marks = tuple(Hour(_x(hour * 60), str(hour), hour % 6 == 0) for hour in range(0, 25, 3))
    return Picture(rows, marks, bottom + 8, _now(rows, at))


def _row(week: Week, day: WeekDay, y: float, height: float) -> Row:
    first_lane = y + PADDING + DOOR + LANE_GAP
    bars = []
    for number, agency in enumerate(week.agencies):
        top = first_lane + number * (LANE + LANE_GAP)
        stretches = next((lane.stretches for lane in day.lanes if lane.agency == agency), ())
        bars += _bars(stretches, top, LANE, agency.hue, agency.label)
    return Row(
        day=day,
        y=y,
        height=height,
        door=tuple(_bars(day.open, y + PADDING - 1, DOOR)),
        bars=tuple(bars),
        nobody=tuple(_bars(day.nobody, y, height)),
    )


def _bars(found: Iterable[Stretch], y: float, height: float, hue: str = "", label: str = "") -> list[Bar]:
    bars = []
    for start, end in found:
        width = _x(end) - _x(start)
        fits = text_width(label, LABEL) + 10 <= width
        bars.append(Bar(_x(start), y, width, height, hue, label if fits else ""))
    return bars


def _x(minute: float) -> float:
    return LEFT + minute / 60 * HOUR


def _now(rows: tuple[Row, ...], at: datetime | None) -> Bar | None:
    if at is None:
        return None
    local = timezone.localtime(at)
    row = next((row for row in rows if row.day.day == local.date()), None)
    minute = local.hour * 60 + local.minute
    return Bar(_x(min(minute, DAY)), row.y, 0, row.height) if row else None
