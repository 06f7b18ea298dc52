"""What people write in minutes, taken apart once for every format: paragraphs, lists, bold and italics.

Our Markdown is small on purpose. Anything else (headings, links, HTML, backslash escapes) is ordinary text and comes
out exactly as it was typed; a line break is kept.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

_markdown = MarkdownIt("zero").enable(["list", "newline", "emphasis"])
DEEPEST = _markdown.options["maxNesting"]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one face. ``text`` is ``"\\n"`` for a line break."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class BulletList:
    items: tuple[tuple["Block", ...], ...]


@dataclass(frozen=True, slots=True)
class NumberedList:
    items: tuple[tuple["Block", ...], ...]
    start: int = 1


Block = Paragraph | BulletList | NumberedList


def blocks(text: str) -> tuple[Block, ...]:
    """The paragraphs and lists of ``text``, in order."""
    tokens = _markdown.parse(text)
    if any(token.level >= DEEPEST - 1 for token in tokens):
        return _unread(text)
    return tuple(_blocks(iter(tokens), until=""))


def runs(text: str) -> tuple[Run, ...]:
    """``text`` as one line of runs, for a table cell or a heading: no paragraphs, no lists."""
    [inline] = _markdown.parseInline(text)
    return tuple(_runs(inline.children or []))


def plain(text: str) -> str:
    """``text`` without its marks, for places that can hold letters only."""
    return "".join(run.text for run in runs(text))


def _unread(text: str) -> tuple[Paragraph, ...]:
    """Lists nested so deep that the parser gives up and drops their text: the text as it was typed instead."""
    return tuple(Paragraph((Run(part),)) for part in re.split(r"\n{2,}", text.strip("\n")))


def _blocks(tokens: Iterator[Token], *, until: str) -> Iterator[Block]:
    for token in tokens:
        if token.type == until:
            return
        if token.type == "inline":
            yield Paragraph(tuple(_runs(token.children or [])))
        elif token.type == "bullet_list_open":
            yield BulletList(tuple(_items(tokens, until="bullet_list_close")))
        elif token.type == "ordered_list_open":
            start = int(token.attrGet("start") or 1) if token.attrGet("start") != 0 else 0
            yield NumberedList(tuple(_items(tokens, until="ordered_list_close")), start)


def _items(tokens: Iterator[Token], *, until: str) -> Iterator[tuple[Block, ...]]:
    for token in tokens:
        if token.type == until:
            return
        if token.type == "list_item_open":
            yield tuple(_blocks(tokens, until="list_item_close"))


def _runs(children: Sequence[Token]) -> Iterator[Run]:
    bold = italic = 0
    for token in children:
        if token.type in ("strong_open", "strong_close"):
            bold += token.nesting
        elif token.type in ("em_open", "em_close"):
            italic += token.nesting
        elif token.type in ("softbreak", "hardbreak"):
            yield Run("\n")
        elif token.content:
            yield Run(token.content, bold > 0, italic > 0)
