"""Mail that is due: rows written in the transaction that plans them, sent however many workers run and whenever one of
them is killed.

Rows are claimed with a lease and ``SKIP LOCKED``, so that two scans never take the same ones. Each mail is sent while
its row is locked and committed at once, so a lease that runs out under a slow server gives the row to nobody else. A
worker that is killed leaves at most one mail of which nobody knows whether it went, and that one is sent again with the
same Message-ID. Nothing is lost; exactly once is more than SMTP can promise.

``settings.OUTBOXES`` names what is sent, in the order of hurry.
"""

import logging
import smtplib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core import mail as smtp
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

logger = logging.getLogger(__name__)

BATCH = 100
#: A scan begins no mail after this long, well inside the task's time limit; the next scan goes on.
SCAN_FOR = timedelta(seconds=150)
#: A mail that is refused waits 1, 2, 4 … minutes, at most half an hour, and is given up after the last try.
TRIES = 8
LONGEST_WAIT = timedelta(minutes=30)
#: Seconds that what was read of the recipients' rights is believed; mails that begin later are asked about again.
FRESH_FOR = 1.0


class ServerTrouble(Exception):
    """The mail server cannot be reached: no mail's fault, so none is counted as tried."""


class Outgoing(models.Model):
    """One mail to one person.

    ``key`` is unique, so planning twice plans once; the mail's Message-ID is made from it, so a mail sent twice by a
    killed worker is recognised as one. The rows hold no text: what the mail says is read, and the recipient's right to
    it checked, when it is sent.
    """

    class State(models.TextChoices):
        DUE = "due", _("Waiting")
        LEASED = "leased", _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Not needed")

    key = models.CharField(max_length=300, unique=True, editable=False)
    due_at = models.DateTimeField(_("due"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(null=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_state_known",
                condition=Q(state__in=["due", "leased", "sent", "failed", "cancelled"]),
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=["due", "leased"]), name="%(class)s_claim"),
        ]

    def __str__(self) -> str:
        return self.key


Row = TypeVar("Row", bound=Outgoing)
#: Makes the mail of one row.
Compose = Callable[[], EmailMessage]


@dataclass(frozen=True)
class Outbox(Generic[Row]):
    """Rows of one model. ``wanted`` picks those of a batch that still say what is true, in time, to somebody who may
    know it today, by primary key, and tells how each is made; the others are cancelled."""

    model: type[Row]
    wanted: Callable[[Sequence[Row]], Mapping[int, Compose]]


def outboxes() -> list[Outbox[Any]]:
    """All that is mailed, what is most in a hurry first."""
    return [import_string(name) for name in settings.OUTBOXES]


def send_due(*, until: datetime | None = None) -> Counter[str]:
    """Send what is due, a batch of each outbox in turn, and return how many rows ended in each state."""
    until = until or timezone.now() + SCAN_FOR
    counts: Counter[str] = Counter()
    waiting = outboxes()
    while waiting:
        for outbox in list(waiting):
            claimed = claim(outbox) if timezone.now() < until else []
            batch = _send_batch(outbox, claimed, until)
            counts += batch
            if not claimed or sum(batch.values()) < len(claimed):
                waiting.remove(outbox)
    if counts:
        logger.info("Mail: %s.", ", ".join(f"{state} {count}" for state, count in sorted(counts.items())))
    return counts


def claim(outbox: Outbox[Row]) -> list[Row]:
    """Lease up to a batch of rows that are due, or whose lease has run out, oldest first."""
    now = timezone.now()
    rows = outbox.model._default_manager
    free = Q(state=Outgoing.State.DUE) | Q(state=Outgoing.State.LEASED, lease_until__lte=now)
    lease = now + timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)
    with transaction.atomic():
        due = rows.filter(free, due_at__lte=now).order_by("due_at", "pk")
        claimed = list(due.select_for_update(skip_locked=True)[:BATCH])
        rows.filter(pk__in=[row.pk for row in claimed]).update(state=Outgoing.State.LEASED, lease_until=lease)
    for row in claimed:
        row.lease_until = lease
    return claimed


def _send_batch(outbox: Outbox[Row], claimed: list[Row], until: datetime) -> Counter[str]:
    """Send claimed rows over one connection; what was not reached is given back."""
    counts: Counter[str] = Counter()
    server = smtp.get_connection()
    rights = _Rights(outbox, claimed)
    try:
        for done, row in enumerate(claimed):
            if timezone.now() >= until:
                _give_back(claimed[done:], "")
                break
            try:
                counts[_send_leased(row, rights.of(row), server)] += 1
            except ServerTrouble as trouble:
                logger.warning("The mail server does not answer; mail waits for the next scan.")
                _give_back(claimed[done:], str(trouble))
                break
    finally:
        server.close()
    return counts


class _Rights(Generic[Row]):
    """Which rows of a batch are wanted: asked for all that are left at once, and again when the answer is no longer
    fresh."""

    def __init__(self, outbox: Outbox[Row], rows: list[Row]) -> None:
        self.outbox, self.left = outbox, list(rows)
        self.read_at = float("-inf")
        self.wanted: Mapping[int, Compose] = {}

    def of(self, row: Row) -> Compose | None:
        """How the mail is made; None where it is no longer wanted. Rows come in their order."""
        if monotonic() - self.read_at > FRESH_FOR:
            self.read_at = monotonic()
            self.wanted = self._read()
        self.left.remove(row)
        return self.wanted.get(row.pk)

    def _read(self) -> Mapping[int, Compose]:
        try:
            with transaction.atomic():
                return self.outbox.wanted(self.left)
        except Exception:
            # One row that cannot be read, whatever the reason, must not keep the others waiting behind it.
            logger.exception("A batch of mail could not be read; its rows are asked for one by one.")
            return {row.pk: found for row in self.left if (found := self._alone(row)) is not None}

    def _alone(self, row: Row) -> Compose | None:
        try:
            with transaction.atomic():
                return self.outbox.wanted([row]).get(row.pk)
        except Exception as error:
            return _raiser(error)


def _raiser(error: Exception) -> Compose:
    def compose() -> EmailMessage:
        raise error

    return compose


def _give_back(rows: list[Row], error: str) -> None:
    for row in rows:
        _still_ours(row).update(state=Outgoing.State.DUE, lease_until=None, last_error=error)


def _still_ours(row: Row) -> models.QuerySet[Row]:
    rows: models.QuerySet[Row] = type(row)._default_manager.all()
    return rows.filter(pk=row.pk, state=Outgoing.State.LEASED, lease_until=row.lease_until)


@transaction.atomic
def _send_leased(row: Row, compose: Compose | None, server: BaseEmailBackend) -> str:
    """Send one row if the lease is still ours and the mail still wanted; returns the state in which it ends."""
    # The row stays locked until its mail is sent and the state written.
    if not _lock(row):
        return "taken over"
    if compose is None:
        return _end(row, Outgoing.State.CANCELLED)
    _open(server)
    try:
        _post(compose(), server)
    except Exception as error:
        # One mail that cannot be made or sent, whatever the reason, must not keep the others waiting behind it. What
        # state the conversation is in is not known; the next mail begins a new one.
        server.close()
        return _refused(row, _describe(error))
    return _end(row, Outgoing.State.SENT, sent_at=timezone.now())


def _lock(row: Row) -> bool:
    # By hand, as in _end: building the statements would cost more than all else that is done for a mail.
    still_ours = "id = %s AND state = 'leased' AND lease_until = %s"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM {row._meta.db_table} WHERE {still_ours} FOR UPDATE SKIP LOCKED",  # noqa: S608 - our own table
            [row.pk, row.lease_until],
        )
        return cursor.fetchone() is not None


def _open(server: BaseEmailBackend) -> None:
    try:
        server.open()
    except (smtplib.SMTPException, OSError) as error:
        raise ServerTrouble(_describe(error)) from error


def _post(message: EmailMessage, server: BaseEmailBackend) -> None:
    if server.send_messages([message]) != 1:
        raise smtplib.SMTPException("Not sent")


def _refused(row: Row, error: str) -> str:
    row.attempts += 1
    if row.attempts >= TRIES:
        logger.error("Mail %s was refused %d times and is given up.", row.pk, row.attempts)
        return _end(row, Outgoing.State.FAILED, last_error=error)
    wait = min(timedelta(minutes=2 ** (row.attempts - 1)), LONGEST_WAIT)
    return _end(row, Outgoing.State.DUE, due_at=timezone.now() + wait, last_error=error)


def _end(row: Row, state: Outgoing.State, **changes: object) -> str:
    values: dict[str, Any] = {"state": state, "lease_until": None, "attempts": row.attempts} | changes
    for name, value in values.items():
        setattr(row, name, value)
    columns = ", ".join(f"{name} = %s" for name in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {row._meta.db_table} SET {columns} WHERE id = %s",  # noqa: S608 - our own table and columns
            [*values.values(), row.pk],
        )
    return str(state)


def _describe(error: Exception) -> str:
    """What went wrong, without an address: the class and, where the server gave one, its code."""
    refused = getattr(error, "recipients", {})
    codes = [code for code, _text in refused.values()] or [getattr(error, "smtp_code", "")]
    return f"{type(error).__name__} {codes[0]}".strip()
