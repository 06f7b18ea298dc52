"""What must hold before the program serves: the database login must be one that row-level security binds."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import connections

from samverkan.structure_mode import reaches_cases

ROLE = """
SELECT r.rolsuper, r.rolbypassrls,
       EXISTS (SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname = 'public' AND pg_has_role(r.oid, c.relowner, 'MEMBER')),
       r.rolcreaterole OR EXISTS (SELECT 1 FROM pg_auth_members m WHERE m.member = r.oid),
       current_setting('track_activities') = 'on'
FROM pg_roles r WHERE r.rolname = session_user
"""

#: What is wrong with a login, in the order of the columns above.
FAULTS = (
    "is a superuser",
    "has BYPASSRLS",
    "owns tables",
    "can become another role",
    "shows its statements to its other sessions (ALTER ROLE samverkan_app SET track_activities = off)",
)


class UnsafeRole(Exception):
    """The process signs in to the database as somebody whom row-level security does not bind."""


def refuse_unsafe_role(using: str = "default") -> None:
    """Raise unless the login is an ordinary role that owns nothing; web and workers call it when they start.

    Tests arrange rows as the owner and become the app role themselves, so in a test nothing is refused.
    """
    if settings.MODE == "test":
        return
    with connections[using].cursor() as cursor:
        cursor.execute(ROLE)
        found = [fault for fault, true in zip(FAULTS, cursor.fetchone(), strict=True) if true]
        if not found and not settings.CASES and reaches_cases(cursor):
            raise UnsafeRole(
                "CASES is off and the database still lets the program touch cases; run manage.py prepare_database once, "
                "or set CASES=on."
            )
    if found:
        raise UnsafeRole(
            f"DATABASE_URL signs in as a role that {found[0]}, so row-level security would not keep case data from it; "
            "sign in as samverkan_app, as manage.py prepare_database makes it."
        )


def database_role(app_configs: Any, databases: list[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """``check --database default`` reports an unsafe role."""
    if not databases or "default" not in databases:
        return []
    try:
        refuse_unsafe_role()
    except UnsafeRole as error:
        return [Error(str(error), id="samverkan.E001")]
    return []
