"""``manage.py import_grounds FILE.toml``: the register of legal grounds for disclosure from a file."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from groups.facts import UnusableFile, describe
from interventions.importing import import_grounds


class Command(BaseCommand):
    """All of the file or nothing; a second run changes nothing."""

    help = "Import legal grounds from a TOML file (interventions/data/legal_grounds.toml). All or nothing; repeatable."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = import_grounds(options["file"])
        except UnusableFile as error:
            raise CommandError(describe(error.mistakes)) from error
        for line in report.lines():
            self.stdout.write(line)
