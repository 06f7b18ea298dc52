"""Importing agreements: what the file says of them, and what is signed and so stays as it is.

::

    [[agreements]]
    key = "lokal-2026"
    title = "…"
    parent = "ram-2024"                 # the frame agreement above it
    replaces = "lokal-2023"             # the version before this one
    parties = ["jarva", "lpo-jarva"]
    registry_references = [{ agency = "jarva", reference = "JÄ 2026/12" }]
    purposes = ["…"]                    # 2023:196 § 9
    areas = ["…"]
    geographic_areas = ["…"]
    valid_from = 2026-01-01
    valid_to = 2027-12-31
    sent_on = 2025-11-20                # sent for signing; the signatures are then known one by one …
    signatures = [{ agency = "jarva", signatory = "…", title = "…", signed_on = 2025-12-01 }]
    original_kept = "…"                 # … or it was signed before it was recorded, and this says where the paper is
    board_reports = [{ board = "…", reported = "2026-01", reference = "…" }]   # a day or a month
    terminated = { on = 2026-05-01, by = "jarva", reason = "…", last_day = 2026-10-31 }
    prepared_in = "styrgrupp"           # the group that answers for it while none works under it
"""

import re
from typing import Any

from django.db import models
from django.utils import timezone

from groups.agreements import NEW
from groups.facts import Mistakes, Named, Table
from groups.imported import Entry, Facts, Report, check_circles, point, store
from groups.models import Agency, Agreement, AgreementParty, BoardReport, Body, RegistryReference

KIND = "Agreements"
_DAY_OR_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?")
#: What nobody may change once somebody has signed.
_CONTENT = (
    "title",
    "purposes",
    "areas",
    "geographic_areas",
    "valid_from",
    "valid_to",
    "original_kept",
    "sent_on",
)


# Reading.


def read(table: Table, named: Named) -> Entry:
    """One agreement of the file."""
    key = table.key()
    named.take(table, key)
    if key == NEW:
        table.wrong("key", f"“{key}” is the address of another page; choose another key.")
    begins, ends = table.period()
    facts: Facts = {
        "title": table.text("title", longest=300, required=True),
        "purposes": table.texts("purposes", longest=500, required=True),
        "areas": table.texts("areas", longest=200, required=True),
        "geographic_areas": table.texts("geographic_areas", longest=200),
        "original_kept": table.text("original_kept", longest=300),
        "sent_on": table.day("sent_on"),
        "valid_from": begins,
        "valid_to": ends,
    }
    if facts["original_kept"] and facts["sent_on"]:
        table.wrong(
            "sent_on", "It is either signed here or recorded afterwards; remove this or original_kept."
        )
    parent = table.text("parent", longest=50)
    lists: dict[str, list[Any]] = {
        "replaces": [table.text("replaces", longest=50)],
        "prepared_in": [table.text("prepared_in", longest=50)],
        "parties": table.texts("parties", longest=50),
        "references": _references(table),
        "signatures": _signatures(table),
        "reports": _board_reports(table),
        "terminated": _terminated(table),
    }
    table.finish()
    for index in range(len(lists["signatures"])):
        _check_signature(table, index, lists, facts)
    for termination in lists["terminated"]:
        _check_termination(table, termination, lists, facts)
    return Entry(key, table.path, facts, parent, lists)


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


def _signatures(agreement: Table) -> list[Facts]:
    found = []
    for table in agreement.tables("signatures"):
        found.append(
            {
                "agency": table.text("agency", longest=50, required=True),
                "signatory": table.text("signatory", longest=150, required=True),
                "signatory_title": table.text("title", longest=120),
                "signed_on": table.day("signed_on"),
            }
        )
        table.finish()
    return found


def _check_signature(table: Table, index: int, lists: dict[str, list[Any]], facts: Facts) -> None:
    """What the page for registering a signature would refuse as well."""
    place, signature = f"signatures[{index}]", lists["signatures"][index]
    agency, day, sent = signature["agency"], signature["signed_on"], facts["sent_on"]
    if agency and agency not in lists["parties"]:
        table.wrong(f"{place}.agency", f"“{agency}” is no party; add it to parties.")
    if agency in [other["agency"] for other in lists["signatures"][:index]]:
        table.wrong(f"{place}.agency", f"“{agency}” signs twice; remove one.")
    if not day:
        table.wrong(f"{place}.signed_on", "This is missing; add signed_on with a date.")
    elif not sent:
        table.wrong(f"{place}.signed_on", "Nobody signs what was not sent for signing; add sent_on.")
    elif day < sent:
        table.wrong(f"{place}.signed_on", f"That is before it was sent for signing, {sent}; correct one.")
    elif day > timezone.localdate():
        table.wrong(f"{place}.signed_on", "That day is to come; add the signature when it is made.")


def _check_termination(table: Table, ended: Facts, lists: dict[str, list[Any]], facts: Facts) -> None:
    """Only a party ends an agreement, and only one that everybody has signed."""
    by, last_day = ended["terminated_by"], ended["last_day"]
    signed = {signature["agency"] for signature in lists["signatures"]}
    if by and by not in lists["parties"]:
        table.wrong("terminated.by", f"“{by}” is no party; only a party can terminate it.")
    if not facts["original_kept"] and not (lists["parties"] and signed.issuperset(lists["parties"])):
        table.wrong("terminated", "Not everybody has signed it, so there is nothing to terminate.")
    if last_day and facts["valid_to"] and last_day > facts["valid_to"]:
        table.wrong("terminated.last_day", "The agreement ends before that day as it is; correct one.")


def _board_reports(agreement: Table) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for table in agreement.tables("board_reports"):
        row = (
            table.text("board", longest=200),
            _reported(table, "reported"),
            table.text("reference", longest=60),
        )
        table.finish()
        if not row[0] and not row[1]:
            table.wrong("board", "Say which board, or when.")
        if row[:2] in [other[:2] for other in found]:
            table.wrong("board", "The same report stands twice; remove one.")
        found.append(row)
    # The short way: a month or a day alone, where the board is not known.
    short = _reported(agreement, "reported_to_board")
    return [*found, ("", short, "")] if short else found


def _reported(table: Table, name: str) -> str:
    value = table.text(name, longest=10)
    if value and not _DAY_OR_MONTH.fullmatch(value):
        table.wrong(name, f"“{value}” is no day or month; write it such as 2020-04-21 or 2020-04.")
        return ""
    return value


def _terminated(agreement: Table) -> list[Facts]:
    table = agreement.table("terminated")
    if table is None:
        return []
    on, last_day = table.day("on"), table.day("last_day")
    facts = {
        "terminated_on": on,
        "terminated_by": table.text("by", longest=50, required=True),
        "termination_reason": table.text("reason", longest=2000, required=True),
        "last_day": last_day,
    }
    table.finish()
    for name, column in (("on", "terminated_on"), ("last_day", "last_day")):
        if not facts[column]:
            table.wrong(name, f"This is missing; add {name} with a date.")
    if on and last_day and last_day < on:
        table.wrong("last_day", "The last day is before the day of the termination; correct one of them.")
    return [facts]


# Checking.


def check(entries: list[Entry], mistakes: Mistakes, agencies: Named, agreements: Named) -> None:
    """Complain about what points nowhere or in a circle, and about changes of what is signed."""
    for entry in entries:
        agreements.check(mistakes, f"{entry.path}.parent", entry.points_to)
        agreements.check(mistakes, f"{entry.path}.replaces", entry.lists["replaces"][0])
        for index, key in enumerate(entry.lists["parties"]):
            agencies.check(mistakes, f"{entry.path}.parties[{index}]", key)
        for index, (key, _reference) in enumerate(entry.lists["references"]):
            agencies.check(mistakes, f"{entry.path}.registry_references[{index}].agency", key)
        for facts in entry.lists["terminated"]:
            agencies.check(mistakes, f"{entry.path}.terminated.by", facts["terminated_by"])
    check_circles(mistakes, entries, "parent", "frame each other in a circle; break it here.")
    _check_versions(entries, mistakes)
    _check_one_agreement_a_reference(entries, mistakes)
    for entry in entries:
        _check_signed(entry, mistakes)


def _check_versions(entries: list[Entry], mistakes: Mistakes) -> None:
    versions = [Entry(entry.key, entry.path, {}, entry.lists["replaces"][0]) for entry in entries]
    check_circles(mistakes, versions, "replaces", "replace each other in a circle; break it here.")
    replaced: dict[str, str] = {}
    for entry in versions:
        if entry.points_to and (other := replaced.setdefault(entry.points_to, entry.key)) != entry.key:
            mistakes.add(
                f"{entry.path}.replaces",
                f"“{entry.points_to}” is already replaced by “{other}”; correct one.",
            )


def _check_one_agreement_a_reference(entries: list[Entry], mistakes: Mistakes) -> None:
    """An agency's registry number names one document, in the file and in the database."""
    named = {entry.key for entry in entries}
    others = RegistryReference.objects.exclude(agreement__key__in=named)
    owners = {
        (key, reference): title
        for key, reference, title in others.values_list("agency__key", "reference", "agreement__title")
    }
    for entry in entries:
        for index, reference in enumerate(entry.lists["references"]):
            owner = owners.setdefault(reference, entry.facts["title"])
            if owner != entry.facts["title"]:
                mistakes.add(
                    f"{entry.path}.registry_references[{index}].reference",
                    f"“{reference[1]}” is already the number of “{owner}”; correct one of them.",
                )


def _check_signed(entry: Entry, mistakes: Mistakes) -> None:
    """What somebody has signed stays: the file may repeat it, add signatures and reports, and terminate it."""
    standing = Agreement.objects.filter(key=entry.key, parties__signed_on__isnull=False).first()
    if standing is None:
        return
    changed = [name for name in _CONTENT if getattr(standing, name) != entry.facts[name]]
    if {party.agency.key for party in standing.parties.select_related("agency")} != set(
        entry.lists["parties"]
    ):
        changed.append("parties")
    if (standing.parent.key if standing.parent else "") != entry.points_to:
        changed.append("parent")
    if (standing.replaces.key if standing.replaces else "") != entry.lists["replaces"][0]:
        changed.append("replaces")
    if changed:
        mistakes.add(
            f"{entry.path}.{changed[0]}",
            "This is signed and stays as it is; correct it by a new version that replaces it.",
        )
    elif standing.terminated_on and not entry.lists["terminated"]:
        mistakes.add(
            f"{entry.path}.terminated", "The agreement is terminated, which stays; add it to the file."
        )


# Writing.


def write(entries: list[Entry], agencies: dict[str, Agency], report: Report) -> dict[str, Agreement]:
    """Every agreement of the file, by key."""
    rows = {
        entry.key: store(Agreement, {"key": entry.key}, entry.facts, report, KIND, entry.key)
        for entry in entries
    }
    for entry in _oldest_first(entries):
        point(rows, entry, "parent", report, KIND)
        rows[entry.key] = _number(rows, entry, report)
    for entry in entries:
        _replace(
            rows[entry.key],
            AgreementParty,
            ("agency",),
            {(agencies[key],) for key in entry.lists["parties"]},
            report,
        )
        _replace(
            rows[entry.key],
            BoardReport,
            ("board", "reported", "reference"),
            set(entry.lists["reports"]),
            report,
        )
        for signature in entry.lists["signatures"]:
            _sign(rows[entry.key], agencies, signature, report)
        for facts in entry.lists["terminated"]:
            ended = facts | {"terminated_by": agencies[facts["terminated_by"]]}
            store(Agreement, {"key": entry.key}, ended, report, KIND, entry.key)
    _write_references(entries, rows, agencies, report)
    return rows


def write_preparers(entries: list[Entry], report: Report) -> None:
    """Which group answers for an agreement, now that the groups are there; an unknown one is left out."""
    for entry in entries:
        key = entry.lists["prepared_in"][0]
        if key and (body := Body.objects.filter(key=key).first()):
            store(Agreement, {"key": entry.key}, {"prepared_in": body}, report, KIND, entry.key)


def _oldest_first(entries: list[Entry]) -> list[Entry]:
    """Every version after the one that it replaces."""
    by_key = {entry.key: entry for entry in entries}

    def depth(entry: Entry) -> int:
        before = by_key.get(entry.lists["replaces"][0])
        return 1 + depth(before) if before else 0

    return sorted(entries, key=depth)


def _number(rows: dict[str, Agreement], entry: Entry, report: Report) -> Agreement:
    """The row with its place in the line of versions."""
    before = rows.get(entry.lists["replaces"][0])
    facts: Facts = {"replaces": None, "first": None, "version": 1}
    if before:
        facts = {"replaces": before, "first_id": before.line_id, "version": before.version + 1}
    row: Agreement = store(Agreement, {"key": entry.key}, facts, report, KIND, entry.key)
    return row


def _sign(agreement: Agreement, agencies: dict[str, Agency], signature: Facts, report: Report) -> None:
    party = AgreementParty.objects.get(agreement=agreement, agency=agencies[signature["agency"]])
    if party.signed_on is None:
        facts = {name: value for name, value in signature.items() if name != "agency"}
        store(AgreementParty, {"pk": party.pk}, facts, report, KIND, agreement.key)


def _write_references(
    entries: list[Entry], rows: dict[str, Agreement], agencies: dict[str, Agency], report: Report
) -> None:
    """Numbers may move between agreements: every old one goes before a new one comes."""
    names = ("agency", "reference")
    references = {
        entry.key: {(agencies[key], text) for key, text in entry.lists["references"]} for entry in entries
    }
    for key, wanted in references.items():
        _remove_others(rows[key], RegistryReference, names, wanted, report)
    for key, wanted in references.items():
        _replace(rows[key], RegistryReference, names, wanted, report)


def _replace(
    agreement: Agreement, model: type[Any], names: tuple[str, ...], wanted: set[Any], report: Report
) -> None:
    _remove_others(agreement, model, names, wanted, report)
    standing = {_values(row, names) for row in model.objects.filter(agreement=agreement)}
    for values in sorted(wanted - standing, key=str):
        model.objects.create(agreement=agreement, **dict(zip(names, values, strict=True)))
        report.note(KIND, agreement.key, "changed")


def _remove_others(
    agreement: Agreement, model: type[Any], names: tuple[str, ...], wanted: set[Any], report: Report
) -> None:
    for row in model.objects.filter(agreement=agreement):
        if _values(row, names) not in wanted:
            row.delete()
            report.note(KIND, agreement.key, "changed")


def _values(row: models.Model, names: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in names)
