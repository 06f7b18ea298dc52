"""The worker's scan, in a test."""

from collections import Counter
from email.message import EmailMessage

from samverkan.outbox import send_due
from tests.conftest import acting
from tests.post import Postbox


def scan() -> Counter[str]:
    """Send what is due as a worker does: as the app role, in nobody's name."""
    with acting(None):
        return send_due()


def mailed(box: Postbox) -> list[EmailMessage]:
    """Everything that has come when what is due is sent."""
    scan()
    return box.mails()
