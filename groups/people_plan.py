"""What an import of people would do: each row against what the database holds, in a handful of queries for any number.

An address is who somebody is: it is never changed, and nobody gets access by it alone. What a row says of a person who
is here already is compared with the employment and the seat that they have; where both cannot be true, the row is wrong.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from groups.models import Body, Employment, Membership, Unit, User
from groups.people_rows import PersonRow, Wrong
from groups.periods import holds
from groups.roles import Function

Period = TypeVar("Period", Employment, Membership)

OPEN_END = date.max
NEWEST = ("-valid_from", "-pk")


@dataclass
class World:
    """What the rows are held against, and the day that an empty first day means."""

    day: date
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
            str(self.day),
            sorted((u.pk, u.email, u.name, u.phone, u.is_active) for u in self.users.values()),
            sorted(
                (e.pk, e.user_id, e.unit_id, e.title, str(e.valid_from), str(e.valid_to))
                for rows in self.employments.values()
                for e in rows
            ),
            sorted(
                (m.pk, m.user_id, m.body_id, m.function, str(m.valid_from), str(m.valid_to), m.mandate)
                for rows in self.seats.values()
                for m in rows
            ),
            sorted((key, unit.pk, str(unit.agency.valid_to)) for key, unit in self.units.items()),
            sorted(
                (key, body.pk, str(body.valid_from), str(body.valid_to)) for key, body in self.bodies.items()
            ),
            sorted((m.pk, str(m.valid_from), str(m.valid_to)) for rows in self.chairs.values() for m in rows),
        ]
        return hashlib.sha256(repr(held).encode()).hexdigest()


def load_world(emails: set[str], day: date) -> World:
    """Six queries."""
    users = {user.email.lower(): user for user in people_with(emails)}
    keys = [user.pk for user in users.values()]
    employments: dict[int, list[Employment]] = defaultdict(list)
    for employment in (
        Employment.objects.filter(user__in=keys).select_related("unit__agency").order_by(*NEWEST)
    ):
        employments[employment.user_id].append(employment)
    seats: dict[tuple[int, int], list[Membership]] = defaultdict(list)
    for seat in Membership.objects.filter(user__in=keys).select_related("body").order_by(*NEWEST):
        seats[seat.user_id, seat.body_id].append(seat)
    chairs: dict[int, list[Membership]] = defaultdict(list)
    for chair in Membership.objects.filter(function=Function.CHAIR):
        chairs[chair.body_id].append(chair)
    return World(day, users, employments, seats, _units(day), _bodies(day), chairs)


def people_with(emails: set[str]) -> Any:
    """By address, however it is written here."""
    return User.objects.get_queryset().annotate(address=Lower("email")).filter(address__in=emails)


def _units(day: date) -> dict[tuple[str, str], Unit]:
    """Units of the day's agencies, by every name of the agency and the unit's own."""
    found = {}
    for unit in Unit.objects.filter(holds(day, "agency__")).select_related("agency"):
        for name in {unit.agency.key, unit.agency.name, unit.agency.short_name} - {""}:
            found[name.casefold(), unit.name.casefold()] = unit
    return found


def _bodies(day: date) -> dict[str, Body]:
    """Groups that have not closed, by key and by name; never a case group."""
    rows = Body.objects.exclude(kind=Body.Kind.CASE).filter(Q(valid_to=None) | Q(valid_to__gte=day))
    return {name.casefold(): body for body in rows for name in (body.key, body.name)}


@dataclass(frozen=True)
class Ending:
    """A seat or a workplace that ends, and the row that says so."""

    standing: Any
    last_day: date
    row: int


@dataclass(frozen=True)
class Mandate:
    """Another mandate for a seat that stands, and the row that says so."""

    standing: Membership
    text: str
    row: int


@dataclass
class Plan:
    """Rows to be made and changed, all or none."""

    new_people: dict[str, User] = field(default_factory=dict)
    changed_people: dict[int, User] = field(default_factory=dict)
    new_employments: dict[str, Employment] = field(default_factory=dict)
    ended_employments: list[Ending] = field(default_factory=list)
    new_seats: dict[tuple[str, int], Membership] = field(default_factory=dict)
    seats_said: set[tuple[str, int]] = field(default_factory=set)
    ended_seats: list[Ending] = field(default_factory=list)
    mandates: list[Mandate] = field(default_factory=list)
    lines: list[dict[str, Any]] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)
    first: dict[str, PersonRow] = field(default_factory=dict)
    #: How the file itself names each column.
    headings: dict[str, str] = field(default_factory=dict)

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
    plan.wrong.append(Wrong(row.number, column, sentence))


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
    begins = row.employed_from or world.day
    standing = _meant(world.employments.get(user.pk, []) if user else [], begins, row.employed_to)
    if standing is None:
        if not _ends_in_order(plan, row, "employed_to", begins):
            return []
        plan.new_employments[row.email] = Employment(
            unit=unit, title=row.title, valid_from=begins, valid_to=row.employed_to
        )
        return [_("Works at %(unit)s from %(day)s.") % {"unit": unit, "day": begins}]
    if standing.unit_id != unit.pk or standing.title != row.title:
        _wrong(plan, row, "unit", _works_elsewhere(standing))
        return []
    if row.employed_from and row.employed_from != standing.valid_from:
        _wrong(plan, row, "employed_from", _other_first_day(standing))
        return []
    return _end_employment(plan, row, standing)


def _ends_in_order(plan: Plan, row: PersonRow, column: str, begins: date) -> bool:
    """Also where the first day is not in the file."""
    ends = getattr(row, column)
    if ends is None or ends >= begins:
        return True
    _wrong(plan, row, column, _("The last day is before the first, which is %(day)s.") % {"day": begins})
    return False


def _meant(standing: Iterable[Period], begins: date, ends: date | None) -> Period | None:
    """Of what is here already and overlaps: what begins on that day, else the newest."""
    found = [row for row in standing if _overlap(row, begins, ends)]
    return next((row for row in found if row.valid_from == begins), found[0] if found else None)


def _other_first_day(standing: Employment | Membership) -> str:
    return _("It has been so from %(day)s. Write that day, or leave the cell empty.") % {
        "day": standing.valid_from
    }


def _works_elsewhere(standing: Employment) -> str:
    return _(
        "The person works as %(title)s at %(unit)s from %(day)s during these days. End that first, or enter the same here."
    ) % {"title": standing.title, "unit": standing.unit, "day": standing.valid_from}


def _end_employment(plan: Plan, row: PersonRow, standing: Employment) -> list[str]:
    if row.employed_to in (None, standing.valid_to):
        return []
    plan.ended_employments.append(Ending(standing, row.employed_to or OPEN_END, row.number))
    return [_("Leaves %(unit)s on %(day)s.") % {"unit": standing.unit, "day": row.employed_to}]


def _seat(plan: Plan, row: PersonRow, world: World) -> list[str]:
    body = world.bodies.get(row.body.casefold())
    if body is None:
        _wrong(plan, row, "body", _("There is no such group, or it has closed."))
        return []
    user = world.users.get(row.email)
    begins = row.seat_from or world.day
    if (row.email, body.pk) in plan.seats_said:
        _wrong(plan, row, "body", _("An earlier row already gives the person a seat in this group."))
        return []
    plan.seats_said.add((row.email, body.pk))
    standing = _meant(world.seats.get((user.pk, body.pk), []) if user else [], begins, row.seat_to)
    if standing is not None:
        return _standing_seat(plan, row, standing)
    seat = Membership(
        body=body, function=row.function, valid_from=begins, valid_to=row.seat_to, mandate=row.mandate
    )
    if not (_ends_in_order(plan, row, "seat_to", begins) and _seat_may_be(plan, row, seat, world)):
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


def _standing_seat(plan: Plan, row: PersonRow, standing: Membership) -> list[str]:
    """What a row changes in a seat that is here already: its mandate and its last day."""
    if standing.function != row.function:
        _wrong(
            plan,
            row,
            "function",
            _("The person has a seat there as %(function)s from %(day)s. End that first.")
            % {"function": standing.get_function_display(), "day": standing.valid_from},
        )
        return []
    if row.seat_from and row.seat_from != standing.valid_from:
        _wrong(plan, row, "seat_from", _other_first_day(standing))
        return []
    said = []
    if row.mandate and row.mandate != standing.mandate:
        plan.mandates.append(Mandate(standing, row.mandate, row.number))
        said.append(_("Has another mandate in %(body)s.") % {"body": standing.body})
    if row.seat_to not in (None, standing.valid_to):
        plan.ended_seats.append(Ending(standing, row.seat_to or OPEN_END, row.number))
        said.append(_("Leaves %(body)s on %(day)s.") % {"body": standing.body, "day": row.seat_to})
    return said


def _overlap(standing: Employment | Membership, begins: date, ends: date | None) -> bool:
    return standing.valid_from <= (ends or OPEN_END) and begins <= (standing.valid_to or OPEN_END)
