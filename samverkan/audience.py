"""What the strip “Who can see this” shows: the sign of the product, under the heading of meetings, items, records."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Chip:
    """An agency or unit with its colour (``Agency.hue``) and, where it is known, how many people."""

    label: str
    hue: str
    count: int | None = None


@dataclass(frozen=True)
class Reason:
    """One person or unit that can see it, and the membership, grant or disclosure behind that."""

    who: str
    hue: str
    why: str


@dataclass(frozen=True)
class Sees:
    """``lead`` is the sentence (“the steering group's 9 members”); ``narrow`` audiences look different at a glance."""

    lead: str
    chips: tuple[Chip, ...] = ()
    narrow: bool = False
    note: str = ""
    reasons: tuple[Reason, ...] = field(default=())
    reasons_url: str = ""
