"""Reminders by two workers, against a bare smtplib loop that sends the same mails to the same server."""

import os
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone

from meetings.models import Delivery, Meeting
from samverkan.embedded import ports
from tests.benchmarks.figures import Figure, seconds
from tests.factories import make_body, make_meeting, make_membership, make_unit, make_user

WORKERS = 2
#: How long the server takes to accept a mail.
WAIT = 0.05


def figures(mails: int) -> Iterator[Figure]:
    """The figure with the goal; and, to know what our own part is, one against a server that answers at once."""
    recipients = _people(mails)
    for wait, goal in ((WAIT, 0.8), (0.0, 0.0)):
        with _postbox(wait) as port:
            _plan(recipients)
            ours = mails / _workers(port)
            some = recipients[:60]
            bare = len(some) / seconds(partial(_bare, port, some))
        answering = (
            f"a server that takes {wait * 1000:.0f} ms" if wait else "one that answers at once (no goal)"
        )
        yield Figure(
            f"reminders, {answering}: ours / bare smtplib",
            ours / bare,
            goal,
            at_most=False,
            detail=f"{ours:.0f} / {bare:.0f} mails a second",
        )


@transaction.atomic
def _people(number: int) -> list[tuple[int, str]]:
    unit, body = make_unit(), make_body(kind="steering", name="Styrgruppen")
    people = [make_user(unit=unit) for _n in range(number)]
    for user in people:
        make_membership(body=body, user=user, function="member")
    make_meeting(body=body, items=1)
    return [(user.pk, user.email) for user in people]


@transaction.atomic
def _plan(recipients: list[tuple[int, str]]) -> None:
    """The reminders of the meeting, due now, and nothing else."""
    Delivery.objects.all().delete()
    meeting = Meeting.objects.get()
    Delivery.objects.bulk_create(
        Delivery(
            key=Delivery.key_of(Delivery.Kind.REMINDER, meeting, pk),
            kind=Delivery.Kind.REMINDER,
            meeting=meeting,
            recipient_id=pk,
            due_at=timezone.now(),
        )
        for pk, _address in recipients
    )


def _workers(port: int) -> float:
    environment = os.environ | {"EMAIL_URL": f"smtp://127.0.0.1:{port}"}
    with ExitStack() as processes:
        workers = [
            processes.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.benchmarks.sender"],
                    env=environment,
                    cwd=settings.BASE_DIR,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            for _n in range(WORKERS)
        ]
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        sent: list[int] = []
        taken = seconds(lambda: sent.extend(_let_go(workers)))
    assert sum(sent) == Delivery.objects.count(), f"{sent} of {Delivery.objects.count()} mails were sent"
    return taken


def _let_go(workers: list["subprocess.Popen[str]"]) -> list[int]:
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()
    return [int(worker.stdout.readline()) for worker in workers if worker.stdout is not None]


def _bare(port: int, recipients: list[tuple[int, str]]) -> None:
    """One connection, one ready-made mail of the same size, sent to each."""
    with smtplib.SMTP("127.0.0.1", port) as server:
        for number, (_pk, address) in enumerate(recipients):
            server.sendmail("samverkan@example.org", address, _message(address, number))


def _message(address: str, number: int) -> bytes:
    made = EmailMultiAlternatives(
        "Påminnelse", "Påminnelse om mötet.\n" * 30, "samverkan@example.org", [address]
    )
    made.attach_alternative("<p>Påminnelse om mötet.</p>\n" * 40 + f"<p>{number}</p>", "text/html")
    return bytes(made.message().as_bytes(linesep="\r\n"))


@contextmanager
def _postbox(wait: float) -> Iterator[int]:
    port = ports.free()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.postbox", str(port), str(wait)],
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == "listening\n"
            yield port
        finally:
            server.terminate()
