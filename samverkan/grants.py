"""What the three database roles may do.

``samverkan_owner`` migrates and is not bound by policies; it never serves. ``samverkan_app`` serves and owns nothing.
``samverkan_backup`` reads everything, past row-level security, and writes nothing. Tables of case data name the app
role's rights in their own migrations, column by column; every other table gets the ordinary four here.
"""

from typing import Any

from django.apps import apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from samverkan.reader import CaseData

OWNER = "samverkan_owner"
APP = "samverkan_app"
BACKUP = "samverkan_backup"


def after_migrate(using: str = "default", **kwargs: Any) -> None:
    """Give the app and backup roles their rights on every table; safe to repeat."""
    apply(connections[using])


def apply(connection: BaseDatabaseWrapper) -> None:
    """Grant on every table and sequence of this database, as its owner. Safe to repeat."""
    present = set(connection.introspection.table_names())
    ordinary = sorted(_ordinary_tables() & present)
    with connection.cursor() as cursor:
        # A temporary table, function or trigger of the app role's could outlive a request on its connection.
        database = connection.ops.quote_name(connection.settings_dict["NAME"])
        cursor.execute(f"REVOKE TEMPORARY, CREATE ON DATABASE {database} FROM PUBLIC, {APP}")
        cursor.execute(f"REVOKE CREATE ON SCHEMA public FROM PUBLIC, {APP}")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {APP}, {BACKUP}")
        cursor.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {BACKUP}")
        cursor.execute(f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {BACKUP}")
        for table in ordinary:
            cursor.execute(f'GRANT SELECT, INSERT, UPDATE, DELETE ON "{table}" TO {APP}')
        cursor.execute(f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APP}")
        if "django_migrations" in present:
            cursor.execute(f"GRANT SELECT ON django_migrations TO {APP}")


def _ordinary_tables() -> set[str]:
    names = {model._meta.db_table for model in _models() if not issubclass(model, CaseData)}
    return names | {"samverkan_cache"}


def _models() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
