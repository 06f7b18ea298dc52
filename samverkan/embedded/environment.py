"""The environment that our programs get; `samverkan.env` reads and checks the same names."""

import os
from collections.abc import Mapping

from samverkan.embedded import ports
from samverkan.embedded.keys import Keys

PRIVILEGED = ("DATABASE_ADMIN_URL", "DATABASE_OWNER_URL", "DATABASE_BACKUP_URL")
"""What only `manage.py` may hold: the web and the workers get the app role's address and no other."""


def build(
    mode: str, *, keys: Keys, servers: Mapping[str, str], base_url: str, smtp_port: int
) -> dict[str, str]:
    """Everything for `manage.py`: the caller's environment with ours on top."""
    return {
        **os.environ,
        "SAMVERKAN_MODE": mode,
        "DJANGO_SETTINGS_MODULE": "samverkan.settings",
        "SECRET_KEY": keys["SECRET_KEY"],
        "READER_KEY": keys["READER_KEY"],
        "ALLOWED_HOSTS": f"{ports.HOST},localhost",
        "BASE_URL": base_url,
        "EMAIL_URL": f"smtp://{ports.HOST}:{smtp_port}",
        "SECOND_FACTOR": "off",  # both modes; the tests of the second factor switch it on
        "PYTHONUNBUFFERED": "1",
        **servers,
    }


def unprivileged(environment: Mapping[str, str]) -> dict[str, str]:
    """The same for programs that serve."""
    return {name: value for name, value in environment.items() if name not in PRIVILEGED}
