"""Planning mails: rows in the transaction that calls, moves or cancels a meeting, so that neither is without the other."""

import logging
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from meetings.models import Delivery, Meeting
from meetings.tasks import send_due

logger = logging.getLogger(__name__)

#: Publishing to a broker that is down gives up in a fraction of a second. With no retries at all kombu falls back on its
#: connection's own policy, which takes six, and a page is waiting.
_ONCE_MORE = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}

#: Seconds that each step of publishing may take.
_PATIENCE = 1

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
            key=Delivery.key_of(kind, meeting, user_id),
            kind=kind,
            meeting=meeting,
            recipient_id=user_id,
            due_at=due_at,
        )
        for user_id in meeting.invitations.values_list("user_id", flat=True)
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def wake_worker() -> None:
    """Ask a worker to send what is due, once this transaction is committed."""
    transaction.on_commit(_wake)


def _wake() -> None:
    # The rows are the queue: without a broker they wait for the next turn of beat, or of `manage.py send_due`.
    with send_due.app.connection_for_write() as connection:
        # A page is waiting, and a broker that takes connections and says nothing would hold it for ever.
        connection.transport_options = connection.transport_options | {"socket_timeout": _PATIENCE}
        try:
            send_due.apply_async(connection=connection, retry_policy=_ONCE_MORE)
        except OperationalError:
            logger.warning("The broker does not answer; mail waits for the next scan.")
