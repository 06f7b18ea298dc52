"""The premises in a structure file: facts, rooms, hours, closures and who is there when.

``hours``, ``shifts`` and ``closures`` are replaced as a whole where the file says them, and left alone where it is silent;
rooms are added and corrected, never taken away, since meetings may have been held in them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time
from itertools import combinations
from typing import Any

from django.core.exceptions import ValidationError

from groups import hours
from groups.facts import Mistakes, Named, Table
from groups.imported import Facts, Report, store
from groups.models import Agency, Closure, OpeningHours, Premises, Room, StaffedShift
from samverkan.fields import ClockField

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
KIND = "Premises"
FLAGS = ("step_free", "hearing_loop", "neutral_ground", "known_to_residents")


@dataclass(frozen=True)
class SpanEntry:
    """One span of the week; ``agency`` and ``note`` for a shift."""

    span: hours.Span
    path: str
    agency: str = ""
    note: str = ""


@dataclass
class PremisesEntry:
    """One of the premises; None for what the file does not say."""

    name: str
    path: str
    agency: str
    facts: Facts
    rooms: list[tuple[str, Facts]] = field(default_factory=list)
    hours: list[SpanEntry] | None = None
    shifts: list[SpanEntry] | None = None
    closures: list[tuple[date, date, str]] | None = None


def read_premises(top: Table) -> list[PremisesEntry]:
    named = Named("premises", "premises")
    return [_premises(table, named) for table in top.tables("premises")]


def _premises(table: Table, named: Named) -> PremisesEntry:
    name = table.text("name", longest=200, required=True)
    named.take(table, name, "name")
    entry = PremisesEntry(name, table.path, table.text("agency", longest=50, required=True), _facts(table))
    rooms = Named("room", "rooms")
    entry.rooms = [_room(each, rooms) for each in table.tables("rooms")]
    if "hours" in table:
        entry.hours = _spans(table, "hours")
    if "shifts" in table:
        entry.shifts = _spans(table, "shifts")
    if "closures" in table:
        entry.closures = [found for each in table.tables("closures") if (found := _closure(each))]
    table.asked.update(("hours", "shifts", "closures"))
    table.finish()
    return entry


def _facts(table: Table) -> Facts:
    """What the file says; other facts stay as people have written them."""
    found: Facts = {"valid_from": None, "valid_to": None}
    for name, longest in (("address", 300), ("area", 200), ("contact", 200), ("access_rules", 5000)):
        text = table.text(name, longest=longest)
        if name in table:
            found[name] = text
    for name in (*FLAGS, "closed_on_red_days", "closed_on_eves"):
        flag = table.flag(name)
        if name in table:
            found[name] = flag
    equipment, capacity = table.texts("equipment", longest=100), table.whole_number("capacity", highest=32767)
    found |= {"equipment": equipment} if "equipment" in table else {}
    found |= {"capacity": capacity} if "capacity" in table else {}
    found["valid_from"], found["valid_to"] = table.period()
    return found


def _room(table: Table, named: Named) -> tuple[str, Facts]:
    name = table.text("name", longest=200, required=True)
    named.take(table, name, "name")
    capacity = table.whole_number("capacity", highest=32767)
    facts: Facts = {
        "capacity": capacity or None,
        "equipment": table.texts("equipment", longest=100),
        **{flag: table.flag(flag) for flag in ("confidential", "step_free", "hearing_loop")},
    }
    table.finish()
    return name, facts


def _closure(table: Table) -> tuple[date, date, str] | None:
    first, last = table.day("first_day"), table.day("last_day")
    reason = table.text("reason", longest=200, required=True)
    table.finish()
    if first is None:
        table.wrong("first_day", "This is missing; add first_day with a date.")
        return None
    if last and last < first:
        table.wrong("last_day", f"The last day {last} is before the first, {first}; correct one of them.")
        return None
    return first, last or first, reason


def _spans(premises: Table, name: str) -> list[SpanEntry]:
    found: list[SpanEntry] = []
    for table in premises.tables(name):
        agency = table.text("agency", longest=50, required=True) if name == "shifts" else ""
        note = table.text("note", longest=300) if name == "shifts" else ""
        days = table.choices("days", WEEKDAYS, required=True)
        begins, ends = _clock(table, "from"), _clock(table, "until")
        first, last = table.period()
        table.finish()
        if begins is None or ends is None:
            continue
        for day in days:
            if day in WEEKDAYS:
                span = hours.Span(WEEKDAYS.index(day), begins, ends, first, last)
                found.append(SpanEntry(span, table.path, agency, note))
    _refuse_overlaps(premises.mistakes, found)
    return found


def _clock(table: Table, name: str) -> time | None:
    """A time in quotes, such as ``"10.30"``; ``"24"`` is midnight."""
    text = table.text(name, longest=10, required=True)
    if text in ("24", "24.00", "24:00"):
        return time(0)
    try:
        return ClockField(required=False).to_python(text)
    except ValidationError:
        table.wrong(name, f'“{text}” is no time; write it in quotes, such as "10.30".')
        return None


def _refuse_overlaps(mistakes: Mistakes, entries: Sequence[SpanEntry]) -> None:
    told: set[str] = set()
    for one, other in combinations(entries, 2):
        if one.agency == other.agency and other.path not in told and _overlap(one.span, other.span):
            told.add(other.path)
            mistakes.add(other.path, f"This overlaps {one.path}; correct one of them.")


def _overlap(one: hours.Span, other: hours.Span) -> bool:
    first, last = (
        max(one.valid_from or date.min, other.valid_from or date.min),
        min(one.valid_to or date.max, other.valid_to or date.max),
    )
    return first <= last and bool(_minutes(one) & _minutes(other))


def _minutes(span: hours.Span) -> set[int]:
    start = span.weekday * hours.DAY + hours.minutes(span.begins)
    return {minute % hours.WEEK for minute in range(start, start + hours.length(span))}


def check_premises(entries: list[PremisesEntry], mistakes: Mistakes, agencies: Named) -> None:
    for entry in entries:
        agencies.check(mistakes, f"{entry.path}.agency", entry.agency)
        for shift in entry.shifts or []:
            agencies.check(mistakes, f"{shift.path}.agency", shift.agency)


def write_premises(entries: list[PremisesEntry], agencies: dict[str, Agency], report: Report) -> None:
    for entry in entries:
        facts = entry.facts | {"agency": agencies[entry.agency]}
        premises = store(Premises, {"name": entry.name}, facts, report, KIND, entry.name)
        for name, of_room in entry.rooms:
            store(
                Room, {"premises": premises, "name": name}, of_room, report, "Rooms", f"{entry.name}: {name}"
            )
        if entry.hours is not None:
            _replace(premises, OpeningHours, [_weekly(each) for each in entry.hours], report)
        if entry.shifts is not None:
            rows = [
                _weekly(each) | {"agency": agencies[each.agency], "note": each.note} for each in entry.shifts
            ]
            _replace(premises, StaffedShift, rows, report)
        if entry.closures is not None:
            names = ("first_day", "last_day", "reason")
            _replace(
                premises, Closure, [dict(zip(names, each, strict=True)) for each in entry.closures], report
            )


def _weekly(entry: SpanEntry) -> Facts:
    names = ("weekday", "begins", "ends", "valid_from", "valid_to")
    return {name: getattr(entry.span, name) for name in names}


def _replace(premises: Premises, model: Any, wanted: list[Facts], report: Report) -> None:
    """Make the rows those of the file; what stands there already keeps its own, such as the days of absence."""
    standing = list(model.objects.filter(premises=premises))
    kept = []
    for row in standing:
        same = next(
            (facts for facts in wanted if all(getattr(row, name) == facts[name] for name in facts)), None
        )
        if same is None:
            row.delete()
            report.note(KIND, premises.name, "changed")
        else:
            kept.append(same)
    for facts in wanted:
        if facts not in kept:
            model.objects.create(premises=premises, **facts)
            report.note(KIND, premises.name, "changed")
