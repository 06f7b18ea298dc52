"""What an import makes of each row, and its report."""

from dataclasses import dataclass, field
from typing import Any

from django.db import models

from groups.facts import Mistakes, check_no_circle

Facts = dict[str, Any]


@dataclass
class Entry:
    """One row to be: its own facts, the key it points to, and the lists that hang on it."""

    key: str
    path: str
    facts: Facts
    points_to: str = ""
    lists: dict[str, list[Any]] = field(default_factory=dict)


class Report:
    """What became of each row: ``created``, ``changed`` or ``unchanged``."""

    ORDER = ("unchanged", "changed", "created")

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, str]] = {}

    def note(self, kind: str, name: str, state: str) -> None:
        """Keep the greatest of what is said about one row."""
        row = self.rows.setdefault(kind, {})
        row[name] = max(row.get(name, "unchanged"), state, key=self.ORDER.index)

    def count(self, state: str) -> int:
        return sum(found == state for rows in self.rows.values() for found in rows.values())

    def lines(self) -> list[str]:
        """One line a kind, such as ``Bodies: 1 created, 1 changed (styrgrupp), 3 unchanged``."""
        return [f"{kind}: {self._words(rows)}" for kind, rows in self.rows.items()]

    def _words(self, rows: dict[str, str]) -> str:
        parts = []
        for state in reversed(self.ORDER):
            names = [name for name, found in rows.items() if found == state]
            if names:
                parts.append(
                    f"{len(names)} {state}" + (f" ({', '.join(names)})" if state == "changed" else "")
                )
        return ", ".join(parts)


def store(
    model: type[models.Model], lookup: Facts, facts: Facts, report: Report, kind: str, name: str
) -> Any:
    """The row that ``lookup`` names, made or corrected so that ``facts`` hold."""
    row = model._default_manager.filter(**lookup).first()
    if row is None:
        report.note(kind, name, "created")
        return model._default_manager.create(**lookup, **facts)
    changed = [field for field, value in facts.items() if getattr(row, field) != value]
    for field_name in changed:
        setattr(row, field_name, facts[field_name])
    if changed:
        row.save(update_fields=changed)
    report.note(kind, name, "changed" if changed else "unchanged")
    return row


def point(rows: dict[str, Any], entry: Entry, field_name: str, report: Report, kind: str) -> None:
    """Let a row point to another of its kind, now that both are there."""
    target = rows[entry.points_to] if entry.points_to else None
    store(type(rows[entry.key]), {"pk": rows[entry.key].pk}, {field_name: target}, report, kind, entry.key)


def check_circles(mistakes: Mistakes, entries: list[Entry], name: str, words: str) -> None:
    links = {entry.key: (entry.points_to, f"{entry.path}.{name}") for entry in entries if entry.points_to}
    check_no_circle(mistakes, links, words)
