"""The production files, read and checked; there is no container engine where the tests run."""

import re
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
import redis
import yaml
from django.core.exceptions import ImproperlyConfigured

from samverkan import env
from samverkan.embedded import places, ports
from samverkan.embedded.keys import generated

ROOT = Path(__file__).resolve().parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
PINNED = re.compile(r"[\w./-]+:\d+\.\d+(\.\d+)?(-\w+)*(@sha256:[0-9a-f]{64})?")
each_service = pytest.mark.parametrize("name", sorted(SERVICES))


def example(name: str) -> dict[str, str]:
    lines = (ROOT / "docker" / f"{name}.env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_services_are_those_of_the_design() -> None:
    assert set(SERVICES) == {"migrate", "web", "worker", "beat", "db", "redis"}


@each_service
def test_service_has_a_health_check(name: str) -> None:
    check = SERVICES[name]["healthcheck"]

    assert check["test"][0] in ("CMD", "CMD-SHELL") and len(check["test"]) > 1
    assert {"interval", "timeout", "start_period"} <= set(check)


@each_service
def test_service_runs_as_a_numbered_user_that_is_not_root(name: str) -> None:
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", SERVICES[name]["user"])


@each_service
def test_service_can_gain_nothing(name: str) -> None:
    service = SERVICES[name]

    assert service["read_only"] is True
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["cap_drop"] == ["ALL"]
    assert not {"privileged", "cap_add", "devices", "pid", "network_mode"} & set(service)


@each_service
def test_service_image_is_pinned_to_a_release(name: str) -> None:
    assert PINNED.fullmatch(SERVICES[name]["image"])


@each_service
def test_secrets_come_from_env_files_only(name: str) -> None:
    service = SERVICES[name]

    assert service["env_file"]
    assert set(service.get("environment", {})) <= {"POSTGRES_INITDB_ARGS"}
    assert [path for path in service["env_file"] if not (ROOT / f"{path}.example").is_file()] == []


@pytest.mark.parametrize("path", sorted((ROOT / "docker").glob("*.env.example")), ids=lambda path: path.name)
def test_examples_carry_no_secret(path: Path) -> None:
    values = example(path.name.removesuffix(".env.example"))

    assert {name for name, value in values.items() if value and re.search(r"KEY|PASSWORD|_URL", name)} <= {
        "BASE_URL"
    }


def test_only_migrate_reads_privileged_addresses() -> None:
    privileged = set(example("migrate"))
    readers = [name for name, service in SERVICES.items() if "docker/migrate.env" in service["env_file"]]

    assert privileged == {"DATABASE_ADMIN_URL", "DATABASE_OWNER_URL", "DATABASE_BACKUP_URL"}
    assert readers == ["migrate"]
    assert not privileged & set(example("app"))


def test_example_is_all_that_production_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = generated()
    filled = example("app") | {
        "SECRET_KEY": keys["SECRET_KEY"],
        "READER_KEY": keys["READER_KEY"],
        "DATABASE_URL": "postgresql://samverkan_app:secret@db:5432/samverkan",
        "REDIS_URL": "redis://:secret@redis:6379/0",
        "EMAIL_URL": "smtp+tls://user:secret@mail.example.org:587",
    }
    for name in ("SECOND_FACTOR", *example("migrate")):
        monkeypatch.delenv(name, raising=False)
    for name, value in filled.items():
        monkeypatch.setenv(name, value)

    assert env.read().production

    for name in set(example("app")) - {"SAMVERKAN_MODE", "TRUSTED_PROXIES", "FROM_ADDRESS"}:
        with monkeypatch.context() as without:
            without.setenv(name, "")
            with pytest.raises(ImproperlyConfigured, match=name):
                env.read()


def test_database_and_broker_are_reached_from_inside_only() -> None:
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("db", "redis", "migrate"):
        assert SERVICES[name]["networks"] == ["inside"]
        assert "ports" not in SERVICES[name]
    assert SERVICES["web"]["ports"] == ["127.0.0.1:8000:8000"]


def test_everything_that_serves_waits_for_the_migrations() -> None:
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert SERVICES["migrate"]["restart"] == "no"
    assert SERVICES["migrate"]["command"] == ["python", "manage.py", "prepare_database"]


def test_worker_gets_time_to_finish(settings: Any) -> None:
    grace = int(SERVICES["worker"]["stop_grace_period"].removesuffix("s"))

    assert grace > settings.CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT


def test_broker_settings_are_ones_that_valkey_takes(tmp_path: Path) -> None:
    shell = SERVICES["redis"]["command"][2].replace("$$", "$").replace("dir /data", f"dir {tmp_path}")
    port = ports.free()
    shell = shell.replace("valkey-server -", f"{places.VALKEY_PROGRAM} -").replace(
        "appendonly", f"bind 127.0.0.1\nport {port}\nappendonly"
    )
    server = subprocess.Popen(
        ["sh", "-c", shell], env={"REDIS_PASSWORD": "secret"}, stdout=subprocess.DEVNULL
    )
    try:
        client = redis.Redis(port=port, password="secret")
        for _ in range(100):
            if not ports.is_free(port):
                break
            time.sleep(0.05)
        found = client.config_get("appendonly", "maxmemory-policy")
    finally:
        server.terminate()
        server.wait(20)

    assert found == {"appendonly": "yes", "maxmemory-policy": "noeviction"}


def test_dockerfile_pins_its_images_and_packages() -> None:
    images = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)

    assert images and [image for image in images if not PINNED.fullmatch(image)] == []
    assert "--require-hashes" in DOCKERFILE and "npm ci" in DOCKERFILE
    assert re.search(r"^ADD |curl|wget|apt-get", DOCKERFILE, re.MULTILINE) is None


def test_dockerfile_ends_as_the_composed_user() -> None:
    user = re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE)[-1]

    assert user == SERVICES["web"]["user"]
    assert DOCKERFILE.rindex("\nUSER ") > DOCKERFILE.rindex("\nCOPY ")


def test_image_leaves_out_secrets_and_history() -> None:
    left_out = (ROOT / ".dockerignore").read_text().split()

    assert {".git", ".venv", "node_modules", "var", "*.env", "**/*.env"} <= set(left_out)
