"""``manage.py carry_out_reorganisations``: the worker's turn without a broker."""

from typing import Any

from django.core.management import BaseCommand

from groups.reorganising import carry_out_due


class Command(BaseCommand):
    """Safe to repeat, and beside workers."""

    help = "Carry out the planned reorganisations whose day has come. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"carried out: {carry_out_due()}")
