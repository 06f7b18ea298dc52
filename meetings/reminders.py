"""Planning mails: rows in the transaction that calls, moves or cancels a meeting, so that neither is without the other."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from meetings.models import Delivery, Meeting
from samverkan.tasks import wake_worker

#: When the reminder goes out, by the clock in Sweden, the day before.
REMINDED_AT = time(8)


def reminder_moment(meeting: Meeting) -> datetime:
    """08.00 Swedish time on the day before the meeting, whichever side of a change of the clocks that is."""
    day = timezone.localdate(meeting.starts_at) - timedelta(days=1)
    return timezone.make_aware(datetime.combine(day, REMINDED_AT))


def plan_invitations(meeting: Meeting) -> None:
    """Mail everyone invited now, and again the day before unless that moment has passed. Safe to repeat."""
    _plan(Delivery.Kind.INVITATION, meeting, due_at=timezone.now())
    if reminder_moment(meeting) > timezone.now():
        _plan(Delivery.Kind.REMINDER, meeting, due_at=reminder_moment(meeting))
    wake_worker()


def plan_cancellations(meeting: Meeting) -> None:
    """Mail everyone invited that the meeting will not take place. Safe to repeat."""
    _plan(Delivery.Kind.CANCELLATION, meeting, due_at=timezone.now())
    wake_worker()


def drop_waiting(meeting: Meeting) -> None:
    """Take back what has not been sent. A mail that is going out at this moment is not waited for."""
    waiting = meeting.deliveries.filter(state__in=[Delivery.State.DUE, Delivery.State.LEASED])
    held = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True))
    meeting.deliveries.filter(pk__in=held).update(state=Delivery.State.CANCELLED, lease_until=None)


def _plan(kind: str, meeting: Meeting, *, due_at: datetime) -> None:
    rows = [
        Delivery(
            key=Delivery.key_of(kind, meeting, user_id, guest_id),
            kind=kind,
            meeting=meeting,
            recipient_id=user_id,
            guest_id=guest_id,
            due_at=due_at,
        )
        for user_id, guest_id in meeting.invitations.values_list("user_id", "guest_id")
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
