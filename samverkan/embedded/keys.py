"""Passwords and keys of the servers on this machine, made once and kept in a file that only its owner reads."""

import os
import secrets
from pathlib import Path

NAMES = (
    "DATABASE_ADMIN_PASSWORD",
    "DATABASE_OWNER_PASSWORD",
    "DATABASE_APP_PASSWORD",
    "DATABASE_BACKUP_PASSWORD",
    "REDIS_PASSWORD",
    "SECRET_KEY",
    "READER_KEY",
)

Keys = dict[str, str]


def generated() -> Keys:
    """A fresh value for every name: 64 characters that need no quoting in an address."""
    return {name: secrets.token_urlsafe(48) for name in NAMES}


def kept(path: Path) -> Keys:
    """The values in the file, with those it lacks added to it; safe to repeat."""
    lines = path.read_text().splitlines() if path.exists() else []
    found = dict(line.split("=", 1) for line in lines if "=" in line)
    keys = generated() | {name: value for name, value in found.items() if name in NAMES}
    if keys != found:
        write_private(path, "".join(f"{name}={value}\n" for name, value in keys.items()))
    return keys


def write_private(path: Path, text: str) -> None:
    """Put a file in place in one step; only its owner ever reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)
