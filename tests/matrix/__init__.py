"""The rows of the matrix, by subject. A module of rows has ``ROWS`` and, where its addresses name something, a
``furnish(world)`` that makes it as the owner; modules furnish in the order of this list."""

from importlib import import_module
from types import ModuleType

from django.conf import settings

from tests.matrix import (
    rows_agreements,
    rows_bodies,
    rows_data,
    rows_downloads,
    rows_leaving,
    rows_meetings,
    rows_own,
    rows_plan,
    rows_premises,
    rows_structure,
    rows_year,
)
from tests.matrix.world import Row, World

MODULES: list[ModuleType] = [
    rows_structure,
    rows_bodies,
    rows_agreements,
    rows_meetings,
    rows_own,
    # In structure mode there are none; its test looks for what is left of them.
    import_module("tests.matrix.rows_cases" if settings.CASES else "tests.matrix.rows_without_cases"),
    rows_leaving,
    rows_year,
    rows_data,
    rows_plan,
    rows_premises,
    rows_downloads,
]
ROWS: list[Row] = [row for module in MODULES for row in module.ROWS]


def furnish(world: World) -> World:
    """Make one of each thing that an address can name."""
    world.canaries = {}
    for module in MODULES:
        if hasattr(module, "furnish"):
            module.furnish(world)
    return world
