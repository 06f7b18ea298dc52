"""The worker's part of meetings."""

from celery import shared_task

from meetings import deliveries, placing


@shared_task
def send_due() -> None:
    """Send the mails that are due; safe to run twice and beside itself."""
    deliveries.send_due()


@shared_task
def place_duties() -> None:
    """Put the duties of the year on agendas; safe to run twice and beside itself."""
    placing.place_duties()
