"""Where everything goes in the picture of a structure: cards on levels, chips in cards, lines between them.

Pure arithmetic in SVG user units; the template draws what comes out. Cards of groups with nobody below them stand side
by side; a group with groups below it gets the whole width for itself and them, so that any number of groups and levels
fits without an overlap.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

WIDTH = 1080
CARD = 250
ROOT_CARD = 528
GAP = 24
RISE = 40
INDENT = 28
PADDING = 14
TITLE, NOTE, CHIP = 15, 13, 12
CHIP_HEIGHT, CHIP_GAP = 22, 6

#: Widths of characters in the widest of the system fonts that readers have, in parts of the font size.
_WIDE, _ORDINARY, _NARROW = 0.98, 0.68, 0.42
_WIDE_LETTERS, _NARROW_LETTERS = frozenset("mwMW@%"), frozenset("iljtf.,:;'!| ()-")


@dataclass(frozen=True)
class Label:
    """An agency in a card; ``missing`` where it must take part and nobody from it does."""

    text: str
    hue: str
    missing: bool = False


@dataclass(frozen=True)
class Node:
    """A card to be placed, and the cards below it."""

    title: str
    note: str = ""
    labels: tuple[Label, ...] = ()
    children: tuple["Node", ...] = ()
    #: Who leads it, and what needs somebody's eye; both short.
    lead: str = ""
    mark: str = ""
    closed: bool = False


@dataclass(frozen=True)
class Line:
    """One line of text; ``y`` is its baseline."""

    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Chip:
    """A label with its place."""

    label: Label
    x: float
    y: float
    width: float

    @property
    def text_x(self) -> float:
        return self.x + self.width / 2

    @property
    def text_y(self) -> float:
        return self.y + 15.5


@dataclass(frozen=True)
class Card:
    """A card with its place and what stands in it."""

    x: float
    y: float
    width: float
    height: float
    title: tuple[Line, ...]
    note: tuple[Line, ...]
    mark: tuple[Line, ...]
    chips: tuple[Chip, ...]
    level: int
    closed: bool = False

    @property
    def centre(self) -> float:
        return self.x + self.width / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass
class Picture:
    """The finished drawing; a line is its points, x and y in turn."""

    cards: list[Card] = field(default_factory=list)
    lines: list[tuple[tuple[float, float], ...]] = field(default_factory=list)
    width: float = WIDTH
    height: float = 0

    @property
    def paths(self) -> list[str]:
        """The lines as values of ``points`` in SVG."""
        return [" ".join(f"{x:g},{y:g}" for x, y in points) for points in self.lines]


def draw(root: Node) -> Picture:
    """Place a tree, its root on top."""
    picture = Picture()
    # One unit of margin, so that the strokes of the outermost cards are not cut.
    picture.height = _place(picture, root, left=1, width=WIDTH - 2, top=1, level=0) + 1
    return picture


def _place(picture: Picture, node: Node, *, left: float, width: float, top: float, level: int) -> float:
    """Place a node and all below it; returns where they end."""
    card_width = min(ROOT_CARD if level == 0 else CARD, width)
    card = compose(node, left + (width - card_width) / 2, top, card_width, level)
    picture.cards.append(card)
    if not node.children:
        return card.bottom
    if _fits_one_row(node.children, width):
        return _place_row(
            picture, node.children, card, left=left, width=width, top=card.bottom + RISE, level=level + 1
        )
    return _place_rows(picture, node.children, card, left=left, width=width, level=level + 1)


def _columns(width: float) -> int:
    return max(1, int((width + GAP) // (CARD + GAP)))


def _fits_one_row(nodes: tuple[Node, ...], width: float) -> bool:
    return len(nodes) == 1 or (len(nodes) <= _columns(width) and not any(node.children for node in nodes))


def _rows(nodes: tuple[Node, ...], columns: int) -> Iterator[tuple[Node, ...]]:
    """Childless nodes side by side, each other one alone."""
    row: tuple[Node, ...] = ()
    for node in nodes:
        if row and (node.children or len(row) == columns):
            yield row
            row = ()
        if node.children:
            yield (node,)
        else:
            row += (node,)
    if row:
        yield row


def _place_row(
    picture: Picture,
    nodes: tuple[Node, ...],
    parent: Card,
    *,
    left: float,
    width: float,
    top: float,
    level: int,
) -> float:
    """A row that fits below its parent: one line down, one across, one down to each."""
    bottom, centres = _place_cards(picture, nodes, left=left, width=width, top=top, level=level)
    across = top - RISE / 2
    picture.lines.append(((parent.centre, parent.bottom), (parent.centre, across)))
    ends = [*centres, parent.centre]
    picture.lines.append(((min(ends), across), (max(ends), across)))
    picture.lines += [((centre, across), (centre, top)) for centre in centres]
    return bottom


def _place_rows(
    picture: Picture, nodes: tuple[Node, ...], parent: Card, *, left: float, width: float, level: int
) -> float:
    """Several rows, reached by a line along the left edge that passes no card."""
    edge = left + INDENT / 2
    inner_left, inner_width = left + INDENT, width - INDENT
    turn = parent.bottom + RISE / 2
    picture.lines.append(((parent.centre, parent.bottom), (parent.centre, turn)))
    top, across = parent.bottom + RISE, turn
    for row in _rows(nodes, _columns(inner_width)):
        bottom, centres = _place_cards(picture, row, left=inner_left, width=inner_width, top=top, level=level)
        across = top - RISE / 2
        reach = max([*centres, parent.centre]) if across == turn else max(centres)
        picture.lines.append(((edge, across), (reach, across)))
        picture.lines += [((centre, across), (centre, top)) for centre in centres]
        top = bottom + RISE
    picture.lines.append(((edge, turn), (edge, across)))
    return top - RISE


def _place_cards(
    picture: Picture, nodes: tuple[Node, ...], *, left: float, width: float, top: float, level: int
) -> tuple[float, list[float]]:
    """One row of nodes; returns where it ends and the centres of its cards."""
    if len(nodes) == 1:
        place = len(picture.cards)
        bottom = _place(picture, nodes[0], left=left, width=width, top=top, level=level)
        return bottom, [picture.cards[place].centre]
    card_width = min(CARD, (width - GAP * (len(nodes) - 1)) / len(nodes))
    start = left + (width - len(nodes) * card_width - (len(nodes) - 1) * GAP) / 2
    cards = [
        compose(node, start + index * (card_width + GAP), top, card_width, level)
        for index, node in enumerate(nodes)
    ]
    tallest = max(card.height for card in cards)
    picture.cards += [replace(card, height=tallest) for card in cards]
    return top + tallest, [card.centre for card in cards]


def compose(node: Node, x: float, y: float, width: float, level: int) -> Card:
    """A card as tall as its content."""
    inner = width - 2 * PADDING
    here = y + PADDING + TITLE - 2
    title, here = _lines(wrap(node.title, inner, TITLE), x + PADDING, here, TITLE + 5)
    texts = [line for text in (node.note, node.lead) if text for line in wrap(text, inner, NOTE)]
    note, here = _lines(texts, x + PADDING, here, NOTE + 5)
    mark, here = _lines(wrap(node.mark, inner, NOTE), x + PADDING, here, NOTE + 5)
    chips = tuple(_chips(node.labels, x + PADDING, here - 6, inner))
    end = chips[-1].y + CHIP_HEIGHT if chips else here - NOTE
    return Card(x, y, width, end + PADDING - y, title, note, mark, chips, level, node.closed)


def _lines(texts: list[str], x: float, y: float, step: float) -> tuple[tuple[Line, ...], float]:
    lines = tuple(Line(text, x, y + index * step) for index, text in enumerate(texts))
    return lines, y + len(texts) * step


def _chips(labels: tuple[Label, ...], left: float, top: float, width: float) -> Iterator[Chip]:
    """Chips from left to right, on as many lines as they need."""
    x, y = left, top
    for label in labels:
        text = _cut(label.text, width - 16, CHIP)
        chip_width = min(width, text_width(text, CHIP) + 16)
        if x > left and x + chip_width > left + width:
            x, y = left, y + CHIP_HEIGHT + CHIP_GAP
        yield Chip(replace(label, text=text), x, y, chip_width)
        x += chip_width + CHIP_GAP


def text_width(text: str, size: float) -> float:
    """How wide the text may become: generous, since nobody knows the reader's font."""
    return size * sum(
        _WIDE if letter in _WIDE_LETTERS else _NARROW if letter in _NARROW_LETTERS else _ORDINARY
        for letter in text
    )


def wrap(text: str, width: float, size: float) -> list[str]:
    """The text in lines that fit; a word longer than a line is broken with a hyphen."""
    lines = [""]
    for word in text.split():
        for piece in _pieces(word, width, size):
            joined = f"{lines[-1]} {piece}".strip()
            if text_width(joined, size) <= width:
                lines[-1] = joined
            else:
                lines.append(piece)
    return [line for line in lines if line]


def _pieces(word: str, width: float, size: float) -> Iterator[str]:
    while text_width(word, size) > width:
        end = max(1, len(_longest_start(word, width - text_width("-", size), size)))
        yield f"{word[:end]}-"
        word = word[end:]
    yield word


def _longest_start(text: str, width: float, size: float) -> str:
    while text and text_width(text, size) > width:
        text = text[:-1]
    return text


def _cut(text: str, width: float, size: float) -> str:
    if text_width(text, size) <= width:
        return text
    return _longest_start(text, width - text_width("…", size), size).rstrip() + "…"
