"""What follows in the structure when agencies become another (``groups.reorganising_sources``).

Rows that hold from day to day are split at the date: the old one ends on the eve, a new one begins. So the day before
still shows what was. A row without dates is changed, and the line written about it says what it was.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from groups.models import (
    Agency,
    AgreementParty,
    AnnualDuty,
    Body,
    ContactPoint,
    Employment,
    HandOverItem,
    Measure,
    Membership,
    Premises,
    ReorganisationLine,
    StaffedShift,
    Unit,
    User,
)
from groups.reorganising_sources import Change, circle, in_circle, units_left

Kind, Outcome, Why = ReorganisationLine.Kind, ReorganisationLine.Outcome, ReorganisationLine.Why


def obstacles(change: Change) -> list[str]:
    found = []
    for agency in change.agencies:
        if agency.successor_id not in (None, change.successor.pk):
            found.append(
                _("%(agency)s already has another successor: %(other)s.")
                % {"agency": agency.name, "other": agency.successor}
            )
        if agency.valid_from and agency.valid_from > change.eve:
            found.append(_("%(agency)s had not begun before that day.") % {"agency": agency.name})
    return found + _against_successor(change) + _against_units(change)


def _against_successor(change: Change) -> list[str]:
    successor, name = change.successor, {"agency": change.successor.name}
    ending = in_circle(change.agencies, successor)
    found = [circle(successor, ending)] if ending else []
    if successor.valid_from and successor.valid_from > change.on:
        found.append(
            _("%(agency)s begins on %(day)s, after that day.")
            % {**name, "day": f"{successor.valid_from:%Y-%m-%d}"}
        )
    if successor.valid_to and successor.valid_to < change.on:
        found.append(_("%(agency)s has ended before that day.") % name)
    return found


def _against_units(change: Change) -> list[str]:
    paired = {pairing.unit_id for pairing in change.pairings}
    found = [
        _("Choose where %(unit)s goes.") % {"unit": unit}
        for unit in units_left(change.agencies).select_related("agency")
        if unit.pk not in paired
    ]
    branches = dict(change.successor.units.values_list("name", "branch"))
    for pairing in change.pairings:
        if pairing.stays:
            continue
        kept = branches.setdefault(pairing.goal, pairing.unit.branch)
        if kept != pairing.unit.branch:
            found.append(
                _(
                    "%(unit)s cannot merge into %(goal)s: they are different branches, and secrecy applies between them."
                )
                % {"unit": pairing.unit, "goal": pairing.goal}
            )
    return found


def lines(change: Change) -> list[ReorganisationLine]:
    return [
        *_agencies(change),
        *_units(change),
        *(_line(change, Kind.EMPLOYMENT, row, row.user.name, row.unit) for row in _work(change)),
        *_seats(change),
        *_required(change),
        *(_moved(change, Kind.PREMISES, row, row.name, row.agency) for row in _kept(change)),
        *(_moved(change, Kind.DUTY, row, row.title, row.agency, body=row.body) for row in _duties(change)),
        *(_moved(change, Kind.SHIFT, row, _shift(row), row.agency) for row in _shifts(change)),
        *(_moved(change, Kind.CONTACT, row, str(row), row.agency) for row in _contacts(change)),
        *(_measure(change, row) for row in _measures(change)),
        *(_substitute(change, row) for row in _substitutes(change)),
        *_parties(change),
    ]


def says(lines: Sequence[ReorganisationLine], user: User) -> dict[tuple[str, str], str | None]:
    """Measures by their title."""
    keys = [line.key for line in lines if line.kind == Kind.MEASURE]
    seen = Measure.objects.visible_to(user).filter(pk__in=keys)
    return {(Kind.MEASURE, str(row.pk)): f"{row.title}, {_days(row)}" for row in seen} if keys else {}


def _days(row: Measure) -> str:
    return f"{row.valid_from:%Y-%m-%d} – {row.valid_to:%Y-%m-%d}"


def _agencies(change: Change) -> list[ReorganisationLine]:
    going_on = change.going_on
    return [
        ReorganisationLine(
            kind=Kind.AGENCY,
            outcome=Outcome.STAYS if agency in going_on else Outcome.MOVES,
            why=Why.UNIT if agency in going_on else Why.NONE,
            key=str(agency.pk),
            agency=agency,
            name=agency.name,
            former=agency.name,
            latter=agency.name if agency in going_on else change.successor.name,
        )
        for agency in change.agencies
    ]


def _units(change: Change) -> list[ReorganisationLine]:
    return [
        ReorganisationLine(
            kind=Kind.UNIT,
            outcome=Outcome.STAYS if pairing.stays else Outcome.MOVES,
            why=Why.CHOSEN if pairing.stays else Why.NONE,
            key=str(pairing.unit_id),
            agency=pairing.unit.agency,
            name=pairing.unit.name,
            former=str(pairing.unit),
            latter="" if pairing.stays else f"{pairing.goal}, {change.successor}",
        )
        for pairing in change.pairings
    ]


def _line(change: Change, kind: str, row: Any, name: str, unit: Unit) -> ReorganisationLine:
    return ReorganisationLine(
        kind=kind,
        outcome=Outcome.MOVES,
        key=str(row.pk),
        agency=unit.agency,
        name=name,
        former=str(unit),
        latter=f"{change.goals[unit.pk]}, {change.successor}",
    )


def _moved(
    change: Change, kind: str, row: Any, name: str, agency: Agency, body: Body | None = None
) -> ReorganisationLine:
    return ReorganisationLine(
        kind=kind,
        outcome=Outcome.MOVES,
        key=str(row.pk),
        agency=agency,
        body=body,
        name=name,
        former=agency.name,
        latter=change.successor.name,
    )


def _reaches(change: Change) -> Q:
    """Holds on the first day of the new order or later."""
    return Q(valid_to=None) | Q(valid_to__gte=change.on)


def _work(change: Change) -> list[Employment]:
    rows = Employment.objects.filter(_reaches(change), unit__in=change.moving)
    return list(rows.select_related("user", "unit__agency").order_by("pk"))


def _seats(change: Change) -> list[ReorganisationLine]:
    people = {work.user_id: work for work in _work(change)}
    rows = Membership.objects.filter(_reaches(change), user__in=people).select_related("user", "body")
    return [
        ReorganisationLine(
            kind=Kind.MEMBERSHIP,
            outcome=Outcome.STAYS,
            why=Why.WITH_PERSON,
            key=str(row.pk),
            agency=people[row.user_id].unit.agency,
            body=row.body,
            name=f"{row.user}, {row.body}",
            former=people[row.user_id].unit.agency.name,
            latter=change.successor.name,
        )
        for row in rows.order_by("pk")
    ]


def _required(change: Change) -> list[ReorganisationLine]:
    links = Body.required_agencies.through.objects.filter(agency__in=change.agencies)
    there = set(
        Body.required_agencies.through.objects.filter(agency=change.successor).values_list(
            "body_id", flat=True
        )
    )
    kept = change.seats_kept
    found = []
    for link in links.select_related("body", "agency").order_by("pk"):
        stays = (link.body_id, link.agency_id) in kept
        found.append(
            ReorganisationLine(
                kind=Kind.REQUIRED,
                outcome=Outcome.STAYS if stays else Outcome.MOVES,
                why=Why.UNIT if stays else Why.ALREADY if link.body_id in there else Why.NONE,
                key=str(link.body_id),
                agency=link.agency,
                body=link.body,
                name=link.body.name,
                former=link.agency.name,
                latter=link.agency.name if stays else change.successor.name,
            )
        )
    return found


def _kept(change: Change) -> Any:
    return Premises.objects.filter(agency__in=change.agencies).select_related("agency").order_by("pk")


def _duties(change: Change) -> Any:
    rows = AnnualDuty.objects.filter(_reaches(change), agency__in=change.agencies)
    return rows.select_related("agency", "body").order_by("pk")


def _shifts(change: Change) -> Any:
    rows = StaffedShift.objects.filter(_reaches(change), agency__in=change.agencies)
    return rows.select_related("agency", "premises").order_by("pk")


def _shift(row: StaffedShift) -> str:
    return f"{row.premises}, {row.get_weekday_display()} {row.begins:%H.%M}–{row.ends:%H.%M}"


def _contacts(change: Change) -> Any:
    rows = ContactPoint.objects.filter(_reaches(change), agency__in=change.agencies)
    return rows.select_related("agency").order_by("pk")


def _measures(change: Change) -> Any:
    """Those without an outcome; what was closed was the old agency's."""
    rows = Measure.objects.open().filter(responsible_agency__in=change.agencies)
    return rows.select_related("responsible_agency").order_by("pk")


def _measure(change: Change, row: Measure) -> ReorganisationLine:
    """Written down by its days and never by what it says, which not everybody may read (``says``)."""
    return _moved(change, Kind.MEASURE, row, _days(row), row.responsible_agency)


def _substitutes(change: Change) -> Any:
    rows = Membership.objects.filter(_reaches(change), substitutes_for_agency__in=change.agencies)
    return rows.select_related("user", "body", "substitutes_for_agency").order_by("pk")


def _substitute(change: Change, row: Any) -> ReorganisationLine:
    return _moved(
        change, Kind.SUBSTITUTE, row, f"{row.user}, {row.body}", row.substitutes_for_agency, body=row.body
    )


def _parties(change: Change) -> list[ReorganisationLine]:
    rows = AgreementParty.objects.filter(agency__in=change.agencies).select_related("agency", "agreement")
    return [
        ReorganisationLine(
            kind=Kind.PARTY,
            outcome=Outcome.STAYS,
            why=Why.SIGNED,
            key=str(row.pk),
            agency=row.agency,
            name=row.agreement.title,
            former=row.agency.name,
            latter=row.agency.name,
        )
        for row in rows.order_by("pk")
    ]


def carry(change: Change) -> None:
    _end_agencies(change)
    _make_units(change)
    for work in _work(change):
        _split(change, work, unit=change.into[work.unit_id])
    for shift in _shifts(change):
        _split(change, shift, agency=change.successor)
    for contact in _contacts(change):
        _split(change, contact, HandOverItem.Kind.CONTACT, agency=change.successor)
    for seat in _substitutes(change):
        _split(change, seat, HandOverItem.Kind.ROLE, substitutes_for_agency=change.successor)
    kept = change.seats_kept
    for body in Body.objects.filter(required_agencies__in=change.agencies).distinct():
        moved = [agency for agency in change.agencies if (body.pk, agency.pk) not in kept]
        if body.required_agencies.filter(pk__in=[agency.pk for agency in moved]).exists():
            body.required_agencies.remove(*moved)
            body.required_agencies.add(change.successor)
    _kept(change).update(agency=change.successor)
    _duties(change).update(agency=change.successor)
    _measures(change).update(responsible_agency=change.successor)


def _end_agencies(change: Change) -> None:
    """Those whose every unit has followed; one in which people stay goes on, and ends when the last unit follows."""
    going_on = change.going_on
    for agency in change.agencies:
        if agency in going_on:
            continue
        if agency.valid_to is None or agency.valid_to > change.eve:
            agency.valid_to = change.eve
        agency.successor = change.successor
        agency.save(update_fields=["valid_to", "successor"])


def _make_units(change: Change) -> None:
    """Two that go into a new unit of one name go into one."""
    there = {unit.name: unit for unit in change.successor.units.all()}
    for pairing in change.pairings:
        if pairing.stays:
            continue
        if pairing.goal not in there:
            there[pairing.goal] = Unit.objects.create(
                agency=change.successor, name=pairing.goal, branch=pairing.unit.branch
            )
        change.into[pairing.unit_id] = there[pairing.goal]


def _split(change: Change, row: Any, thing: str = "", **changes: Any) -> None:
    """End the row on the eve and let a new one go on; one that begins later is changed as it stands. ``thing`` is its
    kind in lists of what is handed over, which then name the new row."""
    old = row.pk
    begun = row.valid_from is None or row.valid_from < change.on
    valid_to = row.valid_to
    if begun:
        type(row).objects.filter(pk=row.pk).update(valid_to=change.eve)
        row.pk, row._state.adding = None, True
        row.valid_from, row.valid_to = change.on, valid_to
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    if begun and thing:
        HandOverItem.objects.unsettled().filter(kind=thing, key=str(old)).update(key=str(row.pk))
