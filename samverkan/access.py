"""The one door to one row: 404 where it is not visible, 403 where it is visible but the act is not allowed.

Every model that a page, file, mail, export, search or task shows has a queryset with ``visible_to(user)``; a model on
which something can be done also has ``acts_of(user)``, the names of the acts allowed to that person on that row.
"""

from collections.abc import Collection
from typing import Any, Protocol, TypeVar

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import models
from django.http import Http404

Row = TypeVar("Row", bound=models.Model)


class Guarded(Protocol):
    """A row that says what a person may do with it."""

    def acts_of(self, user: Any) -> Collection[str]: ...


class NotVisible(Http404):
    """The row is not there, or not this person's: the same answer for both (OWASP API1). Kept for the access log."""

    def __init__(self, model: type[models.Model], lookup: dict[str, Any]) -> None:
        super().__init__("No such page.")
        self.model = model
        self.lookup = lookup


class NotAllowed(PermissionDenied):
    """The row is visible to this person, the act is not theirs. Kept for the access log."""

    def __init__(self, row: models.Model, act: str) -> None:
        super().__init__(f"{act} is not allowed here.")
        self.model = type(row)
        self.lookup = {"pk": row.pk, "case": getattr(row, "case_id", None)}


def get_for(user: Any, source: type[Row] | models.QuerySet[Row], act: str = "view", **lookup: Any) -> Row:
    """The row that ``lookup`` names, if ``user`` may see it and do ``act`` with it.

    ``source`` is a model or a queryset of one (for its ``select_related``). ``view`` asks for visibility alone.

    Raises:
        NotVisible: no such row, or not visible to this person (a page answers 404).
        NotAllowed: visible, but the act is not allowed (a page answers 403).
    """
    rows = source if isinstance(source, models.QuerySet) else source._default_manager.all()
    try:
        row = rows.visible_to(user).get(**lookup)  # type: ignore[attr-defined]
    except (ObjectDoesNotExist, ValueError, ValidationError) as error:
        raise NotVisible(rows.model, lookup) from error
    if act != "view" and act not in row.acts_of(user):
        raise NotAllowed(row, act)
    return row
