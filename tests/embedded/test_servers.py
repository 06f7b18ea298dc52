"""The servers of `make demo` and `make test`: real ones, which come, keep their data, and go without a trace."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from samverkan.embedded import keys, places, ports, postgres, servers
from samverkan.embedded.keys import Keys
from samverkan.embedded.places import CLONE, Account, Places
from samverkan.embedded.processes import Processes, Program, run
from samverkan.embedded.trouble import Trouble
from tests.embedded.conftest import eventually, processes_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


@contextmanager
def running(home: Places, passwords: Keys) -> Iterator[tuple[dict[str, str], Processes]]:
    folder = home.servers / "servers"
    with servers.running(
        home, folder, home.var / "logs", passwords, environment={}, throwaway=True
    ) as started:
        yield started


def ask(address: str, question: str) -> object:
    with psycopg.connect(address, autocommit=True) as connection:
        row = connection.execute(question).fetchone()
    return row[0] if row else None


def test_servers_answer_and_leave_no_process(home: Places, passwords: Keys) -> None:
    with running(home, passwords) as (addresses, _):
        version = ask(addresses["DATABASE_ADMIN_URL"], "SELECT current_setting('server_version_num')::int")
        pong = redis.Redis.from_url(addresses["REDIS_URL"]).ping()
        assert len(processes_of(home.servers)) > 2

    assert isinstance(version, int) and version >= 150000
    assert pong
    assert processes_of(home.servers) == []


def test_servers_listen_on_loopback_only_and_want_passwords(home: Places, passwords: Keys) -> None:
    with running(home, passwords) as (addresses, _):
        admin = addresses["DATABASE_ADMIN_URL"]
        assert ask(admin, "SHOW listen_addresses") == ports.HOST
        assert ask(admin, "SHOW unix_socket_directories") == ""
        with pytest.raises(psycopg.OperationalError, match="password"):
            ask(admin.replace(passwords["DATABASE_ADMIN_PASSWORD"], "guess"), "SELECT 1")
        with pytest.raises(redis.AuthenticationError):
            redis.Redis.from_url(addresses["REDIS_URL"].replace(passwords["REDIS_PASSWORD"], "guess")).ping()


def test_database_knows_swedish_capitals(home: Places, passwords: Keys) -> None:
    with running(home, passwords) as (addresses, _):
        admin = addresses["DATABASE_ADMIN_URL"]
        assert ask(admin, "SELECT lower('ÅÄÖ')") == "åäö"
        assert (
            ask(admin, "SELECT to_tsvector('swedish', 'ÅTGÄRDER') = to_tsvector('swedish', 'åtgärder')")
            is True
        )


def test_broker_keeps_tasks_and_refuses_rather_than_forgets(home: Places, passwords: Keys) -> None:
    with running(home, passwords) as (addresses, _), redis.Redis.from_url(addresses["REDIS_URL"]) as client:
        settings = client.config_get("append*", "maxmemory-policy", "bind")

    assert (settings["appendonly"], settings["appendfsync"]) == ("yes", "everysec")
    assert settings["maxmemory-policy"] == "noeviction"
    assert settings["bind"] == ports.HOST


def test_second_start_keeps_data(home: Places, passwords: Keys) -> None:
    with running(home, passwords) as (addresses, _):
        ask(addresses["DATABASE_ADMIN_URL"], "SELECT lo_from_bytea(42, 'kept')")
        redis.Redis.from_url(addresses["REDIS_URL"]).set("kept", "yes")

    with running(home, passwords) as (addresses, _):
        assert ask(addresses["DATABASE_ADMIN_URL"], "SELECT lo_get(42)") == b"kept"
        assert redis.Redis.from_url(addresses["REDIS_URL"]).get("kept") == b"yes"


def test_reused_number_in_pid_file_does_not_block_start(home: Places, passwords: Keys) -> None:
    with running(home, passwords):
        pid_file = home.servers / "servers" / "postgresql" / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]))

    with running(home, passwords) as (addresses, _):
        assert ask(addresses["DATABASE_ADMIN_URL"], "SELECT 1") == 1


def test_server_that_outlived_its_demo_is_stopped_first(home: Places, passwords: Keys) -> None:
    with running(home, passwords) as (first, _):
        cluster = postgres.Cluster(
            home, home.servers / "servers", home.var / "logs" / "second.log", passwords, throwaway=True
        )
        with Processes() as processes:
            second = postgres.start(cluster, processes)

            assert ask(second["DATABASE_ADMIN_URL"], "SELECT 1") == 1
            with pytest.raises(psycopg.OperationalError):
                ask(first["DATABASE_ADMIN_URL"], "SELECT 1")


def test_dead_server_is_named_with_its_log(home: Places, passwords: Keys) -> None:
    with running(home, passwords) as (_, processes):
        processes.check()
        pid = int((home.servers / "servers" / "postgresql" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGKILL)

        with pytest.raises(Trouble, match=r"^PostgreSQL was ended by SIGKILL.*postgresql\.log, says more\.$"):
            processes.watch()

    assert eventually(lambda: not processes_of(home.servers))


@pytest.mark.faults
def test_killed_parent_leaves_no_process(home: Places) -> None:
    script = f"""
import sys
sys.path.insert(0, {str(CLONE)!r})
from pathlib import Path
from samverkan.embedded import keys, places, servers
home = places.find(Path({str(home.var.parent)!r}), away=Path({str(home.var.parent.parent / "away")!r}))
with servers.running(home, home.servers / "servers", home.var / "logs", keys.generated(), environment={{}}):
    print("up", flush=True)
    sys.stdin.read()
"""
    child = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout and child.stdout.readline() == b"up\n"
    assert processes_of(home.servers / "servers")

    child.kill()
    child.communicate()

    assert eventually(lambda: not processes_of(home.servers / "servers"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands servers to another account")
def test_closed_folder_moves_servers_and_programs(tmp_path: Path, open_folder: Path, passwords: Keys) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)

    home = places.find(closed, away=open_folder)

    assert home.moved and home.account
    with running(home, passwords) as (addresses, _):
        data = (home.servers / "servers" / "postgresql").stat()
        assert ask(addresses["DATABASE_ADMIN_URL"], "SELECT 1") == 1
        assert data.st_uid == home.account.uid != 0
        assert data.st_mode & 0o077 == 0
    assert (home.servers / "servers").stat().st_uid == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands servers to another account")
def test_account_cannot_enter_a_closed_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    nobody = Account(65534, 65534, "nobody")

    assert nobody.can_enter(Path("/usr/bin"))
    assert not nobody.can_enter(tmp_path)


def test_taken_port_is_one_sentence_with_a_way_out() -> None:
    with socket.create_server((ports.HOST, 0)) as server:
        taken = server.getsockname()[1]
        with pytest.raises(Trouble, match=rf"^Port {taken} is taken .*`make demo PORT={taken + 10}`\.$"):
            ports.chosen(str(taken))


@pytest.mark.parametrize("value", ["abc", "0", "70000", "-1", "80 80"])
def test_nonsense_port_is_one_sentence(value: str) -> None:
    with pytest.raises(Trouble, match=r"^PORT is .* from 1 to 65535"):
        ports.chosen(value)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("DATABASE_URL", "postgresql://samverkan_app:x@127.0.0.1:{port}/samverkan"),
        ("DATABASE_ADMIN_URL", "postgresql://postgres:x@127.0.0.1:{port}/postgres"),
        ("DATABASE_ADMIN_URL", "nonsense"),
        ("REDIS_URL", "redis://127.0.0.1:{port}/0"),
        ("REDIS_URL", "nonsense"),
    ],
)
def test_given_server_that_does_not_answer_is_one_sentence(name: str, address: str) -> None:
    names = {*postgres.ADDRESSES, "REDIS_URL"}
    environment = {key: value for key, value in os.environ.items() if key not in names}
    environment[name] = address.format(port=ports.free())

    ended = subprocess.run(
        [sys.executable, "-m", "samverkan.embedded", "test", "--version"],
        env=environment,
        cwd=CLONE,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert name in ended.stderr and "Traceback" not in ended.stderr


def test_missing_addresses_come_from_the_administrators(home: Places, passwords: Keys) -> None:
    with running(home, passwords) as (addresses, _):
        admin = addresses["DATABASE_ADMIN_URL"]

        given = postgres.given({"DATABASE_ADMIN_URL": admin}, passwords)

    assert given == {name: addresses[name] for name in postgres.ADDRESSES}


def test_failing_step_says_its_last_complaint(tmp_path: Path) -> None:
    step = Program(
        "The step",
        [sys.executable, "-c", "raise SystemExit('Error: the disk is full')"],
        tmp_path / "log",
        os.environ,
    )

    with pytest.raises(Trouble) as trouble:
        run(step)

    assert str(trouble.value) == (
        f"The step ended by itself (exit code 1) after “Error: the disk is full”; its log, {tmp_path}/log, says more."
    )


def test_keys_are_private_and_stay(tmp_path: Path) -> None:
    path = tmp_path / "secrets.env"

    first = keys.kept(path)

    assert path.stat().st_mode & 0o777 == 0o600
    assert set(first) == set(keys.NAMES) and len(set(first.values())) == len(first)
    assert min(len(value) for value in first.values()) >= 50
    assert keys.kept(path) == first


def test_key_that_a_newer_version_needs_is_added(tmp_path: Path) -> None:
    path = tmp_path / "secrets.env"
    first = keys.kept(path)
    path.write_text("".join(f"{name}={value}\n" for name, value in first.items() if name != "READER_KEY"))

    second = keys.kept(path)

    assert second["READER_KEY"] not in ("", first["READER_KEY"])
    assert {**second, "READER_KEY": ""} == {**first, "READER_KEY": ""}
