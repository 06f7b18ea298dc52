"""What waits for a person besides meetings: each subject says it in one line, and the start page lists them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from groups.models import User


@dataclass(frozen=True)
class Task:
    """One line of “Waiting for you”: a word with its tone (``partials/status.html``), what it is, and where to do it.

    ``detail`` is the small text below; ``action`` names the button, and none is shown without one.
    """

    word: str
    tone: str
    text: str
    url: str
    detail: str = ""
    action: str = ""


#: What is too late before what is near, and that before what is merely told.
_ORDER = {"danger": 0, "warn": 1, "info": 2}


def by_urgency(tasks: Iterable[Task]) -> list[Task]:
    """As the sources gave them, but the most urgent first."""
    return sorted(tasks, key=lambda task: _ORDER.get(task.tone, 3))


Source = Callable[[User], list[Task]]
