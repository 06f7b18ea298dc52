"""``manage.py warn_of_agreements``: the worker's turn without a broker."""

from typing import Any

from django.core.management import BaseCommand

from groups.agreement_notices import warn_of_ends


class Command(BaseCommand):
    """Safe to repeat, and beside workers."""

    help = "Mail those who answer for agreements that near their end. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"near their end: {warn_of_ends()}")
