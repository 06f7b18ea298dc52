"""What follows when agencies become another, asked of every app: the modules in ``settings.REORGANISATION_SOURCES``.

A source first says what it would do (``lines``) and then does it (``carry``), each asked with the same change, in one
transaction; what it said is what is kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from groups.models import (
    Agency,
    Employment,
    Membership,
    Reorganisation,
    ReorganisationLine,
    Unit,
    UnitPairing,
    User,
)


@dataclass(frozen=True)
class Change:
    """A reorganisation as the sources need it. ``into`` holds the new unit of each old one that goes somewhere; while it
    is only previewed, units that are yet to be made are missing there."""

    reorganisation: Reorganisation
    on: date
    successor: Agency
    agencies: list[Agency]
    pairings: list[UnitPairing]
    into: dict[int, Unit] = field(default_factory=dict)

    @property
    def eve(self) -> date:
        """The last day of the old order."""
        return self.on - timedelta(days=1)

    @property
    def moving(self) -> list[int]:
        """Keys of the old units that go somewhere."""
        return [pairing.unit_id for pairing in self.pairings if not pairing.stays]

    @property
    def staying(self) -> list[int]:
        """Keys of the old units that stay for now."""
        return [pairing.unit_id for pairing in self.pairings if pairing.stays]

    @property
    def going_on(self) -> list[Agency]:
        """The agencies that do not end yet, since people stay in a unit of theirs."""
        kept = {pairing.unit.agency_id for pairing in self.pairings if pairing.stays}
        return [agency for agency in self.agencies if agency.pk in kept]

    @cached_property
    def seats_kept(self) -> frozenset[tuple[int, int]]:
        """The groups in which an agency is represented by people who stay with their unit and by nobody who follows:
        body and agency. There the agency still takes part. Asked before anything moves, and kept."""
        return frozenset(self._represented(self.staying) - self._represented(self.moving))

    def _represented(self, units: list[int]) -> set[tuple[int, int]]:
        reaches = Q(valid_to=None) | Q(valid_to__gte=self.on)
        work = Employment.objects.filter(reaches, unit__in=units)
        agencies = dict(work.values_list("user", "unit__agency"))
        seats = Membership.objects.filter(reaches, user__in=agencies)
        return {(body, agencies[user]) for body, user in seats.values_list("body", "user")}

    @property
    def goals(self) -> dict[int, str]:
        """By the key of an old unit, the name of the one that its people go to."""
        return {pairing.unit_id: pairing.goal for pairing in self.pairings if not pairing.stays}


class Source(Protocol):
    """One app's part."""

    def obstacles(self, change: Change) -> list[str]:
        """Sentences that say why it cannot be carried out."""

    def lines(self, change: Change) -> list[ReorganisationLine]:
        """What would move and what would stay; unsaved."""

    def carry(self, change: Change) -> None:
        """Move it."""

    def says(self, lines: Sequence[ReorganisationLine], user: User) -> dict[tuple[str, str], str | None]:
        """By kind and key, what lines are about, where this reader may know more than is written down; None where they may
        not know of it."""


@cache
def sources() -> tuple[Source, ...]:
    """The modules that the setting names, once, in the order in which they carry out."""
    return tuple(cast(Source, import_module(path)) for path in settings.REORGANISATION_SOURCES)


def units_left(agencies: Iterable[Agency]) -> "models.QuerySet[Unit]":
    """Their units that no reorganisation has moved yet."""
    moved = UnitPairing.objects.filter(reorganisation__state=Reorganisation.State.CARRIED_OUT)
    moved = moved.exclude(into=None, new_name="")
    return Unit.objects.filter(agency__in=list(agencies)).exclude(pk__in=moved.values("unit"))


def in_circle(ending: Iterable[Agency], successor: Agency, *, waiting: bool = False) -> Agency | None:
    """The first of the agencies that the successor has become, by way of others or not; ``waiting`` also follows plans
    that are not carried out."""
    becomes = dict(Agency.objects.exclude(successor=None).values_list("pk", "successor"))
    if waiting:
        plans = Reorganisation.objects.filter(state=Reorganisation.State.PLANNED)
        becomes |= dict(plans.values_list("agencies", "successor"))
    goals = {agency.pk: agency for agency in ending}
    here, seen = becomes.get(successor.pk), {successor.pk}
    while here is not None and here not in seen:
        if here in goals:
            return goals[here]
        seen.add(here)
        here = becomes.get(here)
    return None


def circle(successor: Agency, ending: Agency) -> str:
    return _("%(successor)s becomes %(agency)s, so %(agency)s cannot become %(successor)s.") % {
        "successor": successor.name,
        "agency": ending.name,
    }
