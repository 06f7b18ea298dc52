"""Keyword factories for premises, their hours and who is there."""

from collections.abc import Iterable
from datetime import time
from typing import Any

from groups.models import OpeningHours, Premises, StaffedShift
from tests.factories import make_agency


def clock(text: str) -> time:
    """``"22"`` or ``"22.30"``; ``"24"`` is midnight."""
    hour, _, minute = text.partition(".")
    return time(int(hour) % 24, int(minute or 0))


def make_premises(**fields: Any) -> Premises:
    if "agency" not in fields:
        fields["agency"] = make_agency()
    return Premises.objects.create(**{"name": f"Lokalen {Premises.objects.count()}"} | fields)


def make_hours(
    *, premises: Premises, days: Iterable[int] = (0,), begins: str, ends: str, **fields: Any
) -> None:
    for day in days:
        OpeningHours.objects.create(
            premises=premises, weekday=day, begins=clock(begins), ends=clock(ends), **fields
        )


def make_shift(*, weekday: int = 0, begins: str = "10", ends: str = "12", **fields: Any) -> StaffedShift:
    return StaffedShift.objects.create(weekday=weekday, begins=clock(begins), ends=clock(ends), **fields)
