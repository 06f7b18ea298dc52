"""A worker: ``python -m tests.benchmarks.sender`` says that it is ready, and for each line sends what is due."""

import sys

import django

if __name__ == "__main__":
    django.setup()
    from django.db import connection

    from samverkan.outbox import send_due

    connection.ensure_connection()
    print("ready", flush=True)
    for _line in sys.stdin:
        print(send_due()["sent"], flush=True)
