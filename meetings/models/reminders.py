"""What is to be mailed, to whom and when. The rows are the queue: written in the transaction that plans them, claimed
with a lease by whichever worker comes first."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from groups.models import User
from groups.roles import OFFICERS
from meetings.models.meetings import Meeting


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: User) -> "DeliveryQuerySet":
        """What was mailed about a meeting is seen by the body's officers."""
        return self.filter(meeting__body__in=user.bodies(*OFFICERS))


class Delivery(models.Model):
    """One mail to one person about one meeting.

    ``key`` (``kind:meeting's uid:sequence:person``) is unique, so planning twice plans once; the mail's Message-ID is
    made from it, so a mail sent twice by a killed worker is recognised as one. The rows hold no text: what the mail
    says is read, and the recipient's right to it checked, when it is sent.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation", _("Invitation")
        REMINDER = "reminder", _("Reminder")
        CANCELLATION = "cancellation", _("Cancellation")

    class State(models.TextChoices):
        DUE = "due", _("Waiting")
        LEASED = "leased", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Not needed")

    key = models.CharField(max_length=120, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    meeting = models.ForeignKey(Meeting, models.CASCADE, verbose_name=_("meeting"), related_name="deliveries")
    recipient = models.ForeignKey(
        User, models.CASCADE, verbose_name=_("recipient"), related_name="deliveries"
    )
    due_at = models.DateTimeField(_("due"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            models.CheckConstraint(
                name="delivery_state_known",
                condition=Q(state__in=["due", "leased", "sent", "failed", "cancelled"]),
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=["due", "leased"]), name="delivery_claim"),
        ]

    def __str__(self) -> str:
        return self.key

    @staticmethod
    def key_of(kind: str, meeting: Meeting, user_id: int) -> str:
        """The key of this mail about the meeting as it is planned now; moving the meeting makes another."""
        return f"{kind}:{meeting.uid}:{meeting.sequence}:{user_id}"
