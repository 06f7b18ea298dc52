"""Importing the structure from a TOML file: first the whole file is checked, then all of it is written.

What the file says is how it becomes. Rows that the file does not name are left alone, and so are texts that people
write in the administration where the file is silent: short names, mandates and the branches of units.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import models, transaction

from groups.cadence import is_rule
from groups.facts import Mistakes, Named, Table, check_no_circle, load
from groups.importing_duties import DutyEntry, check_duties, read_duties, write_duties
from groups.models import (
    Agency,
    Agreement,
    AgreementParty,
    Body,
    Method,
    RegistryReference,
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

Facts = dict[str, Any]


@dataclass
class Entry:
    """One row to be: its own facts, the key it points to, and the lists that hang on it."""

    key: str
    path: str
    facts: Facts
    points_to: str = ""
    lists: dict[str, list[Any]] = field(default_factory=dict)


@dataclass
class StructureFile:
    """The checked content of a file."""

    structure: Facts
    agencies: list[Entry]
    agreements: list[Entry]
    bodies: list[Entry]
    methods: list[Entry]
    agendas: dict[str, list[str]]
    closing: list[str]
    duties: list[DutyEntry] = field(default_factory=list)


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


def import_structure(path: Path) -> Report:
    """Read, check and write one file: all of it or nothing. Safe to repeat.

    Raises:
        UnusableFile: with every mistake in the file.
    """
    content = read_structure(load(path))
    with transaction.atomic():
        return write_structure(content)


# Checking.


def read_structure(data: Facts) -> StructureFile:
    """Check everything that the file says.

    Raises:
        UnusableFile: with every mistake.
    """
    mistakes = Mistakes()
    top = Table(data, "", mistakes)
    agencies, agreements = Named("agency", "agencies"), Named("agreement", "agreements")
    content = StructureFile(
        structure=_structure(top),
        agencies=[_agency(table, agencies) for table in top.tables("agencies")],
        agreements=[_agreement(table, agreements) for table in top.tables("agreements")],
        bodies=_bodies(top),
        methods=_methods(top),
        **_agendas(top),
        duties=read_duties(top),
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
        table.finish()
        found.append(
            (name, branch or BRANCH_OF_KIND.get(Agency.Kind(kind), "") if kind else "", bool(branch))
        )
    return found


def _agreement(table: Table, named: Named) -> Entry:
    key = table.key()
    named.take(table, key)
    begins, ends = table.period()
    facts = {
        "title": table.text("title", longest=300, required=True),
        "purposes": table.texts("purposes", longest=500, required=True),
        "areas": table.texts("areas", longest=200, required=True),
        "geographic_areas": table.texts("geographic_areas", longest=200),
        "reported_to_board": table.text("reported_to_board", longest=30),
        "valid_from": begins,
        "valid_to": ends,
    }
    parent = table.text("parent", longest=50)
    parties = table.texts("parties", longest=50)
    references = _references(table)
    table.finish()
    return Entry(key, table.path, facts, parent, {"parties": parties, "references": references})


def _references(agreement: Table) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for table in agreement.tables("registry_references"):
        reference = (
            table.text("agency", longest=50, required=True),
            table.text("reference", longest=60, required=True),
        )
        table.finish()
        if reference in found:
            table.wrong("reference", f"“{reference[1]}” stands twice for this agency; remove one.")
        found.append(reference)
    return found


def _bodies(top: Table) -> list[Entry]:
    named = Named("body", "bodies")
    entries = [_body(table, named) for table in top.tables("bodies")]
    for entry in entries:
        named.check(top.mistakes, f"{entry.path}.parent", entry.points_to)
    _check_circles(top.mistakes, entries, "parent", "report to each other in a circle; break it here.")
    return entries


def _body(table: Table, named: Named) -> Entry:
    key = table.key()
    named.take(table, key)
    cadence = table.text("cadence", longest=200)
    if cadence and not is_rule(cadence):
        table.wrong(
            "cadence",
            f"“{cadence}” is no recurrence rule (RFC 5545); write one such as FREQ=MONTHLY;BYDAY=1TH.",
        )
    facts: Facts = {
        "name": table.text("name", longest=200, required=True),
        "kind": table.choice("kind", Body.Kind.values, required=True),
        "cadence": cadence,
    }
    if "mandate" in table:
        facts["mandate"] = table.text("mandate", longest=5000)
    lists = {
        "agreement": [table.text("agreement", longest=50, required=True)],
        "agencies": table.texts("required_agencies", longest=50),
    }
    parent = table.text("parent", longest=50)
    table.finish()
    return Entry(key, table.path, facts, parent, lists)


def _methods(top: Table) -> list[Entry]:
    named = Named("method", "methods")
    entries = []
    for table in top.tables("methods"):
        name = table.text("name", longest=200, required=True)
        named.take(table, name, "name")
        entries.append(Entry(name, table.path, {"origin": table.text("origin", longest=200)}))
        table.finish()
    return entries


def _agendas(top: Table) -> dict[str, Any]:
    """Headings by kind of body, and which of them close a meeting: what is added to an agenda comes before those."""
    table = top.table("agendas")
    if table is None:
        return {"agendas": {}, "closing": []}
    agendas = {
        kind: table.texts(kind, longest=200, required=True)
        for kind in StandardAgendaItem.Kind.values
        if kind in table
    }
    headings = {title for titles in agendas.values() for title in titles}
    closing = table.choices("closing", headings)
    table.asked.update(StandardAgendaItem.Kind.values)
    table.finish()
    return {"agendas": agendas, "closing": closing}


def _check_references(content: StructureFile, mistakes: Mistakes, agencies: Named, agreements: Named) -> None:
    for entry in content.agencies:
        agencies.check(mistakes, f"{entry.path}.successor", entry.points_to)
    for entry in content.agreements:
        agreements.check(mistakes, f"{entry.path}.parent", entry.points_to)
        for index, key in enumerate(entry.lists["parties"]):
            agencies.check(mistakes, f"{entry.path}.parties[{index}]", key)
        for index, (key, _reference) in enumerate(entry.lists["references"]):
            agencies.check(mistakes, f"{entry.path}.registry_references[{index}].agency", key)
    for entry in content.bodies:
        agreements.check(mistakes, f"{entry.path}.agreement", entry.lists["agreement"][0])
        for index, key in enumerate(entry.lists["agencies"]):
            agencies.check(mistakes, f"{entry.path}.required_agencies[{index}]", key)
    check_duties(content.duties, mistakes, {entry.key for entry in content.bodies}, agencies)
    _check_circles(mistakes, content.agencies, "successor", "succeed each other in a circle; break it here.")
    _check_circles(mistakes, content.agreements, "parent", "frame each other in a circle; break it here.")
    _check_one_agreement_a_reference(content, mistakes)


def _check_circles(mistakes: Mistakes, entries: list[Entry], name: str, words: str) -> None:
    links = {entry.key: (entry.points_to, f"{entry.path}.{name}") for entry in entries if entry.points_to}
    check_no_circle(mistakes, links, words)


def _check_one_agreement_a_reference(content: StructureFile, mistakes: Mistakes) -> None:
    """An agency's registry number names one document, in the file and in the database."""
    named = {entry.key for entry in content.agreements}
    others = RegistryReference.objects.exclude(agreement__key__in=named)
    owners = {
        (key, reference): title
        for key, reference, title in others.values_list("agency__key", "reference", "agreement__title")
    }
    for entry in content.agreements:
        for index, reference in enumerate(entry.lists["references"]):
            owner = owners.setdefault(reference, entry.facts["title"])
            if owner != entry.facts["title"]:
                mistakes.add(
                    f"{entry.path}.registry_references[{index}].reference",
                    f"“{reference[1]}” is already the number of “{owner}”; correct one of them.",
                )


# Writing.


def write_structure(content: StructureFile) -> Report:
    """Write checked content; call inside a transaction."""
    report = Report()
    _write_structure(content.structure, report)
    agencies = _write_agencies(content.agencies, report)
    agreements = _write_agreements(content.agreements, agencies, report)
    bodies = _write_bodies(content.bodies, agencies, agreements, report)
    write_duties(
        content.duties,
        bodies,
        agencies,
        lambda model, lookup, facts, kind, name: store(model, lookup, facts, report, kind, name),
    )
    for entry in content.methods:
        store(Method, {"name": entry.key}, entry.facts, report, "Methods", entry.key)
    for kind, titles in content.agendas.items():
        _write_agenda(kind, titles, content.closing, report)
    return report


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
    for entry in entries:
        _point(rows, entry, "successor", report, "Agencies")
        for name, branch, said in entry.lists["units"]:
            _write_unit(rows[entry.key], name, branch, said=said, report=report)
    return rows


def _point(rows: dict[str, Any], entry: Entry, field_name: str, report: Report, kind: str) -> None:
    """Let a row point to another of its kind, now that both are there."""
    target = rows[entry.points_to] if entry.points_to else None
    store(type(rows[entry.key]), {"pk": rows[entry.key].pk}, {field_name: target}, report, kind, entry.key)


def _write_unit(agency: Agency, name: str, branch: str, *, said: bool, report: Report) -> None:
    lookup = {"agency": agency, "name": name}
    exists = Unit.objects.filter(**lookup).exists()
    facts = {"branch": branch} if said or not exists else {}
    store(Unit, lookup, facts, report, "Units", f"{agency.key}: {name}")


def _write_agreements(
    entries: list[Entry], agencies: dict[str, Agency], report: Report
) -> dict[str, Agreement]:
    rows = {
        entry.key: store(Agreement, {"key": entry.key}, entry.facts, report, "Agreements", entry.key)
        for entry in entries
    }
    for entry in entries:
        _point(rows, entry, "parent", report, "Agreements")
        parties = {(agencies[key],) for key in entry.lists["parties"]}
        _replace(rows[entry.key], AgreementParty, ("agency",), parties, report)
    # Numbers may move between agreements: every old one goes before a new one comes.
    references = {
        entry.key: {(agencies[key], text) for key, text in entry.lists["references"]} for entry in entries
    }
    for key, wanted in references.items():
        _remove_others(rows[key], RegistryReference, ("agency", "reference"), wanted, report)
    for key, wanted in references.items():
        _replace(rows[key], RegistryReference, ("agency", "reference"), wanted, report)
    return rows


def _replace(
    agreement: Agreement, model: type[Any], names: tuple[str, ...], wanted: set[Any], report: Report
) -> None:
    _remove_others(agreement, model, names, wanted, report)
    standing = {_values(row, names) for row in model.objects.filter(agreement=agreement)}
    for values in sorted(wanted - standing, key=str):
        model.objects.create(agreement=agreement, **dict(zip(names, values, strict=True)))
        report.note("Agreements", agreement.key, "changed")


def _remove_others(
    agreement: Agreement, model: type[Any], names: tuple[str, ...], wanted: set[Any], report: Report
) -> None:
    for row in model.objects.filter(agreement=agreement):
        if _values(row, names) not in wanted:
            row.delete()
            report.note("Agreements", agreement.key, "changed")


def _values(row: models.Model, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)


def _write_bodies(
    entries: list[Entry], agencies: dict[str, Agency], agreements: dict[str, Agreement], report: Report
) -> dict[str, Body]:
    rows = {}
    for entry in entries:
        facts = entry.facts | {"agreement": agreements[entry.lists["agreement"][0]]}
        rows[entry.key] = store(Body, {"key": entry.key}, facts, report, "Bodies", entry.key)
    for entry in entries:
        _point(rows, entry, "parent", report, "Bodies")
        wanted = {agencies[key] for key in entry.lists["agencies"]}
        if set(rows[entry.key].required_agencies.all()) != wanted:
            rows[entry.key].required_agencies.set(wanted)
            report.note("Bodies", entry.key, "changed")
    return rows


def _write_agenda(kind: str, titles: list[str], closing: list[str], report: Report) -> None:
    for position, title in enumerate(titles, start=1):
        lookup = {"kind": kind, "position": position}
        facts: Facts = {"title": title}
        if closing:  # a file that does not say leaves what the administrators have ticked
            facts["closes"] = title in closing
        store(StandardAgendaItem, lookup, facts, report, "Standard agendas", f"{kind} {position}")
    surplus = StandardAgendaItem.objects.filter(kind=kind, position__gt=len(titles))
    if surplus.exists():
        surplus.delete()
        report.note("Standard agendas", f"{kind} {len(titles)}", "changed")
