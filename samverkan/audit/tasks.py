"""The worker's part of the access log."""

from celery import shared_task
from django.db import connection, transaction


@shared_task
def seal() -> None:
    """Seal the log rows that no open transaction can still add to; safe to run twice and beside itself."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT seal_access_log()")
