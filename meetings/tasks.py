"""The worker's part of meetings."""

from celery import shared_task

from meetings import placing


@shared_task
def place_duties() -> None:
    """Put the duties of the year on agendas; safe to run twice and beside itself."""
    placing.place_duties()
