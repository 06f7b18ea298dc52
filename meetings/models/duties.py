"""Each year's turn of a duty: when it is due, on which agenda it stands, and how it was done."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.models import AnnualDuty, User
from meetings.models.agenda import AgendaItem, Decision
from meetings.models.meetings import Meeting
from samverkan.uploads import Upload


class DutyOccurrenceQuerySet(models.QuerySet["DutyOccurrence"]):
    def visible_to(self, user: User) -> "DutyOccurrenceQuerySet":
        return self.filter(Exists(AnnualDuty.objects.visible_to(user).filter(pk=OuterRef("duty"))))

    def undone(self) -> "DutyOccurrenceQuerySet":
        return self.filter(done_on=None)

    def of_year(self, year: int) -> "DutyOccurrenceQuerySet":
        return self.filter(due__year=year)

    def with_duty(self) -> "DutyOccurrenceQuerySet":
        """With the duty, where it stands and how it was done, in the same query."""
        return self.select_related(
            "duty__body", "duty__agency", "duty__person", "item__meeting__body", "meeting__body", "done_by"
        )

    def in_order(self) -> "DutyOccurrenceQuerySet":
        return self.order_by("due", "duty__title", "pk")


class DutyOccurrence(models.Model):
    """One last day of one duty. It is done by a decision, a meeting, a link or words, on a day and by somebody."""

    class State(models.TextChoices):
        DONE = "done", pgettext_lazy("a duty", "Done")
        OVERDUE = "overdue", _("Overdue")
        PLACED = "placed", _("On an agenda")
        LACKING = "lacking", _("No meeting in time")
        UNTOLD = "untold", _("Taken up, not noted")
        COMING = "coming", pgettext_lazy("a duty", "Coming")

    duty = models.ForeignKey(AnnualDuty, models.CASCADE, verbose_name=_("duty"), related_name="occurrences")
    due = models.DateField(_("last day"))
    item = models.OneToOneField(
        AgendaItem,
        models.SET_NULL,
        verbose_name=_("agenda item"),
        related_name="duty_occurrence",
        null=True,
        blank=True,
    )
    done_on = models.DateField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("noted by"), related_name="+", null=True, blank=True
    )
    noted_at = models.DateTimeField(_("noted"), null=True, blank=True)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, verbose_name=_("meeting"), related_name="duties_done", null=True, blank=True
    )
    decision = models.ForeignKey(
        Decision,
        models.SET_NULL,
        verbose_name=_("decision"),
        related_name="duties_done",
        null=True,
        blank=True,
    )
    link = models.URLField(_("link"), max_length=500, blank=True)
    note = models.CharField(_("how it was done"), max_length=500, blank=True)

    objects = DutyOccurrenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("turn of a duty")
        verbose_name_plural = _("turns of duties")
        constraints = [
            models.UniqueConstraint(fields=["duty", "due"], name="duty_falls_due_once_a_day"),
            models.CheckConstraint(
                name="done_duty_has_evidence",
                condition=Q(done_on__isnull=True)
                | Q(meeting__isnull=False)
                | Q(decision__isnull=False)
                | ~Q(link="")
                | ~Q(note=""),
                violation_error_message=_(
                    "Say how it was done: a meeting, a decision, a link, a file or a few words."
                ),
            ),
            models.CheckConstraint(
                name="undone_duty_has_no_evidence",
                condition=Q(done_on__isnull=False)
                | Q(
                    done_by__isnull=True,
                    noted_at__isnull=True,
                    meeting__isnull=True,
                    decision__isnull=True,
                    link="",
                    note="",
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["due"], condition=Q(done_on=None), name="duty_undone"),
        ]

    def __str__(self) -> str:
        return f"{self.duty}, {self.due}"

    def acts_of(self, user: User) -> frozenset[str]:
        return self.duty.acts_of(user)

    @property
    def deadline(self) -> date:
        """The last day for a meeting to take it up."""
        return self.due - timedelta(days=self.duty.lead_days)

    @property
    def is_done(self) -> bool:
        return self.done_on is not None

    @property
    def is_overdue(self) -> bool:
        return self.done_on is None and self.due < timezone.localdate()


class TurnFileQuerySet(models.QuerySet["TurnFile"]):
    def visible_to(self, user: User) -> "TurnFileQuerySet":
        """As the duty."""
        return self.filter(Exists(DutyOccurrence.objects.visible_to(user).filter(pk=OuterRef("turn"))))


class TurnFile(Upload):
    """The file that shows how a turn was done, such as a report to the council; it goes where the turn is reopened."""

    turn = models.OneToOneField(
        DutyOccurrence, models.CASCADE, verbose_name=_("turn of a duty"), related_name="file"
    )

    objects = TurnFileQuerySet.as_manager()

    class Meta(Upload.Meta):
        verbose_name = _("file of a duty")
        verbose_name_plural = _("files of duties")

    def acts_of(self, user: User) -> frozenset[str]:
        return self.turn.acts_of(user)
