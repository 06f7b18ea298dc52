"""Making the three database roles and the database; asked of an administrator's login, once and safe to repeat."""

from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from samverkan.grants import APP, BACKUP, OWNER

#: What each role is. The app role may become nobody else; the owner may act as the app role, for tests of the walls.
ATTRIBUTES = {
    OWNER: "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
    APP: "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE",
    BACKUP: "LOGIN NOSUPERUSER BYPASSRLS NOCREATEDB NOCREATEROLE",
}


class RoleTrouble(Exception):
    """The roles cannot be made as asked; the message says which address is wrong."""


def prepare(admin_url: str, urls: dict[str, str]) -> None:
    """Make roles, passwords and the database.

    ``urls`` holds the address that each role will use (a role without one gets no login); all name one database.
    """
    names = {urlsplit(url).path.lstrip("/") for url in urls.values() if url}
    if len(names) != 1:
        raise RoleTrouble(
            "DATABASE_URL, DATABASE_OWNER_URL and DATABASE_BACKUP_URL must name one and the same database."
        )
    database = names.pop()
    with psycopg.connect(admin_url, autocommit=True) as connection:
        for role, attributes in ATTRIBUTES.items():
            _make_role(connection, role, attributes, urls.get(role, ""))
        _make_database(connection, database)
    _close_to_others(admin_url, database)


def _make_role(connection: psycopg.Connection[Any], role: str, attributes: str, url: str) -> None:
    name = sql.Identifier(role)
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
        connection.execute(sql.SQL("CREATE ROLE {}").format(name))
    connection.execute(sql.SQL("ALTER ROLE {} WITH {}").format(name, sql.SQL(attributes)))
    if role == APP:
        # Sessions of one role see each other's statements in pg_stat_activity, and what is written into them.
        connection.execute(sql.SQL("ALTER ROLE {} SET track_activities = off").format(name))
    if url:
        parts = urlsplit(url)
        if parts.username != role:
            raise RoleTrouble(
                f"The address for {role} signs in as “{parts.username}”; it must sign in as {role}."
            )
        password = sql.Literal(unquote(parts.password or ""))
        connection.execute(sql.SQL("ALTER ROLE {} WITH PASSWORD {}").format(name, password))


def _make_database(connection: psycopg.Connection[Any], database: str) -> None:
    if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} ENCODING 'UTF8' TEMPLATE template0").format(
                sql.Identifier(database), sql.Identifier(OWNER)
            )
        )


def _close_to_others(admin_url: str, database: str) -> None:
    parts = urlsplit(admin_url)._replace(path=f"/{database}")
    with psycopg.connect(parts.geturl(), autocommit=True) as connection:
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(database)))
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}, {}, {}").format(
                sql.Identifier(database), *(sql.Identifier(role) for role in ATTRIBUTES)
            )
        )
        connection.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(OWNER)))
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
