"""The checklist of lag (2023:196): what people show for each demand, and what they make of it."""

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from groups.models import Body, Demand, User
from groups.roles import MANAGE
from meetings.models.agenda import Decision
from meetings.models.meetings import Meeting
from samverkan.uploads import Upload


def keeps_checklist(user: User) -> bool:
    """Whether this person may add to the checklist: who manages a council or steering group."""
    managed = [body for body in user.bodies() if MANAGE in user.acts_in(body)]
    return bool(managed) and Body.objects.filter(pk__in=managed, kind__in=TOP).exists()


TOP = (Body.Kind.COUNCIL, Body.Kind.STEERING)
Row = TypeVar("Row", bound=models.Model)


class OfChecklist(models.QuerySet[Row]):
    def visible_to(self, user: User) -> Self:
        """Everyone in the structure sees how it stands with the law."""
        return self if user.in_structure else self.none()


class DemandEvidenceQuerySet(OfChecklist["DemandEvidence"]):
    """What people show, and what they showed and took back."""

    def standing(self) -> Self:
        """What nobody has withdrawn."""
        return self.filter(withdrawn_at=None)


class EvidenceFileQuerySet(OfChecklist["EvidenceFile"]):
    """The files of it."""


class DemandJudgementQuerySet(OfChecklist["DemandJudgement"]):
    """What people make of it."""


class DemandEvidence(models.Model):
    """Something that a person shows for a demand: a link, a file, a meeting, a decision or words. It is withdrawn, once
    and with a reason, and never changed or deleted; triggers hold that. A file goes when its evidence is withdrawn,
    since it may hold what should never have been there: its name and fingerprint stay."""

    demand = models.CharField(_("demand"), max_length=10, choices=Demand)
    day = models.DateField(
        _("day"), help_text=_("The day of what is shown, such as when a report was decided on.")
    )
    note = models.CharField(_("what it shows"), max_length=500)
    link = models.URLField(_("link"), max_length=500, blank=True)
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, verbose_name=_("meeting"), related_name="+", null=True, blank=True
    )
    decision = models.ForeignKey(
        Decision, models.PROTECT, verbose_name=_("decision"), related_name="+", null=True, blank=True
    )
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    added_at = models.DateTimeField(_("added"), auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    withdrawn_because = models.CharField(
        _("why it was withdrawn"), max_length=500, blank=True, editable=False
    )
    withdrawn_file = models.CharField(_("file that it had"), max_length=200, blank=True, editable=False)

    objects = DemandEvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-day", "-pk"]
        constraints = [
            models.CheckConstraint(name="evidence_demand_known", condition=Q(demand__in=Demand.values)),
            models.CheckConstraint(name="evidence_says_something", condition=~Q(note="")),
            models.CheckConstraint(
                name="evidence_is_withdrawn_by_somebody_for_a_reason",
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because="", withdrawn_file="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_because=""),
            ),
        ]

    def __str__(self) -> str:
        return self.note

    def acts_of(self, user: User) -> frozenset[str]:
        return frozenset({MANAGE}) if keeps_checklist(user) else frozenset()


class EvidenceFile(Upload):
    """The file of an evidence, if it has one."""

    evidence = models.OneToOneField(
        DemandEvidence, models.CASCADE, verbose_name=_("evidence"), related_name="file"
    )

    objects = EvidenceFileQuerySet.as_manager()

    class Meta(Upload.Meta):
        verbose_name = _("file of evidence")
        verbose_name_plural = _("files of evidence")

    def acts_of(self, user: User) -> frozenset[str]:
        return self.evidence.acts_of(user)


class DemandJudgement(models.Model):
    """What a person makes of a demand, and why. Judgements are added and never changed; the newest holds."""

    class State(models.TextChoices):
        MET = "met", _("Met")
        PARTLY = "partly", _("Partly met")
        MISSING = "missing", _("Not met")
        NOT_APPLICABLE = "not_applicable", _("Does not apply")

    demand = models.CharField(_("demand"), max_length=10, choices=Demand)
    state = models.CharField(_("judgement"), max_length=20, choices=State)
    reason = models.TextField(_("reason"))
    judged_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    judged_at = models.DateTimeField(_("judged"), auto_now_add=True)

    objects = DemandJudgementQuerySet.as_manager()

    class Meta:
        verbose_name = _("judgement")
        verbose_name_plural = _("judgements")
        ordering = ["-judged_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="judgement_choices_known",
                condition=Q(
                    demand__in=Demand.values,
                    state__in=["met", "partly", "missing", "not_applicable"],
                ),
            ),
            models.CheckConstraint(name="judgement_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.get_demand_display()}: {self.get_state_display()}"

    def acts_of(self, user: User) -> frozenset[str]:
        return frozenset({MANAGE}) if keeps_checklist(user) else frozenset()
