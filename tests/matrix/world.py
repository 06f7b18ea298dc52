"""What the matrix is made of: the parts, a row, and a world that holds one of each thing an address can name."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

EVERYONE = {
    "coordinator",
    "chair",
    "secretary",
    "police",
    "unseated_police",
    "case_worker",
    "welfare_officer",
    "traffic",
    "association",
    "log_reviewer",
    "administrator",
    "stranger",
}
#: Live members of a body; the log reviewer, the administrator and the stranger sit nowhere.
STRUCTURE = EVERYONE - {"log_reviewer", "administrator", "stranger"}
#: Those of them who work at an authority.
AUTHORITIES = STRUCTURE - {"association"}
STEERING = {"chair", "secretary", "coordinator", "police", "welfare_officer", "traffic"}
OFFICERS = {"chair", "secretary", "coordinator"}
MANAGERS = {"chair", "coordinator"}  # who manage the steering group
CALLERS = OFFICERS | {"case_worker"}  # who convenes the group on recruitment
WRITERS = {"secretary", "coordinator"}
SEATED = {"case_worker", "police", "welfare_officer"}
LEAD = {"case_worker"}
TOLD = {"case_worker", "police"}

#: ``cast``, ``canaries`` and whatever the ``furnish`` of each module of rows puts there. ``canaries`` are words that stand
#: in one text each, with the parts that may read it; tests/test_matrix.py and tests/test_canaries.py seek them.
World = SimpleNamespace


@dataclass(frozen=True)
class Row:
    """What each part gets at an address."""

    name: str
    cells: dict[int, set[str]]
    method: str = "get"
    arguments: Callable[[World], dict[str, Any]] = field(default=lambda world: {})
    data: Callable[[World], dict[str, Any]] = field(default=lambda world: {})
    others: int = 404
    nobody: int = 302

    def expected(self, part: str) -> int:
        return next((status for status, parts in self.cells.items() if part in parts), self.others)

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def of(name: str) -> Callable[[World], dict[str, Any]]:
    """Arguments: the key of one thing of the world."""
    return lambda world: {"pk": getattr(world, name).pk}
