"""What must hold before the program serves: the database login must be one that row-level security binds."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import connections

ROLE = """
SELECT r.rolsuper, r.rolbypassrls,
       EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE c.relowner = r.oid AND n.nspname = 'public')
FROM pg_roles r WHERE r.rolname = session_user
"""


class UnsafeRole(Exception):
    """The process signs in to the database as somebody whom row-level security does not bind."""


def refuse_unsafe_role(using: str = "default") -> None:
    """Raise unless the login is an ordinary role that owns nothing; web and workers call it when they start."""
    with connections[using].cursor() as cursor:
        cursor.execute(ROLE)
        superuser, bypasses, owns = cursor.fetchone()
    if superuser or bypasses or owns:
        fault = "is a superuser" if superuser else "has BYPASSRLS" if bypasses else "owns tables"
        raise UnsafeRole(
            f"DATABASE_URL signs in as a role that {fault}, so row-level security would not bind it; "
            "sign in as samverkan_app."
        )


def database_role(app_configs: Any, databases: list[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """``check --database default`` reports an unsafe role."""
    if not databases or "default" not in databases or settings.MODE == "test":
        return []
    try:
        refuse_unsafe_role()
    except UnsafeRole as error:
        return [Error(str(error), id="samverkan.E001")]
    return []
