"""When premises are open, when they are closed all the same, and which agency is there when."""

from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.models.agencies import Agency
from groups.models.premises import Premises
from groups.periods import PeriodQuerySet, days, ends_after_it_begins


def minutes_of_week() -> Func:
    """The minutes of a span in a week from Monday's midnight, as a multirange, since Sunday night goes on on Monday."""
    return Func(
        F("weekday"), F("begins"), F("ends"), function="samverkan_week_minutes", output_field=models.Field()
    )


class PartQuerySet(PeriodQuerySet[Any]):
    def visible_to(self, user: Any) -> Any:
        """As the premises that they belong to."""
        return self if user.in_structure else self.none()


class Weekly(models.Model):
    """A span of every week, from day to day; past midnight where it ends at or before it begins."""

    class Weekday(models.IntegerChoices):
        """Without a context of their own, these would take the place of the names in Django's dates."""

        MONDAY = 0, pgettext_lazy("in a list to choose from", "Monday")
        TUESDAY = 1, pgettext_lazy("in a list to choose from", "Tuesday")
        WEDNESDAY = 2, pgettext_lazy("in a list to choose from", "Wednesday")
        THURSDAY = 3, pgettext_lazy("in a list to choose from", "Thursday")
        FRIDAY = 4, pgettext_lazy("in a list to choose from", "Friday")
        SATURDAY = 5, pgettext_lazy("in a list to choose from", "Saturday")
        SUNDAY = 6, pgettext_lazy("in a list to choose from", "Sunday")

    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    begins = models.TimeField(_("from"))
    ends = models.TimeField(
        pgettext_lazy("clock", "until"),
        help_text=_("Past midnight where it is before the start; 00–00 is round the clock."),
    )
    valid_from = models.DateField(_("first day"), null=True, blank=True)
    valid_to = models.DateField(_("last day"), null=True, blank=True)

    objects = PartQuerySet.as_manager()

    #: Days on which it does not begin after all; see ``groups.hours``.
    absent: frozenset[date] = frozenset()

    class Meta:
        abstract = True

    def acts_of(self, user: Any) -> frozenset[str]:
        return self.premises.acts_of(user)  # type: ignore[attr-defined]


class OpeningHours(Weekly):
    """When the door is open; several spans a day, and seasons by first and last day."""

    premises = models.ForeignKey(Premises, models.CASCADE, verbose_name=_("premises"), related_name="hours")

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["weekday", "begins", "valid_from"]
        constraints = [
            ends_after_it_begins("hours_end_after_they_begin"),
            models.CheckConstraint(name="hours_weekday_known", condition=Q(weekday__lt=7)),
            ExclusionConstraint(
                name="hours_no_overlap",
                expressions=[
                    ("premises", RangeOperators.EQUAL),
                    (minutes_of_week(), RangeOperators.OVERLAPS),
                    (days(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The premises are already open at some of that time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.begins:%H.%M}–{self.ends:%H.%M}"


class StaffedShift(Weekly):
    """When people from an agency are there, every week."""

    premises = models.ForeignKey(Premises, models.CASCADE, verbose_name=_("premises"), related_name="shifts")
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name=_("agency"), related_name="shifts")
    note = models.CharField(
        _("note"), max_length=300, blank=True, help_text=_("For the structure only; never published.")
    )

    class Meta:
        verbose_name = _("staffed shift")
        verbose_name_plural = _("staffed shifts")
        ordering = ["weekday", "begins", "valid_from"]
        constraints = [
            ends_after_it_begins("shift_ends_after_it_begins"),
            models.CheckConstraint(name="shift_weekday_known", condition=Q(weekday__lt=7)),
            ExclusionConstraint(
                name="shift_no_overlap",
                expressions=[
                    ("premises", RangeOperators.EQUAL),
                    ("agency", RangeOperators.EQUAL),
                    (minutes_of_week(), RangeOperators.OVERLAPS),
                    (days(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The agency is already there at some of that time."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency.label}, {self.get_weekday_display()} {self.begins:%H.%M}–{self.ends:%H.%M}"

    @cached_property
    def absent(self) -> frozenset[date]:  # type: ignore[override]
        """From rows already fetched (``Premises.with_times``)."""
        return frozenset(absence.day for absence in self.absences.all())


class ShiftAbsence(models.Model):
    """A day on which a shift is not staffed."""

    shift = models.ForeignKey(StaffedShift, models.CASCADE, verbose_name=_("shift"), related_name="absences")
    day = models.DateField(_("day"))

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(
                fields=["shift", "day"],
                name="absent_once_a_day",
                violation_error_message=_("The shift is already unstaffed that day."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.day}"


class Closure(models.Model):
    """Days on which the premises are closed whatever the hours say."""

    premises = models.ForeignKey(
        Premises, models.CASCADE, verbose_name=_("premises"), related_name="closures"
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    reason = models.CharField(
        _("reason"), max_length=200, help_text=_("For the structure only; residents see the days.")
    )

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("closure")
        verbose_name_plural = _("closures")
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                name="closure_ends_after_it_begins",
                condition=Q(last_day__gte=F("first_day")),
                violation_error_message=_("The last day must not be before the first."),
            ),
            ExclusionConstraint(
                name="closure_no_overlap",
                expressions=[
                    ("premises", RangeOperators.EQUAL),
                    (
                        Func(
                            F("first_day"),
                            F("last_day"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("The premises are already closed on some of those days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day}–{self.last_day}"

    def acts_of(self, user: Any) -> frozenset[str]:
        return self.premises.acts_of(user)

    def covers(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day
