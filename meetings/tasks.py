"""The worker's part of meetings."""

from celery import shared_task

from meetings import placing
from meetings.duty_notices import notify_due


@shared_task
def place_duties() -> None:
    """Put the duties of the year on agendas; safe to run twice and beside itself."""
    placing.place_duties()


@shared_task
def remind_of_duties() -> None:
    """Mail those who answer for duties whose last day is near or has passed; safe to run twice and beside itself."""
    notify_due()
