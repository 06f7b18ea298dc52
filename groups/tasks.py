"""The worker's part of the structure."""

from celery import shared_task

from groups import notices, people_import
from groups.agreement_notices import warn_of_ends
from groups.people_giving_up import sweep_imports as sweep
from groups.programme_notices import notify_running_out
from groups.reorganising import carry_out_due


@shared_task
def carry_out_reorganisations() -> None:
    """Carry out the planned reorganisations whose day has come; safe to run twice and beside itself."""
    carry_out_due()


@shared_task
def remind_of_plans() -> None:
    """Mail those who lead when the two years of 2023:196 § 6 run out; safe to run twice and beside itself."""
    notify_running_out()


@shared_task
def check_import(pk: int) -> None:
    """The dry run of a table of people."""
    people_import.check_import(pk)


@shared_task
def write_import(pk: int) -> None:
    """Write a table of people that was checked."""
    people_import.write_import(pk)


@shared_task
def sweep_imports() -> None:
    """End imports whose worker has died, and forget what they hold; safe to run twice and beside itself."""
    sweep()


@shared_task
def warn_of_agreements() -> None:
    """Mail those who answer for agreements that near their end; safe to run twice and beside itself."""
    warn_of_ends()


@shared_task
def remove_old_notices() -> None:
    """Remove notices that were sent or given up long ago; safe to run twice and beside itself."""
    notices.remove_old()
