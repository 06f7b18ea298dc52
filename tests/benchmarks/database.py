"""A database of the benchmark's own, with 100,000 cases and the same access told three ways: by seats and grants, by
guardian's generic tables, and by nothing but the rows that the ideal SQL reads."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

ADDRESSES = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_BACKUP_URL")

#: Share of cases in which each reader sits; the narrow one sits in the twenty oldest.
BROAD, TYPICAL = 0.35, 0.04

#: What the rows below do not care about is empty, so that a new column does not stop the measuring.
EMPTY = """
DO $$ DECLARE missing record; BEGIN
    FOR missing IN SELECT table_name, column_name, data_type FROM information_schema.columns
        WHERE table_schema = 'public' AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'
            AND (table_name LIKE 'groups_%' OR table_name LIKE 'interventions_%')
            AND data_type IN ('character varying', 'text', 'boolean')
    LOOP
        EXECUTE format('ALTER TABLE %I ALTER COLUMN %I SET DEFAULT %L', missing.table_name, missing.column_name,
            CASE missing.data_type WHEN 'boolean' THEN 'false' ELSE '' END);
    END LOOP;
END $$;
"""

PEOPLE = """
INSERT INTO groups_agency (id, key, name, short_name, kind, registry_prefix)
    SELECT i, 'party-' || i, 'Agency ' || i, '', 'authority', '' FROM generate_series(1, 10) i;
INSERT INTO auth_group (id, name) SELECT 1000 + i, 'unit:' || i FROM generate_series(1, 50) i;
INSERT INTO groups_unit (id, agency_id, name, branch, group_id)
    SELECT i, 1 + i % 10, 'Unit ' || i, CASE WHEN i % 2 = 0 THEN 'social' ELSE 'police' END, 1000 + i
    FROM generate_series(1, 50) i;
INSERT INTO groups_user (id, password, is_superuser, email, name, phone, language, is_active, is_staff,
        is_log_reviewer, created_at)
    SELECT i, '!', false, 'reader-' || i || '@example.org', 'Person ' || i, '', 'sv', true, false, false, now()
    FROM generate_series(1, 510) i;
-- The readers work at units of their own; the rest at the other forty-six.
INSERT INTO groups_employment (user_id, unit_id, title, valid_from)
    SELECT i, CASE WHEN i <= 4 THEN i ELSE 5 + i % 46 END, 'Title', DATE '2020-01-01' FROM generate_series(1, 510) i;
INSERT INTO groups_user_groups (user_id, group_id)
    SELECT e.user_id, u.group_id FROM groups_employment e JOIN groups_unit u ON u.id = e.unit_id;
SELECT setval(pg_get_serial_sequence(name, 'id'), 10000)
    FROM unnest(ARRAY['groups_agency', 'auth_group', 'groups_unit', 'groups_user']) name;
"""

CASES = """
CREATE TEMPORARY TABLE numbered AS
    SELECT i, gen_random_uuid() AS id, gen_random_uuid() AS record_id, now() - i * interval '10 minutes' AS at,
        random() < {broad} AS broad, random() < {typical} AS typical, i > {cases} - 20 AS narrow,
        5 + (random() * 505)::int AS third, 5 + (random() * 505)::int AS fourth
    FROM generate_series(1, {cases}) i;
INSERT INTO interventions_case (id, reference, lead_unit_id, status, created_by_id, opened_at)
    SELECT id, 'SIG-' || i, 6 + 2 * (i % 20), 'active', 5, at FROM numbered;
-- Three seats a case: the readers' where they sit, the rest among the others.
CREATE TEMPORARY TABLE sitting AS
    SELECT n.i, n.id AS case_id, n.record_id, n.at, p.user_id FROM numbered n, LATERAL (
        SELECT DISTINCT user_id FROM unnest(ARRAY[
            CASE WHEN n.broad THEN 1 END, CASE WHEN n.typical THEN 2 END, CASE WHEN n.narrow THEN 3 END,
            n.third, n.fourth, 5 + (n.third + 100) % 506
        ]) WITH ORDINALITY AS listed (user_id, place) WHERE user_id IS NOT NULL ORDER BY user_id LIMIT 3
    ) p;
INSERT INTO interventions_seat (id, case_id, case_opened_at, user_id, unit_id, valid_from, seated_by_id)
    SELECT gen_random_uuid(), s.case_id, s.at, s.user_id, e.unit_id, s.at, 5
    FROM sitting s JOIN groups_employment e ON e.user_id = s.user_id;
INSERT INTO interventions_record (id, case_id, owner_unit_id, kind, statement, occurred_on, created_by_id, created_at)
    SELECT record_id, id, 6 + 2 * (i % 20), 'note', 'fact', at::date, 5, at FROM numbered;
-- A grant for each unit that sits in the record's case.
INSERT INTO interventions_recordgrant (id, content_object_id, case_id, record_created_at, group_id,
        permission_id)
    SELECT gen_random_uuid(), record_id, case_id, at, group_id,
        (SELECT id FROM auth_permission WHERE codename = 'view_record')
    FROM (
        SELECT DISTINCT s.record_id, s.case_id, s.at, u.group_id
        FROM sitting s JOIN groups_employment e ON e.user_id = s.user_id JOIN groups_unit u ON u.id = e.unit_id
    ) told;
"""

GUARDIAN = """
INSERT INTO auth_permission (name, content_type_id, codename)
    SELECT 'Can view case', id, 'view_case' FROM django_content_type WHERE app_label = 'interventions' AND model = 'case';
INSERT INTO guardian_userobjectpermission (object_pk, content_type_id, permission_id, user_id)
    SELECT s.case_id::text, p.content_type_id, p.id, s.user_id
    FROM interventions_seat s, auth_permission p WHERE p.codename = 'view_case';
INSERT INTO guardian_groupobjectpermission (object_pk, content_type_id, permission_id, group_id)
    SELECT g.content_object_id::text, p.content_type_id, p.id, g.group_id
    FROM interventions_recordgrant g, auth_permission p WHERE p.codename = 'view_record';
"""


@contextmanager
def own_database() -> Iterator[str]:
    """Point the environment at a database that does not exist yet; drop it afterwards. Gives its name."""
    name = f"samverkan_bench_{secrets.token_hex(4)}"
    for variable in ADDRESSES:
        if os.environ.get(variable):
            os.environ[variable] = urlsplit(os.environ[variable])._replace(path=f"/{name}").geturl()
    try:
        yield name
    finally:
        with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def fill(name: str, cases: int) -> dict[str, int]:
    """Load as the server's administrator, with triggers and foreign keys off; gives the number of rows by table."""
    address = urlsplit(os.environ["DATABASE_ADMIN_URL"])._replace(path=f"/{name}").geturl()
    with psycopg.connect(address) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute("SELECT setseed(0.5)")
        connection.execute(EMPTY)
        connection.execute(PEOPLE)
        connection.execute(CASES.format(cases=cases, broad=BROAD, typical=TYPICAL))
        connection.execute(GUARDIAN)
        rows = {
            table: _count(connection, table)
            for table in (
                "interventions_case",
                "interventions_seat",
                "interventions_recordgrant",
                "guardian_userobjectpermission",
                "guardian_groupobjectpermission",
            )
        }
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return rows


def _count(connection: psycopg.Connection[Any], table: str) -> int:
    row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))).fetchone()
    return int(row[0]) if row else 0
