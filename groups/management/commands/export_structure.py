"""``manage.py export_structure [FILE.toml]``: the structure as the file that import_structure reads."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError

from groups.exporting import export_structure
from groups.facts import UnusableFile


class Command(BaseCommand):
    """Reads only."""

    help = "Write the structure as TOML, to a file or to the terminal. Comments of an imported file are not kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = export_structure()
        except UnusableFile as error:
            lines = "\n".join(f"  {mistake}" for mistake in error.mistakes)
            raise CommandError(f"Nothing was written; this could not be read again:\n{lines}") from error
        if options["file"]:
            options["file"].write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text, ending="")
