"""Premises at a moment: open or not and until when, who is there, and why they are closed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import get_language

from groups import hours
from groups.hours import ClosedOn
from groups.models import Agency, Premises


@dataclass(frozen=True)
class Present:
    """An agency whose people are there, and until when; ``always`` where no end is in sight."""

    agency: Agency
    until: datetime
    always: bool = False


@dataclass(frozen=True)
class Now:
    """``open_until`` is None where the door is shut, ``opens_at`` where it is open or nothing is known to come;
    ``closed_because`` is why today is closed, in the words of the structure, ``holiday`` in the calendar's."""

    open_until: datetime | None
    opens_at: datetime | None
    present: tuple[Present, ...]
    closed_because: str = ""
    holiday: str = ""
    has_hours: bool = True
    always: bool = False

    @property
    def is_open(self) -> bool:
        return self.open_until is not None

    @property
    def to_be_met(self) -> list[Present]:
        """Who a resident finds there: nobody behind a shut door, and nobody after it shuts."""
        if self.open_until is None:
            return [] if self.has_hours else list(self.present)
        return [
            one if one.until <= self.open_until or self.always else Present(one.agency, self.open_until)
            for one in self.present
        ]


def holiday(premises: Premises, day: date) -> str:
    """The public holiday or eve for which the premises close that day; empty where they do not."""
    language = get_language() or "sv"
    red = hours.red_day(day, language) if premises.closed_on_red_days else ""
    return red or (hours.eve(day, language) if premises.closed_on_eves else "")


def closure(premises: Premises, day: date) -> str:
    """Why the premises are closed that day by a closure of their own; needs ``with_times``."""
    return next((row.reason for row in premises.closures.all() if row.covers(day)), "")


def closed_on(premises: Premises) -> ClosedOn:
    """Whether a day is closed: a closure, a holiday, or the premises are not there that day; needs ``with_times``."""

    def closed(day: date) -> bool:
        gone = (premises.valid_from and day < premises.valid_from) or (
            premises.valid_to and day > premises.valid_to
        )
        return bool(gone or closure(premises, day) or holiday(premises, day))

    return closed


def now(premises: Premises, at: datetime | None = None) -> Now:
    """The premises at that moment (default: this one); needs ``with_times``."""
    at = at or timezone.now()
    today = timezone.localdate(at)
    closed, spans = closed_on(premises), list(premises.hours.all())
    until = hours.ends_at(spans, at, closed)
    return Now(
        open_until=until,
        opens_at=None if until else hours.next_opening(spans, at, closed),
        present=tuple(_present(premises, at, closed)),
        closed_because=closure(premises, today),
        holiday=holiday(premises, today),
        has_hours=bool(spans),
        always=_always(until, at),
    )


def _present(premises: Premises, at: datetime, closed: ClosedOn) -> list[Present]:
    shifts: dict[int, list[hours.Weekly]] = {}
    agencies: dict[int, Agency] = {}
    for shift in premises.shifts.all():
        shifts.setdefault(shift.agency_id, []).append(shift)
        agencies[shift.agency_id] = shift.agency
    untils = {key: hours.ends_at(rows, at, closed) for key, rows in shifts.items()}
    return [Present(agencies[key], until, _always(until, at)) for key, until in untils.items() if until]


def _always(until: datetime | None, at: datetime) -> bool:
    """Nothing ends as far ahead as was looked (``hours.ends_at``)."""
    return until is not None and until - at > timedelta(days=6)
