"""Structure mode (``CASES=off``): agreement, groups and meetings alone.

Where the database has held cases before, the app role loses every right on what no installed app owns: their tables,
views and functions. The rights are written down first, in a table that only the owner reads, and given back when cases
are switched on again; the data itself is never touched.
"""

from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from samverkan.grants import APP

#: What the app role may use although no model stands behind it; the same as in a database that never held a case.
KEPT_RELATIONS = ("django_migrations", "samverkan_cache")
KEPT_FUNCTIONS = (
    "reader_id",
    "reader_at_work",
    "reader_unit",
    "reader_is_log_reviewer",
    "seal_access_log",
    "broken_seals",
)

LEDGER = "samverkan_closed_right"

#: Every right of the app role as the statement that gives it, the one that takes it, and what it is on.
RIGHTS = """
WITH relation AS (
    SELECT c.oid, c.relacl, c.relkind, c.relname, coalesce(o.relname, c.relname) AS owner
    FROM pg_class c
    LEFT JOIN pg_depend d ON c.relkind = 'S' AND d.objid = c.oid AND d.classid = 'pg_class'::regclass
        AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
    LEFT JOIN pg_class o ON o.oid = d.refobjid
    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p', 'S')
), held AS (
    SELECT r.owner AS name, a.privilege_type::text AS act,
           format('%%s%%I', CASE r.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END, r.relname) AS target
    FROM relation r, aclexplode(r.relacl) a WHERE a.grantee = %(app)s::regrole
    UNION ALL
    SELECT r.owner, format('%%s (%%I)', a.privilege_type, t.attname), format('TABLE %%I', r.relname)
    FROM relation r JOIN pg_attribute t ON t.attrelid = r.oid AND t.attacl IS NOT NULL, aclexplode(t.attacl) a
    WHERE a.grantee = %(app)s::regrole
    UNION ALL
    SELECT p.proname, a.privilege_type, format('FUNCTION %%s', p.oid::regprocedure)
    FROM pg_proc p, aclexplode(p.proacl) a
    WHERE p.pronamespace = 'public'::regnamespace AND a.grantee = %(app)s::regrole
)
SELECT format('GRANT %%s ON %%s TO %%I', act, target, %(app)s), format('REVOKE %%s ON %%s FROM %%I', act, target, %(app)s)
FROM held WHERE name <> ALL (%(kept)s) ORDER BY 1
"""


def close_cases(connection: BaseDatabaseWrapper) -> None:
    """Take from the app role what no installed app owns, as the owner. Safe to repeat."""
    kept = [model._meta.db_table for model in apps.get_models(include_auto_created=True)]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {LEDGER} (given text PRIMARY KEY)")
        cursor.execute(RIGHTS, {"app": APP, "kept": [*kept, *KEPT_RELATIONS, *KEPT_FUNCTIONS]})
        for give, take in cursor.fetchall():
            cursor.execute(f"INSERT INTO {LEDGER} VALUES (%s) ON CONFLICT DO NOTHING", [give])  # noqa: S608
            cursor.execute(take)


def reopen_cases(connection: BaseDatabaseWrapper) -> None:
    """Give back what ``close_cases`` took, as the owner; nothing where it took nothing."""
    if LEDGER not in connection.introspection.table_names():
        return
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {LEDGER} RETURNING given")  # noqa: S608
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)


def reaches_cases(cursor: Any) -> bool:
    """Whether this login may touch case data that is in the database."""
    cursor.execute(
        "SELECT coalesce(bool_or(has_table_privilege(oid, 'SELECT, INSERT, UPDATE, DELETE')"
        " OR has_any_column_privilege(oid, 'SELECT, INSERT, UPDATE')), false)"
        " FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')"
        " AND (relname LIKE 'interventions\\_%' OR relname IN ('reader_seat', 'reader_grant'))"
    )
    return bool(cursor.fetchone()[0])
