"""The worker's part of meetings."""

from celery import shared_task

from meetings import deliveries


@shared_task
def send_due() -> None:
    """Send the mails that are due; safe to run twice and beside itself."""
    deliveries.send_due()
