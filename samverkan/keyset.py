"""Lists by key: a page begins after the last row of the one before, so nothing is counted and no row is met twice.

Counting case data would cost seconds at a million rows and tell how much is hidden (design §3).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

Row = TypeVar("Row", bound=models.Model)

SIZE = 25


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page; ``next`` is the key that asks for the following one, empty on the last."""

    rows: list[Row]
    next: str


def newest(rows: models.QuerySet[Row], *, moment: str, before: str = "", size: int = SIZE) -> Page[Row]:
    """The newest ``size`` of ``rows`` by the date-time field ``moment`` and then the key, older than ``before``.

    A key that cannot be read asks for the first page.
    """
    key = _read(before, rows.model)
    if key is not None:
        at, pk = key
        # The first half alone is answered by the index; the second only parts rows of the same moment.
        rows = rows.filter(Q(**{f"{moment}__lte": at}), Q(**{f"{moment}__lt": at}) | Q(pk__lt=pk))
    found = list(rows.order_by(f"-{moment}", "-pk")[: size + 1])
    shown = found[:size]
    more = len(found) > size
    return Page(shown, f"{getattr(shown[-1], moment).isoformat()}~{shown[-1].pk}" if more else "")


def _read(key: str, model: type[models.Model]) -> tuple[datetime, Any] | None:
    moment, _tilde, pk = key.partition("~")
    try:
        at = datetime.fromisoformat(moment)
        return (at, model._meta.pk.to_python(pk)) if at.tzinfo else None
    except (ValueError, ValidationError):
        return None
