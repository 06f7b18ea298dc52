"""Before and after as a picture: the agencies that end on the left, their successor on the right, an arrow for each unit
that goes somewhere. Pure arithmetic in SVG user units; the template draws it."""

from collections.abc import Sequence
from dataclasses import dataclass

from groups.models import Reorganisation, UnitPairing
from groups.picture import text_width, wrap

WIDTH, BOX, LEFT, RIGHT = 1000, 400, 1, 599
ROW, HEAD, GAP, PAD = 46, 40, 20, 12


@dataclass(frozen=True)
class Text:
    """A line of text; ``y`` is its baseline."""

    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Box:
    """An agency with its units."""

    title: str
    hue: str
    x: float
    y: float
    height: float
    rows: tuple[tuple[Text, ...], ...]
    width: float = BOX

    @property
    def text_x(self) -> float:
        return self.x + PAD

    @property
    def title_y(self) -> float:
        return self.y + 26


@dataclass(frozen=True)
class Arrow:
    """From the middle of a row on the left to the middle of one on the right."""

    x1: float
    y1: float
    x2: float
    y2: float


@dataclass(frozen=True)
class Picture:
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    height: float
    width: float = WIDTH


def draw(reorganisation: Reorganisation, pairings: Sequence[UnitPairing], others: Sequence[str]) -> Picture:
    """``others`` are the names of the successor's own units into which nothing goes."""
    boxes: list[Box] = []
    middles: dict[int, float] = {}
    top = 1.0
    for agency in reorganisation.agencies.all():
        mine = [pairing for pairing in pairings if pairing.unit.agency_id == agency.pk]
        box, centres = _box(agency.name, agency.hue, LEFT, top, [pairing.unit.name for pairing in mine])
        boxes.append(box)
        middles |= {pairing.pk: centre for pairing, centre in zip(mine, centres, strict=True)}
        top += box.height + GAP
    goals = list(dict.fromkeys(pairing.goal for pairing in pairings if not pairing.stays))
    names = [*goals, *(name for name in others if name not in goals)]
    successor = reorganisation.successor
    right, centres = _box(successor.name, successor.hue, RIGHT, 1, names)
    places = dict(zip(names, centres, strict=True))
    arrows = tuple(
        Arrow(LEFT + BOX + 4, middles[pairing.pk], RIGHT - 8, places[pairing.goal])
        for pairing in pairings
        if not pairing.stays
    )
    return Picture((*boxes, right), arrows, max(top - GAP, right.height) + 2)


def _box(title: str, hue: str, x: float, y: float, names: Sequence[str]) -> tuple[Box, list[float]]:
    tops = [y + HEAD + index * ROW for index in range(len(names))]
    rows = tuple(_row(name, x + PAD, top) for name, top in zip(names, tops, strict=True))
    height = HEAD + max(len(names), 1) * ROW
    shown = title if text_width(title, 15) < BOX - 2 * PAD else wrap(title, BOX - 2 * PAD, 15)[0] + "…"
    return Box(shown, hue, x, y, height, rows), [top + ROW / 2 - 4 for top in tops]


def _row(name: str, x: float, top: float) -> tuple[Text, ...]:
    lines = wrap(name, BOX - 2 * PAD, 13)[:2]
    first = top + (21 if len(lines) == 1 else 13)
    return tuple(Text(line, x, first + 17 * index) for index, line in enumerate(lines))
