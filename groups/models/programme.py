"""The action programme (2023:196 §§ 5–6): measures on the ground of a situation report, adopted and looked over."""

from datetime import date

from dateutil.relativedelta import relativedelta
from django.db import models
from django.db.models import F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.models.people import User
from groups.models.reports import ReportVersion, reports_visible_to

#: The report is updated and the programme followed up at least every second year (2023:196 § 6).
REVIEW_WITHIN = relativedelta(months=24)
_AGREEMENT = "version__report__agreement"


class ActionProgrammeQuerySet(models.QuerySet["ActionProgramme"]):
    def visible_to(self, user: User) -> "ActionProgrammeQuerySet":
        """Everyone who sees the situation report, also before it is adopted: it is proposed to be read."""
        return self.filter(reports_visible_to(user, "version__report"))

    def adopted(self) -> "ActionProgrammeQuerySet":
        return self.filter(adopted_on__isnull=False)

    def in_force(self) -> "ActionProgrammeQuerySet":
        """Of each agreement, whichever its version, the one that was adopted last."""
        adopted = self.model._default_manager.filter(adopted_on__isnull=False)
        line = Coalesce(f"{_AGREEMENT}__first", _AGREEMENT)
        newest = adopted.alias(line=line).filter(line=OuterRef("line")).order_by("-adopted_on", "-pk")
        return self.alias(line=line).filter(pk=Subquery(newest.values("pk")[:1]))

    def with_clocks(self) -> "ActionProgrammeQuerySet":
        """With ``counted_from`` (the last follow-up or, before the first one, the adoption) and ``report_updated_on``,
        from which the two years of § 6 run, and ``reviewed_on``: none where nobody has followed it up."""
        reviewed = Coalesce(Max("reviews__day"), F("adopted_on"))
        return self.select_related("version__report__agreement").annotate(
            counted_from=Greatest(reviewed, F("adopted_on")),
            reviewed_on=Max("reviews__day"),
            report_updated_on=Max("version__report__versions__published_at"),
        )

    def newest(self) -> "ActionProgrammeQuerySet":
        """Drafts first, then the one adopted last."""
        return self.order_by(F("adopted_on").desc(nulls_first=True), "-pk")


class ActionProgramme(models.Model):
    """Goals and measures that the parties decide on. Adopted, it is frozen but for its follow-up."""

    version = models.ForeignKey(
        ReportVersion,
        models.PROTECT,
        verbose_name=_("situation report that it rests on"),
        related_name="programmes",
    )
    title = models.CharField(pgettext_lazy("a document", "title"), max_length=200)
    summary = models.TextField(_("summary"), blank=True)
    valid_from = models.DateField(_("first day"))
    valid_to = models.DateField(_("last day"))
    adopted_on = models.DateField(_("adopted"), null=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)

    objects = ActionProgrammeQuerySet.as_manager()

    counted_from: date | None
    reviewed_on: "date | None"
    report_updated_on: "date | None"

    class Meta:
        verbose_name = _("action programme")
        verbose_name_plural = _("action programmes")
        constraints = [
            models.CheckConstraint(
                name="programme_ends_after_it_begins",
                condition=Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The last day must not be before the first."),
            ),
            models.CheckConstraint(name="programme_has_a_title", condition=~Q(title="")),
        ]

    def __str__(self) -> str:
        return self.title

    def acts_of(self, user: User) -> frozenset[str]:
        return self.version.report.acts_of(user)

    @property
    def is_adopted(self) -> bool:
        return self.adopted_on is not None


class ProgrammeReviewQuerySet(models.QuerySet["ProgrammeReview"]):
    def visible_to(self, user: User) -> "ProgrammeReviewQuerySet":
        return self.filter(reports_visible_to(user, "programme__version__report"))


class ProgrammeReview(models.Model):
    """A recorded follow-up of an adopted programme, which starts the two years of § 6 anew."""

    programme = models.ForeignKey(
        ActionProgramme, models.PROTECT, verbose_name=_("action programme"), related_name="reviews"
    )
    day = models.DateField(_("day"))
    text = models.TextField(_("what the follow-up found"))
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    written_at = models.DateTimeField(_("written"), auto_now_add=True)

    objects = ProgrammeReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow-up of an action programme")
        verbose_name_plural = _("follow-ups of action programmes")
        constraints = [
            models.UniqueConstraint(fields=["programme", "day"], name="programme_reviewed_once_a_day"),
            models.CheckConstraint(name="review_says_something", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.day}"
