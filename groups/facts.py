"""Reading facts from a TOML file that a person has written: every mistake in it at once, each with its key path.

A path names tables by their place from zero, such as ``bodies[2].parent``.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

_KEY = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
_INDEX = re.compile(r"\[\d+\]")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True)
class Mistake:
    """What is wrong at ``path``, as a sentence that says what to do."""

    path: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}"


class UnusableFile(Exception):
    """The file has mistakes; nothing of it may be used."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class Mistakes:
    """A list that grows while a file is read."""

    def __init__(self) -> None:
        self.found: list[Mistake] = []
        #: Every key that was asked for, such as ``bodies.parent``: what the file may say.
        self.known: set[str] = set()

    def add(self, path: str, sentence: str) -> None:
        self.found.append(Mistake(path, sentence))

    def refuse(self) -> None:
        """End the reading where anything was wrong.

        Raises:
            UnusableFile: with every mistake found so far.
        """
        if self.found:
            raise UnusableFile(self.found)


def load(path: Path) -> dict[str, Any]:
    """The file as TOML gives it.

    Raises:
        UnusableFile: it cannot be read, is not UTF-8, or breaks TOML's grammar (with line and column).
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        reason = (error.strerror or "unknown reason").lower()
        raise UnusableFile(
            [Mistake(str(path), f"The file cannot be read ({reason}); check its name and rights.")]
        ) from error
    except UnicodeDecodeError as error:
        raise UnusableFile([Mistake(str(path), "The file is not UTF-8; save it as UTF-8 text.")]) from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnusableFile(
            [Mistake(str(path), f"This is not TOML: {error}. Correct it there and try again.")]
        ) from error


class Table:
    """One table of the file. Asking for a key reads and checks it; ``finish`` complains about keys nobody asked for."""

    def __init__(self, facts: dict[str, Any], path: str, mistakes: Mistakes) -> None:
        self.facts = facts
        self.path = path
        self.mistakes = mistakes
        self.asked: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self.facts

    def at(self, name: str) -> str:
        """The key path of one of the table's keys."""
        return f"{self.path}.{name}" if self.path else name

    def wrong(self, name: str, sentence: str) -> None:
        self.mistakes.add(self.at(name), sentence)

    def finish(self) -> None:
        place = _INDEX.sub("", self.path)
        self.mistakes.known |= {f"{place}.{name}" if place else name for name in self.asked}
        for name in self.facts.keys() - self.asked:
            known = ", ".join(sorted(self.asked))
            self.wrong(name, f"There is no such key here; remove it or use one of {known}.")

    # Single values. Each gives None, or the empty value, where the key is absent or wrong.

    def text(self, name: str, *, longest: int, required: bool = False) -> str:
        value = self._value(name, str, "text in quotes", required=required)
        return self._checked(self.at(name), value, longest, required=required) if value is not None else ""

    def key(self, name: str = "key") -> str:
        value = self.text(name, longest=50, required=True)
        if value and not _KEY.fullmatch(value):
            self.wrong(name, f"“{value}” must be small letters a–z, digits and hyphens, such as lpo-jarva.")
            return ""
        return value

    def choice(self, name: str, choices: Iterable[str], *, required: bool = False) -> str:
        value = self.text(name, longest=200, required=required)
        if value and value not in choices:
            self.wrong(name, f"“{value}” is not known; use one of {', '.join(choices)}.")
            return ""
        return value

    def day(self, name: str) -> date | None:
        value = self._value(name, object, "a date")
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            self.wrong(name, "This must be a date without quotes or time, such as 2023-07-01.")
            return None
        return value

    def period(self) -> tuple[date | None, date | None]:
        """``valid_from`` and ``valid_to``."""
        begins, ends = self.day("valid_from"), self.day("valid_to")
        if begins and ends and ends < begins:
            self.wrong("valid_to", f"The last day {ends} is before the first, {begins}; correct one of them.")
        return begins, ends

    def whole_number(self, name: str, *, highest: int) -> int | None:
        value = self._value(name, int, "a whole number")
        if value is not None and (isinstance(value, bool) or not 0 <= value <= highest):
            self.wrong(name, f"This must be a whole number from 0 to {highest}.")
            return None
        return value

    def flag(self, name: str) -> bool:
        return bool(self._value(name, bool, "true or false"))

    # Several values.

    def texts(self, name: str, *, longest: int, required: bool = False) -> list[str]:
        """A list of texts, none twice; ``required`` asks for at least one. A wrong one is empty, so that places hold."""
        values = self._list(name, required=required)
        found: list[str] = []
        for index, value in enumerate(values):
            place = f"{self.at(name)}[{index}]"
            if not isinstance(value, str):
                self.mistakes.add(place, "This must be text in quotes.")
                value = ""
            elif value in found:
                self.mistakes.add(place, f"“{value}” stands twice in the list; remove one.")
                value = ""
            else:
                value = self._checked(place, value, longest, required=True)
            found.append(value)
        return found

    def choices(self, name: str, choices: Iterable[str], *, required: bool = False) -> list[str]:
        values = self.texts(name, longest=200, required=required)
        for index, value in enumerate(values):
            if value and value not in choices:
                self.wrong(f"{name}[{index}]", f"“{value}” is not known; use one of {', '.join(choices)}.")
        return values

    def table(self, name: str, *, required: bool = False) -> "Table | None":
        value = self._value(name, dict, f"a table, [{self.at(name)}]", required=required)
        return Table(value, self.at(name), self.mistakes) if value is not None else None

    def tables(self, name: str, *, or_text: str = "", required: bool = False) -> Iterator["Table"]:
        """The tables of a list; with ``or_text`` a plain text stands for a table with that one key."""
        for index, value in enumerate(self._list(name, required=required)):
            place = f"{self.at(name)}[{index}]"
            if or_text and isinstance(value, str):
                value = {or_text: value}
            if isinstance(value, dict):
                yield Table(value, place, self.mistakes)
            else:
                self.mistakes.add(place, f"This must be a table{' or text in quotes' if or_text else ''}.")

    def _list(self, name: str, *, required: bool = False) -> list[Any]:
        value: list[Any] = self._value(name, list, "a list in square brackets", required=required) or []
        if required and not value and name in self.facts and isinstance(self.facts[name], list):
            self.wrong(name, "The list is empty; write at least one.")
        return value

    def _value(self, name: str, kind: type, words: str, *, required: bool = False) -> Any:
        self.asked.add(name)
        if name not in self.facts:
            if required:
                self.wrong(name, f"This is missing; add {name} with {words}.")
            return None
        value = self.facts[name]
        if not isinstance(value, kind):
            self.wrong(name, f"This must be {words}.")
            return None
        return value

    def _checked(self, place: str, value: str, longest: int, *, required: bool) -> str:
        text = value.strip()
        if required and not text:
            self.mistakes.add(place, "The text is empty; write something.")
        elif len(text) > longest:
            self.mistakes.add(place, f"The text has {len(text)} characters; make it {longest} or shorter.")
        elif _UNPRINTABLE.search(text):
            self.mistakes.add(place, "The text holds a character that cannot be shown; remove it.")
        else:
            return text
        return ""


class Named:
    """The keys that one kind of table has used, so that others can refer to them."""

    def __init__(self, kind: str, section: str) -> None:
        self.kind = kind
        self.section = section
        self.paths: dict[str, str] = {}

    def take(self, table: Table, key: str, name: str = "key") -> None:
        """Note a key; complain where it is taken."""
        if key in self.paths:
            table.wrong(name, f"“{key}” is already the {name} of {self.paths[key]}; choose another.")
        elif key:
            self.paths[key] = table.path

    def check(self, mistakes: Mistakes, place: str, key: str) -> None:
        """Complain where nothing in the file has this key."""
        if key and key not in self.paths:
            mistakes.add(
                place,
                f"No {self.kind} in the file has the key “{key}”; correct it or add the {self.kind} under "
                f"[[{self.section}]].",
            )


def check_no_circle(mistakes: Mistakes, links: dict[str, tuple[str, str]], words: str) -> None:
    """Complain once about each circle among ``links``: key → (key that it points to, path of that fact)."""
    reported: set[str] = set()
    for start in links:
        trail: list[str] = []
        here = start
        while here in links and here not in trail and here not in reported:
            trail.append(here)
            here = links[here][0]
        if here in trail:
            circle = trail[trail.index(here) :]
            mistakes.add(links[circle[0]][1], f"{' → '.join([*circle, circle[0]])} {words}")
        reported.update(trail)


def describe(mistakes: Iterable[Mistake]) -> str:
    """What a command prints: one mistake a line, and that nothing was done."""
    lines = [str(mistake) for mistake in mistakes]
    count = "1 mistake" if len(lines) == 1 else f"{len(lines)} mistakes"
    return "\n".join([f"Nothing was imported; the file has {count}:", *(f"  {line}" for line in lines)])
