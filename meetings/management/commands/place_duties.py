"""``manage.py place_duties``: the worker's part without a broker, for a timer."""

from typing import Any

from django.core.management import BaseCommand

from meetings.placing import place_duties


class Command(BaseCommand):
    """Runs beside workers without harm: one body at a time, under a lock."""

    help = "Put the duties of the collaboration year on agendas, once. Safe to run twice and beside workers."

    def handle(self, *args: Any, **options: Any) -> None:
        for state, count in sorted(place_duties().items()):
            self.stdout.write(f"{state}: {count}")
