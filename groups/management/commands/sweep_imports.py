"""``manage.py sweep_imports``: the worker's turn without a broker."""

from typing import Any

from django.core.management import BaseCommand

from groups.people_giving_up import sweep_imports


class Command(BaseCommand):
    """Safe to repeat, and beside workers."""

    help = "End imports of people whose worker has died, and forget what they hold of people. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        ended, forgotten = sweep_imports()
        self.stdout.write(f"ended: {ended}, forgotten: {forgotten}")
