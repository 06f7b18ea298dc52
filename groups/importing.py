"""Importing the structure from a TOML file: first the whole file is checked, then all of it is written.

What the file says is how it becomes. Rows that the file does not name are left alone, and so are texts that people
write in the administration where the file is silent: short names, mandates and the branches of units.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from groups import importing_agreements
from groups.bodies import RESERVED
from groups.cadence import is_rule
from groups.facts import Mistakes, Named, Table, load
from groups.imported import Entry, Facts, Report, check_circles, point, store
from groups.importing_duties import DutyEntry, check_duties, read_duties, write_duties
from groups.importing_guests import read_guests, write_guests
from groups.importing_premises import PremisesEntry, check_premises, read_premises, write_premises
from groups.models import (
    Agency,
    Agreement,
    Body,
    Commits,
    Method,
    StandardAgendaItem,
    Structure,
    Unit,
)

#: A unit's branch where the file does not say it; never guessed from a name.
BRANCH_OF_KIND = {
    Agency.Kind.POLICE: Unit.Branch.POLICE,
    Agency.Kind.EDUCATION: Unit.Branch.SCHOOL,
    Agency.Kind.DISTRICT: Unit.Branch.AUTHORITY,
    Agency.Kind.AUTHORITY: Unit.Branch.AUTHORITY,
    Agency.Kind.COMPANY: Unit.Branch.NONE,
    Agency.Kind.CIVIL_SOCIETY: Unit.Branch.NONE,
}


@dataclass(frozen=True)
class Heading:
    """One of a standard agenda; ``closes`` is None where the file does not say which ones close a meeting."""

    title: str
    closes: bool | None


@dataclass
class StructureFile:
    """The checked content of a file."""

    structure: Facts
    agencies: list[Entry]
    agreements: list[Entry]
    bodies: list[Entry]
    methods: list[Entry]
    agendas: dict[str, list[Heading]]
    duties: list[DutyEntry] = field(default_factory=list)
    premises: list[PremisesEntry] = field(default_factory=list)


def import_structure(path: Path) -> Report:
    """Read, check and write one file: all of it or nothing. Safe to repeat.

    Raises:
        UnusableFile: with every mistake in the file.
    """
    content = read_structure(load(path))
    with transaction.atomic():
        return write_structure(content)


# Checking.


def read_structure(data: Facts, mistakes: Mistakes | None = None) -> StructureFile:
    """Check everything that the file says; ``mistakes`` is given by who also wants to know which keys there are.

    Raises:
        UnusableFile: with every mistake.
    """
    mistakes = mistakes or Mistakes()
    top = Table(data, "", mistakes)
    agencies, agreements = Named("agency", "agencies"), Named("agreement", "agreements")
    content = StructureFile(
        structure=_structure(top),
        agencies=[_agency(table, agencies) for table in top.tables("agencies")],
        agreements=[importing_agreements.read(table, agreements) for table in top.tables("agreements")],
        bodies=_bodies(top),
        methods=_methods(top),
        agendas=_agendas(top),
        duties=read_duties(top),
        premises=read_premises(top),
    )
    top.finish()
    _check_references(content, mistakes, agencies, agreements)
    mistakes.refuse()
    return content


def _structure(top: Table) -> Facts:
    table = top.table("structure", required=True)
    if table is None:
        return {}
    facts = {name: table.text(name, longest=200, required=True) for name in ("name", "municipality")}
    table.finish()
    return facts


def _agency(table: Table, named: Named) -> Entry:
    key = table.key()
    named.take(table, key)
    begins, ends = table.period()
    kind = table.choice("kind", Agency.Kind.values, required=True)
    facts: Facts = {
        "name": table.text("name", longest=200, required=True),
        "kind": kind,
        "registry_prefix": table.text("registry_prefix", longest=20),
        "valid_from": begins,
        "valid_to": ends,
    }
    if "short_name" in table:
        facts["short_name"] = table.text("short_name", longest=30)
    if "services" in table:
        facts["services"] = table.text("services", longest=300)
    if "municipal" in table:
        facts["municipal"] = table.flag("municipal")
    successor = table.text("successor", longest=50)
    units = _units(table, kind)
    table.finish()
    return Entry(key, table.path, facts, successor, {"units": units})


def _units(agency: Table, kind: str) -> list[tuple[str, str, bool]]:
    """Name, branch, and whether the file says the branch."""
    named = Named("unit", "units")
    found = []
    for table in agency.tables("units", or_text="name"):
        name = table.text("name", longest=200, required=True)
        named.take(table, name, "name")
        branch = table.choice("branch", Unit.Branch.values)
        if kind and branch not in ("", Unit.Branch.NONE) and kind not in Agency.AUTHORITIES:
            table.wrong("branch", "Only an authority has units of a branch; remove it or write “none”.")
        table.finish()
        found.append(
            (name, branch or BRANCH_OF_KIND.get(Agency.Kind(kind), "") if kind else "", bool(branch))
        )
    return found


def _bodies(top: Table) -> list[Entry]:
    named = Named("body", "bodies")
    entries = [_body(table, named) for table in top.tables("bodies")]
    for entry in entries:
        named.check(top.mistakes, f"{entry.path}.parent", entry.points_to)
    check_circles(top.mistakes, entries, "parent", "report to each other in a circle; break it here.")
    return entries


def _body(table: Table, named: Named) -> Entry:
    key = table.key()
    named.take(table, key)
    if key in RESERVED:
        table.wrong("key", f"“{key}” is the address of another page; choose another key.")
    cadence = table.text("cadence", longest=200)
    if cadence and not is_rule(cadence):
        table.wrong(
            "cadence",
            f"“{cadence}” is no recurrence rule (RFC 5545); write one such as FREQ=MONTHLY;BYDAY=1TH.",
        )
    facts: Facts = {
        "name": table.text("name", longest=200, required=True),
        "kind": table.choice("kind", _kinds_of_bodies(), required=True),
        "cadence": cadence,
    }
    if "mandate" in table:
        facts["mandate"] = table.text("mandate", longest=5000)
    facts |= _said_of_body(table)
    lists: dict[str, list[Any]] = {
        "agreement": [table.text("agreement", longest=50, required=True)],
        "agencies": table.texts("required_agencies", longest=50),
    }
    if "standing_guests" in table:
        lists["guests"] = read_guests(table, facts)
    parent = table.text("parent", longest=50)
    table.finish()
    return Entry(key, table.path, facts, parent, lists)


def _kinds_of_bodies() -> list[str]:
    """In structure mode nobody makes a case group, by a file either."""
    return [kind for kind in Body.Kind.values if settings.CASES or kind != Body.Kind.CASE]


def _said_of_body(table: Table) -> Facts:
    """Origin, first day and resources, where the file says them; what people wrote stays where it is silent."""
    facts: Facts = {}
    if "origin" in table or "found_in" in table:
        facts["origin"] = table.choice("origin", Body.Origin.values) or Body.Origin.UNSAID
        facts["found_in"] = table.text("found_in", longest=300)
        if facts["found_in"] and facts["origin"] != Body.Origin.BEFORE:
            table.wrong("found_in", "Only a group with origin = “before” was found somewhere.")
    begins, ends = table.period()
    if "valid_from" in table:
        facts["valid_from"] = begins
    if "valid_to" in table or "closed_because" in table:
        facts["valid_to"], facts["closed_because"] = ends, table.text("closed_because", longest=300)
        if facts["closed_because"] and not facts["valid_to"]:
            table.wrong("closed_because", "Say when the group closed, too; add valid_to.")
    if "commits" in table or "commits_within" in table:
        facts["commits"] = table.choice("commits", Commits.values) or Commits.UNSAID
        facts["commits_within"] = table.text("commits_within", longest=300)
        if (facts["commits"] == Commits.WITHIN) != bool(facts["commits_within"]):
            table.wrong("commits_within", "Write the limits with commits = “within”, and only with it.")
    return facts


def _methods(top: Table) -> list[Entry]:
    """Who proposed it and what it is stay as people wrote them where the file is silent."""
    named = Named("method", "methods")
    entries = []
    for table in top.tables("methods"):
        name = table.text("name", longest=200, required=True)
        named.take(table, name, "name")
        facts: Facts = {"origin": table.text("origin", longest=200)}
        description, proposed_by = (
            table.text("description", longest=10_000),
            table.text("proposed_by", longest=50),
        )
        if "description" in table:
            facts["description"] = description
        entries.append(Entry(name, table.path, facts, proposed_by))
        table.finish()
    return entries


def _agendas(top: Table) -> dict[str, list[Heading]]:
    """Headings by kind of body, and which of them close a meeting: what is added to an agenda comes before those.

    A heading is text, or ``{ title = "…", closes = true }``; ``closing`` names headings that close in every agenda.
    """
    table = top.table("agendas")
    if table is None:
        return {}
    agendas = {kind: _headings(table, kind) for kind in StandardAgendaItem.Kind.values if kind in table}
    if not settings.CASES:  # a file from an installation with cases is read, and this part of it left out
        agendas.pop(StandardAgendaItem.Kind.CASE, None)
    closing = table.choices("closing", {heading.title for found in agendas.values() for heading in found})
    table.asked.update(StandardAgendaItem.Kind.values)
    table.finish()
    if not closing:
        return agendas
    return {
        kind: [Heading(each.title, bool(each.closes) or each.title in closing) for each in found]
        for kind, found in agendas.items()
    }


def _headings(agendas: Table, kind: str) -> list[Heading]:
    found = []
    for table in agendas.tables(kind, or_text="title", required=True):
        closes = table.flag("closes") if "closes" in table else None
        table.asked.add("closes")
        found.append(Heading(table.text("title", longest=200, required=True), closes))
        table.finish()
    if all(each.closes is None for each in found):
        return found
    return [Heading(each.title, bool(each.closes)) for each in found]


def _check_references(content: StructureFile, mistakes: Mistakes, agencies: Named, agreements: Named) -> None:
    for entry in content.agencies:
        agencies.check(mistakes, f"{entry.path}.successor", entry.points_to)
    for entry in content.methods:
        agencies.check(mistakes, f"{entry.path}.proposed_by", entry.points_to)
    for entry in content.bodies:
        agreements.check(mistakes, f"{entry.path}.agreement", entry.lists["agreement"][0])
        for index, key in enumerate(entry.lists["agencies"]):
            agencies.check(mistakes, f"{entry.path}.required_agencies[{index}]", key)
    check_premises(content.premises, mistakes, agencies)
    check_duties(content.duties, mistakes, {entry.key for entry in content.bodies}, agencies)
    check_circles(mistakes, content.agencies, "successor", "succeed each other in a circle; break it here.")
    importing_agreements.check(content.agreements, mistakes, agencies, agreements)


# Writing.


def write_structure(content: StructureFile) -> Report:
    """Write checked content; call inside a transaction."""
    report = Report()
    _write_structure(content.structure, report)
    agencies = _write_agencies(content.agencies, report)
    agreements = importing_agreements.write(content.agreements, agencies, report)
    bodies = _write_bodies(content.bodies, agencies, agreements, report)
    importing_agreements.write_preparers(content.agreements, report)
    write_premises(content.premises, agencies, report)
    write_duties(
        content.duties,
        bodies,
        agencies,
        lambda model, lookup, facts, kind, name: store(model, lookup, facts, report, kind, name),
    )
    for entry in content.methods:
        facts = entry.facts | ({"proposed_by": agencies[entry.points_to]} if entry.points_to else {})
        store(Method, {"name": entry.key}, facts, report, "Methods", entry.key)
    for kind, headings in content.agendas.items():
        _write_agenda(kind, headings, report)
    return report


def _write_structure(facts: Facts, report: Report) -> None:
    """The installation serves one structure: a new name renames it."""
    standing = Structure.objects.first()
    lookup = {"pk": standing.pk} if standing else {"name": facts["name"]}
    rest = facts if standing else {"municipality": facts["municipality"]}
    store(Structure, lookup, rest, report, "Structure", facts["name"])


def _write_agencies(entries: list[Entry], report: Report) -> dict[str, Agency]:
    rows = {
        entry.key: store(Agency, {"key": entry.key}, entry.facts, report, "Agencies", entry.key)
        for entry in entries
    }
    goals = {entry.key: entry.points_to for entry in entries}
    # What is turned round would else stand in a circle between two rows that are written one after the other.
    turned = [row.pk for key, row in rows.items() if row.successor and row.successor.key != goals[key]]
    Agency.objects.filter(pk__in=turned).update(successor=None)
    for entry in entries:
        point(rows, entry, "successor", report, "Agencies")
        for name, branch, said in entry.lists["units"]:
            _write_unit(rows[entry.key], name, branch, said=said, report=report)
    return rows


def _write_unit(agency: Agency, name: str, branch: str, *, said: bool, report: Report) -> None:
    lookup = {"agency": agency, "name": name}
    exists = Unit.objects.filter(**lookup).exists()
    facts = {"branch": branch} if said or not exists else {}
    store(Unit, lookup, facts, report, "Units", f"{agency.key}: {name}")


def _write_bodies(
    entries: list[Entry], agencies: dict[str, Agency], agreements: dict[str, Agreement], report: Report
) -> dict[str, Body]:
    rows = {}
    for entry in entries:
        facts = entry.facts | {"agreement": agreements[entry.lists["agreement"][0]]}
        rows[entry.key] = store(Body, {"key": entry.key}, facts, report, "Bodies", entry.key)
    for entry in entries:
        point(rows, entry, "parent", report, "Bodies")
        wanted = {agencies[key] for key in entry.lists["agencies"]}
        if set(rows[entry.key].required_agencies.all()) != wanted:
            rows[entry.key].required_agencies.set(wanted)
            report.note("Bodies", entry.key, "changed")
        if "guests" in entry.lists:
            write_guests(rows[entry.key], entry.lists["guests"], report)
    return rows


def _write_agenda(kind: str, headings: list[Heading], report: Report) -> None:
    for position, heading in enumerate(headings, start=1):
        lookup = {"kind": kind, "position": position}
        facts: Facts = {"title": heading.title}
        if heading.closes is not None:  # a file that does not say leaves what the administrators have ticked
            facts["closes"] = heading.closes
        store(StandardAgendaItem, lookup, facts, report, "Standard agendas", f"{kind} {position}")
    surplus = StandardAgendaItem.objects.filter(kind=kind, position__gt=len(headings))
    if surplus.exists():
        surplus.delete()
        report.note("Standard agendas", f"{kind} {len(headings)}", "changed")
