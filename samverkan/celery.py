"""The Celery application. PostgreSQL holds what is due; Celery only wakes the worker that sends it."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init
from django.db import connections

from samverkan.checks import UnsafeRole, refuse_unsafe_role

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "samverkan.settings")

app = Celery("samverkan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def refuse_to_start(**kwargs: Any) -> None:
    """End a worker whose login row-level security does not bind; Celery would only log an ordinary exception."""
    try:
        refuse_unsafe_role()
    except UnsafeRole as error:
        raise SystemExit(str(error)) from error
    finally:
        connections.close_all()
