"""The structure as it was, or will be, on a day: agencies, groups, who sat in them and where they worked then."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from groups.models import Agency, Body, Employment, Membership, ReorganisationLine, User
from groups.periods import holds


@dataclass(frozen=True)
class Seat:
    """Somebody's seat in a body; ``work`` is where they worked that day, None where nowhere."""

    membership: Membership
    work: Employment | None


@dataclass
class Group:
    """A body on a day, with the agencies that had to take part then and those of them that had nobody there."""

    body: Body
    required: list[Agency]
    seats: list[Seat] = field(default_factory=list)

    @property
    def lacking(self) -> list[Agency]:
        there = {seat.work.unit.agency_id for seat in self.seats if seat.work}
        return [agency for agency in self.required if agency.pk not in there]


def agencies_on(day: date, user: User) -> list[Agency]:
    """With what each became, if it ended."""
    return list(Agency.objects.visible_to(user).live(day).select_related("successor").in_order())


def groups_on(day: date, user: User) -> list[Group]:
    """The bodies that worked that day; a number of queries that does not grow with them."""
    bodies = list(
        Body.objects.visible_to(user).filter(holds(day)).prefetch_related("required_agencies").in_order()
    )
    required = required_on(day, bodies)
    groups = {
        body.pk: Group(body, [agency for agency in required[body.pk] if _was_there(agency, day)])
        for body in bodies
    }
    rows = Membership.objects.visible_to(user).live(day).filter(body__in=bodies).in_order()
    seats = list(rows.select_related("user", "substitutes_for", "substitutes_for_agency"))
    work = _work_on(day, [seat.user_id for seat in seats], user)
    for seat in seats:
        groups[seat.body_id].seats.append(Seat(seat, work.get(seat.user_id)))
    return list(groups.values())


def seats_of(groups: Iterable[Group]) -> Iterator[tuple[Group, Seat | None]]:
    """Each group with each of its seats, or with none."""
    for group in groups:
        if not group.seats:
            yield group, None
        yield from ((group, seat) for seat in group.seats)


def _was_there(agency: Agency, day: date) -> bool:
    return (agency.valid_from or day) <= day <= (agency.valid_to or day)


def _work_on(day: date, people: Iterable[int], user: User) -> dict[int, Employment]:
    rows = Employment.objects.visible_to(user).live(day).filter(user__in=people).order_by("valid_from", "pk")
    return {row.user_id: row for row in rows.select_related("unit__agency")}


def required_on(day: date, bodies: Iterable[Body]) -> dict[int, list[Agency]]:
    """By body, the agencies that had to take part: today's, less what later reorganisations have brought, and with what
    they replaced."""
    required = {body.pk: {agency.pk: agency for agency in body.required_agencies.all()} for body in bodies}
    later = ReorganisationLine.objects.filter(
        kind=ReorganisationLine.Kind.REQUIRED,
        outcome=ReorganisationLine.Outcome.MOVES,
        body__in=required,
        reorganisation__on__gt=day,
    )
    for line in later.select_related("agency", "reorganisation").order_by("-reorganisation__on", "-pk"):
        assert line.body_id is not None
        if line.why != ReorganisationLine.Why.ALREADY:
            required[line.body_id].pop(line.reorganisation.successor_id, None)
        if line.agency is not None:
            required[line.body_id][line.agency.pk] = line.agency
    return {key: sorted(found.values(), key=lambda agency: agency.name) for key, found in required.items()}
