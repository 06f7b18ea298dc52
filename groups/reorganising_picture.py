"""Before and after as a picture: the agencies that end on the left, their successor on the right, an arrow for each unit
that goes somewhere. Pure arithmetic in SVG user units; the template draws it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from groups.models import Reorganisation, UnitPairing
from groups.picture import text_width, wrap

WIDTH, BOX, LEFT, RIGHT = 1000, 390, 1, 609
HEAD, GAP, BETWEEN, FOOT = 44, 16, 6, 14
#: From the edge of a box to what it holds; more on the left, for the colour and the tips of arrows.
BEFORE, AFTER = 26, 16
ROOMY = BOX - BEFORE - AFTER
LINE, ROOM = 17, 15
#: Between the tips of arrows that reach one unit.
APART = 7


@dataclass(frozen=True)
class Text:
    """A line of text; ``y`` is its baseline."""

    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Row:
    """A unit. ``is_faint`` is one that nothing goes from or into."""

    lines: tuple[Text, ...]
    note: str
    x: float
    y: float
    height: float
    is_faint: bool
    width: float = ROOMY

    @property
    def middle(self) -> float:
        return self.y + self.height / 2

    @property
    def note_x(self) -> float:
        return self.x + self.width - 10

    @property
    def note_y(self) -> float:
        return self.middle + 4


@dataclass(frozen=True)
class Box:
    """An agency with its units."""

    title: str
    hue: str
    x: float
    y: float
    height: float
    rows: tuple[Row, ...]
    width: float = BOX

    @property
    def text_x(self) -> float:
        return self.x + BEFORE

    @property
    def title_y(self) -> float:
        return self.y + 28


@dataclass(frozen=True)
class Picture:
    """``arrows`` are paths, from a unit on the left to one on the right."""

    boxes: tuple[Box, ...]
    arrows: tuple[str, ...]
    height: float
    width: float = WIDTH


def draw(reorganisation: Reorganisation, pairings: Sequence[UnitPairing], others: Sequence[str]) -> Picture:
    """``others`` are the names of the successor's own units into which nothing goes."""
    boxes: list[Box] = []
    places: dict[int, Row] = {}
    top = 1.0
    for agency in reorganisation.agencies.all():
        mine = [pairing for pairing in pairings if pairing.unit.agency_id == agency.pk]
        units = [(pairing.unit.name, _("stays") if pairing.stays else "", pairing.stays) for pairing in mine]
        box = _box(agency.name, agency.hue, LEFT, top, units)
        boxes.append(box)
        places |= {pairing.pk: row for pairing, row in zip(mine, box.rows, strict=True)}
        top += box.height + GAP
    moving = [pairing for pairing in pairings if not pairing.stays]
    goals = {pairing.goal: pairing.into_id is None for pairing in moving}
    units = [(name, _("new") if is_new else "", False) for name, is_new in goals.items()]
    units += [(name, "", True) for name in others if name not in goals]
    right = _box(reorganisation.successor.name, reorganisation.successor.hue, RIGHT, 1, units)
    height = max(top - GAP, right.height) + 2
    return Picture((*boxes, right), _arrows(moving, places, goals, right), height)


def _arrows(
    moving: Sequence[UnitPairing], places: dict[int, Row], goals: dict[str, bool], right: Box
) -> tuple[str, ...]:
    """Those into one unit reach it side by side."""
    paths = []
    for name, row in zip(goals, right.rows, strict=False):
        coming = [places[pairing.pk] for pairing in moving if pairing.goal == name]
        for index, start in enumerate(coming):
            end = row.middle + (index - (len(coming) - 1) / 2) * APART
            paths.append(_path(start.x + start.width + 3, start.middle, row.x - 4, end))
    return tuple(paths)


def _path(x1: float, y1: float, x2: float, y2: float) -> str:
    """A soft bend that leaves and arrives level."""
    middle = (x1 + x2) / 2
    return f"M{x1:g} {y1:g}C{middle:g} {y1:g} {middle:g} {y2:g} {x2 - 8:g} {y2:g}L{x2:g} {y2:g}"


def _box(title: str, hue: str, x: float, y: float, units: Sequence[tuple[str, str, bool]]) -> Box:
    rows: list[Row] = []
    top = y + HEAD
    for name, note, is_faint in units:
        row = _row(name, note, x + BEFORE, top, is_faint)
        rows.append(row)
        top += row.height + BETWEEN
    shown = title if text_width(title, 15) < ROOMY else wrap(title, ROOMY, 15)[0] + "…"
    return Box(shown, hue, x, y, top - BETWEEN + FOOT - y, tuple(rows))


def _row(name: str, note: str, x: float, top: float, is_faint: bool) -> Row:
    room = ROOMY - 20 - (text_width(note, 13) + 10 if note else 0)
    lines = wrap(name, room, 13)[:2]
    height = LINE * len(lines) + ROOM
    texts = tuple(Text(line, x + 10, top + ROOM / 2 + 13 + LINE * index) for index, line in enumerate(lines))
    return Row(texts, note, x, top, height, is_faint)
