"""Child processes, held by handle from start to end: nothing is ever looked up or killed by name."""

import contextlib
import ctypes
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from samverkan.embedded.places import CLONE, Account
from samverkan.embedded.trouble import Trouble

PR_SET_PDEATHSIG = 1
PATIENCE = 15.0
"""Seconds that programs get to end by themselves."""

COMPLAINT = re.compile(
    r"error|exception|fatal|panic|could not|refused|denied|misconfigured|no space", re.IGNORECASE
)

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Program:
    """What to run and how to end it."""

    name: str
    arguments: Sequence[object]
    log: Path
    environment: Mapping[str, str]
    account: Account | None = None
    farewell: signal.Signals = signal.SIGTERM
    standard_input: bytes = b""


class Processes:
    """Programs that live and die together; leaving the `with` ends all of them, whatever happened inside."""

    def __init__(self) -> None:
        self._running: list[tuple[Program, subprocess.Popen[bytes]]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, program: Program) -> subprocess.Popen[bytes]:
        """Start it in a session of its own, so that Ctrl-C reaches us alone and we end things in order."""
        program.log.parent.mkdir(parents=True, exist_ok=True)
        with program.log.open("ab") as log:
            process = subprocess.Popen(
                [str(argument) for argument in program.arguments],
                cwd="/" if program.account else CLONE,
                env=dict(program.environment),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_die_with_parent(program.farewell),
                user=program.account.uid if program.account else None,
                group=program.account.gid if program.account else None,
                extra_groups=[] if program.account else None,
            )
        self._running.append((program, process))
        _feed(process, program.standard_input)
        return process

    def check(self) -> None:
        """Raises Trouble where one of them has ended."""
        for program, process in self._running:
            if process.poll() is not None:
                raise Trouble(_obituary(program, process.returncode))

    def wait_until(self, ready: Callable[[], bool], *, what: str, seconds: float = 60) -> None:
        """Ask until it is ready; give up at once where a program has died."""
        deadline = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > deadline:
                raise Trouble(
                    f"{what} did not answer within {seconds:.0f} seconds; its log is in {self._logs()}."
                )
            time.sleep(0.05)

    def watch(self) -> None:
        """Stay until one of them ends by itself, which is Trouble."""
        while True:
            self.check()
            time.sleep(0.3)

    def stop(self) -> None:
        """End all of them: a farewell to each, patience for all, then force; safe to repeat."""
        deadline = time.monotonic() + PATIENCE
        for program, process in reversed(self._running):
            if process.poll() is None:
                process.send_signal(program.farewell)
        for _, process in reversed(self._running):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, deadline - time.monotonic()))
            _end_session(process)
        self._running.clear()

    def _logs(self) -> str:
        return ", ".join(sorted({str(program.log) for program, _ in self._running}))


def run(program: Program) -> str:
    """Run to its end and return what it said on standard output; standard error goes to the log.

    Raises:
        Trouble: it ended with another code than 0.
    """
    program.log.parent.mkdir(parents=True, exist_ok=True)
    with program.log.open("ab") as log:
        process = subprocess.Popen(
            [str(argument) for argument in program.arguments],
            cwd="/" if program.account else CLONE,
            env=dict(program.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
            preexec_fn=_die_with_parent(signal.SIGKILL),
            user=program.account.uid if program.account else None,
            group=program.account.gid if program.account else None,
            extra_groups=[] if program.account else None,
        )
        try:
            output, _ = process.communicate()
        finally:
            _end_session(process)
        log.write(output)
    if process.returncode:
        raise Trouble(_obituary(program, process.returncode))
    return output.decode(errors="replace")


def _die_with_parent(farewell: signal.Signals) -> Callable[[], object] | None:
    """Linux sends the child this signal should we be killed with SIGKILL, so that nothing is left behind."""
    if _libc is None:
        return None
    prctl = _libc.prctl
    return lambda: prctl(PR_SET_PDEATHSIG, int(farewell))


def _feed(process: subprocess.Popen[bytes], text: bytes) -> None:
    """Hand over what must not stand on a command line, and close the pipe."""
    with contextlib.suppress(BrokenPipeError):
        if process.stdin:
            process.stdin.write(text)
            process.stdin.close()


def _end_session(process: subprocess.Popen[bytes]) -> None:
    """Force whatever is left of the session that the process leads; most often nothing is."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _obituary(program: Program, code: int) -> str:
    how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended by itself (exit code {code})"
    complaint = _last_complaint(program.log)
    said = f" after “{complaint}”" if complaint else ""
    return f"{program.name} {how}{said}; its log, {program.log}, says more."


def _last_complaint(log: Path) -> str:
    """The newest line of the log's end that looks like the reason; empty where none does."""
    lines = log.read_text(errors="replace").splitlines()[-30:] if log.exists() else []
    return next((line.strip()[:300] for line in reversed(lines) if COMPLAINT.search(line)), "")
