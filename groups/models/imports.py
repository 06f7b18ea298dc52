"""Imports of people and memberships from a spreadsheet: what was sent, what it would do, and how far it has come."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.models.people import User


class PeopleImportQuerySet(models.QuerySet["PeopleImport"]):
    def visible_to(self, user: User) -> "PeopleImportQuerySet":
        """Administrators write accounts and employments, so the import is theirs; each sees their own."""
        return self.filter(by=user) if user.is_active and user.is_staff else self.none()


class PeopleImport(models.Model):
    """One file. Lifecycle: checking → checked (or refused) → writing → done; cancelled, failed.

    The file is forgotten when nothing more is to be done with it.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("Is being checked")
        CHECKED = "checked", _("Checked")
        REFUSED = "refused", _("Needs to be put right")
        WRITING = "writing", _("Is being written")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", pgettext_lazy("an import", "Cancelled")
        FAILED = "failed", _("Not written")

    by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    name = models.CharField(_("file name"), max_length=120)
    content = models.BinaryField(_("content"))
    sha256 = models.CharField(_("fingerprint (SHA-256)"), max_length=64)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.CHECKING)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    row_done = models.PositiveIntegerField(_("rows done"), default=0)
    begun_at = models.DateTimeField(_("begun"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True)
    #: What the database held that the check rested on; writing is refused where it has changed.
    basis = models.CharField(max_length=64, blank=True)
    #: Counts, lines and mistakes, as the page shows them.
    report = models.JSONField(default=dict)

    objects = PeopleImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import of people")
        verbose_name_plural = _("imports of people")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="import_state_known",
                condition=Q(
                    state__in=["checking", "checked", "refused", "writing", "done", "cancelled", "failed"]
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def acts_of(self, user: User) -> frozenset[str]:
        return frozenset({"write"}) if self.by_id == user.pk else frozenset()

    @property
    def goes_on(self) -> bool:
        return self.state in (self.State.CHECKING, self.State.WRITING)

    @property
    def percent(self) -> int:
        return min(100, self.row_done * 100 // self.row_count) if self.row_count else 0

    @property
    def seconds_left(self) -> int | None:
        """From how long it has taken so far; None before anything can be said."""
        if not self.row_done:
            return None
        spent = (timezone.now() - self.begun_at).total_seconds()
        return max(1, round(spent * (self.row_count - self.row_done) / self.row_done))
