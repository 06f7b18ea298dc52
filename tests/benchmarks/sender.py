"""A worker: ``python -m tests.benchmarks.sender`` says that it is ready, waits for a line, sends what is due, and ends."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from django.db import connection

    from samverkan.outbox import send_due

    connection.ensure_connection()
    print("ready", flush=True)
    sys.stdin.readline()
    print(send_due()["sent"], flush=True)
