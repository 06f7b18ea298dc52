"""Pitfall 7: a login that row-level security does not bind is refused, with a sentence, before anything is served."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from samverkan import checks
from tests.interventions.connections import address

pytestmark = pytest.mark.django_db

FAULTS = {
    "DATABASE_OWNER_URL": "owns tables",
    "DATABASE_BACKUP_URL": "has BYPASSRLS",
    "DATABASE_ADMIN_URL": "is a superuser",
}
WEB = [sys.executable, "-c", "import samverkan.wsgi"]
WORKER = [sys.executable, "-m", "celery", "-A", "samverkan", "worker", "--pool", "solo", "--concurrency", "1"]
CHECK = [sys.executable, "manage.py", "check", "--database", "default"]


def start(command: list[str], login: str) -> subprocess.CompletedProcess[str]:
    """As in production but for the mode; this test's own database, signed in to as told."""
    environment = os.environ | {
        "SAMVERKAN_MODE": "demo",
        "SECOND_FACTOR": "off",
        "DATABASE_URL": address(login),
    }
    for name in ("DATABASE_OWNER_URL", "DATABASE_ADMIN_URL", "DATABASE_BACKUP_URL"):
        environment.pop(name, None)
    return subprocess.run(
        command,
        cwd=Path(settings.BASE_DIR),
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("login", FAULTS)
@pytest.mark.parametrize("command", [WEB, CHECK], ids=["web", "check"])
def test_unsafe_login_is_refused(command, login):
    ended = start(command, login)

    assert ended.returncode != 0
    assert f"DATABASE_URL signs in as a role that {FAULTS[login]}" in ended.stderr
    assert "sign in as samverkan_app" in ended.stderr


def test_worker_with_an_unsafe_login_ends():
    ended = start(WORKER, "DATABASE_OWNER_URL")

    assert ended.returncode != 0
    assert "DATABASE_URL signs in as a role that owns tables" in ended.stderr


@pytest.mark.parametrize("command", [WEB, CHECK], ids=["web", "check"])
def test_app_role_is_let_in(command):
    ended = start(command, "DATABASE_URL")

    assert ended.returncode == 0, ended.stderr


def test_tests_themselves_are_let_in():
    """They sign in as the owner, to arrange, and become the app role for each request."""
    checks.refuse_unsafe_role()
