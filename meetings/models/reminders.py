"""What is to be mailed about a meeting, to whom and when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from groups.models import User
from groups.roles import OFFICERS
from meetings.models.meetings import Meeting
from samverkan.outbox import Outgoing


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: User) -> "DeliveryQuerySet":
        """What was mailed about a meeting is seen by the body's officers."""
        return self.filter(meeting__body__in=user.bodies(*OFFICERS))


class Delivery(Outgoing):
    """One mail to one person about one meeting.

    ``key`` is ``kind:meeting's uid:sequence:person``.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("Invitation")
        REMINDER = "reminder", _("Reminder")
        CANCELLATION = "cancellation", _("Cancellation")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    meeting = models.ForeignKey(Meeting, models.CASCADE, verbose_name=_("meeting"), related_name="deliveries")
    recipient = models.ForeignKey(
        User, models.CASCADE, verbose_name=_("recipient"), related_name="deliveries"
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta(Outgoing.Meta):
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")

    @staticmethod
    def key_of(kind: str, meeting: Meeting, user_id: int) -> str:
        """The key of this mail about the meeting as it is planned now; moving the meeting makes another."""
        return f"{kind}:{meeting.uid}:{meeting.sequence}:{user_id}"
