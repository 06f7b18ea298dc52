"""`make demo` from start to Ctrl-C, on a copy of this clone, with everything real."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from samverkan.embedded import demo, environment, places, ports, postgres
from samverkan.embedded.keys import generated
from samverkan.embedded.places import CLONE
from tests.embedded.conftest import eventually, processes_of

GIVEN = {*postgres.ADDRESSES, "REDIS_URL", "SAMVERKAN_MODE", "RESET"}


@pytest.fixture
def clone(open_folder: Path) -> Iterator[Path]:
    """A copy without history and data; the front-end files are shared with this clone."""
    copy = open_folder / "clone"
    left_out = shutil.ignore_patterns(".git", ".venv", "node_modules", "var", "__pycache__", ".*_cache")
    shutil.copytree(CLONE, copy, ignore=left_out)
    (copy / "node_modules").symlink_to(CLONE / "node_modules")
    home = places.find(copy)
    yield copy
    if home.moved:
        shutil.rmtree(home.servers)


@contextmanager
def running(clone: Path, port: int, **variables: str) -> Iterator[str]:
    """The demo, once it has said everything; it gets Ctrl-C afterwards and must end well."""
    unset = {name: value for name, value in os.environ.items() if name not in GIVEN}
    said = clone / "said.txt"
    with said.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "samverkan.embedded", "demo"],
            cwd=clone,
            env={**unset, "PORT": str(port), **variables},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        up = eventually(lambda: "Ctrl-C" in said.read_text() or process.poll() is not None, seconds=300)
        assert up and process.poll() is None, said.read_text()
        yield said.read_text()
    finally:
        process.send_signal(signal.SIGINT)
        code = process.wait(60)
    assert code == 0
    assert eventually(lambda: not processes_of(clone))


def get(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection(ports.HOST, port, timeout=20)
    connection.request("GET", path)
    response = connection.getresponse()
    return response.status, response.read().decode()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_demo_serves_stops_and_keeps_its_data(clone: Path) -> None:
    port = ports.free()
    with running(clone, port) as said:
        assert f"http://{ports.HOST}:{port}/" in said
        assert said.count("@example.org") >= 10
        assert get(port, "/healthz")[0] == 200
        status, page = get(port, "/account/login/")
        assert status == 200 and "<form" in page
        assert get(port, re.findall(r'href="(/static/[^"]+\.css)"', page)[0])[0] == 200
        second = subprocess.run(
            [sys.executable, "-m", "samverkan.embedded", "demo"],
            cwd=clone,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (second.returncode, second.stderr.count("\n")) == (1, 1)
        assert "running already" in second.stderr
    first_keys = (clone / "var" / "secrets.env").read_text()
    (clone / "var" / "demo" / "kept").touch()

    with running(clone, port) as said:
        assert "Collecting static files" not in said
        assert get(port, "/healthz")[0] == 200
    assert (clone / "var" / "demo" / "kept").exists()
    assert (clone / "var" / "secrets.env").read_text() == first_keys

    with running(clone, port, RESET="1"):
        assert get(port, "/healthz")[0] == 200
    assert not (clone / "var" / "demo" / "kept").exists()
    assert (clone / "var" / "secrets.env").read_text() != first_keys


def test_serving_programs_get_no_privileged_address() -> None:
    servers = {name: f"postgresql://{role}" for name, role in postgres.ADDRESSES.items()} | {
        "REDIS_URL": "redis://"
    }
    built = environment.build(
        "demo", keys=generated(), servers=servers, base_url="http://127.0.0.1", smtp_port=25
    )

    serving = environment.unprivileged(built)

    assert set(servers) <= set(built)
    assert {name for name in servers if name in serving} == {"DATABASE_URL", "REDIS_URL"}
    assert serving["SECOND_FACTOR"] == "off"


def test_logins_stand_in_columns() -> None:
    logins = json.loads(
        '[{"part": "Chair", "email": "ordförande@example.org", "password": "a b", "sees": "all"}]'
    )

    assert demo.table(logins) == [
        "Part   E-mail                  Password  Sees",
        "Chair  ordförande@example.org  a b       all",
    ]


def test_static_files_are_collected_again_when_one_changes(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "meetings" / "static").mkdir(parents=True)
    seen = [demo.fingerprint(tmp_path)]
    for name in ("static/site.css", "meetings/static/agenda.js", "package-lock.json"):
        (tmp_path / name).write_text("x")
        seen.append(demo.fingerprint(tmp_path))
    (tmp_path / "var" / "static").mkdir(parents=True)
    (tmp_path / "var" / "static" / "site.css").write_text("x")

    assert len(set(seen)) == 4
    assert demo.fingerprint(tmp_path) == seen[-1]
