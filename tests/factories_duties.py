"""Factories for the collaboration year."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from groups.models import AnnualDuty, Body, User
from meetings.models import DutyOccurrence, TurnFile
from samverkan.uploads import receive
from tests.factories import LONG_AGO

_numbers = count(1)


def make_duty(*, body: Body, **fields: Any) -> AnnualDuty:
    """A duty of the body, each year at the end of the year, to be taken up fourteen days before."""
    number = next(_numbers)
    if not fields.keys() & {"quarter", "month", "months"}:
        fields["month"] = 12
    return AnnualDuty.objects.create(
        **{"key": f"duty-{number}", "title": f"Uppgift {number}", "body": body, "valid_from": LONG_AGO}
        | fields
    )


def make_duty_on(*, body: Body, day: date, **fields: Any) -> AnnualDuty:
    """A duty that falls due on this day each year."""
    return make_duty(
        body=body,
        **{"month": day.month, "day": day.day, "valid_from": min(day, timezone.localdate())} | fields,
    )


def make_turn(*, duty: AnnualDuty, **fields: Any) -> DutyOccurrence:
    """One turn, due in sixty days."""
    return DutyOccurrence.objects.create(
        **{"duty": duty, "due": timezone.localdate() + timedelta(days=60)} | fields
    )


def make_turn_file(*, turn: DutyOccurrence, by: User, name: str = "rapport.pdf") -> TurnFile:
    """What shows how it was done; needs a turn that is done."""
    return TurnFile.objects.create(turn=turn, uploaded_by=by, **receive(name, b"%PDF-1.7\n%%EOF\n").fields())
