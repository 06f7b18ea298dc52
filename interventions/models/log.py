"""What may be seen of the access log."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from groups.models import Unit, User
from samverkan import reader
from samverkan.audit.models import AccessEvent
from samverkan.reader import CaseData


class VisibleAccessEventQuerySet(models.QuerySet["VisibleAccessEvent"]):
    def visible_to(self, user: User) -> "VisibleAccessEventQuerySet":
        """All that the view gives: the database decides by the signed reader, who must be ``user``."""
        return self if user.pk == reader.current() else self.none()

    def newest(self) -> "VisibleAccessEventQuerySet":
        return self.order_by("-at", "-pk")


class VisibleAccessEvent(CaseData, models.Model):
    """What the signed reader may see of the log: a log reviewer all of it, a lead unit's seated staff their cases.

    A view over a function of the database's owner, which asks the signed reader; the app role has no right to read
    the log itself.
    """

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField(_("when"))
    # Plain keys in the log itself; here they are joined, so that whoever may see a row of the log sees whose it is.
    actor = models.ForeignKey(
        User, models.DO_NOTHING, verbose_name=_("who"), related_name="+", null=True, db_constraint=False
    )
    unit = models.ForeignKey(
        Unit, models.DO_NOTHING, verbose_name=_("unit"), related_name="+", null=True, db_constraint=False
    )
    act = models.CharField(_("act"), max_length=10, choices=AccessEvent.Act)
    case_id = models.UUIDField(_("case"), null=True)
    object_type = models.CharField(_("kind"), max_length=60)
    object_ids = ArrayField(models.UUIDField(), verbose_name=_("rows"), default=list)
    reason = models.TextField(_("reason"), blank=True)

    objects = VisibleAccessEventQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "interventions_visible_accessevent"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.act} {self.object_type}"
