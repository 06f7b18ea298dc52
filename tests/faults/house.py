"""A whole installation beside the test database: rows that are really committed, and processes that sign in as the app
role, as in production."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import redis
from django.conf import settings
from psycopg import sql

from samverkan.embedded import ports
from samverkan.grants import OWNER

#: A Redis database of this worker's own; the first belongs to whoever else uses the server.
REDIS_DATABASE = 8 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@dataclass
class House:
    """One database and the environment of the processes on it; ``end`` kills what was started."""

    database: str
    environment: dict[str, str]
    folder: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)
    #: Seconds that it took to call the meeting, its waking of a worker included.
    called_in: float = 0.0

    def run(self, *arguments: str) -> str:
        """Run a Python program to its end; its output."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def celery(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a Celery process in a session of its own, so that it can be killed with its children."""
        log = (self.folder / f"celery-{len(self.processes)}.log").open("wb")
        with log:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "--app", "samverkan", *arguments],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(process)
        return process

    def worker(self) -> subprocess.Popen[bytes]:
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        return self.celery("worker", "--concurrency", "1", "--loglevel", "WARNING", *quiet)

    def beat(self) -> subprocess.Popen[bytes]:
        schedule = self.folder / f"beat-{len(self.processes)}"
        return self.celery("beat", "--loglevel", "WARNING", "--pidfile=", "--schedule", str(schedule))

    def rows(self, query: str) -> list[Any]:
        """Look at (or change) the rows from outside, as the database's administrator."""
        with psycopg.connect(
            beside(os.environ["DATABASE_ADMIN_URL"], self.database), autocommit=True
        ) as server:
            cursor = server.execute(query)
            return cursor.fetchall() if cursor.description else []

    def logs(self) -> str:
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.folder.glob("*.log")))

    def end(self) -> None:
        for process in self.processes:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the process and its children, and nothing said to them first."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def beside(url: str, database: str) -> str:
    """The same server and login, another database."""
    return urlsplit(url)._replace(path=f"/{database}").geturl()


@contextmanager
def new_database(like: str = "template0") -> Iterator[str]:
    """A database of the owner's, dropped afterwards whoever is still in it."""
    name = f"faults_{secrets.token_hex(4)}"
    with psycopg.connect(os.environ["DATABASE_ADMIN_URL"], autocommit=True) as server:
        make = "CREATE DATABASE {} OWNER {} TEMPLATE {} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
        server.execute(sql.SQL(make).format(*map(sql.Identifier, (name, OWNER, like))))
        try:
            yield name
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def environment(database: str, **more: str) -> dict[str, str]:
    """What a process on this database gets: the app role's address and no other."""
    privileged = ("DATABASE_ADMIN_URL", "DATABASE_OWNER_URL", "DATABASE_BACKUP_URL")
    inherited = {name: value for name, value in os.environ.items() if name not in privileged}
    return inherited | {"DATABASE_URL": beside(os.environ["DATABASE_URL"], database)} | more


def empty_redis() -> str:
    """The address of our own Redis database, emptied."""
    url = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{REDIS_DATABASE}").geturl()
    with redis.Redis.from_url(url) as server:
        server.flushdb()
    return url


def dead_redis() -> str:
    """An address where no Redis answers."""
    return f"redis://{ports.HOST}:{ports.free()}/0"
