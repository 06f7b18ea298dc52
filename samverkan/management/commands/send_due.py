"""``manage.py send_due``: the worker's scan without a broker, for a timer, so that mail goes out with Redis dead."""

from typing import Any

from django.core.management import BaseCommand

from samverkan.outbox import send_due


class Command(BaseCommand):
    """Runs beside workers without harm: rows are claimed."""

    help = "Send the mails that are due, once. Safe to run beside workers."

    def handle(self, *args: Any, **options: Any) -> None:
        counts = send_due()
        for state, count in sorted(counts.items()):
            self.stdout.write(f"{state}: {count}")
