"""Pitfalls 1, 4 and 11 of row-level security: the tables that give access need walls of their own.

Each attack is what SQL injection in the attacker's own request could send. It must be refused or change nothing, must
show the attacker no note on the way, and must leave what everybody reads as it was.
"""

import uuid

import pytest

from tests.interventions.attacks import (
    ENDED,
    KEPT,
    SHOWN,
    Attacks,
    Statement,
    World,
    gains_nothing,
    make_world,
    readable,
)

pytestmark = pytest.mark.django_db

UNBORN_SEAT = (
    "INSERT INTO interventions_seat (id, case_id, user_id, unit_id, valid_from, seated_by_id, case_opened_at)"
    " VALUES (%s, %s, %s, %s, statement_timestamp(), %s, now())"
)
SEAT = UNBORN_SEAT.replace("now()", "%s")
UNBORN_GRANT = (
    "INSERT INTO interventions_recordgrant (id, content_object_id, case_id, group_id, permission_id, disclosure_id,"
    " record_created_at) VALUES (%s, %s, %s, %s, (SELECT id FROM auth_permission WHERE codename = 'view_record'), %s,"
    " now())"
)
GRANT = UNBORN_GRANT.replace("now()", "%s")
DISCLOSURE = (
    "INSERT INTO interventions_disclosure (id, case_id, from_unit_id, to_unit_id, ground_id, statute_reference,"
    " statements, reasoning, reservation, decided_by_id, decided_at, revocation_reason)"
    " VALUES (%s, %s, %s, %s, (SELECT min(id) FROM interventions_legalground), '', '{}', 'x', '', %s, now(), '')"
)
TOLD = "INSERT INTO interventions_disclosedrecord (id, disclosure_id, record_id) VALUES (%s, %s, %s)"

ATTACKS = Attacks()


def new() -> str:
    return str(uuid.uuid4())


# Seats


@ATTACKS.by("unseated_police")
def own_seat_in_an_existing_case(w: World) -> list[Statement]:
    me = w.cast.unseated_police
    return [(SEAT, [new(), w.case.pk, me.pk, me.unit_id, me.pk, w.case.opened_at])]


@ATTACKS.by("unseated_police")
def own_seat_in_the_leads_name(w: World) -> list[Statement]:
    me = w.cast.unseated_police
    return [(SEAT, [new(), w.case.pk, me.pk, me.unit_id, w.cast.case_worker.pk, w.case.opened_at])]


@ATTACKS.by("administrator")
def own_seat_as_administrator(w: World) -> list[Statement]:
    me = w.cast.administrator
    return [(SEAT, [new(), w.case.pk, me.pk, me.unit_id, me.pk, w.case.opened_at])]


@ATTACKS.by("colleague")
def own_seat_as_the_leads_colleague(w: World) -> list[Statement]:
    """Works at the lead unit, which holds every grant, and has no seat."""
    return [(SEAT, [new(), w.case.pk, w.colleague.pk, w.colleague.unit_id, w.colleague.pk, w.case.opened_at])]


@ATTACKS.by("police")
def seat_for_a_colleague_as_a_participant(w: World) -> list[Statement]:
    other = w.cast.unseated_police
    return [(SEAT, [new(), w.case.pk, other.pk, other.unit_id, w.cast.police.pk, w.case.opened_at])]


@ATTACKS.by("police")
def second_seat_for_the_lead_unit(w: World) -> list[Statement]:
    me = w.cast.police
    return [(SEAT, [new(), w.case.pk, me.pk, w.cast.social_unit.pk, me.pk, w.case.opened_at])]


@ATTACKS.by("case_worker")
def seat_for_an_association(w: World) -> list[Statement]:
    other = w.cast.association
    return [(SEAT, [new(), w.case.pk, other.pk, other.unit_id, w.cast.case_worker.pk, w.case.opened_at])]


@ATTACKS.by("case_worker")
def seat_for_a_unit_where_the_person_does_not_work(w: World) -> list[Statement]:
    return [
        (
            SEAT,
            [
                new(),
                w.case.pk,
                w.cast.stranger.pk,
                w.cast.youth_unit.pk,
                w.cast.case_worker.pk,
                w.case.opened_at,
            ],
        )
    ]


@ATTACKS.by("case_worker")
def seat_from_an_earlier_day(w: World) -> list[Statement]:
    me, other = w.cast.case_worker, w.cast.unseated_police
    sql = SEAT.replace("statement_timestamp()", "statement_timestamp() - interval '30 days'")
    return [(sql, [new(), w.case.pk, other.pk, other.unit_id, me.pk, w.case.opened_at])]


@ATTACKS.by("police")
def seat_moved_to_the_lead_unit(w: World) -> list[Statement]:
    return [("UPDATE interventions_seat SET unit_id = %s", [w.cast.social_unit.pk])]


@ATTACKS.by("police")
def seat_handed_to_a_colleague(w: World) -> list[Statement]:
    return [("UPDATE interventions_seat SET user_id = %s", [w.cast.unseated_police.pk])]


@ATTACKS.by("former")
def ended_seat_revived_by_its_holder(w: World) -> list[Statement]:
    return [("UPDATE interventions_seat SET valid_until = NULL WHERE id = %s", [w.former_seat.pk])]


@ATTACKS.by("case_worker")
def ended_seat_revived_by_the_lead(w: World) -> list[Statement]:
    return [("UPDATE interventions_seat SET valid_until = NULL WHERE id = %s", [w.former_seat.pk])]


@ATTACKS.by("case_worker")
def live_seat_prolonged(w: World) -> list[Statement]:
    sql = "UPDATE interventions_seat SET valid_until = now() + interval '9 years' WHERE id = %s"
    return [(sql, [w.police_seat.pk])]


@ATTACKS.by("case_worker")
def live_seat_ended_in_the_past(w: World) -> list[Statement]:
    sql = "UPDATE interventions_seat SET valid_until = valid_from WHERE id = %s"
    return [(sql, [w.police_seat.pk])]


@ATTACKS.by("case_worker")
def seat_deleted(w: World) -> list[Statement]:
    return [("DELETE FROM interventions_seat WHERE id = %s", [w.police_seat.pk])]


# Cases that are not born


@ATTACKS.by("police")
def case_opened_by_police(w: World) -> list[Statement]:
    me, case = w.cast.police, new()
    insert = (
        "INSERT INTO interventions_case (id, reference, lead_unit_id, status, created_by_id, opened_at)"
        " VALUES (%s, 'SIG-X', %s, 'active', %s, now())"
    )
    return [(UNBORN_SEAT, [new(), case, me.pk, me.unit_id, me.pk]), (insert, [case, me.unit_id, me.pk])]


@ATTACKS.by("case_worker")
def case_opened_for_another_unit_to_lead(w: World) -> list[Statement]:
    me, case = w.cast.case_worker, new()
    insert = (
        "INSERT INTO interventions_case (id, reference, lead_unit_id, status, created_by_id, opened_at)"
        " VALUES (%s, 'SIG-X', %s, 'active', %s, now())"
    )
    return [
        (UNBORN_SEAT, [new(), case, me.pk, me.unit_id, me.pk]),
        (insert, [case, w.cast.youth_unit.pk, me.pk]),
    ]


@ATTACKS.by("colleague")
def seat_in_an_unborn_case_then_the_case_of_another(w: World) -> list[Statement]:
    """Take a seat under a free number, then give the number to the case one wants."""
    me, case = w.colleague, new()
    return [
        (UNBORN_SEAT, [new(), case, me.pk, me.unit_id, me.pk]),
        ("UPDATE interventions_case SET id = %s WHERE id = %s", [case, w.case.pk]),
    ]


@ATTACKS.by("colleague")
def seat_in_an_unborn_case_then_moved(w: World) -> list[Statement]:
    me = w.colleague
    return [
        (UNBORN_SEAT, [new(), new(), me.pk, me.unit_id, me.pk]),
        ("UPDATE interventions_seat SET case_id = %s WHERE user_id = %s", [w.case.pk, me.pk]),
    ]


@ATTACKS.by("police")
def case_taken_over(w: World) -> list[Statement]:
    return [("UPDATE interventions_case SET lead_unit_id = %s", [w.cast.youth_unit.pk])]


@ATTACKS.by("police")
def case_closed_by_a_participant(w: World) -> list[Statement]:
    return [("UPDATE interventions_case SET status = 'closed', closed_at = now()", [])]


# Grants


@ATTACKS.by("police")
def grant_without_a_disclosure(w: World) -> list[Statement]:
    return [(GRANT, [new(), w.kept.pk, w.case.pk, w.cast.youth_unit.group_id, None, w.kept.created_at])]


@ATTACKS.by("police")
def grant_on_a_disclosure_of_another_record(w: World) -> list[Statement]:
    return [
        (GRANT, [new(), w.kept.pk, w.case.pk, w.cast.youth_unit.group_id, w.disclosure.pk, w.kept.created_at])
    ]


@ATTACKS.by("police")
def grant_on_a_revoked_disclosure(w: World) -> list[Statement]:
    return [
        (GRANT, [new(), w.ended.pk, w.case.pk, w.cast.youth_unit.group_id, w.revoked.pk, w.ended.created_at])
    ]


@ATTACKS.by("case_worker")
def grant_on_a_revoked_disclosure_by_the_owner(w: World) -> list[Statement]:
    return [
        (GRANT, [new(), w.ended.pk, w.case.pk, w.cast.youth_unit.group_id, w.revoked.pk, w.ended.created_at])
    ]


@ATTACKS.by("case_worker")
def grant_to_a_unit_that_was_not_told(w: World) -> list[Statement]:
    return [
        (
            GRANT,
            [new(), w.shown.pk, w.case.pk, w.cast.health_unit.group_id, w.disclosure.pk, w.shown.created_at],
        )
    ]


@ATTACKS.by("colleague")
def grant_by_the_owners_unseated_colleague(w: World) -> list[Statement]:
    return [
        (
            GRANT,
            [new(), w.kept.pk, w.case.pk, w.cast.health_unit.group_id, w.disclosure.pk, w.kept.created_at],
        )
    ]


@ATTACKS.by("police")
def grant_moved_to_another_record(w: World) -> list[Statement]:
    return [("UPDATE interventions_recordgrant SET content_object_id = %s", [w.kept.pk])]


@ATTACKS.by("police")
def grant_moved_to_ones_own_unit(w: World) -> list[Statement]:
    return [("UPDATE interventions_recordgrant SET group_id = %s", [w.cast.youth_unit.group_id])]


@ATTACKS.by("case_worker")
def grant_prolonged(w: World) -> list[Statement]:
    return [("UPDATE interventions_recordgrant SET valid_until = now() + interval '9 years'", [])]


@ATTACKS.by("case_worker")
def grant_of_the_owner_deleted(w: World) -> list[Statement]:
    return [("DELETE FROM interventions_recordgrant WHERE disclosure_id IS NULL", [])]


@ATTACKS.by("police")
def grants_of_others_deleted(w: World) -> list[Statement]:
    return [("DELETE FROM interventions_recordgrant", [])]


@ATTACKS.by("police")
def grant_claimed_before_the_record_exists(w: World) -> list[Statement]:
    """For a free number first, so that the record, once there, has a grant that no one gave."""
    record = new()
    return [
        (UNBORN_GRANT, [new(), record, w.other_case.pk, w.cast.youth_unit.group_id, None]),
        ("UPDATE interventions_record SET id = %s WHERE id = %s", [record, w.kept.pk]),
    ]


# Disclosures


@ATTACKS.by("police")
def disclosure_in_the_owners_name(w: World) -> list[Statement]:
    made, me = new(), w.cast.case_worker
    return [
        (DISCLOSURE, [made, w.case.pk, w.cast.social_unit.pk, w.cast.youth_unit.pk, me.pk]),
        (TOLD, [new(), made, w.kept.pk]),
        (GRANT, [new(), w.kept.pk, w.case.pk, w.cast.youth_unit.group_id, made, w.kept.created_at]),
    ]


@ATTACKS.by("police")
def disclosure_of_anothers_record(w: World) -> list[Statement]:
    made, me = new(), w.cast.police
    return [
        (DISCLOSURE, [made, w.case.pk, w.cast.youth_unit.pk, w.cast.health_unit.pk, me.pk]),
        (TOLD, [new(), made, w.kept.pk]),
        (GRANT, [new(), w.kept.pk, w.case.pk, w.cast.health_unit.group_id, made, w.kept.created_at]),
    ]


@ATTACKS.by("case_worker")
def disclosure_to_a_unit_without_a_seat(w: World) -> list[Statement]:
    made, me = new(), w.cast.case_worker
    return [
        (DISCLOSURE, [made, w.case.pk, w.cast.social_unit.pk, w.cast.traffic_unit.pk, me.pk]),
        (TOLD, [new(), made, w.kept.pk]),
        (GRANT, [new(), w.kept.pk, w.case.pk, w.cast.traffic_unit.group_id, made, w.kept.created_at]),
    ]


@ATTACKS.by("case_worker")
def disclosure_in_one_case_of_a_record_in_another(w: World) -> list[Statement]:
    made, me = new(), w.cast.case_worker
    return [
        (
            SEAT,
            [new(), w.other_case.pk, w.cast.police.pk, w.cast.youth_unit.pk, me.pk, w.other_case.opened_at],
        ),
        (DISCLOSURE, [made, w.other_case.pk, w.cast.social_unit.pk, w.cast.youth_unit.pk, me.pk]),
        (TOLD, [new(), made, w.kept.pk]),
        (GRANT, [new(), w.kept.pk, w.case.pk, w.cast.youth_unit.group_id, made, w.kept.created_at]),
    ]


@ATTACKS.by("case_worker")
def record_added_to_a_decision_afterwards(w: World) -> list[Statement]:
    return [
        # The decision of another transaction, as it is at any later request.
        (TOLD, [new(), w.disclosure.pk, w.kept.pk]),
        (
            GRANT,
            [new(), w.kept.pk, w.case.pk, w.cast.youth_unit.group_id, w.disclosure.pk, w.kept.created_at],
        ),
    ]


@ATTACKS.by("case_worker")
def decision_dated_to_this_transaction(w: World) -> list[Statement]:
    sql = DISCLOSURE.replace("(id, ", "(made_in, id, ").replace("VALUES (", "VALUES (1, ")
    me = w.cast.case_worker
    return [(sql, [new(), w.case.pk, w.cast.social_unit.pk, w.cast.youth_unit.pk, me.pk])]


@ATTACKS.by("case_worker")
def revocation_undone(w: World) -> list[Statement]:
    sql = (
        "UPDATE interventions_disclosure SET revoked_at = NULL, revoked_by_id = NULL, revocation_reason = ''"
    )
    return [(sql + " WHERE id = %s", [w.revoked.pk])]


@ATTACKS.by("police")
def disclosure_revoked_by_the_recipient(w: World) -> list[Statement]:
    sql = (
        "UPDATE interventions_disclosure SET revoked_at = now(), revoked_by_id = %s, revocation_reason = 'x'"
    )
    return [(sql, [w.cast.police.pk])]


@ATTACKS.by("case_worker")
def disclosure_revoked_in_anothers_name(w: World) -> list[Statement]:
    sql = (
        "UPDATE interventions_disclosure SET revoked_at = now(), revoked_by_id = %s, revocation_reason = 'x'"
    )
    return [
        ("DELETE FROM interventions_recordgrant WHERE disclosure_id IS NOT NULL", []),
        (sql + " WHERE id = %s", [w.colleague.pk, w.disclosure.pk]),
    ]


@ATTACKS.by("case_worker")
def disclosure_revoked_and_the_grant_left(w: World) -> list[Statement]:
    sql = (
        "UPDATE interventions_disclosure SET revoked_at = now(), revoked_by_id = %s, revocation_reason = 'x'"
    )
    return [(sql + " WHERE id = %s", [w.cast.case_worker.pk, w.disclosure.pk])]


@ATTACKS.by("case_worker")
def reasoning_rewritten(w: World) -> list[Statement]:
    return [("UPDATE interventions_disclosure SET reasoning = 'annat'", [])]


# Records


@ATTACKS.by("police")
def record_moved_to_ones_own_unit(w: World) -> list[Statement]:
    return [("UPDATE interventions_record SET owner_unit_id = %s", [w.cast.youth_unit.pk])]


@ATTACKS.by("case_worker")
def note_rewritten(w: World) -> list[Statement]:
    return [("UPDATE interventions_note SET text = 'annat'", [])]


@ATTACKS.by("police")
def note_written_in_anothers_record(w: World) -> list[Statement]:
    return [("INSERT INTO interventions_note (record_id, text) VALUES (%s, 'x')", [w.kept.pk])]


@ATTACKS.by("police")
def record_written_in_a_case_without_a_seat(w: World) -> list[Statement]:
    me = w.cast.police
    sql = (
        "INSERT INTO interventions_record (id, case_id, owner_unit_id, kind, statement, occurred_on, created_by_id,"
        " created_at) VALUES (%s, %s, %s, 'note', 'fact', now(), %s, now())"
    )
    return [(sql, [new(), w.other_case.pk, me.unit_id, me.pk])]


@pytest.fixture
def world(cast) -> World:
    return make_world(cast)


def test_there_is_something_to_steal(world):
    everyone = {
        name: readable(world.person(name))["notes"] for name in ("case_worker", "police", "colleague")
    }

    assert everyone == {
        "case_worker": {(KEPT,), (SHOWN,), (ENDED,)},
        "police": {(SHOWN,)},
        "colleague": set(),
    }


@pytest.mark.parametrize("name", ATTACKS)
def test_attack_gains_nothing(world, name):
    part, statements = ATTACKS[name]

    gains_nothing(world, part, statements(world))
