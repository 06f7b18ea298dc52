"""The structure back out as the TOML that ``groups.importing`` reads: importing it again changes nothing.

Every fact is kept and every comment lost. Rows stand in the order of their keys, so that one structure always gives one
file, byte for byte. Case groups are left out, for that there is one is not to be told. Of people only those without an
account are in the file, who have no other place: signatories and standing guests.
"""

import tomllib
from collections.abc import Iterable
from datetime import date
from typing import Any

import tomli_w
from django.conf import settings
from django.db import models

from groups.exporting_premises import premises_facts
from groups.importing import read_structure
from groups.models import (
    Agency,
    Agreement,
    AnnualDuty,
    Body,
    Method,
    StandardAgendaItem,
    StandingGuest,
    Structure,
    User,
)
from groups.roles import MANAGE

Facts = dict[str, Any]


def export_structure() -> str:
    """The whole structure as one file.

    Raises:
        UnusableFile: something in the database cannot be written so that it is read again, such as a key with capital
            letters; with every such thing.
    """
    text = written(structure_facts())
    read_structure(tomllib.loads(text))
    return text


def written(facts: Facts) -> str:
    """As TOML; the same facts give the same bytes."""
    return tomli_w.dumps(facts, multiline_strings=False)


def structure_facts() -> Facts:
    """What the file says, as ``tomllib`` would read it."""
    standing = Structure.objects.first()
    bodies = Body.objects.exclude(kind=Body.Kind.CASE).select_related("parent", "agreement")
    guests = models.Prefetch("standing_guests", StandingGuest.objects.order_by("email", "valid_from"))
    return _said(
        structure=_said(name=standing.name, municipality=standing.municipality) if standing else {},
        agencies=[_agency(row) for row in _whole_agencies()],
        agreements=[_agreement(row) for row in _whole_agreements()],
        bodies=[_body(row) for row in bodies.prefetch_related("required_agencies", guests).order_by("key")],
        duties=[_duty(row) for row in _whole_duties()],
        methods=[_method(row) for row in Method.objects.select_related("proposed_by").order_by("name")],
        agendas=_agendas(),
        premises=premises_facts(_said),
    )


def _said(**facts: Any) -> Facts:
    """Only what says something; false and nought do."""
    return {name: _clean(value) for name, value in facts.items() if value not in (None, "", [], {})}


def _clean(value: Any) -> Any:
    """Texts as the importer reads them: line ends of one kind, no blanks around."""
    if isinstance(value, models.Choices):
        value = value.value
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def _keys(rows: Iterable[Any]) -> list[str]:
    return sorted(row.key for row in rows)


def _key(row: Any) -> str:
    return row.key if row else ""


def _whole_agencies() -> models.QuerySet[Agency]:
    return Agency.objects.select_related("successor").prefetch_related("units").order_by("key")


def _agency(row: Agency) -> Facts:
    units = sorted(row.units.all(), key=lambda unit: unit.name)
    return _said(
        key=row.key,
        name=row.name,
        short_name=row.short_name,
        kind=row.kind,
        municipal=row.municipal,
        registry_prefix=row.registry_prefix,
        services=row.services,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        successor=_key(row.successor),
        units=[_said(name=unit.name, branch=unit.branch) for unit in units],
    )


def _whole_agreements() -> models.QuerySet[Agreement]:
    rows = Agreement.objects.select_related("parent", "replaces", "prepared_in", "terminated_by")
    # One that is being written and lacks what 2023:196 § 9 asks cannot be read again, and waits until it is written.
    rows = rows.filter(purposes__len__gt=0, areas__len__gt=0)
    return rows.prefetch_related("parties__agency", "registry_references__agency", "board_reports").order_by(
        "key"
    )


def _agreement(row: Agreement) -> Facts:
    parties = sorted(row.parties.all(), key=lambda party: party.agency.key)
    numbers = sorted((number.agency.key, number.reference) for number in row.registry_references.all())
    reports = sorted((report.board, report.reported, report.reference) for report in row.board_reports.all())
    return _said(
        key=row.key,
        title=row.title,
        parent=_key(row.parent),
        replaces=_key(row.replaces),
        prepared_in=_key(row.prepared_in) if not _is_case(row.prepared_in) else "",
        parties=[party.agency.key for party in parties],
        registry_references=[_said(agency=agency, reference=reference) for agency, reference in numbers],
        purposes=row.purposes,
        areas=row.areas,
        geographic_areas=row.geographic_areas,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        original_kept=row.original_kept,
        sent_on=row.sent_on,
        signatures=[
            _said(
                agency=party.agency.key,
                signatory=party.signatory,
                title=party.signatory_title,
                signed_on=party.signed_on,
            )
            for party in parties
            if party.signatory
        ],
        board_reports=[
            _said(board=board, reported=reported, reference=reference)
            for board, reported, reference in reports
        ],
        terminated=_terminated(row),
    )


def _is_case(body: Body | None) -> bool:
    return body is not None and body.kind == Body.Kind.CASE


def _terminated(row: Agreement) -> Facts:
    if row.terminated_on is None:
        return {}
    return _said(
        on=row.terminated_on,
        by=_key(row.terminated_by),
        reason=row.termination_reason,
        last_day=row.last_day,
    )


def _body(row: Body) -> Facts:
    return _said(
        key=row.key,
        name=row.name,
        kind=row.kind,
        parent=_key(row.parent) if not _is_case(row.parent) else "",
        agreement=row.agreement.key,
        mandate=row.mandate,
        required_agencies=_keys(row.required_agencies.all()),
        cadence=row.cadence,
        origin=row.origin,
        found_in=row.found_in,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        closed_because=row.closed_because,
        commits=row.commits,
        commits_within=row.commits_within,
        standing_guests=[_guest(guest) for guest in row.standing_guests.all()],
    )


def _guest(row: StandingGuest) -> Facts:
    return _said(
        name=row.name,
        organisation=row.organisation,
        email=row.email,
        language=row.language,
        reason=row.reason,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _method(row: Method) -> Facts:
    return _said(
        name=row.name, origin=row.origin, proposed_by=_key(row.proposed_by), description=row.description
    )


def _whole_duties() -> models.QuerySet[AnnualDuty]:
    rows = AnnualDuty.objects.exclude(body__kind=Body.Kind.CASE)
    return rows.select_related("body", "agency").order_by("key")


def _duty(row: AnnualDuty) -> Facts:
    counting = AnnualDuty.Counting
    every: int | None = row.every_years if row.every_years > 1 else None
    return _said(
        key=row.key,
        title=row.title,
        ground=row.ground,
        source=row.source,
        demand=row.demand,
        body=row.body.key,
        agency=_key(row.agency),
        quarter=row.quarter,
        month=row.month,
        day=row.day,
        every_years=every,
        first_year=row.first_year,
        months_after_programme=row.months if row.counting == counting.PROGRAMME else None,
        months_before_agreement_ends=row.months if row.counting == counting.AGREEMENT else None,
        lead_days=row.lead_days,
        agenda_title=row.agenda_title,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _agendas() -> Facts:
    """Headings by kind of body; those that close a meeting say so, each in its own agenda."""
    kinds = (
        StandardAgendaItem.objects.all()
        if settings.CASES
        else StandardAgendaItem.objects.exclude(kind="case")
    )
    rows = list(kinds.order_by("kind", "position"))
    return _said(
        **{
            kind: [_heading(row) for row in rows if row.kind == kind]
            for kind in StandardAgendaItem.Kind.values
        }
    )


def _heading(row: StandardAgendaItem) -> str | Facts:
    title = _clean(row.title)
    return {"title": title, "closes": True} if row.closes else title


def file_name(day: date) -> str:
    return f"samverkan-struktur-{day}.toml"


def leads(user: User) -> bool:
    """Whether this person may take the file: who manages a council or steering group."""
    managed = [body for body in user.bodies() if MANAGE in user.acts_in(body)]
    top = Body.objects.filter(pk__in=managed, kind__in=(Body.Kind.COUNCIL, Body.Kind.STEERING))
    return bool(managed) and top.exists()
