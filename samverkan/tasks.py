"""The worker's part of mail."""

import logging

from celery import shared_task
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from samverkan import outbox

logger = logging.getLogger(__name__)

#: Publishing to a broker that is down gives up in a fraction of a second. With no retries at all kombu falls back on its
#: connection's own policy, which takes six, and a page is waiting.
_ONCE_MORE = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}

#: Seconds that each step of publishing may take.
_PATIENCE = 1


@shared_task
def send_due() -> None:
    """Send the mails that are due; safe to run twice and beside itself."""
    outbox.send_due()


def wake_worker() -> None:
    """Ask a worker to send what is due, once this transaction is committed; asking again asks nothing more."""
    if not any(entry[1] is _wake for entry in connection.run_on_commit):
        transaction.on_commit(_wake)


def _wake() -> None:
    # The rows are the queue: without a broker they wait for the next turn of beat, or of `manage.py send_due`.
    with send_due.app.connection_for_write() as broker:
        # A page is waiting, and a broker that takes connections and says nothing would hold it for ever.
        broker.transport_options = broker.transport_options | {"socket_timeout": _PATIENCE}
        try:
            send_due.apply_async(connection=broker, retry_policy=_ONCE_MORE)
        except OperationalError:
            logger.warning("The broker does not answer; mail waits for the next scan.")
