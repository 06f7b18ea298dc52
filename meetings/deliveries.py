"""Sending what is due, however many workers run and whenever one of them is killed.

Rows are claimed with a lease and ``SKIP LOCKED``, so that two scans never take the same ones. Each mail is sent while
its row is locked and committed at once, so a lease that runs out under a slow server gives the row to nobody else. A
worker that is killed leaves at most one mail of which nobody knows whether it went, and that one is sent again with the
same Message-ID. Nothing is lost; exactly once is more than SMTP can promise.
"""

import logging
import smtplib
from collections import Counter
from datetime import datetime, timedelta

from django.conf import settings
from django.core import mail as smtp
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation

from meetings import calendar
from meetings.models import Delivery, Invitation, Meeting
from samverkan import mail

logger = logging.getLogger(__name__)

BATCH = 100
#: A scan begins no mail after this long, well inside the task's time limit; the next scan goes on.
SCAN_FOR = timedelta(seconds=150)
#: A mail that is refused waits 1, 2, 4 … minutes, at most half an hour, and is given up after the last try.
TRIES = 8
LONGEST_WAIT = timedelta(minutes=30)


class ServerTrouble(Exception):
    """The mail server cannot be reached: no mail's fault, so none is counted as tried."""


def send_due(*, until: datetime | None = None) -> Counter[str]:
    """Send what is due, batch by batch, and return how many rows ended in each state."""
    until = until or timezone.now() + SCAN_FOR
    counts: Counter[str] = Counter()
    while timezone.now() < until and (claimed := claim()):
        batch = _send_batch(claimed, until)
        counts += batch
        if sum(batch.values()) < len(claimed):
            break
    if counts:
        logger.info("Mail: %s.", ", ".join(f"{state} {count}" for state, count in sorted(counts.items())))
    return counts


def claim() -> list[Delivery]:
    """Lease up to a batch of rows that are due, or whose lease has run out, oldest first."""
    now = timezone.now()
    free = Q(state=Delivery.State.DUE) | Q(state=Delivery.State.LEASED, lease_until__lte=now)
    lease = now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
    with transaction.atomic():
        due = Delivery.objects.filter(free, due_at__lte=now).order_by("due_at", "pk")
        rows = list(due.select_for_update(skip_locked=True)[:BATCH])
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=Delivery.State.LEASED, lease_until=lease
        )
    for row in rows:
        row.lease_until = lease
    return rows


def _send_batch(claimed: list[Delivery], until: datetime) -> Counter[str]:
    """Send claimed rows over one connection; what was not reached is given back."""
    counts: Counter[str] = Counter()
    connection = smtp.get_connection()
    try:
        for done, row in enumerate(claimed):
            if timezone.now() >= until:
                _give_back(claimed[done:], "")
                break
            try:
                counts[_send_leased(row, connection)] += 1
            except ServerTrouble as trouble:
                logger.warning("The mail server does not answer; mail waits for the next scan.")
                _give_back(claimed[done:], str(trouble))
                break
    finally:
        connection.close()
    return counts


def _give_back(rows: list[Delivery], error: str) -> None:
    for row in rows:
        mine = Delivery.objects.filter(pk=row.pk, state=Delivery.State.LEASED, lease_until=row.lease_until)
        mine.update(state=Delivery.State.DUE, lease_until=None, last_error=error)


@transaction.atomic
def _send_leased(row: Delivery, connection: BaseEmailBackend) -> str:
    """Send one row if the lease is still ours and the mail still wanted; returns the state in which it ends."""
    # The row stays locked until its mail is sent and the state written.
    mine = Delivery.objects.filter(pk=row.pk, state=Delivery.State.LEASED, lease_until=row.lease_until)
    locked = mine.select_for_update(of=("self",), skip_locked=True)
    delivery = locked.select_related(
        "meeting__body", "meeting__room__premises", "meeting__called_by", "recipient"
    ).first()
    if delivery is None:
        return "taken over"
    invitation = Invitation.objects.filter(meeting=delivery.meeting, user=delivery.recipient).first()
    if invitation is None or not is_wanted(delivery, invitation):
        return _end(delivery, Delivery.State.CANCELLED)
    _open(connection)
    try:
        _post(delivery, invitation, connection)
    except Exception as error:
        # One mail that cannot be made or sent, whatever the reason, must not keep the others waiting behind it. What
        # state the conversation is in is not known; the next mail begins a new one.
        connection.close()
        return _refused(delivery, _describe(error))
    return _end(delivery, Delivery.State.SENT, sent_at=timezone.now())


def _open(connection: BaseEmailBackend) -> None:
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        raise ServerTrouble(_describe(error)) from error


def is_wanted(delivery: Delivery, invitation: Invitation) -> bool:
    """Whether the mail still says what is true, in time, to somebody who may know it today."""
    meeting, recipient = delivery.meeting, delivery.recipient
    if delivery.key != Delivery.key_of(delivery.kind, meeting, recipient.pk):
        return False
    if meeting.body_id not in recipient.bodies():
        return False
    if not Meeting.objects.visible_to(recipient).filter(pk=meeting.pk).exists():
        return False
    now = timezone.now()
    if delivery.kind == Delivery.Kind.CANCELLATION:
        return meeting.status == Meeting.Status.CANCELLED and now < meeting.ends_at
    if delivery.kind == Delivery.Kind.REMINDER and invitation.answer == Invitation.Answer.DECLINED:
        return False
    return meeting.status == Meeting.Status.CALLED and now < meeting.starts_at


def _post(delivery: Delivery, invitation: Invitation, connection: BaseEmailBackend) -> None:
    meeting, recipient = delivery.meeting, delivery.recipient
    mail.send(
        delivery.kind,
        to=recipient.email,
        language=recipient.language,
        context={
            "meeting": meeting,
            "moved": meeting.sequence > 0,
            "url": settings.BASE_URL + reverse("meeting", args=[meeting.pk]),
            "answer_url": settings.BASE_URL + reverse("answer", args=[invitation.token]),
            "answered": invitation.answer != Invitation.Answer.NONE,
        },
        key=delivery.key,
        calendar=_calendar_part(delivery),
        connection=connection,
    )


def _calendar_part(delivery: Delivery) -> mail.CalendarPart | None:
    """The reminder carries none: the calendar has the meeting already, with an alarm of its own."""
    with translation.override(delivery.recipient.language):
        if delivery.kind == Delivery.Kind.INVITATION:
            return mail.CalendarPart(calendar.request(delivery.meeting, delivery.recipient), "REQUEST")
        if delivery.kind == Delivery.Kind.CANCELLATION:
            return mail.CalendarPart(calendar.cancellation(delivery.meeting, delivery.recipient), "CANCEL")
    return None


def _refused(delivery: Delivery, error: str) -> str:
    delivery.attempts += 1
    if delivery.attempts >= TRIES:
        logger.error("Mail %s was refused %d times and is given up.", delivery.pk, delivery.attempts)
        return _end(delivery, Delivery.State.FAILED, last_error=error)
    wait = min(timedelta(minutes=2 ** (delivery.attempts - 1)), LONGEST_WAIT)
    return _end(delivery, Delivery.State.DUE, due_at=timezone.now() + wait, last_error=error)


def _end(delivery: Delivery, state: Delivery.State, **changes: object) -> str:
    for name, value in ({"state": state, "lease_until": None} | changes).items():
        setattr(delivery, name, value)
    delivery.save(update_fields=["state", "lease_until", "attempts", *changes])
    return str(state)


def _describe(error: Exception) -> str:
    """What went wrong, without an address: the class and, where the server gave one, its code."""
    refused = getattr(error, "recipients", {})
    codes = [code for code, _text in refused.values()] or [getattr(error, "smtp_code", "")]
    return f"{type(error).__name__} {codes[0]}".strip()
