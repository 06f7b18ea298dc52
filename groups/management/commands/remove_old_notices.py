"""``manage.py remove_old_notices``: the worker's turn without a broker."""

from typing import Any

from django.core.management import BaseCommand

from groups.notices import remove_old


class Command(BaseCommand):
    """Safe to repeat, and beside workers."""

    help = "Remove notices that were sent or given up more than NOTICE_DAYS days ago. Safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"removed: {remove_old()}")
