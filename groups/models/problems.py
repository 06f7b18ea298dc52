"""Problems that a situation report finds, the goals set for them and the indicators by which goals are followed."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models.agencies import Agency
from groups.models.people import User
from groups.models.planning import FOLLOW_UP, PLAN
from groups.models.reports import SituationReport, reports_visible_to
from groups.ordering import swedish


class ProblemQuerySet(models.QuerySet["Problem"]):
    def visible_to(self, user: User) -> "ProblemQuerySet":
        return self.filter(reports_visible_to(user, "report"))

    def in_order(self) -> "ProblemQuerySet":
        return self.order_by(swedish("title"), "pk")

    def with_thread(self) -> "ProblemQuerySet":
        """With report, goals, indicators and their values, in a fixed number of queries."""
        values = IndicatorValue.objects.select_related("written_by", "corrected_by").order_by("day")
        indicators = (
            Indicator.objects.select_related("responsible_agency")
            .order_by("pk")
            .prefetch_related(models.Prefetch("values", values))
        )
        goals = Goal.objects.order_by("due", "pk").prefetch_related(models.Prefetch("indicators", indicators))
        return self.select_related("report__agreement").prefetch_related(models.Prefetch("goals", goals))


class Problem(models.Model):
    """A problem in the area, never a person."""

    report = models.ForeignKey(
        SituationReport, models.PROTECT, verbose_name=_("situation report"), related_name="problems"
    )
    title = models.CharField(_("problem"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    causes = ArrayField(models.CharField(max_length=300), verbose_name=_("causes"), default=list, blank=True)
    area = models.CharField(_("priority area of the agreement"), max_length=200)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = _("problem")
        verbose_name_plural = _("problems")
        constraints = [
            models.CheckConstraint(name="problem_says_what_and_where", condition=~Q(title="") & ~Q(area=""))
        ]

    def __str__(self) -> str:
        return self.title

    def acts_of(self, user: User) -> frozenset[str]:
        return self.report.acts_of(user)


class GoalQuerySet(models.QuerySet["Goal"]):
    def visible_to(self, user: User) -> "GoalQuerySet":
        return self.filter(reports_visible_to(user, "problem__report"))


class Goal(models.Model):
    """What shall be true of a problem by a day."""

    #: What the pictures of its indicators say, where a page has asked.
    findings: list[str]

    problem = models.ForeignKey(Problem, models.PROTECT, verbose_name=_("problem"), related_name="goals")
    text = models.CharField(_("goal"), max_length=300)
    due = models.DateField(_("reached by"))
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)

    objects = GoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        constraints = [models.CheckConstraint(name="goal_says_something", condition=~Q(text=""))]

    def __str__(self) -> str:
        return self.text

    def acts_of(self, user: User) -> frozenset[str]:
        return self.problem.acts_of(user)

    @property
    def status(self) -> str:
        """``reached``, ``missed`` (the day has passed), ``open``, or ``unmeasured``; needs indicators and values."""
        indicators = list(self.indicators.all())
        if not any(indicator.last for indicator in indicators):
            return "unmeasured"
        if all(indicator.is_reached for indicator in indicators):
            return "reached"
        return "missed" if self.due < timezone.localdate() else "open"


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def visible_to(self, user: User) -> "IndicatorQuerySet":
        return self.filter(reports_visible_to(user, "goal__problem__report"))


class Indicator(models.Model):
    """A figure by which a goal is followed: where it stood, where it shall go, and who measures it."""

    class Direction(models.TextChoices):
        DOWN = "down", _("Lower is better")
        UP = "up", _("Higher is better")

    goal = models.ForeignKey(Goal, models.PROTECT, verbose_name=_("goal"), related_name="indicators")
    name = models.CharField(_("indicator"), max_length=200)
    unit = models.CharField(_("unit"), max_length=60, help_text=_("Such as percent, or reports a quarter."))
    source = models.CharField(_("source"), max_length=200, help_text=_("Where the figure comes from."))
    direction = models.CharField(_("direction"), max_length=4, choices=Direction)
    baseline = models.DecimalField(_("baseline"), max_digits=12, decimal_places=2)
    baseline_day = models.DateField(_("day of the baseline"))
    target = models.DecimalField(_("target"), max_digits=12, decimal_places=2)
    responsible_agency = models.ForeignKey(
        Agency, models.PROTECT, verbose_name=_("measured by"), related_name="indicators"
    )
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")
        constraints = [
            models.CheckConstraint(
                name="indicator_target_lies_in_its_direction",
                condition=Q(direction="down", target__lt=F("baseline"))
                | Q(direction="up", target__gt=F("baseline")),
                violation_error_message=_("The target must lie in the direction that is better."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def acts_of(self, user: User) -> frozenset[str]:
        """Those who plan, and the people of the agency that measures, write values."""
        acts = self.goal.acts_of(user)
        measures = PLAN in acts or (user.in_structure and user.agency_id == self.responsible_agency_id)
        return acts | {FOLLOW_UP} if measures else acts

    @property
    def last(self) -> "IndicatorValue | None":
        """The latest value; needs ``with_thread``."""
        values = list(self.values.all())
        return values[-1] if values else None

    @property
    def is_reached(self) -> bool:
        """Whether the latest value is at the target or past it; needs ``with_thread``."""
        return self.last is not None and self.is_at_target(self.last.value)

    def is_at_target(self, value: Decimal) -> bool:
        return value <= self.target if self.direction == self.Direction.DOWN else value >= self.target


class IndicatorValueQuerySet(models.QuerySet["IndicatorValue"]):
    def visible_to(self, user: User) -> "IndicatorValueQuerySet":
        return self.filter(reports_visible_to(user, "indicator__goal__problem__report"))


class IndicatorValue(models.Model):
    """What an indicator was on a day."""

    indicator = models.ForeignKey(
        Indicator, models.PROTECT, verbose_name=_("indicator"), related_name="values"
    )
    day = models.DateField(_("day"))
    value = models.DecimalField(_("value"), max_digits=12, decimal_places=2)
    note = models.CharField(_("note"), max_length=300, blank=True)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    written_at = models.DateTimeField(_("written"), auto_now_add=True)
    was = models.DecimalField(
        _("value as first written"), max_digits=12, decimal_places=2, null=True, editable=False
    )
    corrected_because = models.CharField(
        _("why it was corrected"), max_length=300, blank=True, editable=False
    )
    corrected_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    corrected_at = models.DateTimeField(_("corrected"), null=True, editable=False)

    objects = IndicatorValueQuerySet.as_manager()

    class Meta:
        verbose_name = _("value of an indicator")
        verbose_name_plural = _("values of indicators")
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "day"],
                name="indicator_one_value_a_day",
                violation_error_message=_("There is a value for this day already."),
            ),
            models.CheckConstraint(
                name="value_is_corrected_by_somebody_for_a_reason",
                condition=Q(was=None, corrected_by=None, corrected_at=None, corrected_because="")
                | Q(was__isnull=False, corrected_by__isnull=False, corrected_at__isnull=False)
                & ~Q(corrected_because=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.value}"

    def acts_of(self, user: User) -> frozenset[str]:
        """As the indicator."""
        return self.indicator.acts_of(user)
