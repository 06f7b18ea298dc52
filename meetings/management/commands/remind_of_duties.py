"""``manage.py remind_of_duties``: the worker's turn without a broker."""

from typing import Any

from django.core.management import BaseCommand

from meetings.duty_notices import notify_due


class Command(BaseCommand):
    """Safe to repeat, and beside workers."""

    help = (
        "Mail those who answer for duties of the year whose last day is near or has passed. Safe to repeat."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"due: {notify_due()}")
