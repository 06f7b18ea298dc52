"""Pitfalls 1, 8, 9, 10, 14 and 15 as PostgreSQL's own catalogue tells them: every table, policy, function and right."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, models
from guardian.models import UserObjectPermission

from interventions.models import Case
from samverkan import reader
from samverkan.grants import APP, BACKUP, OWNER
from samverkan.reader import CaseData
from tests.conftest import acting
from tests.interventions.attacks import make_world

pytestmark = pytest.mark.django_db

STORED = Path(__file__).with_name("privileges.txt")
#: Views: they have an owner and no policies; what they give is asked of the signed reader.
VIEWS = {"interventions_visible_accessevent", "reader_seat", "reader_grant"}
TABLES = sorted(reader.guarded_tables() - VIEWS)


def rows(sql: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def guarded_by_wall(tables: set[str]) -> set[str]:
    """Those of the tables that row-level security binds the app role on."""
    found = rows("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind IN ('r', 'p')")
    return tables & {name for (name,) in found}


def reaching_cases() -> set[str]:
    """Tables from which foreign keys lead to a case, by whatever way; what PostgreSQL knows, not what models say."""
    edges = rows(
        "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
    )
    reached = {"interventions_case"}
    while True:
        more = {source for source, target in edges if target in reached} - reached
        if not more:
            return reached
        reached |= more


def test_every_table_of_case_data_has_a_wall():
    assert guarded_by_wall(set(TABLES)) == set(TABLES)


def test_every_table_that_leads_to_a_case_is_case_data():
    assert reaching_cases() - set(TABLES) == set(), (
        "Mark the model with CaseData and give its table a wall()."
    )
    # Models whose foreign keys have no constraint in the database are found by their fields.
    pointing = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and issubclass(field.related_model, CaseData)
    }
    assert pointing - reader.guarded_tables() == set()


def test_a_new_table_without_a_wall_is_found():
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE newcomer (id uuid, case_id uuid REFERENCES interventions_case)")
        cursor.execute("CREATE TABLE newcomers_child (newcomer_id uuid)")

    assert "newcomer" in reaching_cases() - set(TABLES)
    assert guarded_by_wall({"newcomer"}) == set()


@pytest.mark.parametrize("table", TABLES)
def test_every_right_has_its_policy_and_every_policy_binds_the_app_role_alone(table):
    rights = {
        right
        for (right,) in rows(
            "SELECT DISTINCT privilege_type FROM information_schema.column_privileges"
            " WHERE grantee = %s AND table_name = %s"
            " UNION SELECT privilege_type FROM information_schema.table_privileges"
            " WHERE grantee = %s AND table_name = %s",
            APP,
            table,
            APP,
            table,
        )
    }
    policies = rows("SELECT cmd, roles::text, permissive FROM pg_policies WHERE tablename = %s", table)

    assert rights <= {"SELECT", "INSERT", "UPDATE", "DELETE"}
    assert {command for command, _roles, _kind in policies} == rights
    assert {(roles, kind) for _command, roles, kind in policies} <= {(f"{{{APP}}}", "PERMISSIVE")}


@pytest.mark.parametrize("table", sorted(reader.guarded_tables() | VIEWS))
def test_without_a_reader_there_is_no_row(cast, table):
    make_world(cast)
    with acting(None), connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [table])
        if cursor.fetchone()[0]:
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            assert cursor.fetchone() == (0,)
        else:
            assert table in ("audit_accessevent", "audit_seal")


def test_policies_ask_who_reads_once_a_statement():
    """A call for each row is a thousand times slower; ``OFFSET 0`` keeps the planner from one big hash (guard A1)."""
    for table, text in rows(
        "SELECT tablename, qual FROM pg_policies WHERE cmd = 'SELECT' AND tablename LIKE 'interventions%%'"
    ):
        # Each stands in a sub-select of its own, on no column: PostgreSQL asks it once and keeps the answer.
        bare = re.sub(r"SELECT reader_unit\(\) AS reader_unit|FROM reader_at_work\(\) w\(", "", text)
        assert not re.search(r"reader_(id|unit|at_work)\(", bare), table
        assert text.count("EXISTS") == text.count("OFFSET 0"), table


def test_views_run_as_the_owner_on_purpose_and_leak_nothing_to_a_callers_function():
    found = rows(
        "SELECT c.relname, pg_get_userbyid(c.relowner), c.reloptions FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND n.nspname = 'public'"
    )
    ours = {name: (owner, options) for name, owner, options in found if name in VIEWS}

    assert ours == {name: (OWNER, ["security_barrier=true"]) for name in VIEWS}
    for name, _owner, _options in found:
        if name not in VIEWS:
            definition = rows("SELECT pg_get_viewdef(%s::regclass)", name)[0][0]
            assert not reader.touches_case_data(definition)


def test_functions_of_the_owner_look_in_no_temporary_schema_and_are_not_everybodys():
    unsafe = rows(
        "SELECT p.proname, p.proconfig FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname = 'public' AND p.prosecdef AND (has_function_privilege('public', p.oid, 'EXECUTE')"
        " OR NOT coalesce(p.proconfig, '{}') @> ARRAY['search_path=pg_catalog, public, pg_temp'])"
    )

    assert unsafe == []


def test_triggers_on_case_data_are_all_switched_on_and_out_of_reach():
    found = rows(
        "SELECT t.tgrelid::regclass::text, t.tgname, t.tgenabled, has_function_privilege(%s, t.tgfoid, 'EXECUTE')"
        " FROM pg_trigger t WHERE NOT t.tgisinternal AND t.tgrelid::regclass::text = ANY (%s)",
        APP,
        TABLES,
    )

    assert len(found) >= 12
    assert [row for row in found if row[2] != "O" or row[3]] == []


def test_keys_are_random():
    """Foreign keys and unique values are checked past the wall; what can be guessed can be asked for (pitfall 9)."""
    for model in apps.get_models():
        key = model._meta.pk
        if issubclass(model, CaseData) and model._meta.label_lower.startswith("interventions."):
            history = model.__name__.endswith("History")
            assert history or isinstance(key.target_field if key.remote_field else key, models.UUIDField)


def test_the_planners_statistics_of_case_data_are_hidden(cast):
    make_world(cast)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE interventions_note, interventions_case")
        cursor.execute("SELECT count(*) FROM pg_stats WHERE tablename = 'interventions_note'")
        assert cursor.fetchone()[0] > 0
    with acting(cast.police), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tablename FROM pg_stats WHERE tablename = ANY (%s)", [TABLES])
        assert cursor.fetchall() == []


def test_admin_knows_no_model_of_case_data():
    assert [model for model in admin.site._registry if issubclass(model, CaseData)] == []
    assert UserObjectPermission not in admin.site._registry


def test_no_model_of_case_data_has_a_permission_that_could_be_given(cast):
    """Guardian opens everything to whoever holds a model-level permission; the one there is, the grants carry."""
    codenames = rows(
        "SELECT p.codename FROM auth_permission p JOIN django_content_type t ON t.id = p.content_type_id"
        " WHERE t.app_label = 'interventions' AND t.model NOT LIKE 'legalground'"
    )

    assert codenames == [("view_record",)]
    assert not Case.objects.visible_to(cast.administrator).exists()


def test_rights_of_the_roles_are_the_stored_ones():
    """Compare, and where a change is meant, write the new list: the failure's message holds it."""
    found = "\n".join(_rights())

    assert found == STORED.read_text(encoding="utf-8").strip(), found


def _rights() -> list[str]:
    lines = [
        f"{role} {table} {rights}"
        for role, table, rights in rows(
            "SELECT grantee, table_name, string_agg(privilege_type, ' ' ORDER BY privilege_type)"
            " FROM information_schema.table_privileges WHERE grantee IN (%s, 'PUBLIC') AND table_schema = 'public'"
            " GROUP BY grantee, table_name",
            APP,
        )
    ]
    lines += [
        f"{role} {table} {right} ({columns})"
        for role, table, right, columns in rows(
            "SELECT c.grantee, c.table_name, c.privilege_type, string_agg(c.column_name, ', ' ORDER BY c.column_name)"
            " FROM information_schema.column_privileges c WHERE c.grantee = %s AND c.table_schema = 'public'"
            " AND NOT EXISTS (SELECT 1 FROM information_schema.table_privileges t WHERE t.grantee = c.grantee"
            "  AND t.table_name = c.table_name AND t.privilege_type = c.privilege_type)"
            " GROUP BY c.grantee, c.table_name, c.privilege_type",
            APP,
        )
    ]
    lines += [
        f"{APP} {name} EXECUTE"
        for (name,) in rows(
            "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE n.nspname = 'public' AND p.prosecdef AND has_function_privilege(%s, p.oid, 'EXECUTE')",
            APP,
        )
    ]
    writing = rows(
        "SELECT table_name, privilege_type FROM information_schema.table_privileges"
        " WHERE grantee = %s AND privilege_type <> 'SELECT'",
        BACKUP,
    )
    return sorted(_unusual(lines)) + [f"{BACKUP} {table} {right}" for table, right in writing]


def _unusual(lines: list[str]) -> list[str]:
    """Ordinary tables have the ordinary four, and are left out; whatever differs stands in the list."""
    ordinary = {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if not issubclass(model, CaseData)
    } | {"samverkan_cache"}
    four = "DELETE INSERT SELECT UPDATE"
    return [line for line in lines if not (line.split()[1] in ordinary and line.endswith(four))]
