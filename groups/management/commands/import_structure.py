"""``manage.py import_structure FILE.toml``: agencies, agreements, bodies, methods and standard agendas from a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from groups.facts import UnusableFile, describe
from groups.importing import import_structure


class Command(BaseCommand):
    """All of the file or nothing; a second run changes nothing."""

    help = (
        "Import the structure from a TOML file (see groups/data/jarva.toml). All or nothing; safe to repeat."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = import_structure(options["file"])
        except UnusableFile as error:
            raise CommandError(describe(error.mistakes)) from error
        for line in report.lines():
            self.stdout.write(line)
