"""Rows that hold from one day to another, both days included; an open end holds until further notice.

A day is a day in Sweden (Europe/Stockholm), in Python and in the database alike.
"""

from datetime import date
from typing import Any, TypeVar

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

Row = TypeVar("Row", bound=models.Model)


class PeriodQuerySet(models.QuerySet[Row]):
    """Rows with ``valid_from`` and ``valid_to``."""

    def live(self, on: date | None = None) -> Any:
        """Those that hold on that day (default: today in Sweden)."""
        return self.filter(holds(on or timezone.localdate()))


def holds(on: date, prefix: str = "") -> Q:
    """The condition for a period to hold on a day; ``prefix`` walks a relation, such as ``"memberships__"``."""
    begun = Q(**{f"{prefix}valid_from__isnull": True}) | Q(**{f"{prefix}valid_from__lte": on})
    not_over = Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": on})
    return begun & not_over


def days() -> Func:
    """``daterange(valid_from, valid_to, '[]')``, for exclusion constraints."""
    return Func(
        F("valid_from"), F("valid_to"), Value("[]"), function="daterange", output_field=DateRangeField()
    )


def ends_after_it_begins(name: str) -> models.CheckConstraint:
    """A period may not end before it begins."""
    return models.CheckConstraint(
        name=name,
        condition=Q(valid_to__isnull=True) | Q(valid_from__isnull=True) | Q(valid_to__gte=F("valid_from")),
        violation_error_message=_("The last day must not be before the first."),
    )
