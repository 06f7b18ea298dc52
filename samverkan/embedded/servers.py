"""PostgreSQL and Valkey together: ours, or those that the environment names, in any mixture."""

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from samverkan.embedded import postgres, valkey
from samverkan.embedded.keys import Keys
from samverkan.embedded.places import Places
from samverkan.embedded.processes import Processes

Addresses = dict[str, str]


@contextlib.contextmanager
def running(
    places: Places,
    folder: Path,
    logs: Path,
    keys: Keys,
    *,
    environment: Mapping[str, str] = os.environ,
    throwaway: bool = False,
    say: Callable[[str], None] = lambda line: None,
) -> Iterator[tuple[Addresses, Processes]]:
    """The variables that name both servers, and our processes among them, which end with the `with`.

    Args:
        folder: holds the data; made if missing. The caller holds the lock on it.
        environment: where DATABASE_ADMIN_URL, DATABASE_URL and REDIS_URL may name other servers.
        throwaway: trade safety on disk for speed.
    """
    with Processes() as processes:
        addresses = postgres.given(environment, keys)
        broker = valkey.given(environment)
        if addresses is None or broker is None:
            folder.mkdir(parents=True, exist_ok=True)
        if addresses is None:
            say("Starting PostgreSQL ...")
            cluster = postgres.Cluster(places, folder, logs / "postgresql.log", keys, throwaway)
            addresses = postgres.start(cluster, processes)
        if broker is None:
            say("Starting Valkey ...")
            broker = valkey.start(places, folder, logs / "valkey.log", keys["REDIS_PASSWORD"], processes)
        yield {**addresses, "REDIS_URL": broker}, processes
