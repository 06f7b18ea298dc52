"""What is to be mailed about a meeting, to whom and when."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import User
from groups.roles import OFFICERS
from meetings.models.guests import Guest
from meetings.models.meetings import Meeting, user_or_guest
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
        User, models.CASCADE, verbose_name=_("recipient"), related_name="deliveries", null=True
    )
    guest = models.ForeignKey(
        Guest, models.CASCADE, verbose_name=_("guest"), related_name="deliveries", null=True
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta(Outgoing.Meta):
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [
            *Outgoing.Meta.constraints,
            user_or_guest("delivery_to_user_or_guest", "recipient"),
        ]

    @staticmethod
    def key_of(kind: str, meeting: Meeting, user_id: int | None, guest_id: int | None = None) -> str:
        """The key of this mail about the meeting as it is planned now; moving the meeting makes another."""
        person = user_id if guest_id is None else f"guest-{guest_id}"
        return f"{kind}:{meeting.uid}:{meeting.sequence}:{person}"

    @property
    def is_too_late(self) -> bool:
        """Whether it waits and never goes, since the meeting has begun or is over (``deliveries.is_wanted``)."""
        if self.state != self.State.DUE or self.kind == self.Kind.CANCELLATION:
            return False
        return self.meeting.status != Meeting.Status.CALLED or self.meeting.starts_at <= timezone.now()

    @property
    def person(self) -> User | Guest:
        """Who gets it."""
        person = self.recipient or self.guest
        assert person is not None, "delivery_to_user_or_guest holds this."
        return person
