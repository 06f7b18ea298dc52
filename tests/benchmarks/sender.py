"""A worker: ``python -m tests.benchmarks.sender`` says that it is ready, and for each line, which is the port of a mail
server, sends what is due."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from django.conf import settings
    from django.db import connection

    from samverkan.outbox import send_due

    connection.ensure_connection()
    print("ready", flush=True)
    for line in sys.stdin:
        settings.EMAIL_PORT = int(line)
        print(send_due()["sent"], flush=True)
