"""The directory: each agency with its units, contact points and the people from there who sit in a body."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.db.models import Prefetch

from groups.models import Agency, Body, ContactPoint, Employment, Membership, Unit, User


@dataclass
class Entry:
    """One agency as this person sees it."""

    agency: Agency
    may_manage: bool
    people: list[Employment] = field(default_factory=list)


def directory(user: User) -> list[Entry]:
    """Every agency of the structure, those that still are first; a fixed number of queries."""
    rows = (
        Agency.objects.visible_to(user)
        .select_related("successor")
        .prefetch_related(
            Prefetch("units", Unit.objects.visible_to(user).in_order()),
            Prefetch("predecessors", Agency.objects.visible_to(user).in_order()),
            Prefetch("contact_points", ContactPoint.objects.visible_to(user).not_over().in_order()),
        )
        .in_order()
    )
    people = _people(user)
    entries = [Entry(agency, "manage" in agency.acts_of(user), people.get(agency.pk, [])) for agency in rows]
    return sorted(entries, key=lambda entry: entry.agency.is_over)


def contacts_of(entries: Iterable[Entry]) -> Iterator[tuple[Agency, ContactPoint | None]]:
    """Each agency with each of its contact points, or with none."""
    for entry in entries:
        contacts = entry.agency.contact_points.all()
        if not contacts:
            yield entry.agency, None
        yield from ((entry.agency, contact) for contact in contacts)


def _people(user: User) -> dict[int, list[Employment]]:
    """Who works where and sits in a body that this person sees, by agency."""
    bodies = Body.objects.visible_to(user)
    seats = Membership.objects.live().filter(body__in=bodies).select_related("body")
    found: dict[int, list[Employment]] = defaultdict(list)
    employments = (
        Employment.objects.visible_to(user)
        .live()
        .filter(user__in=seats.values("user"), user__is_active=True)
        .select_related("user", "unit__agency")
        .prefetch_related(Prefetch("user__memberships", seats.in_order(), to_attr="sits_in"))
        .order_by("user__name")
    )
    for employment in employments:
        found[employment.unit.agency_id].append(employment)
    return found
