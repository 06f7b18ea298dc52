"""Pitfalls 4, 7, 8, 11, 13, 14 and 15: what the walls compare with, the wall itself, history, and temporary objects."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from guardian.models import GroupObjectPermission, UserObjectPermission

from groups.models import Employment
from interventions.models import Seat
from tests.conftest import acting
from tests.interventions.attacks import (
    SHOWN,
    Attacks,
    Statement,
    World,
    allow_temporary_objects,
    attack,
    gains_nothing,
    make_world,
    readable,
)

pytestmark = pytest.mark.django_db

ATTACKS = Attacks()


# The structure that the walls compare with


@ATTACKS.by("police")
def units_exchange_groups(w: World) -> list[Statement]:
    ours, theirs = w.cast.youth_unit, w.cast.social_unit
    return [
        ("INSERT INTO auth_group (name) VALUES ('x')", []),
        (
            "UPDATE groups_unit SET group_id = (SELECT id FROM auth_group WHERE name = 'x') WHERE id = %s",
            [theirs.pk],
        ),
        ("UPDATE groups_unit SET group_id = %s WHERE id = %s", [theirs.group_id, ours.pk]),
    ]


@ATTACKS.by("police")
def units_exchange_numbers(w: World) -> list[Statement]:
    ours, theirs = w.cast.youth_unit.pk, w.cast.social_unit.pk
    return [
        ("UPDATE groups_unit SET id = -1 WHERE id = %s", [ours]),
        ("UPDATE groups_unit SET id = %s WHERE id = %s", [ours, theirs]),
        ("UPDATE groups_unit SET id = %s WHERE id = -1", [theirs]),
    ]


@ATTACKS.by("police")
def units_are_deleted_and_made_anew(w: World) -> list[Statement]:
    ours, theirs = w.cast.youth_unit, w.cast.social_unit
    make = "INSERT INTO groups_unit (id, agency_id, name, branch, group_id) VALUES (%s, %s, %s, %s, %s)"
    return [
        ("DELETE FROM groups_unit WHERE id IN (%s, %s)", [ours.pk, theirs.pk]),
        (make, [ours.pk, ours.agency_id, "A", "police", theirs.group_id]),
        (make, [theirs.pk, theirs.agency_id, "B", "social", ours.group_id]),
    ]


@ATTACKS.by("unseated_police")
def people_exchange_numbers(w: World) -> list[Statement]:
    me, seated = w.cast.unseated_police.pk, w.cast.police.pk
    return [
        ("UPDATE groups_user SET id = -1 WHERE id = %s", [me]),
        ("UPDATE groups_user SET id = %s WHERE id = %s", [me, seated]),
        ("UPDATE groups_user SET id = %s WHERE id = -1", [seated]),
    ]


@ATTACKS.by("police")
def superuser_flag_set(w: World) -> list[Statement]:
    return [("UPDATE groups_user SET is_superuser = true, is_staff = true WHERE id = %s", [w.cast.police.pk])]


# The wall itself


ATTACKS.plain("wall_switched_off_for_the_session", "SET row_security = off")
ATTACKS.plain("wall_taken_down", "ALTER TABLE interventions_note DISABLE ROW LEVEL SECURITY")
ATTACKS.plain("policy_dropped", "DROP POLICY interventions_note_select ON interventions_note")
ATTACKS.plain("policy_added", "CREATE POLICY mine ON interventions_note FOR SELECT USING (true)")
ATTACKS.plain("rights_taken", "GRANT ALL ON interventions_note TO samverkan_app")
ATTACKS.plain("triggers_switched_off", "SET session_replication_role = replica")
ATTACKS.plain(
    "function_replaced", "CREATE OR REPLACE FUNCTION reader_id() RETURNS bigint LANGUAGE sql AS 'SELECT 1'"
)
ATTACKS.plain("function_made", "CREATE FUNCTION mine() RETURNS bigint LANGUAGE sql AS 'SELECT 1'")
ATTACKS.plain("reader_key_read", "SELECT inner_pad, outer_pad FROM samverkan_reader_key")
ATTACKS.plain("reader_key_planted", "INSERT INTO samverkan_reader_key (inner_pad, outer_pad) VALUES ('', '')")
ATTACKS.plain("table_filled_by_copy", "COPY interventions_seat FROM '/dev/null'")
ATTACKS.plain("file_read", "SELECT pg_read_file('PG_VERSION')")
ATTACKS.plain("program_run", "COPY (SELECT 1) TO PROGRAM 'true'")
ATTACKS.plain("temporary_table_made", "CREATE TEMPORARY TABLE interventions_seat (id uuid)")
for _table in (
    "case",
    "seat",
    "record",
    "note",
    "recordgrant",
    "disclosure",
    "disclosedrecord",
    "casehistory",
    "seathistory",
):
    ATTACKS.plain(f"{_table}_truncated", f"TRUNCATE interventions_{_table} CASCADE", "case_worker")
    ATTACKS.plain(
        f"{_table}_locked", f"LOCK TABLE interventions_{_table} IN ACCESS EXCLUSIVE MODE", "case_worker"
    )


@ATTACKS.by("case_worker")
def history_of_a_seat_forged(w: World) -> list[Statement]:
    sql = (
        "INSERT INTO interventions_seathistory (pgh_created_at, pgh_label, pgh_obj_id, id, case_id, user_id, unit_id,"
        " valid_from, seated_by_id) VALUES (now(), 'insert', %s, %s, %s, %s, %s, now(), %s)"
    )
    who = w.cast.unseated_police
    seat = w.police_seat.pk
    return [(sql, [seat, seat, w.case.pk, who.pk, who.unit_id, w.cast.case_worker.pk])]


@ATTACKS.by("case_worker")
def history_of_a_case_rewritten(w: World) -> list[Statement]:
    return [("UPDATE interventions_casehistory SET status = 'closed'", [])]


@ATTACKS.by("case_worker")
def history_deleted(w: World) -> list[Statement]:
    return [("DELETE FROM interventions_seathistory", [])]


@pytest.fixture
def world(cast) -> World:
    return make_world(cast)


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_gains_nothing(world, name):
    part, statements = ATTACKS[name]

    gains_nothing(world, part, statements(world))


def test_changing_ones_employment_loses_and_gains_nothing(world):
    with acting(world.cast.police) as officer:
        Employment.objects.filter(user=officer).update(unit=world.cast.social_unit)

    assert not any(readable(world.cast.police).values())


SHADOWS = {
    "reader_key": (
        "CREATE TEMPORARY TABLE samverkan_reader_key AS"
        " SELECT repeat('6', 64)::bytea AS inner_pad, repeat('5', 64)::bytea AS outer_pad",
    ),
    "employment": (
        "CREATE TEMPORARY TABLE groups_employment AS SELECT * FROM public.groups_employment",
        "UPDATE pg_temp.groups_employment SET unit_id = (SELECT id FROM groups_unit WHERE branch = 'social')",
        "CREATE TEMPORARY TABLE interventions_seat AS SELECT c.id AS case_id, u.id AS user_id,"
        " (SELECT id FROM groups_unit WHERE branch = 'social') AS unit_id, now() AS valid_from,"
        " NULL::timestamptz AS valid_until FROM public.interventions_case c, groups_user u",
        "SELECT reader_case_ids()",
    ),
    "unit": (
        "CREATE TEMPORARY TABLE groups_unit AS SELECT id, agency_id, name, 'social' AS branch,"
        " (SELECT group_id FROM public.groups_unit WHERE branch = 'social') AS group_id FROM public.groups_unit",
    ),
}


@pytest.mark.parametrize("name", SHADOWS)
def test_temporary_table_cannot_stand_in_for_ours(world, name):
    """A function with the owner's rights that looked into pg_temp first would believe the caller's own table."""
    allow_temporary_objects()

    _refused, notes = attack(
        world.cast.police, [(sql, []) for sql in (*SHADOWS[name], "SET LOCAL search_path = public, pg_temp")]
    )

    assert notes <= {SHOWN}


def test_change_history_cannot_be_kept_from_its_table(world):
    allow_temporary_objects()
    shadow = "CREATE TEMPORARY TABLE interventions_seathistory (LIKE public.interventions_seathistory)"
    sql = "UPDATE public.interventions_seat SET valid_until = statement_timestamp() WHERE id = %s"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM interventions_seathistory")
        before = cursor.fetchone()[0]

    refused, _notes = attack(world.cast.case_worker, [(shadow, []), (sql, [world.police_seat.pk])])

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM public.interventions_seathistory")
        assert (refused, cursor.fetchone()[0]) == ("", before + 1)


@pytest.mark.parametrize(
    "function", ["pgtrigger_insert_insert_6169e", "pgtrigger_insert_insert_dbb8b", "grant_rests_on_something"]
)
def test_trigger_functions_cannot_be_hung_on_ones_own_table(world, function):
    """They run as the owner: on a table of the caller's they would write what the caller likes."""
    allow_temporary_objects()
    make = "CREATE TEMPORARY TABLE mine (LIKE public.interventions_seat)"
    hang = f"CREATE TRIGGER mine AFTER INSERT ON mine FOR EACH ROW EXECUTE FUNCTION public.{function}()"

    refused, _notes = attack(world.cast.case_worker, [(make, []), (hang, [])])

    assert refused == "42501"


def test_leaky_function_sees_only_ones_own_rows(world):
    """Pitfall 8 and the planner's: a cheap function of the caller's must not be asked about rows behind the wall."""
    allow_temporary_objects()
    heard: list[str] = []

    with acting(world.cast.police), connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.peek(text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001"
            " AS $$ BEGIN RAISE NOTICE 'peeked %', $1; RETURN true; END $$"
        )
        cursor.connection.add_notice_handler(lambda notice: heard.append(notice.message_primary or ""))
        cursor.execute("SELECT count(*) FROM interventions_note WHERE pg_temp.peek(text)")
        assert cursor.fetchone() == (1,)
        cursor.execute("SELECT count(*) FROM interventions_visible_accessevent WHERE pg_temp.peek(reason)")
        assert cursor.fetchone() == (0,)

    assert heard == [f"peeked {SHOWN}"]


def test_no_permission_of_djangos_or_guardians_opens_a_record(world):
    """Guardian's own tables, model-level permissions and the superuser flag are not what the walls ask."""
    officer = world.cast.unseated_police
    permission = Permission.objects.get(codename="view_record")
    officer.is_superuser = officer.is_staff = True
    officer.save()
    officer.user_permissions.add(permission)
    officer.groups.add(world.cast.social_unit.group)
    world.cast.youth_unit.group.permissions.add(permission)
    for model, holder in (
        (UserObjectPermission, {"user": officer}),
        (GroupObjectPermission, {"group": officer.unit.group}),
    ):
        model.objects.create(
            permission=permission,
            content_type=permission.content_type,
            object_pk=str(world.kept.pk),
            **holder,
        )

    assert not any(readable(officer).values())
    assert readable(world.cast.police)["notes"] == {(SHOWN,)}


def test_seat_of_a_person_who_works_elsewhere_now_opens_nothing(world):
    Seat.objects.filter(pk=world.police_seat.pk).update(unit=world.cast.traffic_unit)

    assert not any(readable(world.cast.police).values())
