"""What the containers' health checks run: `python docker/health.py web|worker|beat|migrate`."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

BEAT_SCHEDULE = Path("/tmp/beat/schedule")  # noqa: S108 - a container's own memory
OLDEST = 600
"""Seconds after which a schedule that beat has not written counts as dead; it writes every three minutes."""


def web() -> bool:
    """The page that proves the database answers; Django wants one of its own host names."""
    host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip()
    request = urllib.request.Request("http://127.0.0.1:8000/healthz", headers={"Host": host})
    with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310 - a fixed address
        return bool(response.status == 200)


def worker() -> bool:
    """This container's worker answers over the broker."""
    celery = [
        "celery",
        "--app",
        "samverkan",
        "inspect",
        "ping",
        "--destination",
        f"celery@{socket.gethostname()}",
    ]
    return subprocess.run(celery, stdout=subprocess.DEVNULL, timeout=20).returncode == 0


def beat() -> bool:
    newest = max((path.stat().st_mtime for path in BEAT_SCHEDULE.parent.glob("schedule*")), default=0.0)
    return time.time() - newest < OLDEST


def migrate() -> bool:
    """No migration is left to do."""
    command = [sys.executable, "manage.py", "migrate", "--check", "--database", "owner"]
    return subprocess.run(command, stdout=subprocess.DEVNULL, timeout=30).returncode == 0


if __name__ == "__main__":
    checks = {"web": web, "worker": worker, "beat": beat, "migrate": migrate}
    try:
        sys.exit(0 if checks[sys.argv[1]]() else 1)
    except (OSError, subprocess.TimeoutExpired) as error:
        sys.exit(str(error))
