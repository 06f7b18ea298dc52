"""A figure: a ratio, its goal, and the line that tells it."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time


@dataclass(frozen=True)
class Figure:
    """``at_most`` says which way the goal points; ``detail`` is what the ratio was made from. Without a goal it is told
    beside one that has."""

    name: str
    ratio: float
    goal: float | None
    at_most: bool
    detail: str = ""

    @property
    def reached(self) -> bool:
        if self.goal is None:
            return True
        return self.ratio <= self.goal if self.at_most else self.ratio >= self.goal

    def __str__(self) -> str:
        sign = "≤" if self.at_most else "≥"
        verdict = "ok" if self.reached else "SHORT"
        goal = f"goal {sign} {self.goal:<5} {verdict:<5}" if self.goal is not None else f"{'no goal':<18}"
        return f"{self.name:<62} {self.ratio:>7.2f} ×   {goal} {self.detail}"


Clock = Callable[[], float]


def seconds(act: Callable[[], object], clock: Clock = perf_counter) -> float:
    """How long one call takes."""
    begun = clock()
    act()
    return clock() - begun


def processor_clock(backends: Iterable[int]) -> Clock:
    """Tells how long this process and these of PostgreSQL's have had a processor (Linux, schedstat).

    For one page after the other that is what they take on a machine with nothing else to do; on a busy one the clock on
    the wall tells mostly of the queue. Processes that help in a parallel plan are not counted.

    Raises:
        OSError: the server is on another machine, or this one does not tell.
    """
    files = []
    for pid in backends:
        if b"postgres" not in Path(f"/proc/{pid}/cmdline").read_bytes():
            raise OSError(f"{pid} is another machine's")
        files.append(os.open(f"/proc/{pid}/schedstat", os.O_RDONLY))

    def clock() -> float:
        return process_time() + sum(int(os.pread(file, 64, 0).split()[0]) for file in files) / 1e9

    clock()
    return clock


def alternate(
    rounds: int, *acts: Callable[[], object], clock: Clock = perf_counter, warm: bool = False
) -> list[list[float]]:
    """The seconds of each act in each round. They take turns, so that what else the machine does strikes all alike; the
    first rounds are not counted. ``warm`` does each once, untimed, before it is timed, so that the processor's caches hold
    its own and not another's."""
    for act in acts * 3:
        act()
    taken = [[(act() if warm else None, seconds(act, clock))[1] for act in acts] for _round in range(rounds)]
    return [list(column) for column in zip(*taken, strict=True)]


def ratio(over: list[float], under: list[float]) -> float:
    """The median over the rounds: what is compared was done in the same moment, however the machine was just then."""
    return median(one / other for one, other in zip(over, under, strict=True))


def milliseconds(taken: list[float]) -> str:
    return f"{median(taken) * 1000:.3g}"
