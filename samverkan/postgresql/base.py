"""PostgreSQL connections that refuse case data outside a transaction and tell the database who reads.

The reader is a *transaction-local* setting. A session-level one would be inherited by the next request on the same
connection, and by another client altogether behind a pooler in transaction mode.
"""

import sys
from collections.abc import Callable
from typing import Any

import psycopg
from django.conf import settings
from django.db import DatabaseError
from django.db.backends.postgresql import base

from samverkan import reader


class OutsideTransaction(DatabaseError):
    """Case data was asked for outside a transaction, where the reader's setting would silently not hold."""


#: Not even nobody has been told to this transaction.
_UNTOLD = object()


#: Tells who reads, and that what is prepared is not planned anew for each reader: the plan that reads the newest from an
#: index, in their order, is right for all of them. Both end with the transaction.
_TELL = "SELECT set_config('samverkan.reader', %s, true), set_config('plan_cache_mode', 'force_generic_plan', true)"

#: Asks ``create_cursor`` for a ready one, in the place of a name.
_READY = "ready"


class ReadyCursor(psycopg.Cursor[Any]):
    """Binds on the server, which keeps the statement and its plan for the next time on this connection."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        return super().execute(query, params, **{"prepare": True} | options)


class DatabaseWrapper(base.DatabaseWrapper):
    """Applies the current reader before the first statement in a transaction that touches case data."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.applied_reader: object = _UNTOLD
        #: What ``samverkan.kept`` has made for this connection, by what it was made from.
        self.kept: dict[Any, Any] = {}
        self.execute_wrappers.append(self._guard)

    def get_connection_params(self) -> dict[str, Any]:
        # Only what asks for it is prepared; nothing is where a pooler between us would mix up the connections.
        threshold = sys.maxsize if settings.PREPARED_STATEMENTS else None
        return super().get_connection_params() | {"prepare_threshold": threshold}

    def create_cursor(self, name: Any = None) -> Any:
        return ReadyCursor(self.connection) if name is _READY else super().create_cursor(name)

    def ready_cursor(self) -> Any:
        """For the few statements that are run all the time in the same words; guarded, counted and told as any other."""
        return self._cursor(_READY)  # type: ignore[attr-defined]

    def commit_between(self) -> list[str]:
        """What ends a transaction and begins the next, where it stands between two statements that are sent at once;
        nothing inside another transaction, such as a test's."""
        self.applied_reader = _UNTOLD
        return [] if self.savepoint_ids else ["COMMIT", "BEGIN"]

    def _guard(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        if reader.touches_case_data(sql):
            if not self.in_atomic_block:
                raise OutsideTransaction(
                    "Case data is read and written inside a transaction only; use transaction.atomic()."
                )
            self._apply_reader()
        return execute(sql, params, many, context)

    def _apply_reader(self) -> None:
        # Nobody is told as well, so that a setting left behind on the connection cannot speak for them.
        wanted = reader.current()
        if wanted == self.applied_reader:
            return
        # Bound on the server: a value written into the statement could be read in pg_stat_activity by the role's other
        # sessions, and used there as long as it is believed.
        with ReadyCursor(self.connection) as cursor:
            cursor.execute(_TELL, [reader.token(wanted)])
        self.applied_reader = wanted

    # The setting ends with the transaction and is undone with a savepoint, so what was applied is forgotten then.

    def _set_autocommit(self, autocommit: bool) -> None:
        self.applied_reader = _UNTOLD
        super()._set_autocommit(autocommit)  # type: ignore[misc]

    def _savepoint_rollback(self, sid: str) -> None:
        self.applied_reader = _UNTOLD
        super()._savepoint_rollback(sid)  # type: ignore[misc]

    def _rollback(self) -> Any:
        self.applied_reader = _UNTOLD
        return super()._rollback()  # type: ignore[misc]

    def _commit(self) -> Any:
        self.applied_reader = _UNTOLD
        return super()._commit()  # type: ignore[misc]
