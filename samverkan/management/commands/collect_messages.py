"""``manage.py collect_messages``: bring the Swedish catalogue up to date with the source."""

from typing import Any

from django.core.management import BaseCommand

from samverkan import catalogue


class Command(BaseCommand):
    """Rewrites locale/sv/LC_MESSAGES/django.po; says how many messages still lack Swedish."""

    help = "Collect every message from Python and templates into locale/sv; needs no GNU gettext."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        collected = catalogue.update()
        missing = [message.id for message in collected if message.id and not _complete(message.string)]
        self.stdout.write(f"{len(collected)} messages, {len(missing)} without Swedish.")
        for message in missing:
            self.stdout.write(f"  {message!r}")


def _complete(string: Any) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)
