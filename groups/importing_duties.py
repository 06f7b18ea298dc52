"""The duties of the year in the structure's file: ``[[duties]]``.

Keys: ``key``, ``title``, ``ground`` (statute, agreement, local), ``source``, ``demand`` (4–13, in quotes), ``body``,
``agency``, ``agenda_title``, ``lead_days`` (14), ``valid_from``, ``valid_to``, and one way to say when: ``quarter``;
``month`` with or without ``day``; ``months_after_programme``; ``months_before_agreement_ends``. The first two may have
``every_years`` and ``first_year``. A person is never named in a file.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from groups.facts import Mistakes, Named, Table
from groups.models import Agency, AnnualDuty, Body, Demand

Facts = dict[str, Any]
COUNTED = {
    "months_after_programme": AnnualDuty.Counting.PROGRAMME,
    "months_before_agreement_ends": AnnualDuty.Counting.AGREEMENT,
}


@dataclass
class DutyEntry:
    """One duty to be; ``body`` and ``agency`` are keys of the file."""

    key: str
    path: str
    facts: Facts
    body: str
    agency: str


def read_duties(top: Table) -> list[DutyEntry]:
    """Check every duty by itself."""
    named = Named("duty", "duties")
    return [_duty(table, named) for table in top.tables("duties")]


def _duty(table: Table, named: Named) -> DutyEntry:
    key = table.key()
    named.take(table, key)
    begins, ends = table.period()
    facts: Facts = {
        "title": table.text("title", longest=200, required=True),
        "ground": table.choice("ground", AnnualDuty.Ground.values) or AnnualDuty.Ground.LOCAL.value,
        "source": table.text("source", longest=200),
        "demand": table.choice("demand", Demand.values),
        "agenda_title": table.text("agenda_title", longest=200),
        "lead_days": _number(table, "lead_days", 14, highest=365),
        "valid_from": begins,
        "valid_to": ends,
    } | _when(table)
    entry = DutyEntry(
        key,
        table.path,
        facts,
        table.text("body", longest=50, required=True),
        table.text("agency", longest=50),
    )
    table.finish()
    return entry


def _number(table: Table, name: str, default: int, *, highest: int) -> int:
    value = table.whole_number(name, highest=highest)
    return default if value is None else value


def _when(table: Table) -> Facts:
    """When it falls due; exactly one way."""
    quarter, month = table.whole_number("quarter", highest=4), table.whole_number("month", highest=12)
    day, first = table.whole_number("day", highest=31), table.whole_number("first_year", highest=2100)
    every = _number(table, "every_years", 1, highest=10)
    months = {name: table.whole_number(name, highest=120) for name in COUNTED}
    facts: Facts = {
        "counting": AnnualDuty.Counting.CALENDAR.value,
        "quarter": quarter,
        "month": month,
        "day": day,
        "every_years": every,
        "first_year": first,
        "months": None,
    }
    for name, counting in COUNTED.items():
        if months[name] is not None:
            facts |= {"counting": counting.value, "months": months[name]}
    ways = [value for value in (quarter, month, *months.values()) if value is not None]
    if len(ways) != 1:
        names = ", ".join(("quarter", "month", *COUNTED))
        table.wrong("key", f"Say when the duty falls due by exactly one of {names}.")
    _refuse_odd(table, facts)
    return facts


def _refuse_odd(table: Table, facts: Facts) -> None:
    for name, lowest in (("quarter", 1), ("month", 1), ("day", 1), ("every_years", 1), ("first_year", 2000)):
        if facts[name] is not None and facts[name] < lowest:
            table.wrong(name, f"This must be {lowest} or more.")
    if facts["day"] is not None and facts["month"] is None:
        table.wrong("day", "A day needs a month; add month.")
    if facts["every_years"] > 1 and facts["first_year"] is None:
        table.wrong("every_years", "Say from which year they are counted; add first_year.")
    if facts["months"] is not None and (facts["every_years"] > 1 or facts["first_year"] is not None):
        table.wrong(
            "every_years", "What is counted in months has no years; remove every_years and first_year."
        )


def check_duties(
    entries: list[DutyEntry], mistakes: Mistakes, bodies: Collection[str], agencies: Named
) -> None:
    """Complain about keys that nothing in the file has."""
    for entry in entries:
        agencies.check(mistakes, f"{entry.path}.agency", entry.agency)
        if entry.body and entry.body not in bodies:
            mistakes.add(
                f"{entry.path}.body",
                f"No body in the file has the key “{entry.body}”; correct it or add the body under [[bodies]].",
            )


def write_duties(
    entries: list[DutyEntry],
    bodies: Mapping[str, Body],
    agencies: Mapping[str, Agency],
    store: Callable[[type[AnnualDuty], Facts, Facts, str, str], Any],
) -> None:
    """Make or correct each duty by ``store(model, lookup, facts, kind, name)``; duties out of the file stay."""
    for entry in entries:
        facts = entry.facts | {"body": bodies[entry.body], "agency": agencies.get(entry.agency)}
        store(AnnualDuty, {"key": entry.key}, facts, "Duties", entry.key)
