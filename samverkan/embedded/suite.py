"""`make test` and `make bench`: run something on servers of its own, which are gone afterwards."""

import contextlib
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType

from samverkan.embedded import environment, keys, places, ports, servers
from samverkan.embedded.places import CLONE, Places
from samverkan.embedded.trouble import Trouble


def tests(arguments: Sequence[str]) -> int:
    """Run pytest; returns its exit code."""
    return _with_servers([sys.executable, "-m", "pytest", *arguments])


def benchmarks(arguments: Sequence[str]) -> int:
    """Run the benchmarks, which read SCALE themselves; returns 1 where a goal is missed."""
    return _with_servers([sys.executable, "-m", "tests.benchmarks", *arguments])


def _with_servers(command: Sequence[str]) -> int:
    home = places.find()
    own = keys.generated()
    with (
        own_folder(home) as folder,
        servers.running(home, folder, folder / "logs", own, throwaway=True) as (addresses, _),
    ):
        variables = environment.build(
            "test",
            keys=own,
            servers=addresses,
            base_url=f"http://{ports.HOST}:{ports.free()}",
            smtp_port=ports.free(),
        )
        return _in_foreground(command, variables)


@contextlib.contextmanager
def own_folder(home: Places) -> Iterator[Path]:
    """A folder for one run, so that several may run at once.

    It is gone afterwards, except where the servers gave Trouble: then their logs stay until the next run.
    """
    parent = home.servers / "test"
    folder = parent / secrets.token_hex(4)
    with contextlib.ExitStack() as locks:
        with places.held(parent / "lock"):
            _sweep(parent)
            locks.enter_context(places.held(_lock(folder)))
            folder.mkdir()
        try:
            yield folder
        except Trouble:
            raise
        except BaseException:
            _remove(folder)
            raise
        else:
            _remove(folder)


def _sweep(parent: Path) -> None:
    """Remove the folders of runs that have ended; the lock of one that has not is held by it."""
    for folder in [path for path in parent.iterdir() if path.is_dir()]:
        with contextlib.suppress(Trouble), places.held(_lock(folder), otherwise="still running"):
            _remove(folder)


def _lock(folder: Path) -> Path:
    return folder.with_suffix(".lock")


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _lock(folder).unlink(missing_ok=True)


def _in_foreground(command: Sequence[str], variables: Mapping[str, str]) -> int:
    """Run it with the terminal: Ctrl-C is its own to answer, and SIGTERM reaches it as a Ctrl-C does."""
    process = subprocess.Popen(command, cwd=CLONE, env=dict(variables))

    def pass_on(number: int, frame: FrameType | None) -> None:
        if number != signal.SIGINT:
            process.send_signal(signal.SIGINT)

    before = {
        number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        code = process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code
