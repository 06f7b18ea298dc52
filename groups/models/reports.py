"""Situation reports (2023:196 § 4): what is known of crime in the area, in versions; a published one is frozen."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.models.agreements import Agreement
from groups.models.people import User
from groups.models.planning import PLAN, planned_by, plans
from groups.ordering import swedish
from samverkan.uploads import Upload


class SituationReportQuerySet(models.QuerySet["SituationReport"]):
    def visible_to(self, user: User) -> "SituationReportQuerySet":
        """Published ones: everyone in the structure, or its authorities where it holds operational detail. One that is
        being written for the first time is seen by those who plan under the agreement."""
        if not user.in_structure:
            return self.none()
        wide = [SituationReport.Audience.STRUCTURE]
        if user.at_authority:
            wide.append(SituationReport.Audience.AUTHORITIES)
        published = ReportVersion.objects.filter(report=OuterRef("pk"), published_at__isnull=False)
        return self.filter(Exists(published) | planned_by(user), audience__in=wide)

    def in_order(self) -> "SituationReportQuerySet":
        return self.order_by(swedish("title"), "pk")


class SituationReport(models.Model):
    """The picture of crime in an area that the work rests on; its text stands in its versions."""

    class Audience(models.TextChoices):
        STRUCTURE = "structure", _("Everyone in the structure")
        AUTHORITIES = "authorities", _("The authorities in the structure")

    agreement = models.ForeignKey(
        Agreement, models.PROTECT, verbose_name=_("agreement"), related_name="situation_reports"
    )
    title = models.CharField(pgettext_lazy("a document", "title"), max_length=200)
    areas = ArrayField(models.CharField(max_length=200), verbose_name=_("areas"))
    audience = models.CharField(
        _("visible to"),
        max_length=20,
        choices=Audience,
        default=Audience.AUTHORITIES,
        help_text=_("Choose the authorities where it holds operational detail."),
    )
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    objects = SituationReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("situation report")
        verbose_name_plural = _("situation reports")
        constraints = [
            models.CheckConstraint(
                name="report_audience_known", condition=Q(audience__in=["structure", "authorities"])
            ),
            models.CheckConstraint(name="report_has_an_area", condition=Q(areas__len__gt=0)),
        ]

    def __str__(self) -> str:
        return self.title

    def acts_of(self, user: User) -> frozenset[str]:
        return frozenset({PLAN}) if self.agreement_id in plans(user) else frozenset()

    @property
    def agreement_today(self) -> Agreement:
        """The version of the agreement that is in force, whose purposes and areas the plan is written against; the one
        that the report began under where none is. Asks the database each time."""
        return self.agreement.version_on(timezone.localdate()) or self.agreement


def reports_visible_to(user: User, path: str) -> Exists:
    """The condition that the report which ``path`` leads to is visible: problems and what hangs on them follow it."""
    return Exists(SituationReport.objects.visible_to(user).filter(pk=OuterRef(path)))


class ReportVersionQuerySet(models.QuerySet["ReportVersion"]):
    def visible_to(self, user: User) -> "ReportVersionQuerySet":
        """Published versions of reports that one may see; a draft is seen by those who plan under the agreement."""
        drafts = Q(report__agreement__in=plans(user))
        return self.filter(Q(published_at__isnull=False) | drafts, reports_visible_to(user, "report"))

    def published(self) -> "ReportVersionQuerySet":
        return self.filter(published_at__isnull=False)

    def newest(self) -> "ReportVersionQuerySet":
        return self.order_by("-number")


class ReportVersion(models.Model):
    """One version of a report: the three parts that the law asks for, for a period. Published, it never changes."""

    report = models.ForeignKey(
        SituationReport, models.PROTECT, verbose_name=_("situation report"), related_name="versions"
    )
    number = models.PositiveSmallIntegerField(_("version"))
    valid_from = models.DateField(_("first day of the period"))
    valid_to = models.DateField(_("last day of the period"))
    mapping = models.TextField(
        _("Mapping of crime"),
        blank=True,
        help_text=_("Which crime there is in the area, how much, and what follows from it (2023:196 § 4)."),
    )
    other = models.TextField(
        _("Other relevant information"),
        blank=True,
        help_text=_("For example insecurity, living conditions and what residents and staff tell (§ 4)."),
    )
    analysis = models.TextField(
        _("Analysis"),
        blank=True,
        help_text=_("What it means: the problems to work with, and why they arise (§ 4)."),
    )
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)

    objects = ReportVersionQuerySet.as_manager()

    #: The parts of § 4, in their order.
    PARTS = ("mapping", "other", "analysis")

    class Meta:
        verbose_name = _("version of a situation report")
        verbose_name_plural = _("versions of situation reports")
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="report_version_once"),
            models.UniqueConstraint(
                fields=["report"], condition=Q(published_at__isnull=True), name="report_one_draft_at_a_time"
            ),
            models.CheckConstraint(
                name="report_period_ends_after_it_begins",
                condition=Q(valid_to__gte=F("valid_from")),
                violation_error_message=_("The last day must not be before the first."),
            ),
            models.CheckConstraint(
                name="published_report_has_its_three_parts",
                condition=Q(published_at__isnull=True, published_by__isnull=True)
                | (
                    Q(published_at__isnull=False, published_by__isnull=False)
                    & ~Q(mapping="")
                    & ~Q(other="")
                    & ~Q(analysis="")
                ),
                violation_error_message=_("A published situation report has all three parts (2023:196 § 4)."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report}, {self.number}"

    def acts_of(self, user: User) -> frozenset[str]:
        return self.report.acts_of(user)

    @property
    def is_published(self) -> bool:
        return self.published_at is not None

    @property
    def missing_parts(self) -> list[str]:
        """The parts of § 4 that are still empty, by name of field."""
        return [part for part in self.PARTS if not getattr(self, part).strip()]


class ReportLinkQuerySet(models.QuerySet["ReportLink"]):
    def visible_to(self, user: User) -> "ReportLinkQuerySet":
        versions = ReportVersion.objects.visible_to(user)
        return self.filter(Exists(versions.filter(pk=OuterRef("version"))))


class ReportLink(models.Model):
    """A source or a paper that a version of a report points to."""

    version = models.ForeignKey(ReportVersion, models.CASCADE, related_name="links")
    title = models.CharField(pgettext_lazy("a document", "title"), max_length=200)
    url = models.URLField(_("address"), max_length=500)

    objects = ReportLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link of a situation report")
        verbose_name_plural = _("links of situation reports")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="report_link_is_a_web_page", condition=Q(url__regex=r"^https?://"))
        ]

    def __str__(self) -> str:
        return self.title


class ReportFileQuerySet(models.QuerySet["ReportFile"]):
    def visible_to(self, user: User) -> "ReportFileQuerySet":
        versions = ReportVersion.objects.visible_to(user)
        return self.filter(Exists(versions.filter(pk=OuterRef("version"))))

    def without_content(self) -> "ReportFileQuerySet":
        return self.defer("content")


class ReportFile(Upload):
    """A paper that belongs to a version of a report."""

    version = models.ForeignKey(ReportVersion, models.CASCADE, related_name="files")

    objects = ReportFileQuerySet.as_manager()

    class Meta(Upload.Meta):
        verbose_name = _("file of a situation report")
        verbose_name_plural = _("files of situation reports")
