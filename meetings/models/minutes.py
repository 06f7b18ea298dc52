"""Minutes: the state of what was written at a meeting, and the files made once when it was approved."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from groups.models import User
from meetings.models.meetings import Meeting


class MinutesQuerySet(models.QuerySet["Minutes"]):
    def visible_to(self, user: User) -> "MinutesQuerySet":
        """Minutes of meetings that one may see; only the body's members see them before they are approved."""
        ready = Q(status=Minutes.Status.APPROVED) | Q(meeting__body__in=user.bodies())
        return self.filter(ready, Exists(Meeting.objects.visible_to(user).filter(pk=OuterRef("meeting"))))


class Minutes(models.Model):
    """The minutes of one meeting. Approved minutes are read-only in the database, items and attendance included."""

    class Status(models.TextChoices):
        WRITING = "writing", _("Being written")
        REVIEW = "review", _("Waiting for approval")
        APPROVED = "approved", _("Approved")

    meeting = models.OneToOneField(Meeting, models.PROTECT, verbose_name=_("meeting"), related_name="minutes")
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.WRITING)
    submitted_at = models.DateTimeField(_("sent for approval"), null=True, editable=False)
    submitted_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    returned_because = models.TextField(_("to be changed"), blank=True, editable=False)
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    approved_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    canonical = models.TextField(
        _("approved text"), blank=True, editable=False, help_text="Canonical JSON (RFC 8785)."
    )
    fingerprint = models.CharField(_("fingerprint"), max_length=64, blank=True, editable=False)

    objects = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")
        constraints = [
            models.CheckConstraint(
                name="minutes_status_known", condition=Q(status__in=["writing", "review", "approved"])
            ),
            models.CheckConstraint(
                name="approved_minutes_say_by_whom",
                condition=~Q(status="approved")
                | (
                    Q(approved_at__isnull=False, approved_by__isnull=False)
                    & Q(fingerprint__regex="^[0-9a-f]{64}$")
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.meeting)

    def acts_of(self, user: User) -> frozenset[str]:
        return self.meeting.acts_of(user)

    @property
    def locked(self) -> bool:
        return self.status == self.Status.APPROVED


class MinutesFile(models.Model):
    """The whole minutes as a file, made once at approval. Served only to those who may see every item."""

    class Format(models.TextChoices):
        PDF = "pdf", "PDF/A-3a + PDF/UA-1"
        DOCX = "docx", "Word (DOCX)"

    minutes = models.ForeignKey(Minutes, models.PROTECT, verbose_name=_("minutes"), related_name="files")
    format = models.CharField(_("format"), max_length=10, choices=Format)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("minutes file")
        verbose_name_plural = _("minutes files")
        constraints = [
            models.UniqueConstraint(fields=["minutes", "format"], name="one_file_of_each_format"),
            models.CheckConstraint(name="file_format_known", condition=Q(format__in=["pdf", "docx"])),
        ]

    def __str__(self) -> str:
        return f"{self.minutes}.{self.format}"
