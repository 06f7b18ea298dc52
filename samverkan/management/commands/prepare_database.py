"""``manage.py prepare_database``: from an empty server, or any earlier version, to a database ready to serve."""

import os
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command
from django.db import connections, transaction

from samverkan import reader, roles, structure_mode
from samverkan.grants import APP, BACKUP, OWNER


class Command(BaseCommand):
    """Makes roles and database where DATABASE_ADMIN_URL is given, migrates as the owner, opens or closes cases (CASES),
    and stores the reader key."""

    help = "Prepare the database: roles (with DATABASE_ADMIN_URL), migrations, privileges, reader key. Safe to repeat."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if "owner" not in settings.DATABASES:
            raise CommandError(
                "Set DATABASE_OWNER_URL: migrations run as the owner of the database, never as the app."
            )
        try:
            if settings.DATABASE_ADMIN_URL:
                roles.prepare(settings.DATABASE_ADMIN_URL, self._urls())
        except roles.RoleTrouble as error:
            raise CommandError(str(error)) from error
        except psycopg.OperationalError as error:
            raise CommandError(
                "PostgreSQL does not answer at DATABASE_ADMIN_URL; start it or correct the address."
            ) from error
        owner = connections["owner"]
        if settings.CASES:
            structure_mode.reopen_cases(owner)
        call_command("createcachetable", database="owner", verbosity=0)
        call_command("migrate", database="owner", interactive=False, verbosity=options["verbosity"])
        if not settings.CASES:
            structure_mode.close_cases(owner)
        store_reader_key()

    @staticmethod
    def _urls() -> dict[str, str]:
        return {
            OWNER: os.environ.get("DATABASE_OWNER_URL", ""),
            APP: os.environ.get("DATABASE_URL", ""),
            BACKUP: settings.DATABASE_BACKUP_URL,
        }


def store_reader_key(using: str = "owner") -> None:
    """Let the database believe readers signed with READER_KEY; older keys are kept until they are removed by hand."""
    inner, outer = reader.pads(settings.READER_KEY)
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(
            "INSERT INTO samverkan_reader_key (inner_pad, outer_pad) VALUES (%s, %s) ON CONFLICT DO NOTHING",
            [inner, outer],
        )
