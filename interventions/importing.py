"""Importing the register of legal grounds from a TOML file: first the whole file is checked, then all is written.

A ground is known by its key and its first day, so that a new wording stands beside the former one.
"""

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.db import transaction

from groups.facts import Mistakes, Table, load
from groups.imported import Entry, Facts, Report, store
from groups.models import Unit
from interventions.models import LegalGround

BRANCHES = tuple(branch for branch in Unit.Branch.values if branch != Unit.Branch.NONE)
ORIGINS = (*BRANCHES, "any_authority")
RECIPIENTS = (*ORIGINS, "any")


def import_grounds(path: Path) -> Report:
    """Read, check and write one file: all of it or nothing. Safe to repeat; grounds not in it are left alone.

    Raises:
        UnusableFile: with every mistake in the file.
    """
    entries = read_grounds(load(path))
    report = Report()
    with transaction.atomic():
        for entry in entries:
            lookup = {"key": entry.key, "valid_from": entry.facts["valid_from"]}
            facts = {name: value for name, value in entry.facts.items() if name != "valid_from"}
            store(LegalGround, lookup, facts, report, "Legal grounds", _label(entry))
    return report


def _label(entry: Entry) -> str:
    begins = entry.facts["valid_from"]
    return f"{entry.key} from {begins}" if begins else entry.key


def read_grounds(data: Facts) -> list[Entry]:
    """Check everything that the file says, and that no two versions of a ground hold on the same day.

    Raises:
        UnusableFile: with every mistake.
    """
    mistakes = Mistakes()
    top = Table(data, "", mistakes)
    if "grounds" not in top:
        mistakes.add("grounds", "This is missing; add a ground under [[grounds]].")
    entries = [_ground(table, position) for position, table in enumerate(top.tables("grounds"), start=1)]
    top.finish()
    _check_versions(entries, mistakes)
    mistakes.refuse()
    return entries


def _ground(table: Table, position: int) -> Entry:
    key = table.key()
    begins, ends = table.period()
    facts: Facts = {
        "position": position,
        "statute": table.text("statute", longest=100, required=True),
        "name_sv": table.text("name_sv", longest=200, required=True),
        "name_en": table.text("name_en", longest=200, required=True),
        "from_kinds": table.choices("from", ORIGINS, required=True),
        "not_from_kinds": table.choices("not_from", BRANCHES),
        "to_kinds": table.choices("to", RECIPIENTS, required=True),
        "test_sv": table.text("test_sv", longest=5000, required=True),
        "statements": table.texts("statements", longest=300),
        "max_age": table.whole_number("max_age", highest=150),
        "reasoning_required": table.flag("reasoning_required"),
        "statute_reference_required": table.flag("statute_reference_required"),
        "needs_consent_scope": table.flag("needs_consent_scope"),
        "executing_role": table.text("executing_role_for_school", longest=60),
        "valid_from": begins,
        "valid_to": ends,
    }
    table.finish()
    return Entry(key, table.path, facts)


def _check_versions(entries: list[Entry], mistakes: Mistakes) -> None:
    versions = {
        key: [entry for entry in entries if entry.key == key]
        for key in {entry.key for entry in entries}
        if key
    }
    stored = LegalGround.objects.filter(key__in=versions)
    for ground in stored:
        if all(entry.facts["valid_from"] != ground.valid_from for entry in versions[ground.key]):
            dates = {"valid_from": ground.valid_from, "valid_to": ground.valid_to}
            versions[ground.key].append(Entry(ground.key, "", dates))
    for found in versions.values():
        _check_apart(found, mistakes)


def _check_apart(found: list[Entry], mistakes: Mistakes) -> None:
    in_order = sorted(found, key=lambda entry: entry.facts["valid_from"] or date.min)
    for former, latter in pairwise(in_order):
        ends, begins = former.facts["valid_to"], latter.facts["valid_from"]
        if ends is None or begins is None or ends >= begins:
            place, name = (latter, "valid_from") if latter.path else (former, "valid_to")
            mistakes.add(f"{place.path}.{name}", _overlap(former, latter, place))


def _overlap(former: Entry, latter: Entry, place: Entry) -> str:
    other: Any = former if place is latter else latter
    where = other.path or "the version already in the register"
    begins = other.facts["valid_from"]
    since = f", which begins {begins}," if begins else ""
    return f"“{place.key}” holds on the same days as {where}{since}; give the former a last day before the latter's first."
