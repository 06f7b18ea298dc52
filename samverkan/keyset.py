"""Lists by key: a page begins after the last row of the one before, so nothing is counted and no row is met twice.

Counting case data would cost seconds at a million rows and tell how much is hidden (design §3).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from samverkan.kept import ANYBODY, Kept, Slot, values_of

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
        rows = _older(rows, moment, *key)
    return _page(list(_ordered(rows, moment, size)), moment, size)


class Newest(Generic[Row]):
    """The same for a list that everybody asks for: its statements are kept (``samverkan.kept``).

    ``rows`` gives what a reader sees, ``Model.objects.visible_to(reader)``; it is asked once, for anybody.
    """

    def __init__(self, rows: Callable[[Any], models.QuerySet[Row]], *, moment: str, size: int = SIZE) -> None:
        self.rows, self.moment, self.size = rows, moment, size
        self.first = Kept(lambda: _ordered(rows(ANYBODY), moment, size))
        self.later = Kept(self._later)

    def _later(self) -> models.QuerySet[Row]:
        rows = self.rows(ANYBODY)
        fields = rows.model._meta
        at, pk = Slot("before_at", fields.get_field(self.moment)), Slot("before_pk", fields.pk)
        return _ordered(_older(rows, self.moment, at, pk), self.moment, self.size)

    def page(self, user: Any, *, before: str = "") -> Page[Row]:
        """What this person sees; nobody's page is empty."""
        values = values_of(user)
        if values is None:
            return Page([], "")
        key = _read(before, self.rows(ANYBODY).model) if before else None
        if key is None:
            found = self.first.fetch(values)
        else:
            found = self.later.fetch(values | {"before_at": key[0], "before_pk": key[1]})
        return _page(found, self.moment, self.size)


def _older(rows: models.QuerySet[Row], moment: str, at: Any, pk: Any) -> models.QuerySet[Row]:
    # The first half alone is answered by the index; the second only parts rows of the same moment.
    return rows.filter(Q(**{f"{moment}__lte": at}), Q(**{f"{moment}__lt": at}) | Q(pk__lt=pk))


def _ordered(rows: models.QuerySet[Row], moment: str, size: int) -> models.QuerySet[Row]:
    return rows.order_by(f"-{moment}", "-pk")[: size + 1]


def _page(found: list[Row], moment: str, size: int) -> Page[Row]:
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
