"""What the environment must say before the program may start.

Each reader raises :class:`Misconfigured` with one sentence that tells a person which variable to set and to what.
Production has no defaults for anything that guards data.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

MODES = ("production", "demo", "test")
SHORTEST_KEY = 50


class Misconfigured(ImproperlyConfigured):
    """A value in the environment is missing or makes no sense; the message says what to do."""


@dataclass(frozen=True)
class Environment:
    """The validated environment; built once, by ``samverkan.settings``."""

    mode: str
    secret_key: str
    reader_key: str
    allowed_hosts: list[str]
    base_url: str
    database: dict[str, Any]
    owner_database: dict[str, Any] | None
    backup_database_url: str
    admin_database_url: str
    redis_url: str
    email: dict[str, Any]
    from_address: str
    contact_address: str
    second_factor: bool
    cases: bool
    prepared_statements: bool
    idle_minutes: int
    proxies: int
    static_root: str
    delivery_lease: int
    delivery_scan: int
    agreement_warnings: tuple[int, ...]
    notice_days: int

    @property
    def production(self) -> bool:
        return self.mode == "production"

    @property
    def https(self) -> bool:
        return self.base_url.startswith("https://")


def read() -> Environment:
    """Read and check ``os.environ``.

    Raises:
        Misconfigured: one sentence, naming the variable.
    """
    env = environ.Env()
    mode = env.str("SAMVERKAN_MODE", default="production")
    if mode not in MODES:
        raise Misconfigured(f"SAMVERKAN_MODE is “{mode}”; set it to one of {', '.join(MODES)}.")
    base_url = _base_url(env, mode)
    return Environment(
        mode=mode,
        secret_key=_key(env, "SECRET_KEY"),
        reader_key=_key(env, "READER_KEY"),
        allowed_hosts=_hosts(env),
        base_url=base_url,
        database=_database(env, "DATABASE_URL"),
        owner_database=_database(env, "DATABASE_OWNER_URL")
        if env.str("DATABASE_OWNER_URL", default="")
        else None,
        backup_database_url=env.str("DATABASE_BACKUP_URL", default=""),
        admin_database_url=env.str("DATABASE_ADMIN_URL", default=""),
        redis_url=_required(env, "REDIS_URL", "for example redis://127.0.0.1:6379/0"),
        email=_email(env),
        from_address=_from_address(env, base_url),
        contact_address=env.str("CONTACT_ADDRESS", default="") or _from_address(env, base_url),
        second_factor=_second_factor(env, mode),
        cases=_cases(env),
        prepared_statements=_prepared_statements(env),
        idle_minutes=_number(env, "SESSION_IDLE_MINUTES", of="minutes", default=30),
        proxies=env.int("TRUSTED_PROXIES", default=0),
        static_root=env.str("STATIC_ROOT", default=""),
        delivery_lease=_seconds(env, "DELIVERY_LEASE_SECONDS", default=180),
        delivery_scan=_seconds(env, "DELIVERY_SCAN_SECONDS", default=60),
        agreement_warnings=_days(env, "AGREEMENT_WARNINGS", default="180,90,30"),
        notice_days=_number(env, "NOTICE_DAYS", of="days", default=30),
    )


def _required(env: environ.Env, name: str, example: str) -> str:
    value = env.str(name, default="").strip()
    if not value:
        raise Misconfigured(f"{name} is not set; give it a value, {example}.")
    return value


def _from_address(env: environ.Env, base_url: str) -> str:
    return str(env.str("FROM_ADDRESS", default=f"samverkan@{urlsplit(base_url).hostname}"))


def _seconds(env: environ.Env, name: str, *, default: int) -> int:
    return _number(env, name, of="seconds", default=default)


def _number(env: environ.Env, name: str, *, of: str, default: int) -> int:
    value = env.str(name, default=str(default)).strip()
    if not value.isascii() or not value.isdigit() or int(value) < 1:
        raise Misconfigured(f"{name} is “{value}”; write a number of {of}, at least 1, such as {default}.")
    return int(value)


def _days(env: environ.Env, name: str, *, default: str) -> tuple[int, ...]:
    """Numbers of days, the most first; empty for none."""
    values = [value.strip() for value in env.str(name, default=default).split(",") if value.strip()]
    if not all(value.isascii() and value.isdigit() and 0 < int(value) < 3650 for value in values):
        raise Misconfigured(
            f"{name} is “{','.join(values)}”; write numbers of days, separated by commas, such as {default}."
        )
    return tuple(sorted({int(value) for value in values}, reverse=True))


def _key(env: environ.Env, name: str) -> str:
    value = _required(env, name, f"at least {SHORTEST_KEY} random characters")
    if len(value) < SHORTEST_KEY or len(set(value)) < 10:
        raise Misconfigured(f"{name} is too weak; use at least {SHORTEST_KEY} random characters.")
    return value


def _hosts(env: environ.Env) -> list[str]:
    hosts = [host.strip() for host in env.list("ALLOWED_HOSTS", default=[]) if host.strip()]
    if not hosts:
        raise Misconfigured(
            "ALLOWED_HOSTS is not set; list the host names that users type, separated by commas."
        )
    if "*" in hosts:
        raise Misconfigured(
            "ALLOWED_HOSTS is “*”, which lets anyone choose the address in mails; list the host names."
        )
    return hosts


def _base_url(env: environ.Env, mode: str) -> str:
    value = _required(
        env, "BASE_URL", "the address that links in mails begin with, such as https://samverkan.example.org"
    )
    parts = urlsplit(value)
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.path not in ("", "/")
        or parts.query
    ):
        raise Misconfigured(
            f"BASE_URL is “{value}”; write scheme and host only, such as https://samverkan.example.org."
        )
    if mode == "production" and parts.scheme != "https":
        raise Misconfigured("BASE_URL must begin with https:// in production.")
    return value.rstrip("/")


def _database(env: environ.Env, name: str) -> dict[str, Any]:
    url = _required(env, name, "for example postgresql://samverkan_app:secret@127.0.0.1:5432/samverkan")
    if urlsplit(url).scheme not in ("postgres", "postgresql"):
        raise Misconfigured(f"{name} must be a postgresql:// address; Samverkan runs on PostgreSQL only.")
    return dict(env.db_url_config(url))


def _email(env: environ.Env) -> dict[str, Any]:
    url = _required(
        env, "EMAIL_URL", "for example smtp://127.0.0.1:25 or smtp+tls://user:secret@mail.example.org:587"
    )
    try:
        config = dict(env.email_url_config(url))
    except (KeyError, ValueError, ImproperlyConfigured) as error:
        raise Misconfigured(
            "EMAIL_URL cannot be read; write smtp://host:port or smtp+tls://user:secret@host:port."
        ) from error
    return {name: value for name, value in config.items() if name.startswith("EMAIL_")}


def _second_factor(env: environ.Env, mode: str) -> bool:
    value = env.str("SECOND_FACTOR", default="required")
    if value not in ("required", "off"):
        raise Misconfigured(f"SECOND_FACTOR is “{value}”; set it to required, or to off in a demo or a test.")
    if value == "off" and mode == "production":
        raise Misconfigured("SECOND_FACTOR cannot be off in production; remove it or set it to required.")
    return value == "required"


def _cases(env: environ.Env) -> bool:
    value = env.str("CASES", default="on")
    if value not in ("on", "off"):
        raise Misconfigured(f"CASES is “{value}”; set it to on, or to off for a structure without cases.")
    return value == "on"


def _prepared_statements(env: environ.Env) -> bool:
    value = env.str("PREPARED_STATEMENTS", default="on")
    if value not in ("on", "off"):
        raise Misconfigured(
            f"PREPARED_STATEMENTS is “{value}”; set it to on, or to off behind a pooler in transaction mode."
        )
    return value == "on"
