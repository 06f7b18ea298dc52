"""Every list as a file: who gets the page gets the file, and nobody else. The matrix fails where a page offers a
list that has no row here; the rows are made from those of the pages, so a new list is a name and its parts."""

from dataclasses import replace

from tests.matrix import (
    rows_agreements,
    rows_bodies,
    rows_data,
    rows_leaving,
    rows_meetings,
    rows_own,
    rows_plan,
    rows_premises,
    rows_structure,
    rows_year,
)
from tests.matrix.world import Row

#: The pages, and the parts where one has several lists; the first has no name of its own.
LISTS: dict[str, tuple[str, ...]] = {
    "structure": ("",),
    "structure_on": ("",),
    "body": ("",),
    "inventory": ("",),
    "agencies": ("", "people"),
    "undertakings": ("",),
    "reorganisations": ("",),
    "reorganisation": ("",),
    "hand_overs": ("",),
    "hand_over": ("",),
    "agreements": ("",),
    "agreement": ("",),
    "reports": ("",),
    "problems": ("", "goals", "measures"),
    "problem": ("", "values", "measures"),
    "measure": ("", "hours"),
    "programmes": ("",),
    "programme": ("",),
    "methods": ("",),
    "method": ("", "uses", "measures"),
    "meetings": ("",),
    "meeting": ("", "answers"),
    "minutes": ("", "actions", "attendance"),
    "actions": ("",),
    "year": ("",),
    "duty": ("",),
    "law": ("",),
    "premises": ("", "rooms"),
    "premises_one": ("",),
    "room": ("",),
    "publications": ("",),
    "people_imports": ("",),  # the empty table
}
_PAGES = [
    row
    for module in (
        rows_structure,
        rows_bodies,
        rows_data,
        rows_agreements,
        rows_meetings,
        rows_own,
        rows_leaving,
        rows_year,
        rows_plan,
        rows_premises,
    )
    for row in module.ROWS
    if row.method == "get" and row.name in LISTS
]


def _as_files(page: Row) -> list[Row]:
    return [
        replace(page, data=lambda world, part=part: {"download": "csv"} | ({"part": part} if part else {}))
        for part in LISTS[page.name]
    ]


#: The first row of each page: the others are held by the same querysets, and swept as pages.
ROWS = [row for page in {page.name: page for page in reversed(_PAGES)}.values() for row in _as_files(page)]
