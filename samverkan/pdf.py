"""PDF files from Typst templates: PDF/A-3a for the archive and PDF/UA-1 for the screen reader, in one file.

A template under ``templates/pdf/`` gets everything a person has written as data (JSON in ``sys.inputs``), never as
markup, so nothing a person types can be run. Only the fonts under ``static/fonts`` are used, so the same data gives
the same bytes on every machine.
"""

import json
import os
import re
import threading
import unicodedata
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Final, cast

import typst
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

PROJECT = Path(__file__).resolve().parent.parent
TEMPLATES = PROJECT / "templates" / "pdf"
FONTS = PROJECT / "static" / "fonts"
STANDARDS: Final = ["a-3a", "ua-1"]

# Marks that turn the direction of the text after them: they could make minutes read otherwise than they were written.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Everything Swedish writing needs; saves looking up the fonts for almost every text.
ORDINARY = re.compile(r"[\n\t -~\xa0-\xac\xae-\xff–—’”…•]*")

_own = threading.local()
_rendering: dict[str, int] = {}


class PdfError(Exception):
    """A PDF could not be made: the template is missing or wrong, or the data do not fit it. Says what Typst said."""


def render(template: str, data: Mapping[str, object], *, title: str, language: str) -> bytes:
    """The PDF that ``templates/pdf/<template>.typ`` makes of ``data``; the same input gives the same bytes.

    ``data`` is anything JSON can hold and has ``document_date`` (ISO 8601): it, not the clock, dates the file.
    ``language`` is a BCP 47 tag such as ``sv`` or ``sv-SE``. Characters no font of ours can draw are written out by
    their Unicode name in brackets, for PDF/A forbids an empty box. Raises :class:`PdfError` and nothing else.
    """
    source = TEMPLATES / f"{template}.typ"
    if not source.is_file():
        raise PdfError(f"There is no template {template}.typ in templates/pdf.")
    code, _, region = language.partition("-")
    inputs = {
        "data": json.dumps(drawable(data), ensure_ascii=False),
        "title": drawable_text(title),
        "language": code,
        "region": region,
    }
    try:
        return _compile(source, inputs, _timestamp(data))
    except typst.TypstError as error:
        raise PdfError(f"{template}.typ: {error.message}\n{error.diagnostic}") from error


def drawable(value: object) -> object:
    """``value`` with every text in it, at any depth, made drawable. Keys are ours and stay as they are."""
    if isinstance(value, str):
        return drawable_text(value)
    if isinstance(value, Mapping):
        return {key: drawable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [drawable(inner) for inner in value]
    return value


def drawable_text(text: str) -> str:
    """``text`` made legible, and with characters that no font of ours can draw written out by name in brackets."""
    if ORDINARY.fullmatch(text):
        return text
    return "".join(map(_drawable_character, legible(text)))


def legible(text: str) -> str:
    """``text`` in NFC without the characters no file should hold: controls, lone surrogates, turning marks."""
    return "".join(filter(_belongs, unicodedata.normalize("NFC", text)))


def _belongs(character: str) -> bool:
    return character in "\n\t" or (
        character not in TURNING and unicodedata.category(character) not in ("Cc", "Cs")
    )


def _drawable_character(character: str) -> str:
    if character in "\n\t" or character in _glyphs():
        return character
    if unicodedata.category(character) == "Cf":  # invisible by nature, and nothing is lost without it
        return ""
    return f"[{unicodedata.name(character, f'U+{ord(character):04X}')}]"


@cache
def _glyphs() -> frozenset[str]:
    """Every character at least one of our fonts can draw."""
    points: set[int] = set()
    for path in sorted(FONTS.glob("*.ttf")):
        with TTFont(path, lazy=True) as font:
            points.update(font.getBestCmap())
    return frozenset(map(chr, points))


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _compile(source: Path, inputs: dict[str, str], timestamp: datetime) -> bytes:
    _refuse_after_fork()
    # A compiler remembers what it has laid out, which halves the time, but serves one caller at a time: one a thread.
    if not hasattr(_own, "compiler"):
        _own.compiler = typst.Compiler(root=str(TEMPLATES), font_paths=_fonts(), ignore_system_fonts=True)
    pdf = _own.compiler.compile(
        str(source), format="pdf", sys_inputs=inputs, pdf_standards=STANDARDS, timestamp=timestamp
    )
    return cast(bytes, pdf)


def _refuse_after_fork() -> None:
    """Typst's threads do not survive a fork: a child of a process that has made a PDF would wait for them for ever.

    Servers and workers fork before their first PDF, so this is met only by mistake; better a sentence than a hang.
    """
    if _rendering.setdefault("process", os.getpid()) != os.getpid():
        raise PdfError("This process was forked from one that had already made a PDF: start a new one.")


def _timestamp(data: Mapping[str, object]) -> datetime:
    try:
        day = date.fromisoformat(str(data["document_date"]))
    except (KeyError, ValueError) as error:
        raise PdfError("The data must have document_date as YYYY-MM-DD: it dates the file.") from error
    return datetime.combine(day, time(12), tzinfo=UTC)
