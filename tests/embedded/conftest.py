"""Places for servers of a test's own, which root's unprivileged account can enter."""

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from samverkan.embedded import keys, places
from samverkan.embedded.keys import Keys
from samverkan.embedded.places import Places


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every account may enter; pytest's own is closed to all but its user."""
    folder = Path(tempfile.mkdtemp(prefix="samverkan-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def home(open_folder: Path) -> Places:
    clone = open_folder / "clone"
    clone.mkdir()
    return places.find(clone, away=open_folder / "away")


@pytest.fixture
def passwords() -> Keys:
    return keys.generated()


def processes_of(folder: Path) -> list[str]:
    """The command lines of all processes that work in the folder or name it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            at = str((process / "cwd").readlink())
        except OSError:
            continue
        if str(folder) in command or at.startswith(str(folder)):
            found.append(command)
    return found


def eventually(condition: Callable[[], object], seconds: float = 15) -> bool:
    """Whether the condition comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
