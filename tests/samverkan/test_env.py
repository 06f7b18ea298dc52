"""The environment refuses nonsense with a sentence that names the variable."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from samverkan import env

GOOD = {
    "SAMVERKAN_MODE": "production",
    "SECRET_KEY": "kN7-pQ2_xV9.bT4~mZ8!wL3*cR6+hJ1=sD5;gF0:yU2,aE8?oI4",
    "READER_KEY": "Zt5-Wm1_Qe8.Ru3~Ty7!Pi2*As9+Df4=Gh6;Jk0:Lx5,Cv1?Bn8",
    "ALLOWED_HOSTS": "samverkan.example.org",
    "BASE_URL": "https://samverkan.example.org",
    "DATABASE_URL": "postgresql://samverkan_app:hemligt@db.example.org/samverkan",
    "REDIS_URL": "redis://broker.example.org:6379/0",
    "EMAIL_URL": "smtp+tls://user:hemligt@mail.example.org:587",
}


@pytest.fixture
def environment(monkeypatch):
    """Exactly GOOD; the test changes one value."""
    for name in (*GOOD, "SECOND_FACTOR", "FROM_ADDRESS", "TRUSTED_PROXIES", "DATABASE_OWNER_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_good_environment_is_read(environment):
    read = env.read()

    assert read.production and read.https and read.second_factor
    assert read.allowed_hosts == ["samverkan.example.org"]
    assert read.database["USER"] == "samverkan_app"
    assert read.email["EMAIL_HOST"] == "mail.example.org"
    assert read.email["EMAIL_USE_TLS"] is True
    assert read.from_address == "samverkan@samverkan.example.org"


@pytest.mark.parametrize(
    "name",
    ["SECRET_KEY", "READER_KEY", "ALLOWED_HOSTS", "BASE_URL", "DATABASE_URL", "REDIS_URL", "EMAIL_URL"],
)
def test_production_has_no_default_for(environment, name):
    environment.delenv(name)

    with pytest.raises(env.Misconfigured, match=f"^{name} is not set"):
        env.read()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SAMVERKAN_MODE", "prod", "set it to one of production, demo, test"),
        ("SECRET_KEY", "short", "too weak"),
        ("SECRET_KEY", "a" * 60, "too weak"),
        ("READER_KEY", "short", "too weak"),
        ("ALLOWED_HOSTS", "*", "list the host names"),
        ("ALLOWED_HOSTS", " , ", "not set"),
        ("BASE_URL", "samverkan.example.org", "scheme and host only"),
        ("BASE_URL", "https://samverkan.example.org/app", "scheme and host only"),
        ("BASE_URL", "http://samverkan.example.org", "https:// in production"),
        ("DATABASE_URL", "sqlite:///samverkan.db", "PostgreSQL only"),
        ("EMAIL_URL", "nonsense://mail", "cannot be read"),
        ("SECOND_FACTOR", "maybe", "required, or to off"),
        ("SECOND_FACTOR", "off", "cannot be off in production"),
    ],
)
def test_nonsense_is_refused(environment, name, value, says):
    environment.setenv(name, value)

    with pytest.raises(env.Misconfigured, match=says) as caught:
        env.read()

    assert name in str(caught.value)


def test_the_second_factor_may_be_off_in_a_demo(environment):
    environment.setenv("SAMVERKAN_MODE", "demo")
    environment.setenv("SECOND_FACTOR", "off")

    assert env.read().second_factor is False


def test_production_refuses_to_start_without_a_secret_key():
    stripped = {name: value for name, value in os.environ.items() if name not in (*GOOD, "SECOND_FACTOR")}
    started = subprocess.run(
        [sys.executable, Path(settings.BASE_DIR) / "manage.py", "check"],
        env=stripped | {**GOOD, "SECRET_KEY": "", "DJANGO_SETTINGS_MODULE": "samverkan.settings"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert started.returncode != 0
    assert "SECRET_KEY is not set" in started.stderr
