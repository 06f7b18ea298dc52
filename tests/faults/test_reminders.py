"""Mail while workers are killed and the broker is gone: nothing is lost, and doubles are at most as many as the kills.

A real Valkey, real Celery workers and beats, a real SMTP server, and a database of its own.
"""

import os
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.house import House, beside, dead_redis, empty_redis, environment, kill, new_database
from tests.post import Postbox, postbox

pytestmark = [pytest.mark.faults, pytest.mark.slow]

KILLS = 5
#: Wakes a worker as a committed verb does, and prints how many seconds a page waits for it.
WAKE = """
import time, django
django.setup()
import kombu.transport.redis
from samverkan.tasks import wake_worker
began = time.monotonic()
wake_worker()
print(time.monotonic() - began)
"""
LEASE = 2
SEEDS = {"invitation": (), "account_changed": ("notices",)}
TABLES = {"account_changed": "groups_notice"}
DEADLINE = 60


@pytest.fixture(scope="module")
def prepared(django_db_modify_db_settings: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A prepared database without rows, to be copied."""
    with new_database() as name:
        variables = environment(name)
        variables["DATABASE_OWNER_URL"] = beside(os.environ["DATABASE_OWNER_URL"], name)
        House(name, variables, tmp_path_factory.mktemp("prepare")).run("manage.py", "prepare_database")
        yield name


@pytest.fixture
def box() -> Iterator[tuple[Postbox, int]]:
    with postbox(delay=0.01) as server:
        yield server


@pytest.fixture
def members() -> int:
    """How many people the meeting calls; a test that needs more says so."""
    return 40


@pytest.fixture
def kind() -> str:
    """What is mailed: invitations to a meeting, or notices of a change."""
    return "invitation"


@pytest.fixture
def house(
    prepared: str, box: tuple[Postbox, int], members: int, kind: str, tmp_path: Path
) -> Iterator[House]:
    """An installation with mails that nobody has sent yet: the broker was dead when they were planned."""
    with new_database(like=prepared) as name:
        variables = environment(
            name,
            REDIS_URL=dead_redis(),
            EMAIL_URL=f"smtp://127.0.0.1:{box[1]}",
            DELIVERY_LEASE_SECONDS=str(LEASE),
            DELIVERY_SCAN_SECONDS="1",
        )
        house = House(name, variables, tmp_path)
        house.called_in = float(house.run("-m", "tests.faults.seed", str(members), *SEEDS[kind]))
        try:
            yield house
        finally:
            house.end()


def until(condition: Callable[[], bool], house: House, seconds: float = DEADLINE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, house.logs()
        time.sleep(0.05)


def states(house: House, kind: str) -> dict[str, int]:
    table = TABLES.get(kind, "meetings_delivery")
    query = f"SELECT state, count(*) FROM {table} WHERE kind = '{kind}' GROUP BY state"
    return dict(house.rows(query))


def ids_of(box: Postbox, kind: str) -> Counter[str]:
    """How many times each mail of a kind has come, by its Message-ID."""
    return Counter(
        str(message["Message-ID"]) for message in box.mails() if message["Message-ID"].startswith(f"<{kind}.")
    )


def recipients(box: Postbox) -> set[str]:
    return {str(message["To"]) for message in box.mails()}


@pytest.mark.parametrize("members", [220])
@pytest.mark.parametrize("kind", sorted(SEEDS))
def test_killed_workers_lose_nothing_and_double_at_most_once_each(house, box, members, kind):
    postbox, _port = box
    house.environment["REDIS_URL"] = empty_redis()
    house.beat()
    workers = [house.worker(), house.worker()]
    held = []

    for number in range(KILLS):
        assert postbox.wait_for(20 + 35 * number, DEADLINE), house.logs()
        kill(workers.pop(0))
        held.append(states(house, kind).get("leased", 0))
        workers.append(house.worker())
    until(lambda: states(house, kind) == {"sent": members}, house)

    ids = ids_of(postbox, kind)
    assert sum(count > 0 for count in held) >= 2, "The workers should be killed while they hold rows."
    assert recipients(postbox) == {f"member-{number}@example.org" for number in range(members)}
    assert len(ids) == members
    assert sum(ids.values()) - members <= KILLS


def test_two_beats_and_two_workers_send_each_reminder_once(house, box, members):
    postbox, _port = box
    house.environment["REDIS_URL"] = empty_redis()
    processes = [house.worker(), house.worker(), house.beat(), house.beat()]
    until(lambda: states(house, "invitation") == {"sent": members}, house)
    # Half of them are due some turns of beat after the others, which could have been sent again by then.
    house.rows(
        "UPDATE meetings_delivery SET due_at = now() + (id % 2) * interval '4 seconds' WHERE kind = 'reminder'"
    )

    until(lambda: states(house, "reminder") == {"sent": members}, house)

    ids = ids_of(postbox, "reminder")
    assert len(ids) == members
    assert set(ids.values()) == {1}
    assert [process.poll() for process in processes] == [None] * 4, house.logs()


def test_a_dead_broker_stops_neither_the_call_nor_the_mail(house, box, members):
    postbox, _port = box

    said = house.run("manage.py", "send_due")

    assert house.called_in < 3
    assert said == f"sent: {members}\n"
    assert len(ids_of(postbox, "invitation")) == members


def test_a_broker_that_takes_connections_and_says_nothing_holds_no_page(house):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        house.environment["REDIS_URL"] = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"

        waited = float(house.run("-c", WAKE))

    assert 0.5 < waited < 5
