"""Fixtures for every test. Rows are made as the owner; every request and task runs as the app role, under the walls."""

import os
import shutil
import socket
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.client import ClientHandler
from psycopg import sql

from groups.models import User
from samverkan import grants, roles
from samverkan.grants import APP, BACKUP, OWNER
from samverkan.management.commands.prepare_database import store_reader_key
from samverkan.reader import reading_as
from tests.cast import Cast, make_cast
from tests.post import Postbox
from tests.post import postbox as smtp_server

# Playwright's event loop stays on the main thread after the browser tests; ours use the database from there all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

LEFT_OUT = pytest.StashKey[list[str]]()

#: Any number that nobody else locks (PostgreSQL advisory lock).
ROLES_LOCK = 2_020_196

#: What a marker needs, and how a newcomer gets it.
NEEDS = {
    "browser": (("chromium", "chromium-browser"), "apt install chromium"),
    "java": (("java",), "apt install default-jre-headless"),
}


#: Tests that start programs of their own, the longest first, and then those that walk every address: begun with, so that
#: no core waits for another in the end.
HEAVY = ("structure_mode", "faults", "embedded", "browser")


def missing() -> dict[str, str]:
    """The markers whose programs this machine lacks, each with its remedy."""
    return {
        marker: remedy
        for marker, (programs, remedy) in NEEDS.items()
        if not any(shutil.which(program) for program in programs)
    }


def pytest_configure(config: pytest.Config) -> None:
    """With REQUIRE_ALL_TESTS=1 nothing may be left out."""
    config.pluginmanager.register(Controller(), "left-out")
    lacking = missing()
    if lacking and os.environ.get("REQUIRE_ALL_TESTS"):
        raise pytest.UsageError("Tests would be left out; to run them: " + ", ".join(lacking.values()))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this machine cannot run, and begin with what takes longest."""
    for marker, remedy in missing().items():
        left_out = [item for item in items if item.get_closest_marker(marker)]
        if left_out:
            said = f"Left out {len(left_out)} tests that need {NEEDS[marker][0][0]}; to run them: {remedy}"
            config.stash.setdefault(LEFT_OUT, []).append(said)
            items[:] = [item for item in items if item not in left_out]
            config.hook.pytest_deselected(items=left_out)
    items.sort(key=_weight)


def _weight(item: pytest.Item) -> int:
    """Where in the order a test stands; those of one weight keep the order in which they were found."""
    folder = item.path.parent.name
    if folder in HEAVY:
        return HEAVY.index(folder)
    return len(HEAVY) + (item.path.name != "test_matrix.py")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the controller of pytest-xdist what this worker left out."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash.get(LEFT_OUT, [])


class Controller:
    """Hears what the workers left out; all of them leave out the same."""

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: Any) -> None:
        node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", [])


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what was left out."""
    for line in config.stash.get(LEFT_OUT, []):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Make the roles, and let the owner make test databases and become the app role; only here.

    Each worker of pytest-xdist has a database of its own; the roles are the server's, so the first one makes them.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    name = os.environ.get("TEST_DATABASE_NAME", "test_samverkan")
    settings.DATABASES["default"]["TEST"]["NAME"] = f"{name}_{worker}" if worker else name
    admin = os.environ["DATABASE_ADMIN_URL"]
    with psycopg.connect(admin, autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [ROLES_LOCK])
        if not worker or _made_for(server) != os.environ["PYTEST_XDIST_TESTRUNUID"]:
            _make_roles(server, admin)


def _make_roles(server: psycopg.Connection[Any], admin: str) -> None:
    roles.prepare(
        admin,
        {
            OWNER: os.environ["DATABASE_OWNER_URL"],
            APP: os.environ["DATABASE_URL"],
            BACKUP: os.environ.get("DATABASE_BACKUP_URL", ""),
        },
    )
    server.execute(f"ALTER ROLE {OWNER} CREATEDB")
    server.execute(f"GRANT {APP} TO {OWNER}")
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", "")
    server.execute(sql.SQL("COMMENT ON ROLE {} IS {}").format(sql.Identifier(OWNER), sql.Literal(run)))


def _made_for(server: psycopg.Connection[Any]) -> str:
    """The run that the roles were made in."""
    asked = f"SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = '{OWNER}'"
    row = server.execute(asked).fetchone()
    return (row[0] or "") if row else ""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Store the key that signs readers, as ``prepare_database`` does, and open the cache's table, which Django makes
    last of all in a test database."""
    if connection.settings_dict["NAME"] != settings.DATABASES["default"]["TEST"]["NAME"]:
        return  # no test asked for one
    with django_db_blocker.unblock():
        grants.apply(connection)
        store_reader_key(using="default")


@pytest.fixture(scope="session", autouse=True)
def all_databases_made(request: pytest.FixtureRequest) -> None:
    """Under pytest-xdist, wait until each worker has its database: whoever prepares roles later takes from the owner the
    right to make one."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "0"))
    if not workers:
        return
    request.getfixturevalue("django_db_setup")
    name = settings.DATABASES["default"]["TEST"]["NAME"]
    if connection.settings_dict["NAME"] != name:
        return
    pattern = name.rpartition("_")[0] + "_gw%"
    deadline = time.monotonic() + 300
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as server:
        asked = "SELECT count(*) FROM pg_database WHERE datname LIKE %s"
        while (row := server.execute(asked, [pattern]).fetchone()) and row[0] < workers:
            assert time.monotonic() < deadline, "A worker has made no database."
            time.sleep(0.2)


@contextmanager
def as_app() -> Iterator[None]:
    """Be the app role inside the block: bound by row-level security, owning nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        before = cursor.fetchone()[0]
        cursor.execute(f"SET ROLE {APP}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE" if before != APP else f"SET ROLE {APP}")


@contextmanager
def acting(user: User | None) -> Iterator[User | None]:
    """Act in this person's name as a request would: app role, their reader, nothing remembered from before."""
    if user is not None:
        user.forget()
    with as_app(), reading_as(user.pk if user else None):
        yield user


class AppClient(Client):
    """A test client whose requests run as the app role."""

    #: One handler for all: loading the middleware walks every static file.
    shared_handler: ClientHandler | None = None

    def __init__(self, enforce_csrf_checks: bool = False, **defaults: Any) -> None:
        super().__init__(enforce_csrf_checks, **defaults)
        if not enforce_csrf_checks:
            AppClient.shared_handler = AppClient.shared_handler or self.handler
            self.handler = AppClient.shared_handler

    def request(self, **request: Any) -> Any:
        with as_app():
            return super().request(**request)


@pytest.fixture
def cast(db: None) -> Cast:
    """The same few people in every test, named by their part."""
    return make_cast()


@pytest.fixture
def client() -> AppClient:
    """Nobody signed in."""
    return AppClient()


@pytest.fixture
def signed_in(client: AppClient) -> Any:
    """``signed_in(user)`` gives a client signed in as that person."""

    def sign_in(user: User) -> AppClient:
        browser = AppClient()
        browser.force_login(user)
        return browser

    return sign_in


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    """Everything the program mails, through a real SMTP server (pytest-django would keep it in memory)."""
    with smtp_server() as (box, port):
        settings.EMAIL_BACKEND = "samverkan.mail.Backend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield box


ActingAs = AbstractContextManager[User | None]


@pytest.fixture(autouse=True)
def nothing_leaves_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test whose request would leave this machine; servers of the tests are on the loopback."""
    connect = socket.socket.connect

    def stay(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(
            ("127.", "::1", "localhost")
        ):
            raise AssertionError(f"A request would leave the machine: {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", stay)
