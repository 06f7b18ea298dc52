"""The demo's collaboration year: what has passed is done but for the last two, what comes stands on agendas."""

from datetime import date, timedelta

from django.utils import timezone

from groups.models import AnnualDuty, User
from meetings.duties import Evidence, finish_duty
from meetings.models import DutyOccurrence
from meetings.placing import place_duties

SAID = "Påhittat exempel. Behandlat av styrgruppen och anmält till nämnden."
LEFT = 2


def add_year(coordinator: User) -> None:
    """Turns for the whole of this year, where there are none yet; a new installation begins on the day it is filled."""
    if DutyOccurrence.objects.exists():
        return
    today = timezone.localdate()
    AnnualDuty.objects.filter(valid_from=None).update(valid_from=date(today.year, 1, 1))
    place_duties()
    coordinator.forget()
    passed = DutyOccurrence.objects.undone().filter(due__lt=today).order_by("-due")
    for turn in passed[LEFT:]:
        finish_duty(turn, done_on=turn.due - timedelta(days=10), evidence=Evidence(note=SAID), by=coordinator)
