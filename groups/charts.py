"""An indicator over time as a picture: where it stood, the values since, the target and which way is better.

The server makes plain numbers; ``templates/programme/_chart.html`` draws them. The sentence says the finding, and never
that a measure caused it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from groups.models import Agency, Indicator
from samverkan.fields import figure

#: A picture for columns, and one whose letters can be read on a telephone.
WIDE, NARROW = 340, 232
HEIGHT = 206
LEFT, RIGHT, TOP, BOTTOM = 14, 14, 26, 56
#: So many values are written at their points; of more only the first and the last.
LABELLED = 6
#: So much a value needs to the right of its point.
ROOM = 48


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    day: date
    value: Decimal
    label: str = ""
    anchor: str = "middle"
    label_y: float = 0
    label_x: float = 0


@dataclass(frozen=True)
class Level:
    """A horizontal line: the baseline or the target."""

    y: float
    text_y: float
    text: str


@dataclass(frozen=True)
class Chart:
    finding: str
    points: list[Point]
    baseline: Level
    target: Level
    first: date
    last: date
    tone: str
    width: int = WIDE
    height: int = HEIGHT
    #: The same for a narrow screen.
    narrow: "Chart | None" = None

    @property
    def line(self) -> str:
        """The points of the polyline."""
        return " ".join(f"{point.x},{point.y}" for point in self.points)


def draw(indicator: Indicator) -> Chart:
    """The chart of an indicator, wide and narrow; needs ``values`` in order of day, and the goal's last day."""
    return replace(_draw(indicator, WIDE), narrow=_draw(indicator, NARROW))


def _draw(indicator: Indicator, width: int) -> Chart:
    known = [(indicator.baseline_day, indicator.baseline)]
    known += [(value.day, value.value) for value in indicator.values.all()]
    first, last = known[0][0], max(known[-1][0], indicator.goal.due, known[0][0] + timedelta(days=1))
    amounts = [value for _day, value in known] + [indicator.target]
    lowest, highest = min(amounts), max(amounts)

    def x(day: date) -> float:
        return round(LEFT + (width - LEFT - RIGHT) * (day - first).days / (last - first).days, 1)

    def y(value: Decimal) -> float:
        share = float((value - lowest) / (highest - lowest)) if highest > lowest else 0.5
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share, 1)

    down = indicator.direction == Indicator.Direction.DOWN
    levels = [y(indicator.baseline), y(indicator.target)]
    spots = [(x(day), y(value)) for day, value in known]
    points = [_point(known, index, spots, levels, width) for index in range(len(known))]
    return Chart(
        finding=finding(indicator),
        points=points,
        baseline=_level(levels[0], _("Baseline"), indicator.baseline, above=down),
        target=_level(levels[1], _("Target"), indicator.target, above=not down),
        first=first,
        last=last,
        tone=tone(indicator),
        width=width,
    )


def _point(
    known: Sequence[tuple[date, Decimal]],
    index: int,
    spots: Sequence[tuple[float, float]],
    levels: Sequence[float],
    width: int,
) -> Point:
    """With its value where it is to be written: the last one beside the line, the others above or below it."""
    (day, value), (x, y) = known[index], spots[index]
    is_last = index == len(known) - 1
    crowded = len(known) > (LABELLED if width == WIDE else LABELLED - 2)
    if not (is_last or (index > 0 and not crowded)):
        return Point(x, y, day, value)
    if is_last and x < width - ROOM:
        return Point(x, y, day, value, figure(value), "start", _clear(y + 4.5, levels), x + 9)
    falls = index > 0 and value < known[index - 1][1]
    anchor = "end" if x > width - ROOM else "middle"
    return Point(x, y, day, value, figure(value), anchor, round(y + 18 if falls else y - 9, 1), x)


def _clear(text_y: float, levels: Sequence[float]) -> float:
    """The foot of a text beside a point, moved off the lines of baseline and target that would run through it."""
    for level in levels:
        if text_y - 12 < level < text_y + 3:
            below = level < text_y - 4.5
            return round(level + 14 if below else level - 4, 1)
    return round(text_y, 1)


def _level(y: float, word: str, value: Decimal, *, above: bool) -> Level:
    return Level(y, round(y - 6 if above else y + 15, 1), f"{word} {figure(value)}")


def tone(indicator: Indicator) -> str:
    """``ok`` at the target, ``warn`` where it has moved away from it, ``info`` on the way, ``plain`` before any value."""
    last = indicator.last
    if last is None:
        return "plain"
    if indicator.is_at_target(last.value):
        return "ok"
    better = (last.value < indicator.baseline) == (indicator.direction == Indicator.Direction.DOWN)
    return "info" if better and last.value != indicator.baseline else "warn"


def finding(indicator: Indicator) -> str:
    """What the picture shows, as a sentence without a full stop."""
    last = indicator.last
    words = {
        "name": indicator.name,
        "unit": indicator.unit,
        "first": figure(indicator.baseline),
        "target": figure(indicator.target),
        "last": figure(last.value) if last else "",
    }
    if last is None:
        return _("%(name)s: no value since the baseline, %(first)s %(unit)s") % words
    if last.value == indicator.baseline:
        return _("%(name)s: still %(first)s %(unit)s; the target is %(target)s") % words
    fell = last.value < indicator.baseline
    if indicator.is_at_target(last.value):
        sentence = (
            _("%(name)s: down from %(first)s to %(last)s %(unit)s; the target %(target)s is reached")
            if fell
            else _("%(name)s: up from %(first)s to %(last)s %(unit)s; the target %(target)s is reached")
        )
    elif tone(indicator) == "info":
        sentence = (
            _("%(name)s: down from %(first)s to %(last)s %(unit)s; the target is %(target)s")
            if fell
            else _("%(name)s: up from %(first)s to %(last)s %(unit)s; the target is %(target)s")
        )
    else:
        sentence = (
            _("%(name)s: down from %(first)s to %(last)s %(unit)s, away from the target %(target)s")
            if fell
            else _("%(name)s: up from %(first)s to %(last)s %(unit)s, away from the target %(target)s")
        )
    return sentence % words


@dataclass(frozen=True)
class Bar:
    agency: Agency
    hours: Decimal
    share: float


def bars(spent: Sequence[tuple[Agency, Decimal]]) -> list[Bar]:
    """Hours per agency, the most first; ``share`` is of the longest bar, 0–100."""
    totals: dict[int, tuple[Agency, Decimal]] = {}
    for agency, hours in spent:
        totals[agency.pk] = (agency, totals.get(agency.pk, (agency, Decimal(0)))[1] + hours)
    ordered = sorted(totals.values(), key=lambda pair: (-pair[1], pair[0].name))
    longest = max((hours for _agency, hours in ordered), default=Decimal(0)) or Decimal(1)
    return [Bar(agency, hours, round(float(100 * hours / longest), 1)) for agency, hours in ordered]
