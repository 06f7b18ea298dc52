"""Real logins: the app role's own, as the web and the workers have, beside the owner's that arranges."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import psycopg
from django.db import connection, connections

from samverkan.postgresql.base import DatabaseWrapper


def address(variable: str) -> str:
    """The address in that environment variable, of the test database."""
    return urlsplit(os.environ[variable])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


@contextmanager
def app_alias() -> Iterator[str]:
    """Django's connection ``app``, of this thread: signed in as samverkan_app, in nobody's transaction."""
    login = urlsplit(address("DATABASE_URL"))
    signed_in = {"USER": login.username, "PASSWORD": login.password}
    connections["app"] = DatabaseWrapper(connections["default"].settings_dict | signed_in, "app")
    try:
        yield "app"
    finally:
        connections["app"].close()
        del connections["app"]


def login(variable: str = "DATABASE_URL", **options: object) -> psycopg.Connection:
    """A bare connection, without Django."""
    return psycopg.connect(address(variable), **options)  # type: ignore[arg-type]
