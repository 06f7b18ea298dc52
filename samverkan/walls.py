"""Migration operations for the second wall: row-level security (PostgreSQL documentation, 5.9).

Policies bind ``samverkan_app`` only. Their conditions are inline ``EXISTS (… OFFSET 0)``: a function called for each
row costs a thousand times as much, and without ``OFFSET 0`` the planner may turn the condition into one big hash.
"""

from collections.abc import Mapping
from typing import Any

from django.db import migrations

from samverkan.grants import APP, BACKUP


def wall(table: str, *, rights: str = "", **policies: str | tuple[str, str]) -> migrations.RunSQL:
    """Close ``table`` to the app role, then open what ``rights`` and the policies say.

    ``rights`` is a GRANT list such as ``"SELECT, INSERT, UPDATE (valid_until)"``; policies are keyed ``select``,
    ``insert``, ``update``, ``delete``. An update's one condition holds before and after; a pair is the one before and
    the one after. A command without a policy reaches no row.
    """
    statements: list[Any] = [
        f'REVOKE ALL ON "{table}" FROM PUBLIC, {APP}',
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'GRANT SELECT ON "{table}" TO {BACKUP}',
    ]
    if rights:
        statements.append(f'GRANT {rights} ON "{table}" TO {APP}')
    statements += [_policy(table, command, condition) for command, condition in policies.items()]
    return migrations.RunSQL(statements, reverse_sql=_open(table, policies))


def _policy(table: str, command: str, condition: str | tuple[str, str]) -> str:
    before, after = (condition, condition) if isinstance(condition, str) else condition
    clauses = {
        "select": f"USING ({before})",
        "insert": f"WITH CHECK ({after})",
        "update": f"USING ({before}) WITH CHECK ({after})",
        "delete": f"USING ({before})",
    }
    return f'CREATE POLICY {table}_{command} ON "{table}" FOR {command.upper()} TO {APP} {clauses[command]}'


def _open(table: str, policies: Mapping[str, object]) -> list[Any]:
    drops = [f'DROP POLICY {table}_{command} ON "{table}"' for command in policies]
    return [*drops, f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY']
