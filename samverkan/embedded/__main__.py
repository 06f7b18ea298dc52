"""`python -m samverkan.embedded demo|test|bench`; the Makefile calls it."""

import os
import signal
import sys
from types import FrameType

from samverkan.embedded import demo, suite
from samverkan.embedded.trouble import Stopped, Trouble

USAGE = "usage: python -m samverkan.embedded demo | test [pytest's arguments] | bench"


def main(arguments: list[str]) -> int:
    """Returns the exit code; Trouble is one sentence on standard error and code 1."""
    if os.geteuid() == 0:
        os.umask(0o022)  # the servers' account must reach what root makes
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    try:
        return _run(arguments)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
    except PermissionError as error:
        print(
            f"No permission for {error.filename}: it belongs to another user, who must remove it.",
            file=sys.stderr,
        )
    except Stopped:
        print("Stopped.", flush=True)
        return 0 if arguments == ["demo"] else 130
    return 1


def _run(arguments: list[str]) -> int:
    match arguments:
        case ["demo"]:
            demo.main()
            return 0
        case ["test", *rest]:
            return suite.tests(rest)
        case ["bench", *rest]:
            return suite.benchmarks(rest)
    print(USAGE, file=sys.stderr)
    return 2


def _stop(number: int, frame: FrameType | None) -> None:
    """Unwind once; a second signal must not break off the stopping."""
    for other in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(other, signal.SIG_IGN)
    print("\nStopping ...", flush=True)
    raise Stopped


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
