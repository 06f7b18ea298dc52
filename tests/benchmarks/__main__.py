"""``python -m tests.benchmarks``: one line for each figure; ends with 1 where a goal is not reached."""

import os
import sys
from collections.abc import Iterator

import django
from django.core.management import call_command

from tests.benchmarks import database
from tests.benchmarks.figures import Figure

CASES, FEW_CASES = 100_000, 20_000


def main() -> int:
    """Measure everything; SCALE=small measures less of the same, in under a minute; ONLY=posts that part alone."""
    small = os.environ.get("SCALE", "full") == "small"
    # As in production: the app role signs in, and the walls bind it.
    os.environ["SAMVERKAN_MODE"] = "demo"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samverkan.settings")
    with database.own_database() as name:
        django.setup()
        call_command("prepare_database", verbosity=0)
        pages = "pages" in os.environ.get("ONLY", "pages")
        rows = database.fill(name, (FEW_CASES if small else CASES) if pages else 1000)
        print(", ".join(f"{count:,} {table}" for table, count in rows.items()), flush=True)
        short = 0
        for figure in _figures(small):
            print(figure, flush=True)
            short += not figure.reached
    if short:
        print(f"{short} of the goals not reached.")
    return 1 if short else 0


def _figures(small: bool) -> Iterator[Figure]:
    # Imported when Django is set up.
    from tests.benchmarks import imports, pages, papers, posts

    only = os.environ.get("ONLY", "papers posts pages" if small else "papers posts imports pages")
    if "papers" in only:
        yield from papers.figures(rounds=7 if small else 40)
    if "posts" in only:
        yield from posts.figures(mails=200 if small else 400, rounds=2 if small else 10)
    if "imports" in only:
        yield from imports.figures(rounds=3)
    if "pages" in only:
        yield from pages.figures(rounds=20 if small else 100, whole=not small)
    if "pages" in only and not small:
        for line in pages.server_times():
            print(line)


if __name__ == "__main__":
    sys.exit(main())
