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
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core import mail as smtp
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, connection, models, transaction
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
    left, rights, server = deque(claimed), _Rights(outbox, claimed), smtp.get_connection()
    error = ""
    try:
        while left and not error and timezone.now() < until:
            try:
                error = _send_in_turn(left, rights, server, until, counts)
            except DatabaseError as trouble:
                # The transaction is lost, and with it only what this one mail was about to do.
                error_class = _describe(trouble)
                logger.error("A mail could not be made: %s.", error_class)
                counts[_put_off(left.popleft(), error_class)] += 1
    finally:
        server.close()
    _give_back(list(left), error)
    return counts


def _send_in_turn(
    left: deque[Row], rights: "_Rights[Row]", server: BaseEmailBackend, until: datetime, counts: Counter[str]
) -> str:
    """Send one row after the other, each locked while its mail is sent and committed before the next is; returns what
    is wrong with the mail server, if anything."""
    ended: Row | None = None
    with transaction.atomic(durable=True):
        while left and timezone.now() < until:
            row = left[0]
            ours, ended = _take(row, after=ended), None
            compose = rights.of(row)
            if ours:
                try:
                    counts[_send(row, compose, server)] += 1
                except ServerTrouble as trouble:
                    logger.warning("The mail server does not answer; mail waits for the next scan.")
                    return str(trouble)
                ended = row
            else:
                counts["taken over"] += 1
            left.popleft()
        if ended is not None:
            _take(None, after=ended)
    return ""


def _take(row: Row | None, *, after: Row | None) -> bool:
    """Write how the row before ended, commit, and lock this one if its lease is still ours; all in one round trip,
    since each would take as long as the rest of a mail."""
    statements: list[str] = []
    values: list[Any] = []
    if after is not None:
        columns = ", ".join(f"{name} = %s" for name in _ENDED)
        statements += [f"UPDATE {after._meta.db_table} SET {columns} WHERE id = %s"]  # noqa: S608 - our own table
        statements += connection.commit_between()  # type: ignore[attr-defined] # our own backend
        values += [*(getattr(after, name) for name in _ENDED), after.pk]
    if row is not None:
        still_ours = "id = %s AND state = 'leased' AND lease_until = %s"
        # Waited for, not skipped: a claim that looked at the row while we leased it holds it for a moment more.
        statements += [f"SELECT 1 FROM {row._meta.db_table} WHERE {still_ours} FOR UPDATE"]  # noqa: S608
        values += [row.pk, row.lease_until]
    with connection.cursor() as cursor:
        cursor.execute("; ".join(statements), values)
        while cursor.nextset():
            pass
        return row is not None and cursor.fetchone() is not None


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
    if rows:
        _still_ours(rows).update(state=Outgoing.State.DUE, lease_until=None, last_error=error)


def _still_ours(rows: Sequence[Row]) -> models.QuerySet[Row]:
    """Rows that were claimed at once, and are leased to us yet."""
    found: models.QuerySet[Row] = type(rows[0])._default_manager.filter(pk__in=[row.pk for row in rows])
    return found.filter(state=Outgoing.State.LEASED, lease_until=rows[0].lease_until)


def _send(row: Row, compose: Compose | None, server: BaseEmailBackend) -> str:
    """Send one row, if the mail is still wanted; returns the state in which it ends."""
    if compose is None:
        return _end(row, Outgoing.State.CANCELLED)
    _open(server)
    try:
        _post(compose(), server)
    except DatabaseError:
        raise
    except Exception as error:
        # One mail that cannot be made or sent, whatever the reason, must not keep the others waiting behind it. What
        # state the conversation is in is not known; the next mail begins a new one.
        server.close()
        return _refused(row, _describe(error))
    return _end(row, Outgoing.State.SENT, sent_at=timezone.now())


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


#: What is written of a row when its turn is over.
_ENDED = ("state", "lease_until", "attempts", "due_at", "sent_at", "last_error")


def _end(row: Row, state: Outgoing.State, **changes: object) -> str:
    """How the row is to end; ``_take`` writes it."""
    row.state, row.lease_until = state, None
    for name, value in changes.items():
        setattr(row, name, value)
    return str(state)


def _put_off(row: Row, error: str) -> str:
    """The same for a row whose transaction is lost."""
    ours = _still_ours([row])
    state = _refused(row, error)
    ours.update(**{name: getattr(row, name) for name in _ENDED})
    return state


def _describe(error: Exception) -> str:
    """What went wrong, without an address: the class and, where the server gave one, its code."""
    refused = getattr(error, "recipients", {})
    codes = [code for code, _text in refused.values()] or [getattr(error, "smtp_code", "")]
    return f"{type(error).__name__} {codes[0]}".strip()
