"""Minutes as plain data: what a reader may see, ready to be put on paper, hashed and archived.

The views fill these in from rows the reader may see; the PDF and the DOCX are made from nothing else. No Django here,
so that approved minutes can be rendered again in ten years from their canonical JSON alone.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Presence(StrEnum):
    """The blocks of the attendance list, in the order they are printed."""

    PRESENT = "present"
    CO_OPTED = "co_opted"
    EXCUSED = "excused"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class AttendanceRow:
    """One person. ``remark`` is free ("Ers. för …", "t.o.m. punkt 5"); where it is empty the block's name stands in."""

    name: str
    title: str = ""
    organisation: str = ""
    remark: str = ""
    group: Presence = Presence.PRESENT

    def __post_init__(self) -> None:
        object.__setattr__(self, "group", Presence(self.group))


@dataclass(frozen=True, slots=True)
class DecisionBlock:
    """A decision and its number within the body and the year, such as ``§ 24``."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ActionRow:
    """Who does what by when. ``responsible`` always names an agency (and maybe a person); ``status`` is a word."""

    text: str
    responsible: str
    due: date | None
    status: str


@dataclass(frozen=True, slots=True)
class ItemBlock:
    """An item of the agenda as minuted.

    A withheld item keeps its number and nothing else: whatever else it is given is thrown away here, so that neither
    a file, the canonical JSON nor a collected list can hold text that the reader may not see.
    """

    number: str
    heading: str = ""
    presenter: str = ""
    paragraphs: tuple[str, ...] = ()
    decisions: tuple[DecisionBlock, ...] = ()
    actions: tuple[ActionRow, ...] = ()
    withheld: bool = False

    def __post_init__(self) -> None:
        if self.withheld:
            for field in ("heading", "presenter"):
                object.__setattr__(self, field, "")
            for field in ("paragraphs", "decisions", "actions"):
                object.__setattr__(self, field, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class MinutesDocument:
    """Minutes of one meeting as one reader may see them.

    ``starts_at`` and ``ends_at`` are aware and in the time zone they are to be printed in. ``document_date`` is the
    day the document was drawn up, which is not the day of the meeting. ``without_agreement`` says why the body met on
    a day without an agreement in force. ``fingerprint`` is the SHA-256 of the complete minutes; empty until they are
    approved.
    """

    body_name: str
    body_kind_label: str = ""
    organisation: str
    document_title: str = "Protokoll"
    meeting_number: str = ""
    dnr: tuple[str, ...] = ()
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    document_date: date
    attendance: tuple[AttendanceRow, ...] = ()
    items: tuple[ItemBlock, ...] = ()
    chair: str = ""
    secretary: str = ""
    approved_by: str = ""
    approved_on: date | None = None
    fingerprint: str = ""
    without_agreement: str = ""
    draft: bool = True
    language: str = "sv"

    def __post_init__(self) -> None:
        if self.starts_at.tzinfo is None or self.ends_at.tzinfo is None:
            raise ValueError(
                "starts_at and ends_at must be aware: a wall clock without a zone cannot be archived."
            )

    @property
    def title(self) -> str:
        """``Protokoll 4/2026 – Styrgruppen``: what the file, its tab and its properties are called."""
        return f"{self.document_title} {self.meeting_number}".strip() + f" – {self.body_name}"

    @property
    def decisions(self) -> tuple[tuple[ItemBlock, DecisionBlock], ...]:
        """Every decision with the item it was made under, in the order of the minutes."""
        return tuple((item, decision) for item in self.items for decision in item.decisions)

    @property
    def actions(self) -> tuple[tuple[ItemBlock, ActionRow], ...]:
        """Every action with the item it was agreed under, in the order of the minutes."""
        return tuple((item, action) for item in self.items for action in item.actions)

    def as_dict(self) -> dict[str, object]:
        """The document as JSON can hold it, dates in ISO 8601, every text in NFC.

        Without the fingerprint, which is made from this, so that anyone can make it again and compare; and without an
        empty ``without_agreement``, which minutes approved before it was asked for do not have.
        """
        left_out = {"fingerprint"} | ({"without_agreement"} if not self.without_agreement else set())
        return {key: _normal(value) for key, value in asdict(self).items() if key not in left_out}

    def canonical_json(self) -> bytes:
        """``as_dict`` in one spelling only: keys sorted, no white space, UTF-8."""
        text = json.dumps(self.as_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode()

    @classmethod
    def from_json(cls, text: str | bytes) -> "MinutesDocument":
        """The document that ``canonical_json`` wrote; its fingerprint is of itself, made again."""
        values = json.loads(text)
        values |= {name: datetime.fromisoformat(values[name]) for name in ("starts_at", "ends_at")}
        values |= {name: _day(values[name]) for name in ("document_date", "approved_on")}
        values["dnr"] = tuple(values["dnr"])
        values["attendance"] = tuple(AttendanceRow(**row) for row in values["attendance"])
        values["items"] = tuple(_item(item) for item in values["items"])
        return cls(**values).sealed()

    def sealed(self) -> "MinutesDocument":
        """This document with its own fingerprint filled in."""
        return replace(self, fingerprint=fingerprint_of(self))


def fingerprint_of(document: MinutesDocument) -> str:
    """SHA-256 of the canonical JSON, in hexadecimal. A reader's view with withheld items has another than the whole."""
    return hashlib.sha256(document.canonical_json()).hexdigest()


def _normal(value: object) -> object:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _normal(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_normal(inner) for inner in value]
    return value


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def _item(values: dict[str, Any]) -> ItemBlock:
    actions = [action | {"due": _day(action["due"])} for action in values["actions"]]
    parts = {
        "paragraphs": tuple(values["paragraphs"]),
        "decisions": tuple(DecisionBlock(**decision) for decision in values["decisions"]),
        "actions": tuple(ActionRow(**action) for action in actions),
    }
    return ItemBlock(**(values | parts))
