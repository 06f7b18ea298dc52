"""What waits for a person besides meetings: each subject says it in one line, and the start page lists them."""

from collections.abc import Callable
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


Source = Callable[[User], list[Task]]
