"""Reminders by two workers, against a bare smtplib loop that sends the same mails to the same server.

The bare loop is one process with one connection that it keeps. It sends the very bytes that the workers send, made before
its time begins; it reads no database and writes none. Both send all the mails by turns, several times over, and the best
of each counts: what else the machine does only ever makes a round slower.
"""

import smtplib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from meetings.deliveries import OUTBOX
from meetings.models import Delivery, Meeting
from samverkan.embedded import ports
from tests.benchmarks.figures import Figure, seconds
from tests.factories import make_body, make_meeting, make_membership, make_unit, make_user

WORKERS = 2


def figures(mails: int, rounds: int) -> Iterator[Figure]:
    """Against a server that has each mail on disk before it answers; and beside it, without a goal, against one that
    forgets it at once, where a bare loop waits for nothing and two workers share the cores with server and database."""
    recipients = _people(mails)
    with _workers() as workers:
        for name, keeps in (("keeps them on disk", True), ("forgets them", False)):
            ours, bare = [], []
            with _postbox(keeps=keeps) as port:
                for _turn in range(rounds):
                    _plan(recipients)
                    letters = _letters()
                    ours.append(mails / seconds(partial(_send, workers, port, mails)))
                    bare.append(mails / seconds(partial(_bare, port, letters)))
            yield Figure(
                f"reminders, server that {name}: ours / bare smtplib",
                max(ours) / max(bare),
                0.8 if keeps else None,
                at_most=False,
                detail=f"{max(ours):.0f} / {max(bare):.0f} mails a second",
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


Workers = list["subprocess.Popen[str]"]


@contextmanager
def _workers() -> Iterator[Workers]:
    with ExitStack() as processes:
        workers = [
            processes.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.benchmarks.sender"],
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
        yield workers
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.close()


def _send(workers: Workers, port: int, mails: int) -> None:
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write(f"{port}\n")
        worker.stdin.flush()
    sent = [int(worker.stdout.readline()) for worker in workers if worker.stdout is not None]
    assert sum(sent) == mails, f"{sent} of {mails} mails were sent"


Letter = tuple[str, bytes]


def _letters() -> list[Letter]:
    """What the workers will send, and to whom."""
    found = OUTBOX.wanted(list(Delivery.objects.order_by("pk")))
    made = [compose() for compose in found.values()]
    return [(letter.to[0], letter.message().as_bytes(linesep="\r\n")) for letter in made]


def _bare(port: int, letters: list[Letter]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as server:
        for address, content in letters:
            server.sendmail(settings.DEFAULT_FROM_EMAIL, address, content)


@contextmanager
def _postbox(*, keeps: bool) -> Iterator[int]:
    port, var = ports.free(), settings.BASE_DIR / "var"
    var.mkdir(exist_ok=True)
    # Beside the databases: what the system keeps its temporary files on may be no disk.
    with TemporaryDirectory(dir=var) as folder:
        command = [sys.executable, "-m", "tests.benchmarks.postbox", str(port), *([folder] if keeps else [])]
        with subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None
                assert server.stdout.readline() == "listening\n"
                yield port
            finally:
                server.terminate()
