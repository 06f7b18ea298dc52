"""A real Valkey on this machine, or the Redis or Valkey that the environment names."""

import contextlib
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import redis

from samverkan.embedded import ports
from samverkan.embedded.places import Places
from samverkan.embedded.processes import Processes, Program
from samverkan.embedded.trouble import Trouble


def start(places: Places, folder: Path, log: Path, password: str, processes: Processes) -> str:
    """Start the server on the data in the folder and return its address once it answers."""
    data = folder / "valkey"
    places.give(data)
    port = ports.free()
    # "-" reads the settings from standard input, so that the password stands on no command line.
    processes.start(
        Program(
            "Valkey",
            [places.valkey_program, "-"],
            log,
            {"LC_ALL": "C.UTF-8"},
            places.account,
            standard_input=_settings(port, data, password).encode(),
        )
    )
    address = f"redis://:{password}@{ports.HOST}:{port}/0"
    processes.wait_until(lambda: _answers(address), what="Valkey")
    return address


def given(environment: Mapping[str, str]) -> str | None:
    """The address in REDIS_URL, checked; None where there is none."""
    address = environment.get("REDIS_URL", "")
    if not address:
        return None
    try:
        answered = _answers(address)
    except ValueError:
        answered = False
    if not answered:
        parts = urlsplit(address)
        raise Trouble(
            f"The server of REDIS_URL ({parts.hostname}) does not answer: start it, or unset REDIS_URL to use the "
            "Valkey that comes along."
        )
    return address


def _settings(port: int, data: Path, password: str) -> str:
    """Tasks survive a kill but for the last second, and a full memory refuses instead of forgetting."""
    return f"""\
bind {ports.HOST}
port {port}
dir "{data}"
requirepass {password}
protected-mode yes
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
daemonize no
"""


def _answers(address: str) -> bool:
    with (
        contextlib.suppress(redis.RedisError),
        redis.Redis.from_url(address, socket_connect_timeout=5, socket_timeout=5) as client,
    ):
        return bool(client.ping())
    return False
