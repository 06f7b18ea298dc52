"""A real SMTP server for tests: keeps what it is sent, and refuses, delays or hangs up as it is told."""

import email
import email.policy
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from samverkan.embedded import ports


@dataclass
class Postbox:
    """What came, in order; ``refuses`` answers 550 to these addresses, ``delay`` is in seconds for each mail."""

    delay: float = 0.0
    refuses: set[str] = field(default_factory=set)
    contents: list[bytes] = field(default_factory=list)
    sessions: set[int] = field(default_factory=set)
    came: threading.Condition = field(default_factory=threading.Condition)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refuses:
            return "550 No such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        # The server has a thread of its own; waiting in it is a slow server.
        time.sleep(self.delay)
        with self.came:
            self.contents.append(envelope.original_content or b"")
            self.sessions.add(id(session))
            self.came.notify_all()
        return "250 OK"

    def mails(self) -> list[EmailMessage]:
        return [
            email.message_from_bytes(content, policy=email.policy.default) for content in list(self.contents)
        ]

    def wait_for(self, count: int, seconds: float) -> bool:
        """Whether ``count`` mails have come before the deadline."""
        with self.came:
            return self.came.wait_for(lambda: len(self.contents) >= count, timeout=seconds)


@contextmanager
def postbox(port: int = 0, **told: float) -> Iterator[tuple[Postbox, int]]:
    """A server on the loopback for the length of the block; gives it and its port."""
    box = Postbox(**told)
    port = port or ports.free()
    controller = Controller(box, hostname=ports.HOST, port=port)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()
