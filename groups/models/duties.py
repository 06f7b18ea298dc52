"""What the collaboration must do each year, or every so many years: the collaboration year (årshjulet)."""

import calendar
from collections.abc import Iterable
from datetime import date

from dateutil.relativedelta import relativedelta
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from groups.models.agencies import Agency
from groups.models.bodies import Body
from groups.models.people import User
from groups.ordering import swedish
from groups.periods import PeriodQuerySet, ends_after_it_begins


class Demand(models.TextChoices):
    """The demands of lag (2023:196) om kommuners ansvar för brottsförebyggande arbete, by paragraph."""

    PICTURE = "4", _("§ 4 Situation report")
    PROGRAMME = "5", _("§ 5 Action programme")
    REVIEW = "6", _("§ 6 Review at least every second year")
    PLANNING = "7", _("§ 7 Together with other planning")
    AGREEMENTS = "8", _("§ 8 Agreements on collaboration")
    CONTENT = "9", _("§ 9 Purposes and areas in writing")
    COUNCIL = "10", _("§ 10 Strategic council")
    COORDINATION = "11-12", _("§§ 11–12 Coordination")
    LEADERSHIP = "13", _("§ 13 Leadership and reports")


class AnnualDutyQuerySet(PeriodQuerySet["AnnualDuty"]):
    def visible_to(self, user: User) -> "AnnualDutyQuerySet":
        """Everyone in the structure sees what it has undertaken; what a case group must do, its members only."""
        if not user.in_structure:
            return self.none()
        return self.filter(~Q(body__kind=Body.Kind.CASE) | Q(body__in=user.bodies()))

    def with_answer(self) -> "AnnualDutyQuerySet":
        """With the body that answers, its agreement, and the agency and person named, in the same query."""
        return self.select_related("body__agreement", "agency", "person")

    def in_order(self) -> "AnnualDutyQuerySet":
        return self.order_by(swedish("title"), "pk")


class AnnualDuty(models.Model):
    """One duty: what, on which ground, when, and which body answers for it."""

    class Ground(models.TextChoices):
        STATUTE = "statute", _("Law")
        AGREEMENT = "agreement", _("Agreement")
        LOCAL = "local", _("Own decision")

    class Counting(models.TextChoices):
        CALENDAR = "calendar", _("The calendar")
        PROGRAMME = "programme", _("The day the action programme was adopted")
        AGREEMENT = "agreement_end", _("The last day of the agreement")

    key = models.SlugField(_("key"), unique=True, help_text=_("Short name used in import files."))
    title = models.CharField(_("duty"), max_length=200)
    ground = models.CharField(_("kind of ground"), max_length=20, choices=Ground, default=Ground.LOCAL)
    source = models.CharField(
        _("ground"),
        max_length=200,
        blank=True,
        help_text=_("Such as 2023:196 § 6, or a registry number."),
    )
    demand = models.CharField(
        _("demand in 2023:196"),
        max_length=10,
        choices=Demand,
        blank=True,
        help_text=_("Where the duty is done, it counts as evidence for this demand."),
    )
    counting = models.CharField(_("counted from"), max_length=20, choices=Counting, default=Counting.CALENDAR)
    quarter = models.PositiveSmallIntegerField(_("quarter"), null=True, blank=True)
    month = models.PositiveSmallIntegerField(_("month"), null=True, blank=True)
    day = models.PositiveSmallIntegerField(_("day"), null=True, blank=True)
    every_years = models.PositiveSmallIntegerField(
        _("every so many years"), default=1, validators=[MinValueValidator(1), MaxValueValidator(10)]
    )
    first_year = models.PositiveSmallIntegerField(
        _("counted from the year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(2000), MaxValueValidator(2100)],
    )
    months = models.PositiveSmallIntegerField(
        _("months"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(120)],
        help_text=_("After the day of adoption, or before the last day of the agreement."),
    )
    lead_days = models.PositiveSmallIntegerField(
        _("days ahead"),
        default=14,
        validators=[MaxValueValidator(365)],
        help_text=_("The meeting that takes it up is held at least this many days before the last day."),
    )
    body = models.ForeignKey(Body, models.PROTECT, verbose_name=_("responsible group"), related_name="duties")
    agenda_title = models.CharField(
        _("heading on the agenda"),
        max_length=200,
        blank=True,
        help_text=_("Empty: the duty's own words."),
    )
    agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        verbose_name=_("responsible agency"),
        related_name="duties",
        null=True,
        blank=True,
    )
    person = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name=_("responsible person"),
        related_name="duties",
        null=True,
        blank=True,
    )
    valid_from = models.DateField(_("first day"), null=True, blank=True)
    valid_to = models.DateField(_("last day"), null=True, blank=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    objects = AnnualDutyQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty of the year")
        verbose_name_plural = _("duties of the year")
        constraints = [
            ends_after_it_begins("duty_ends_after_it_begins"),
            models.CheckConstraint(
                name="duty_choices_known",
                condition=Q(ground__in=["statute", "agreement", "local"])
                & Q(demand__in=["", "4", "5", "6", "7", "8", "9", "10", "11-12", "13"]),
            ),
            models.CheckConstraint(
                name="duty_has_one_way_of_counting",
                condition=Q(
                    Q(month__isnull=True, day__isnull=True) | Q(quarter__isnull=True),
                    ~Q(month__isnull=True, quarter__isnull=True),
                    Q(day__isnull=True) | Q(month__isnull=False),
                    counting="calendar",
                    months__isnull=True,
                )
                | Q(
                    counting__in=["programme", "agreement_end"],
                    months__isnull=False,
                    quarter__isnull=True,
                    month__isnull=True,
                    day__isnull=True,
                    every_years=1,
                    first_year__isnull=True,
                ),
                violation_error_message=_(
                    "Say when: a quarter, or a month with or without a day, or a number of months."
                ),
            ),
            models.CheckConstraint(
                name="duty_days_are_days",
                condition=(Q(quarter__isnull=True) | Q(quarter__range=(1, 4)))
                & (Q(month__isnull=True) | Q(month__range=(1, 12)))
                & (Q(day__isnull=True) | Q(day__range=(1, 31)))
                & Q(every_years__range=(1, 10)),
            ),
            models.CheckConstraint(
                name="duty_of_several_years_says_from_which",
                condition=Q(every_years=1) | Q(first_year__isnull=False),
                violation_error_message=_("Say from which year the years are counted."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def acts_of(self, user: User) -> frozenset[str]:
        """What a person may do in the body that answers, or in the one it reports to."""
        above = user.acts_in(self.body.parent_id) if self.body.parent_id else frozenset()
        return user.acts_in(self.body_id) | above

    @property
    def heading(self) -> str:
        """What it is called on an agenda."""
        return self.agenda_title or self.title

    @property
    def begins(self) -> date:
        """The first day on which it can fall due: its own first day, or the day it was written."""
        return self.valid_from or timezone.localdate(self.created_at)

    @property
    def when(self) -> str:
        """``each year in quarter 1``, ``every 2 years, last on 30 June``, ``24 months after …``: in words."""
        if self.counting == self.Counting.PROGRAMME:
            return gettext("%(count)d months after the action programme was adopted") % {"count": self.months}
        if self.counting == self.Counting.AGREEMENT:
            return gettext("%(count)d months before the agreement ends") % {"count": self.months}
        return f"{self._often()}, {self._by()}"

    def _often(self) -> str:
        if self.every_years == 2:
            return gettext("every second year")
        return ngettext("each year", "every %(count)d years", self.every_years) % {"count": self.every_years}

    def _by(self) -> str:
        if self.quarter:
            return gettext("in quarter %(number)d") % {"number": self.quarter}
        name = MONTHS[int(self.month or 1)]
        if self.day:
            return gettext("by %(day)d %(month)s") % {"day": self.day, "month": name}
        return gettext("in %(month)s") % {"month": name}

    def due_days(self, first: date, last: date, adopted: Iterable[date] = ()) -> list[date]:
        """Every last day from ``first`` to ``last`` on which it holds; ``adopted`` is when programmes were adopted.

        Of the programmes only the newest counts: a review makes the clock start anew (2023:196 § 6).
        """
        if self.counting == self.Counting.PROGRAMME:
            days = [day + relativedelta(months=self.months or 0) for day in sorted(adopted)[-1:]]
        elif self.counting == self.Counting.AGREEMENT:
            ends = self.body.agreement.valid_to
            days = [ends - relativedelta(months=self.months or 0)] if ends else []
        else:
            days = [self._in(year) for year in range(first.year, last.year + 1) if self._falls_in(year)]
        begins, ends = max(first, self.begins), min(last, self.valid_to or last)
        return [day for day in days if begins <= day <= ends]

    def _falls_in(self, year: int) -> bool:
        start = self.first_year or year
        return year >= start and (year - start) % self.every_years == 0

    def _in(self, year: int) -> date:
        month = self.quarter * 3 if self.quarter else int(self.month or 12)
        longest = calendar.monthrange(year, month)[1]
        return date(year, month, min(self.day or longest, longest))
