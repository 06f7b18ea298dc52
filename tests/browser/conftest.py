"""A browser and the whole program, started as ``make demo`` starts it, on a database of its own."""

import dataclasses
import email
import email.policy
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from samverkan.embedded import demo, environment, places, ports
from samverkan.embedded.processes import Processes
from samverkan.grants import OWNER
from tests.browser.witness import Witness

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
#: Each worker of pytest-xdist runs a whole program of its own.
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
DATABASE = f"samverkan_browser_{WORKER}"
REDIS = 4 + WORKER
ROLES = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_BACKUP_URL")


@dataclass(frozen=True)
class Site:
    """The running program: where it answers, who may sign in, and what it has mailed."""

    url: str
    logins: dict[str, dict[str, str]]
    mail: Path
    places: places.Places
    variables: dict[str, str]

    def letters(self, address: str, subject: str = "") -> list[EmailMessage]:
        """Mails to this address whose subject holds this text, the oldest first."""
        found = []
        for file in sorted(self.mail.glob("*.eml"), key=lambda path: path.stat().st_mtime):
            letter = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            if address in str(letter["To"]) and subject in str(letter["Subject"]):
                found.append(letter)
        return found  # type: ignore[return-value]

    def wait_for_letter(self, address: str, subject: str = "", seconds: float = 30) -> EmailMessage:
        """The newest such mail; fails where none comes in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if letters := self.letters(address, subject):
                return letters[-1]
            time.sleep(0.2)
        raise AssertionError(f"No mail “{subject}” to {address} within {seconds} seconds.")


@pytest.fixture(scope="session")
def site(django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Database, structure, people, web, worker, beat and postbox; real processes that sign in as the app role."""
    home = places.find()
    own = dataclasses.replace(home, var=tmp_path_factory.mktemp("site"))
    port = ports.free()
    running = demo.Demo(own, port, ports.free(), ports.free())
    addresses = {name: _in_database(os.environ[name]) for name in ROLES if name in os.environ}
    # The roles are there: whoever makes them anew takes from the owner what other workers' tests need.
    addresses["DATABASE_ADMIN_URL"] = ""
    addresses["REDIS_URL"] = re.sub(r"/\d+$", f"/{REDIS}", os.environ["REDIS_URL"])
    keys = {name: os.environ[name] for name in ("SECRET_KEY", "READER_KEY")}
    variables = environment.build(
        "demo", keys=keys, servers=addresses, base_url=running.base_url, smtp_port=running.smtp_port
    )
    variables["STATIC_ROOT"] = str(own.var / "static")
    _drop()
    _make()
    with Processes() as programs:
        programs.start(demo.postbox(running))
        logins = demo.prepare(running, variables)
        for program in demo.served(running, environment.unprivileged(variables)):
            programs.start(program)
        programs.wait_until(lambda: demo.is_healthy(port), what="The web server")
        people = {login["part"]: login for login in logins}
        yield Site(running.base_url, people, running.folder / "mail", own, variables)
    _drop()


def _in_database(url: str) -> str:
    return re.sub(r"/[^/]*$", f"/{DATABASE}", url)


def _make() -> None:
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as server:
        server.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER} TEMPLATE template0 ENCODING 'UTF8'")


def _drop() -> None:
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's chromium, kept from calling home."""
    return {
        "executable_path": CHROMIUM,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    }


SignIn = Callable[..., Page]


@pytest.fixture
def witness() -> Witness:
    """Collects what every page did wrong: accessibility, Content-Security-Policy, script errors, sideways scroll."""
    return Witness()


@pytest.fixture
def sign_in(site: Site, browser: Browser, witness: Witness) -> Iterator[SignIn]:
    """``sign_in(part, width=…, javascript=…, language=…)`` gives a page, signed in through the log-in form."""
    contexts: list[BrowserContext] = []

    def enter(part: str, *, width: int = 1280, javascript: bool = True, language: str = "sv") -> Page:
        context = browser.new_context(
            base_url=site.url, viewport={"width": width, "height": 900}, java_script_enabled=javascript
        )
        contexts.append(context)
        context.add_cookies([{"name": "language", "value": language, "url": site.url}])
        context.set_default_timeout(10_000)
        page = context.new_page()
        witness.watch(page)
        if part:
            login = site.logins[part]
            page.goto("/account/login/")
            page.locator("input[name=login]").fill(login["email"])
            page.locator("input[name=password]").fill(login["password"])
            page.locator("main form button[type=submit]").first.click()
            page.wait_for_url(f"{site.url}/")
        return page

    yield enter
    for context in contexts:
        context.close()
