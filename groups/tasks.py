"""The worker's part of the structure."""

from celery import shared_task

from groups.reorganising import carry_out_due


@shared_task
def carry_out_reorganisations() -> None:
    """Carry out the planned reorganisations whose day has come; safe to run twice and beside itself."""
    carry_out_due()
