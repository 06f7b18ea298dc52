"""Imports of people and memberships from a spreadsheet: what was sent, what it would do, and how far it has come."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.models.people import User

#: A worker at work is never silent for so long; one that is, is dead or was never there.
SILENCE = timedelta(minutes=10)
#: So long a checked file waits to be written, and what is wrong in one can be read.
KEPT = timedelta(days=7)
#: So long it stays known that there was an import, by whom, and how many rows.
KNOWN = timedelta(days=365)


class PeopleImportQuerySet(models.QuerySet["PeopleImport"]):
    def visible_to(self, user: User) -> "PeopleImportQuerySet":
        """Administrators write accounts and employments, so the import is theirs; each sees their own."""
        return self.filter(by=user) if user.is_active and user.is_staff else self.none()

    def silent(self) -> "PeopleImportQuerySet":
        """Those that go on, but whose worker has said nothing for too long."""
        return self.filter(state__in=PeopleImport.GOING_ON, seen_at__lt=timezone.now() - SILENCE)

    def kept_too_long(self) -> "PeopleImportQuerySet":
        """Those that name people still, and that nobody has done anything with."""
        rest = self.filter(state__in=PeopleImport.AT_REST, seen_at__lt=timezone.now() - KEPT)
        return rest.exclude(report__has_key="forgotten")

    def known_too_long(self) -> "PeopleImportQuerySet":
        return self.exclude(state__in=PeopleImport.GOING_ON).filter(seen_at__lt=timezone.now() - KNOWN)


class PeopleImport(models.Model):
    """One file. Lifecycle: checking → checked (or refused) → writing → done; cancelled, failed.

    The file is forgotten when nothing more is to be done with it, and so is what names people.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("Is being checked")
        CHECKED = "checked", _("Checked")
        REFUSED = "refused", _("Needs to be put right")
        WRITING = "writing", _("Is being written")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", pgettext_lazy("an import", "Cancelled")
        FAILED = "failed", _("Not written")

    GOING_ON = (State.CHECKING, State.WRITING)
    AT_REST = (State.CHECKED, State.REFUSED, State.FAILED)

    by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    name = models.CharField(_("file name"), max_length=120)
    content = models.BinaryField(_("content"))
    sha256 = models.CharField(_("fingerprint (SHA-256)"), max_length=64)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.CHECKING)
    #: What an empty first day means: the day of the check, also where the writing falls on the next.
    day = models.DateField(_("day of the check"), default=timezone.localdate)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    row_done = models.PositiveIntegerField(_("rows done"), default=0)
    begun_at = models.DateTimeField(_("begun"), default=timezone.now)
    #: When somebody or a worker last did something with it.
    seen_at = models.DateTimeField(_("last sign of life"), default=timezone.now)
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
        return self.state in self.GOING_ON

    @property
    def is_silent(self) -> bool:
        return self.goes_on and self.seen_at < timezone.now() - SILENCE

    @property
    def is_last_step(self) -> bool:
        """All rows are read and compared; what follows is done in one go, and takes about as long again."""
        return bool(self.row_count) and self.row_done >= self.row_count

    @property
    def last_step(self) -> str:
        return str(
            _("The rows are tried together") if self.state == self.State.CHECKING else _("All is written")
        )

    @property
    def percent(self) -> int:
        """Half of the way is reading and comparing the rows; the rest is reckoned from the time that it took."""
        if not self.row_count:
            return 0
        if not self.is_last_step:
            return self.row_done * 50 // self.row_count
        return min(99, 50 + round(50 * self._since(self.seen_at) / self._reading()))

    @property
    def seconds_left(self) -> int | None:
        """From how long it has taken so far; None before anything can be said."""
        if not self.row_done:
            return None
        if self.is_last_step:
            return max(1, round(self._reading() - self._since(self.seen_at)))
        spent = self._since(self.begun_at)
        return max(1, round(spent * 2 * self.row_count / self.row_done - spent))

    def _reading(self) -> float:
        return max(1.0, (self.seen_at - self.begun_at).total_seconds())

    @staticmethod
    def _since(moment: datetime) -> float:
        return (timezone.now() - moment).total_seconds()

    @property
    def mistakes_shown(self) -> int:
        return len(self.report.get("mistakes", []))

    @property
    def lines_shown(self) -> int:
        return len(self.report.get("lines", []))
