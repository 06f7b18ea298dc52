"""The access log: written with what it tells of, read by few, changed by nobody, and sealed."""

import threading
import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from interventions.models import Case, VisibleAccessEvent
from samverkan.audit import log
from samverkan.audit.models import AccessEvent, Seal
from samverkan.audit.tasks import seal
from samverkan.reader import reading_as
from tests.conftest import acting
from tests.interventions.attacks import World, make_world
from tests.interventions.connections import login

pytestmark = pytest.mark.django_db

Act = AccessEvent.Act


@pytest.fixture
def world(cast) -> World:
    return make_world(cast)


def logged(world: World, *, by: str = "police", case=None) -> None:
    with acting(world.person(by)) as person:
        log.record(person, Act.READ, Case, [world.case.pk], case_id=(case or world.case).pk)


def broken() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT broken_seals()")
        return [number for (number,) in cursor.fetchall()]


def as_superuser(*statements: str) -> None:
    """Somebody past every wall and trigger, in this test's own transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_accessevent DISABLE TRIGGER append_only")
        cursor.execute("ALTER TABLE audit_seal DISABLE TRIGGER append_only")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_accessevent ENABLE TRIGGER append_only")
        cursor.execute("ALTER TABLE audit_seal ENABLE TRIGGER append_only")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def test_event_says_who_from_where_what_and_when(world):
    logged(world)

    event = AccessEvent.objects.get()
    assert (event.actor_id, event.unit_id, event.act) == (
        world.cast.police.pk,
        world.cast.youth_unit.pk,
        "read",
    )
    assert (event.case_id, event.object_ids) == (world.case.pk, [world.case.pk])
    assert abs((event.at - timezone.now()).total_seconds()) < 60


@pytest.mark.parametrize(
    "change",
    [
        {"actor_id": -1},
        {"unit_id": None},
        {"unit_id": -1},
        {"at": timezone.now() - timezone.timedelta(hours=1)},
        {"at": timezone.now() + timezone.timedelta(hours=1)},
    ],
)
def test_event_is_written_in_ones_own_name_and_time_only(world, change):
    with acting(world.cast.police) as officer:
        truth = {"actor_id": officer.pk, "unit_id": officer.unit_id, "act": Act.READ, "object_type": "x"}
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            AccessEvent.objects.create(**truth | change)
        AccessEvent.objects.create(**truth)


def test_nobody_writes_for_nobody(world):
    with acting(None), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        AccessEvent.objects.create(actor_id=None, unit_id=None, act=Act.READ, object_type="x")


@pytest.mark.parametrize("part", ["police", "log_reviewer", "administrator"])
@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM audit_accessevent",
        "UPDATE audit_accessevent SET reason = 'x'",
        "UPDATE audit_accessevent SET seal = NULL",
        "DELETE FROM audit_accessevent",
        "TRUNCATE audit_accessevent",
        "SELECT * FROM audit_seal",
        "INSERT INTO audit_seal (sealed_at, rows, digest) VALUES (now(), 0, '')",
        "INSERT INTO audit_accessevent (id, seq) OVERRIDING SYSTEM VALUE VALUES (gen_random_uuid(), 1)",
        "INSERT INTO audit_accessevent (id, seal) VALUES (gen_random_uuid(), 1)",
        "SELECT access_log_digest('', 1)",
    ],
)
def test_app_role_inserts_and_nothing_else(world, part, statement):
    logged(world)
    with (
        acting(world.person(part)),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        connection.cursor().execute(statement)


def test_not_even_the_owner_changes_a_row(world):
    logged(world)
    for act in (lambda: AccessEvent.objects.update(reason="x"), lambda: AccessEvent.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()


def seen_by(world: World, part: str) -> int:
    with acting(world.person(part)) as person:
        return VisibleAccessEvent.objects.visible_to(person).count()


def test_log_is_seen_by_reviewers_and_by_the_lead_of_a_case(world):
    logged(world)
    logged(world, by="case_worker", case=world.other_case)
    logged(world, by="colleague")
    world.cast.log_reviewer.forget()

    assert seen_by(world, "log_reviewer") == 3
    assert seen_by(world, "case_worker") == 3
    with acting(world.cast.case_worker) as worker:
        of_case = VisibleAccessEvent.objects.visible_to(worker).filter(case_id=world.other_case.pk)
        assert of_case.count() == 1
    for part in ("police", "welfare_officer", "colleague", "administrator", "coordinator", "stranger"):
        assert seen_by(world, part) == 0


def test_log_of_a_case_is_not_seen_by_those_who_lead_another(world):
    with acting(world.colleague) as colleague:
        log.record(colleague, Act.REFUSED, Case, [world.case.pk], case_id=uuid.uuid4())

    assert seen_by(world, "case_worker") == 0
    assert seen_by(world, "log_reviewer") == 1


def test_log_is_empty_for_another_reader_than_the_one_who_reads(world):
    logged(world)
    with acting(world.cast.log_reviewer), reading_as(world.cast.police.pk):
        assert not VisibleAccessEvent.objects.visible_to(world.cast.log_reviewer).exists()
        assert not VisibleAccessEvent.objects.all().exists()


def test_refusal_is_logged_with_the_keys_that_were_tried(world):
    with acting(world.cast.stranger) as stranger:
        log.record_refusal(stranger, Case, {"pk": world.case.pk, "other": "nonsense"})

    event = AccessEvent.objects.get()
    assert (event.act, event.object_ids, event.actor_id) == (
        "refused",
        [world.case.pk],
        world.cast.stranger.pk,
    )


def test_seals_make_a_chain_that_holds(world):
    for _n in range(3):
        logged(world)
        seal()

    assert list(Seal.objects.order_by("number").values_list("number", "rows")) == [(1, 1), (2, 1), (3, 1)]
    assert broken() == []


def test_seal_is_safe_to_run_twice_and_on_nothing(world):
    seal()
    assert Seal.objects.count() == 0
    logged(world)
    seal()
    seal()

    assert Seal.objects.get().rows == 1
    assert broken() == []


def test_app_role_may_seal_and_check(world):
    logged(world)
    with acting(None):
        seal()
        assert broken() == []

    assert Seal.objects.get().rows == 1


TAMPERING = {
    "changed byte": "UPDATE audit_accessevent SET reason = 'y' WHERE seal = 2",
    "changed time": "UPDATE audit_accessevent SET at = at + interval '1 microsecond' WHERE seal = 2",
    "changed actor": "UPDATE audit_accessevent SET actor_id = actor_id + 1 WHERE seal = 2",
    "missing row": "DELETE FROM audit_accessevent WHERE ctid = (SELECT min(ctid) FROM audit_accessevent WHERE seal = 2)",
    "moved row": "UPDATE audit_accessevent SET seal = 1 WHERE seal = 2",
    "unsealed row": "UPDATE audit_accessevent SET seal = NULL WHERE seal = 2",
    "added row": "INSERT INTO audit_accessevent (id, at, act, object_type, object_ids, reason, seal)"
    " VALUES (gen_random_uuid(), now(), 'read', 'x', '{}', '', 2)",
    "changed count": "UPDATE audit_seal SET rows = 9 WHERE number = 2",
    "changed seal": "UPDATE audit_seal SET digest = sha256('x') WHERE number = 2",
    "missing seal": "UPDATE audit_accessevent SET seal = 3 WHERE seal = 2; DELETE FROM audit_seal WHERE number = 2",
}


@pytest.mark.parametrize("how", TAMPERING)
def test_seals_tell_what_somebody_past_the_wall_has_done(world, how):
    for _n in range(3):
        logged(world)
        logged(world)
        seal()
    assert broken() == []

    as_superuser(*TAMPERING[how].split("; "))

    assert broken() != []


def test_fields_cannot_run_into_one_another(world):
    """Moving a character from one field to the next changes the digest."""
    with acting(world.cast.police) as officer:
        log.record(officer, Act.READ, Case, reason="b")
    as_superuser("UPDATE audit_accessevent SET object_type = 'xa'")
    seal()

    as_superuser("UPDATE audit_accessevent SET object_type = 'x', reason = 'ab'")

    assert broken() == [1]


@pytest.mark.django_db(transaction=True)
def test_late_commit_falls_into_a_later_seal(cast):
    insert = (
        "INSERT INTO audit_accessevent (id, at, act, object_type, object_ids, reason)"
        " VALUES (gen_random_uuid(), now(), 'read', 'x', '{}', '')"
    )
    with login("DATABASE_OWNER_URL") as late, login("DATABASE_OWNER_URL", autocommit=True) as early:
        late.execute(insert)
        early.execute(insert)
        seal()
        with transaction.atomic():
            assert (broken(), Seal.objects.get().rows) == ([], 1)
        late.commit()
        with transaction.atomic():
            assert broken() == []
        seal()

    with transaction.atomic():
        assert list(Seal.objects.order_by("number").values_list("rows", flat=True)) == [1, 1]
        with connection.cursor() as cursor:
            # The row that was written first and committed late has the lower number and the later seal.
            cursor.execute("SELECT seal FROM audit_accessevent ORDER BY seq")
            assert cursor.fetchall() == [(2,), (1,)]
        assert broken() == []


@pytest.mark.django_db(transaction=True)
def test_sealers_beside_each_other_seal_each_row_once(cast):
    insert = (
        "INSERT INTO audit_accessevent (id, at, act, object_type, object_ids, reason)"
        " SELECT gen_random_uuid(), now(), 'read', 'x', '{}', '' FROM generate_series(1, 200)"
    )
    counts: list[int] = []

    def sealer() -> None:
        with login("DATABASE_OWNER_URL", autocommit=True) as own:
            for _n in range(5):
                own.execute(insert)
                counts.append(own.execute("SELECT seal_access_log()").fetchone()[0])

    threads = [threading.Thread(target=sealer) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seal()

    with transaction.atomic():
        assert sum(Seal.objects.values_list("rows", flat=True)) == 4000
        assert broken() == []
    assert len(counts) == 20
