"""What an import of people would do: each row against what the database holds, in a handful of queries for any number.

An address is who somebody is: it is never changed, and nobody gets access by it alone. What a row says of a person who
is here already is compared with the employment and the seat that they have; where both cannot be true, the row is wrong.
"""

import hashlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Body, Employment, Membership, Unit, User
from groups.people_rows import COLUMNS, PersonRow, Wrong
from groups.periods import holds
from groups.roles import Function

OPEN_END = date.max


@dataclass
class World:
    """What the rows are held against."""

    users: dict[str, User]
    employments: dict[int, list[Employment]]
    seats: dict[tuple[int, int], list[Membership]]
    units: dict[tuple[str, str], Unit]
    bodies: dict[str, Body]
    chairs: dict[int, list[Membership]]

    @property
    def digest(self) -> str:
        """Changes where anything changes that the plan rests on."""
        held: list[Any] = [
            sorted((u.pk, u.email, u.name, u.phone, u.is_active) for u in self.users.values()),
            sorted(
                (e.pk, e.user_id, e.unit_id, e.title, str(e.valid_from), str(e.valid_to))
                for rows in self.employments.values()
                for e in rows
            ),
            sorted(
                (m.pk, m.user_id, m.body_id, m.function, str(m.valid_from), str(m.valid_to))
                for rows in self.seats.values()
                for m in rows
            ),
            sorted((key, unit.pk) for key, unit in self.units.items()),
            sorted(
                (key, body.pk, str(body.valid_from), str(body.valid_to)) for key, body in self.bodies.items()
            ),
            sorted((m.pk, str(m.valid_from), str(m.valid_to)) for rows in self.chairs.values() for m in rows),
        ]
        return hashlib.sha256(repr(held).encode()).hexdigest()


def load_world(emails: set[str]) -> World:
    """Six queries."""
    users = {user.email.lower(): user for user in User.objects.get_queryset().filter(email__in=emails)}
    keys = [user.pk for user in users.values()]
    employments: dict[int, list[Employment]] = defaultdict(list)
    for employment in Employment.objects.filter(user__in=keys).select_related("unit__agency"):
        employments[employment.user_id].append(employment)
    seats: dict[tuple[int, int], list[Membership]] = defaultdict(list)
    for seat in Membership.objects.filter(user__in=keys).select_related("body"):
        seats[seat.user_id, seat.body_id].append(seat)
    chairs: dict[int, list[Membership]] = defaultdict(list)
    for chair in Membership.objects.filter(function=Function.CHAIR):
        chairs[chair.body_id].append(chair)
    return World(users, employments, seats, _units(), _bodies(), chairs)


def _units() -> dict[tuple[str, str], Unit]:
    """Units of today's agencies, by every name of the agency and the unit's own."""
    found = {}
    for unit in Unit.objects.filter(holds(timezone.localdate(), "agency__")).select_related("agency"):
        for name in {unit.agency.key, unit.agency.name, unit.agency.short_name} - {""}:
            found[name.casefold(), unit.name.casefold()] = unit
    return found


def _bodies() -> dict[str, Body]:
    """Groups that have not closed, by key and by name; never a case group."""
    rows = Body.objects.exclude(kind=Body.Kind.CASE).filter(
        Q(valid_to=None) | Q(valid_to__gte=timezone.localdate())
    )
    return {name.casefold(): body for body in rows for name in (body.key, body.name)}


@dataclass
class Plan:
    """Rows to be made and changed, all or none."""

    new_people: dict[str, User] = field(default_factory=dict)
    changed_people: dict[int, User] = field(default_factory=dict)
    new_employments: dict[str, Employment] = field(default_factory=dict)
    ended_employments: dict[int, tuple[Employment, date]] = field(default_factory=dict)
    new_seats: dict[tuple[str, int], Membership] = field(default_factory=dict)
    ended_seats: dict[int, tuple[Membership, date]] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    first: dict[str, PersonRow] = field(default_factory=dict)

    def counts(self) -> dict[str, int]:
        found = Counter(line["what"] for line in self.lines)
        return {what: found[what] for what in ("created", "changed", "unchanged")}


def add_row(plan: Plan, row: PersonRow, world: World) -> None:
    """Hold one row against the world, and put what it asks for in the plan."""
    before = len(plan.wrong)
    first = plan.first.setdefault(row.email, row)
    said: list[str] = []
    if first is not row:
        _same_person(plan, row, first)
    else:
        said += _person(plan, row, world)
        said += _employment(plan, row, world)
    if row.body:
        said += _seat(plan, row, world)
    if len(plan.wrong) > before:
        return
    new = row.email in plan.new_people
    what = "created" if new and first is row else "changed" if said else "unchanged"
    plan.lines.append({"row": row.number, "what": what, "name": row.name, "text": " ".join(said)})


def _wrong(plan: Plan, row: PersonRow, column: str, sentence: str) -> None:
    plan.wrong.append(Wrong(row.number, COLUMNS[column][0][0], sentence))


def _same_person(plan: Plan, row: PersonRow, first: PersonRow) -> None:
    """Several rows may give one person several seats, but not two names or workplaces."""
    for column in ("name", "phone", "agency", "unit", "title", "employed_from", "employed_to"):
        if getattr(row, column) != getattr(first, column):
            _wrong(
                plan,
                row,
                column,
                _("Row %(row)d says something different about the same address. Make them match.")
                % {"row": first.number},
            )


def _person(plan: Plan, row: PersonRow, world: World) -> list[str]:
    user = world.users.get(row.email)
    if user is None:
        plan.new_people[row.email] = User(email=row.email, name=row.name, phone=row.phone)
        return [_("New person.")]
    if not user.is_active:
        _wrong(plan, row, "email", _("The account is closed. An administrator must open it first."))
        return []
    changed = user.name != row.name or bool(row.phone and user.phone != row.phone)
    if not changed:
        return []
    user.name, user.phone = row.name, row.phone or user.phone
    plan.changed_people[user.pk] = user
    return [_("Name or phone will be changed.")]


def _employment(plan: Plan, row: PersonRow, world: World) -> list[str]:
    unit = world.units.get((row.agency.casefold(), row.unit.casefold()))
    if unit is None:
        known = any(agency == row.agency.casefold() for agency, _unit in world.units)
        if known:
            _wrong(plan, row, "unit", _("%(agency)s has no unit with this name.") % {"agency": row.agency})
        else:
            _wrong(plan, row, "agency", _("There is no such agency today, or it has no units."))
        return []
    user = world.users.get(row.email)
    begins = row.employed_from or timezone.localdate()
    for standing in world.employments.get(user.pk, []) if user else []:
        if not _overlap(standing, begins, row.employed_to):
            continue
        if standing.unit_id != unit.pk or standing.title != row.title:
            _wrong(plan, row, "unit", _works_elsewhere(standing))
            return []
        return _end_employment(plan, row, standing)
    plan.new_employments[row.email] = Employment(
        unit=unit, title=row.title, valid_from=begins, valid_to=row.employed_to
    )
    return [_("Works at %(unit)s from %(day)s.") % {"unit": unit, "day": begins}]


def _works_elsewhere(standing: Employment) -> str:
    return _(
        "The person works as %(title)s at %(unit)s from %(day)s during these days. End that first, or enter the same here."
    ) % {"title": standing.title, "unit": standing.unit, "day": standing.valid_from}


def _end_employment(plan: Plan, row: PersonRow, standing: Employment) -> list[str]:
    if row.employed_to in (None, standing.valid_to):
        return []
    plan.ended_employments[standing.pk] = (standing, row.employed_to or OPEN_END)
    return [_("Leaves %(unit)s on %(day)s.") % {"unit": standing.unit, "day": row.employed_to}]


def _seat(plan: Plan, row: PersonRow, world: World) -> list[str]:
    body = world.bodies.get(row.body.casefold())
    if body is None:
        _wrong(plan, row, "body", _("There is no such group, or it has closed."))
        return []
    user = world.users.get(row.email)
    begins = row.seat_from or timezone.localdate()
    if (row.email, body.pk) in plan.new_seats:
        _wrong(plan, row, "body", _("An earlier row already gives the person a seat in this group."))
        return []
    for standing in world.seats.get((user.pk, body.pk), []) if user else []:
        if not _overlap(standing, begins, row.seat_to):
            continue
        if standing.function != row.function:
            _wrong(
                plan,
                row,
                "function",
                _("The person has a seat there as %(function)s from %(day)s. End that first.")
                % {"function": standing.get_function_display(), "day": standing.valid_from},
            )
            return []
        return _end_seat(plan, row, standing)
    seat = Membership(
        body=body, function=row.function, valid_from=begins, valid_to=row.seat_to, mandate=row.mandate
    )
    if not _seat_may_be(plan, row, seat, world):
        return []
    plan.new_seats[row.email, body.pk] = seat
    return [_("Gets a seat in %(body)s from %(day)s.") % {"body": body, "day": begins}]


def _seat_may_be(plan: Plan, row: PersonRow, seat: Membership, world: World) -> bool:
    """Within the group's own days, and no second chair."""
    body, ends = seat.body, seat.valid_to or OPEN_END
    if body.valid_from and seat.valid_from < body.valid_from:
        _wrong(plan, row, "seat_from", _("The group begins on %(day)s.") % {"day": body.valid_from})
        return False
    if body.valid_to and (seat.valid_to is None or seat.valid_to > body.valid_to):
        _wrong(plan, row, "seat_to", _("The group ends on %(day)s.") % {"day": body.valid_to})
        return False
    if seat.function != Function.CHAIR:
        return True
    planned = [
        other for other in plan.new_seats.values() if other.body == body and other.function == seat.function
    ]
    if any(_overlap(other, seat.valid_from, ends) for other in [*world.chairs[body.pk], *planned]):
        _wrong(plan, row, "function", _("The group already has a chair during these days."))
        return False
    return True


def _end_seat(plan: Plan, row: PersonRow, standing: Membership) -> list[str]:
    if row.seat_to in (None, standing.valid_to):
        return []
    plan.ended_seats[standing.pk] = (standing, row.seat_to or OPEN_END)
    return [_("Leaves %(body)s on %(day)s.") % {"body": standing.body, "day": row.seat_to}]


def _overlap(standing: Employment | Membership, begins: date, ends: date | None) -> bool:
    return standing.valid_from <= (ends or OPEN_END) and begins <= (standing.valid_to or OPEN_END)
