"""The access log and its seals. Rows outlive what they speak of, so they hold plain keys and no foreign ones."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from samverkan.reader import CaseData


class AccessEvent(CaseData, models.Model):
    """One act on case content: who, from which unit at that time, what, when and why (2001:454 § 10; 2018:1202 3:4)."""

    class Act(models.TextChoices):
        READ = "read", _("Read")
        LIST = "list", _("Listed")
        SEARCH = "search", _("Searched")
        PRINT = "print", _("Printed")
        EXPORT = "export", _("Exported")
        WRITE = "write", _("Wrote")
        DISCLOSE = "disclose", _("Disclosed")
        REVOKE = "revoke", _("Revoked")
        CHANGE = "change", _("Changed")
        REFUSED = "refused", _("Was refused")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(_("when"), default=timezone.now)
    actor_id = models.BigIntegerField(_("who"), null=True)
    unit_id = models.BigIntegerField(_("unit"), null=True)
    act = models.CharField(_("act"), max_length=10, choices=Act)
    case_id = models.UUIDField(_("case"), null=True)
    object_type = models.CharField(_("kind"), max_length=60)
    object_ids = ArrayField(models.UUIDField(), verbose_name=_("rows"), default=list)
    reason = models.TextField(_("reason"), blank=True)

    class Meta:
        verbose_name = _("access event")
        verbose_name_plural = _("access events")
        default_permissions = ()
        indexes = [models.Index(fields=["case_id", "-at"]), models.Index(fields=["-at"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act} {self.object_type}"


class Seal(CaseData, models.Model):
    """A hash over a batch of log rows and the seal before it; each sealed row carries the number of its seal.

    Written by a function of the database's owner, never by the app role. A batch is what was committed when it was
    made: a row numbered early and committed late falls into a later one. Nothing in it depends on the server's own
    counters, so the chain also holds in a restored database.
    """

    number = models.BigAutoField(primary_key=True)
    sealed_at = models.DateTimeField(_("sealed"))
    rows = models.BigIntegerField()
    digest = models.BinaryField()

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.number}: {self.rows}"
