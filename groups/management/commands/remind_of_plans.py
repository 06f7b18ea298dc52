"""``manage.py remind_of_plans``: the worker's turn without a broker."""

from typing import Any

from django.core.management import BaseCommand

from groups.programme_notices import notify_running_out


class Command(BaseCommand):
    """Safe to repeat, and beside workers."""

    help = "Mail those who lead when a report or a programme must be renewed (2023:196 § 6). Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"running out: {notify_running_out()}")
