"""`make demo`: the whole program on this machine, with fictional people, until Ctrl-C."""

import contextlib
import hashlib
import http.client
import json
import os
import shutil
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from samverkan.embedded import environment, keys, places, ports, servers
from samverkan.embedded.places import CLONE, Places
from samverkan.embedded.processes import Processes, Program, run
from samverkan.embedded.trouble import Trouble

# Each is safe to repeat; a second start does them again in a few seconds.
STEPS = (
    ("Preparing the database", ("prepare_database",)),
    ("Reading the Järva structure", ("import_structure", "groups/data/jarva.toml")),
)
GROUNDS = ("Reading the legal grounds", ("import_grounds", "interventions/data/legal_grounds.toml"))
LOGINS = ("load_demo", "--print-logins")


@dataclass(frozen=True)
class Demo:
    """One clone's demo: where it lives and the ports it answers on."""

    places: Places
    port: int
    page_port: int
    smtp_port: int

    @property
    def folder(self) -> Path:
        return self.places.var / "demo"

    @property
    def logs(self) -> Path:
        return self.places.var / "logs"

    @property
    def base_url(self) -> str:
        return f"http://{ports.HOST}:{self.port}"


def main() -> None:
    """Start everything, print where it is, and stay until it is stopped."""
    home = places.find()
    running = "The demo of this clone is running already: stop it with Ctrl-C where it was started."
    with places.held(home.var / "demo.lock", otherwise=running):
        if os.environ.get("RESET", "") not in ("", "0"):
            start_over(home)
        port = ports.chosen(os.environ.get("PORT", ""))
        demo = Demo(home, port, ports.beside(port), ports.free())
        if home.moved and home.account:
            say(
                f"The account {home.account.name} cannot enter this folder, so the servers' data is in {home.servers}."
            )
        serve(demo)


def start_over(home: Places) -> None:
    """Forget everything that earlier demos stored; a server that DATABASE_URL names is left as it is."""
    say("RESET: removing the data of earlier demos ...")
    for folder in {home.var / "demo", home.servers / "demo"}:
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(folder)
    (home.var / "secrets.env").unlink(missing_ok=True)


def serve(demo: Demo) -> None:
    secrets = keys.kept(demo.places.var / "secrets.env")
    data = demo.places.servers / "demo"
    with (
        servers.running(demo.places, data, demo.logs, secrets, say=say) as (addresses, database),
        Processes() as programs,
    ):
        variables = environment.build(
            "demo", keys=secrets, servers=addresses, base_url=demo.base_url, smtp_port=demo.smtp_port
        )
        programs.start(postbox(demo))
        variables["STATIC_ROOT"] = str(demo.places.var / "static")
        logins = prepare(demo, variables)
        say("Starting web, worker and beat ...")
        for program in served(demo, environment.unprivileged(variables)):
            programs.start(program)
        programs.wait_until(lambda: is_healthy(demo.port), what="The web server")
        announce(demo, logins)
        while True:
            database.check()
            programs.check()
            time.sleep(0.3)


def prepare(demo: Demo, variables: Mapping[str, str]) -> list[dict[str, str]]:
    """Bring database and static files up to date; returns the log-ins that the demo offers."""
    for title, command in (*STEPS, *([GROUNDS] if os.environ.get("CASES", "on") == "on" else [])):
        say(f"{title} ...")
        manage(demo, variables, *command)
    say("Adding fictional people ...")
    said = manage(demo, variables, *LOGINS)
    collect_static_files(demo, variables)
    try:
        logins: list[dict[str, str]] = json.loads(said)
    except ValueError:
        raise Trouble(
            f"manage.py {' '.join(LOGINS)} did not print a list: see {demo.logs}/prepare.log."
        ) from None
    return logins


def collect_static_files(demo: Demo, variables: Mapping[str, str]) -> None:
    """Run collectstatic where a file of ours or a pinned package has changed since the last time."""
    stamp = demo.places.var / "static.stamp"
    seen = fingerprint(CLONE)
    if stamp.exists() and stamp.read_text() == seen and (demo.places.var / "static").is_dir():
        return
    say("Collecting static files ...")
    manage(demo, variables, "collectstatic", "--noinput", "--clear", "--verbosity=0")
    stamp.write_text(seen)


def fingerprint(clone: Path) -> str:
    """Changes with each file that collectstatic would gather, and with the settings that say how."""
    folders = [clone / "static", *(path for path in clone.glob("*/static") if path.parent.name != "var")]
    ours = [path for folder in sorted(folders) for path in sorted(folder.glob("**/*"))]
    pins = [clone / name for name in ("package-lock.json", "requirements/base.txt", "samverkan/settings.py")]
    digest = hashlib.sha256()
    for path in filter(Path.is_file, ours + pins):
        digest.update(str(path.relative_to(clone)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def manage(demo: Demo, variables: Mapping[str, str], *command: str) -> str:
    """Run one management command to its end and return what it printed."""
    arguments = [sys.executable, CLONE / "manage.py", *command]
    return run(Program(f"manage.py {command[0]}", arguments, demo.logs / "prepare.log", variables))


def postbox(demo: Demo) -> Program:
    module = [sys.executable, "-m", "samverkan.embedded.postbox"]
    arguments = [*module, demo.folder / "mail", str(demo.smtp_port), str(demo.page_port)]
    return Program("The postbox", arguments, demo.logs / "postbox.log", os.environ)


def served(demo: Demo, variables: Mapping[str, str]) -> list[Program]:
    """The three programs of a real installation."""
    web = f"gunicorn samverkan.wsgi --bind {ports.HOST}:{demo.port} --workers 2 --graceful-timeout 5 --no-control-socket"
    worker = (
        "celery --app samverkan worker --concurrency 2 --loglevel WARNING --without-gossip --without-mingle"
    )
    beat = "celery --app samverkan beat --loglevel WARNING --pidfile= --schedule"
    module = [sys.executable, "-m"]
    return [
        Program("The web server", [*module, *web.split()], demo.logs / "web.log", variables),
        Program("The worker", [*module, *worker.split()], demo.logs / "worker.log", variables),
        Program(
            "Beat", [*module, *beat.split(), demo.folder / "beat-schedule"], demo.logs / "beat.log", variables
        ),
    ]


def is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(ports.HOST, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def announce(demo: Demo, logins: list[dict[str, str]]) -> None:
    """Print the addresses and the log-ins."""
    print()
    print(f"  Samverkan   {demo.base_url}/")
    print(f"  Its mail    http://{ports.HOST}:{demo.page_port}/")
    print(f"  Open page   {demo.base_url}/open/ (what residents see, without signing in)")
    print()
    for line in table(logins):
        print(f"  {line}")
    print()
    print("  Ctrl-C stops everything; the data stays. `make demo RESET=1` starts over.", flush=True)


def table(logins: list[dict[str, str]]) -> list[str]:
    """The log-ins as aligned lines under a head."""
    columns = ("part", "email", "password", "sees")
    rows = [{"part": "Part", "email": "E-mail", "password": "Password", "sees": "Sees"}, *logins]
    widths = {name: max(len(row.get(name, "")) for row in rows) for name in columns}
    return ["  ".join(row.get(name, "").ljust(widths[name]) for name in columns).rstrip() for row in rows]


def say(line: str) -> None:
    """One line of progress, seen at once."""
    print(line, flush=True)
