"""A real PostgreSQL on this machine, or the one that the environment names."""

import contextlib
import os
import shutil
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg.conninfo import make_conninfo

from samverkan.embedded import ports
from samverkan.embedded.keys import Keys, write_private
from samverkan.embedded.places import Places
from samverkan.embedded.processes import Processes, Program, run
from samverkan.embedded.trouble import Trouble

DATABASE = "samverkan"
SUPERUSER = "postgres"
MAINTENANCE = "postgres"
ADDRESSES = {
    "DATABASE_ADMIN_URL": "postgres",
    "DATABASE_OWNER_URL": "samverkan_owner",
    "DATABASE_URL": "samverkan_app",
    "DATABASE_BACKUP_URL": "samverkan_backup",
}
"""The variables that carry an address, each with the role that it logs in as."""

PASSWORDS = {
    "DATABASE_ADMIN_URL": "DATABASE_ADMIN_PASSWORD",
    "DATABASE_OWNER_URL": "DATABASE_OWNER_PASSWORD",
    "DATABASE_URL": "DATABASE_APP_PASSWORD",
    "DATABASE_BACKUP_URL": "DATABASE_BACKUP_PASSWORD",
}
# Sorts by code point, as production does, yet knows that å is the small Å (plain C does not).
LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-collate=C", "--lc-ctype=C.UTF-8")
FAST = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_wal_size=4GB",
    "checkpoint_timeout=1h",
)
"""For data that is thrown away: a power cut may ruin it."""

Addresses = dict[str, str]


@dataclass(frozen=True)
class Cluster:
    """One data folder and how it is served."""

    places: Places
    folder: Path
    log: Path
    keys: Keys
    throwaway: bool

    @property
    def data(self) -> Path:
        return self.folder / "postgresql"


def start(cluster: Cluster, processes: Processes) -> Addresses:
    """Make the data folder if there is none, start the server, and wait until it answers."""
    if not cluster.data.exists():
        _initialise(cluster)
    _clear_leftovers(cluster)
    port = ports.free()
    processes.start(_server(cluster, port))
    addresses = {
        name: _address(role, cluster.keys[PASSWORDS[name]], port) for name, role in ADDRESSES.items()
    }
    admin = addresses["DATABASE_ADMIN_URL"]
    processes.wait_until(lambda: _answers(admin), what="PostgreSQL")
    return addresses


def given(environment: Mapping[str, str], keys: Keys) -> Addresses | None:
    """The addresses in the environment, checked; None where it names no server.

    What is missing is derived from DATABASE_ADMIN_URL: same server, our own role with a generated password.
    """
    addresses = {name: environment[name] for name in ADDRESSES if environment.get(name)}
    if not addresses:
        return None
    for name, address in addresses.items():
        _check(name, address)
    admin = addresses.get("DATABASE_ADMIN_URL", "")
    missing = [name for name in ADDRESSES if name not in addresses]
    if missing and not admin:
        raise Trouble(
            f"{next(iter(addresses))} is set but {missing[0]} is not: set DATABASE_ADMIN_URL to a superuser of that "
            "server, or unset both to use the PostgreSQL that comes along."
        )
    for name in missing:
        addresses[name] = _elsewhere(admin, ADDRESSES[name], keys[PASSWORDS[name]])
    return addresses


def _initialise(cluster: Cluster) -> None:
    """Run initdb beside the final folder, so that one killed halfway leaves nothing that looks whole."""
    places = cluster.places
    draft = cluster.folder / "postgresql.draft"
    password = cluster.folder / "postgresql.password"
    shutil.rmtree(draft, ignore_errors=True)
    places.give(draft)
    write_private(password, cluster.keys["DATABASE_ADMIN_PASSWORD"])
    places.give(password)
    initdb = [
        places.postgres_programs / "initdb",
        f"--pgdata={draft}",
        f"--username={SUPERUSER}",
        f"--pwfile={password}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        *LOCALE,
        *(["--no-sync"] if cluster.throwaway else []),
    ]
    try:
        run(Program("initdb", initdb, cluster.log, _bare_environment(), places.account))
    finally:
        password.unlink()
    draft.rename(cluster.data)


def _server(cluster: Cluster, port: int) -> Program:
    settings = [
        f"listen_addresses={ports.HOST}",
        f"port={port}",
        "unix_socket_directories=",
        "timezone=UTC",
        "log_timezone=UTC",
        *(FAST if cluster.throwaway else ()),
    ]
    arguments = [cluster.places.postgres_programs / "postgres", "-D", cluster.data]
    for setting in settings:
        arguments += ["-c", setting]
    # SIGINT asks for a fast stop: open connections are cut, nothing committed is lost.
    return Program(
        "PostgreSQL",
        arguments,
        cluster.log,
        _bare_environment(),
        cluster.places.account,
        farewell=signal.SIGINT,
    )


def _bare_environment() -> dict[str, str]:
    """Nothing of the caller's: a PGDATA or PGPORT of another server must not reach ours."""
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}


def _clear_leftovers(cluster: Cluster) -> None:
    """Stop a server that outlived a killed demo, and forget one that did not.

    The caller holds the lock on the folder, so whatever is left here is nobody's.
    """
    pid_file = cluster.data / "postmaster.pid"
    if not pid_file.exists():
        return
    if _serves(pid_file, cluster.data):
        stop = [cluster.places.postgres_programs / "pg_ctl", "stop", "--mode=fast", "-D", cluster.data]
        run(Program("pg_ctl", stop, cluster.log, _bare_environment(), cluster.places.account))
    pid_file.unlink(missing_ok=True)


def _serves(pid_file: Path, data: Path) -> bool:
    """Whether the process named in the file really is the server of this folder: numbers are used again."""
    pid = pid_file.read_text().split("\n", 1)[0].strip()
    if not pid.isdecimal():
        return False
    process = Path("/proc") / pid
    if process.parent.is_dir() and not process.exists():
        return False
    try:
        return (process / "cwd").resolve(strict=True) == data.resolve()
    except OSError:
        return not Path("/proc/self").exists()


def _address(role: str, password: str, port: int) -> str:
    """Our database is made by `prepare_database`, so the superuser logs in to the one that is always there."""
    database = MAINTENANCE if role == SUPERUSER else DATABASE
    return f"postgresql://{role}:{password}@{ports.HOST}:{port}/{database}"


def _elsewhere(admin: str, role: str, password: str) -> str:
    """The address of our database on the administrator's server."""
    parts = urlsplit(admin)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(role)}:{quote(password)}@{place}", path=f"/{DATABASE}"))


def _answers(admin: str) -> bool:
    with contextlib.suppress(psycopg.OperationalError):
        psycopg.connect(admin, dbname=MAINTENANCE, connect_timeout=5).close()
        return True
    return False


def _check(name: str, address: str) -> None:
    """Raises Trouble where the server is not there.

    Our own roles may still be missing on a server that answers: `prepare_database` makes them.
    """
    administrator = name == "DATABASE_ADMIN_URL"
    try:
        target = make_conninfo(address, dbname=MAINTENANCE) if administrator else address
        psycopg.connect(target, connect_timeout=5).close()
    except psycopg.Error as error:
        if "FATAL" in str(error) and not administrator:
            return
        said = str(error).strip().splitlines()[-1].strip()
        parts = urlsplit(address)
        raise Trouble(
            f"The PostgreSQL server of {name} ({parts.hostname}) cannot be used ({said}): start or mend it, or unset "
            f"{name} to use the one that comes along."
        ) from None
