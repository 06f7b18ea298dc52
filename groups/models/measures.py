"""Measures: what an agency does about a problem, the hours it takes, how it goes and what came of it."""

from datetime import date

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.models.agencies import Agency
from groups.models.methods import Method
from groups.models.people import User
from groups.models.planning import FOLLOW_UP, PLAN
from groups.models.problems import Goal, Problem
from groups.models.programme import ActionProgramme
from groups.models.reports import reports_visible_to


class MeasureQuerySet(models.QuerySet["Measure"]):
    def visible_to(self, user: User) -> "MeasureQuerySet":
        return self.filter(reports_visible_to(user, "problem__report"))

    def open(self) -> "MeasureQuerySet":
        return self.filter(outcome="")

    def overdue(self, today: date | None = None) -> "MeasureQuerySet":
        """Past their last day and without an outcome."""
        return self.open().filter(valid_to__lt=today or timezone.localdate())

    def with_facts(self) -> "MeasureQuerySet":
        """With what a list says of each measure, in the same query and two more."""
        return self.select_related(
            "problem__report", "goal", "responsible_agency", "method", "programme"
        ).prefetch_related(
            models.Prefetch("hours", Hours.objects.select_related("agency").order_by("day", "pk")),
            models.Prefetch(
                "follow_ups", FollowUp.objects.select_related("written_by").order_by("day", "pk")
            ),
        )

    def in_order(self) -> "MeasureQuerySet":
        """The one that ends first at the top."""
        return self.order_by("valid_to", "pk")


class Measure(models.Model):
    """What an agency does about a problem. It cannot be closed without an outcome, and belongs to no person."""

    class Outcome(models.TextChoices):
        DONE = "done", _("Carried out")
        PARTLY = "partly", _("Partly carried out")
        NOT_DONE = "not_done", _("Not carried out")

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        RUNNING = "running", _("Under way")
        OVERDUE = "overdue", _("Overdue")
        CLOSED = "closed", pgettext_lazy("a measure", "Closed")

    problem = models.ForeignKey(Problem, models.PROTECT, verbose_name=_("problem"), related_name="measures")
    goal = models.ForeignKey(
        Goal, models.PROTECT, verbose_name=_("goal"), related_name="measures", null=True, blank=True
    )
    programme = models.ForeignKey(
        ActionProgramme,
        models.PROTECT,
        verbose_name=_("action programme"),
        related_name="measures",
        null=True,
        blank=True,
    )
    title = models.CharField(_("measure"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    cause = models.CharField(_("cause that it answers"), max_length=300, blank=True)
    purpose = models.CharField(_("purpose of the agreement"), max_length=500)
    responsible_agency = models.ForeignKey(
        Agency, models.PROTECT, verbose_name=_("responsible agency"), related_name="measures"
    )
    method = models.ForeignKey(
        Method, models.PROTECT, verbose_name=_("method"), related_name="measures", null=True, blank=True
    )
    valid_from = models.DateField(_("first day"))
    valid_to = models.DateField(_("last day"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True, editable=False)
    outcome_text = models.TextField(_("what came of it"), blank=True, editable=False)
    closed_on = models.DateField(pgettext_lazy("a measure", "closed"), null=True, editable=False)
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        constraints = [
            models.CheckConstraint(
                name="measure_ends_after_it_begins",
                condition=Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The last day must not be before the first."),
            ),
            models.CheckConstraint(
                name="measure_closes_with_an_outcome",
                condition=Q(outcome="", outcome_text="", closed_on__isnull=True, closed_by__isnull=True)
                | (
                    Q(outcome__in=["done", "partly", "not_done"])
                    & ~Q(outcome_text="")
                    & Q(closed_on__isnull=False, closed_by__isnull=False)
                ),
                violation_error_message=_("A measure is closed with an outcome and what came of it."),
            ),
            models.CheckConstraint(name="measure_serves_a_purpose", condition=~Q(purpose="") & ~Q(title="")),
        ]
        indexes = [
            models.Index(fields=["valid_to"], condition=Q(outcome=""), name="measure_outstanding"),
        ]

    def __str__(self) -> str:
        return self.title

    def acts_of(self, user: User) -> frozenset[str]:
        """Those who plan change it; they and the responsible agency's people write hours, follow-up and outcome."""
        acts = self.problem.acts_of(user)
        ours = PLAN in acts or (user.in_structure and user.agency_id == self.responsible_agency_id)
        return acts | {FOLLOW_UP} if ours else acts

    @property
    def is_closed(self) -> bool:
        return bool(self.outcome)

    @property
    def status(self) -> str:
        """From its dates and its outcome, as it is today."""
        today = timezone.localdate()
        if self.is_closed:
            return self.Status.CLOSED
        if self.valid_to < today:
            return self.Status.OVERDUE
        return self.Status.PLANNED if self.valid_from > today else self.Status.RUNNING


class OfMeasureQuerySet(models.QuerySet[models.Model]):
    """Rows that hang on a measure, seen where it is."""

    def visible_to(self, user: User) -> "OfMeasureQuerySet":
        return self.filter(Exists(Measure.objects.visible_to(user).filter(pk=OuterRef("measure"))))


class Hours(models.Model):
    """Hours that an agency spent on a measure, up to a day; process follow-up asks for them (Brå)."""

    measure = models.ForeignKey(Measure, models.PROTECT, verbose_name=_("measure"), related_name="hours")
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name=_("agency"), related_name="+")
    day = models.DateField(_("day"))
    hours = models.DecimalField(pgettext_lazy("spent", "hours"), max_digits=7, decimal_places=1)
    note = models.CharField(_("note"), max_length=300, blank=True)
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)

    objects = OfMeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("hours of a measure")
        verbose_name_plural = _("hours of measures")
        constraints = [
            models.CheckConstraint(
                name="hours_are_not_negative",
                condition=Q(hours__gte=0),
                violation_error_message=_("Hours cannot be negative."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency} {self.hours}"


class FollowUp(models.Model):
    """How a measure goes, on a day; never changed afterwards, so that the thread keeps what was said then."""

    class Standing(models.TextChoices):
        AS_PLANNED = "as_planned", _("As planned")
        DELAYED = "delayed", _("Delayed")
        STOPPED = "stopped", _("Stopped")
        ENDED = "ended", pgettext_lazy("how it goes", "Ended")

    measure = models.ForeignKey(Measure, models.PROTECT, verbose_name=_("measure"), related_name="follow_ups")
    day = models.DateField(_("day"))
    standing = models.CharField(_("how it goes"), max_length=20, choices=Standing)
    text = models.TextField(_("what has been done and seen"))
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    written_at = models.DateTimeField(_("written"), auto_now_add=True)

    objects = OfMeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        constraints = [
            models.CheckConstraint(
                name="follow_up_standing_known",
                condition=Q(standing__in=["as_planned", "delayed", "stopped", "ended"]),
            ),
            models.CheckConstraint(name="follow_up_says_something", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.get_standing_display()}"
