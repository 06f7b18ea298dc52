"""A figure: a ratio, its goal, and the line that tells it."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True)
class Figure:
    """``at_most`` says which way the goal points; ``detail`` is what the ratio was made from."""

    name: str
    ratio: float
    goal: float
    at_most: bool
    detail: str = ""

    @property
    def reached(self) -> bool:
        return self.ratio <= self.goal if self.at_most else self.ratio >= self.goal

    def __str__(self) -> str:
        sign = "≤" if self.at_most else "≥"
        verdict = "ok" if self.reached else "SHORT"
        return f"{self.name:<52} {self.ratio:>7.2f} ×   goal {sign} {self.goal:<5} {verdict:<5} {self.detail}"


def seconds(act: Callable[[], object]) -> float:
    """How long one call takes."""
    begun = perf_counter()
    act()
    return perf_counter() - begun


def alternate(rounds: int, *acts: Callable[[], object]) -> list[float]:
    """The median of each act in seconds. They take turns, so that what else the machine does strikes all alike."""
    for act in acts:
        act()
        act()
    taken = [[seconds(act) for act in acts] for _round in range(rounds)]
    return [median(column) for column in zip(*taken, strict=True)]
