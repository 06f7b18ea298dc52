"""What follows when agencies become another, asked of every app: the modules in ``settings.REORGANISATION_SOURCES``.

A source first says what it would do (``lines``) and then does it (``carry``), each asked with the same change, in one
transaction; what it said is what is kept.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings

from groups.models import Agency, Reorganisation, ReorganisationLine, Unit, UnitPairing


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


@cache
def sources() -> tuple[Source, ...]:
    """The modules that the setting names, once, in the order in which they carry out."""
    return tuple(cast(Source, import_module(path)) for path in settings.REORGANISATION_SOURCES)
