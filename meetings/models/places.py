"""What somebody knew about a place when they chose it for a meeting."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from groups.models import Room, User
from meetings.models.meetings import Meeting


class AcknowledgedPlaceQuerySet(models.QuerySet["AcknowledgedPlace"]):
    def visible_to(self, user: User) -> "AcknowledgedPlaceQuerySet":
        return self.filter(Exists(Meeting.objects.visible_to(user).filter(pk=OuterRef("meeting"))))


class AcknowledgedPlace(models.Model):
    """A person chose a room and a time although they were told what speaks against it; kept as it was then."""

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, verbose_name=_("meeting"), related_name="acknowledged_places"
    )
    room = models.ForeignKey(Room, models.PROTECT, verbose_name=_("room"), related_name="+")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    concerns = ArrayField(models.CharField(max_length=30), verbose_name=_("concerns"))
    acknowledged_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    acknowledged_at = models.DateTimeField(_("acknowledged"), auto_now_add=True)

    objects = AcknowledgedPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("acknowledged place")
        verbose_name_plural = _("acknowledged places")
        constraints = [
            models.CheckConstraint(name="something_was_acknowledged", condition=models.Q(concerns__len__gt=0))
        ]

    def __str__(self) -> str:
        return f"{self.meeting}: {', '.join(self.concerns)}"
