"""Conditions for seats and grants to hold now, in SQL by hand: lists ask them of every row, and pages compile them anew."""

from typing import Any

from django.db import models
from django.db.models import F, Func, Value


class HoldsNow(Func):
    """Begun (where a first column is given) and not ended, by the database's clock."""

    output_field = models.BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        *begins, ends = (compiler.compile(column)[0] for column in self.source_expressions)
        begun = "".join(f"{column} <= STATEMENT_TIMESTAMP() AND " for column in begins)
        return f"({begun}({ends} IS NULL OR {ends} > STATEMENT_TIMESTAMP()))", []


class SeatedIn(Func):
    """The person holds a live seat for the unit in the case whose key a column holds.

    ``OFFSET 0`` makes PostgreSQL ask it of each row that is left, in their order. As a join it would take seats and
    grants for unrelated, believe that hardly a row is left of both, and sort them all.
    """

    template = (
        "EXISTS (SELECT 1 FROM interventions_seat held"
        " WHERE (held.case_id, held.user_id, held.unit_id) = (%(expressions)s)"
        " AND held.valid_from <= STATEMENT_TIMESTAMP()"
        " AND (held.valid_until IS NULL OR held.valid_until > STATEMENT_TIMESTAMP()) OFFSET 0)"
    )
    output_field = models.BooleanField()


def seat_holds(prefix: str = "") -> HoldsNow:
    """``prefix`` walks a relation, such as ``"seats__"``."""
    return HoldsNow(F(f"{prefix}valid_from"), F(f"{prefix}valid_until"))


def grant_holds(prefix: str = "") -> HoldsNow:
    """``prefix`` walks a relation, such as ``"grants__"``."""
    return HoldsNow(F(f"{prefix}valid_until"))


def seated_in(case: str, *, user_id: Any, unit_id: Any) -> SeatedIn:
    """``case`` names the field; the others are keys, or slots for them (``samverkan.kept``)."""
    return SeatedIn(F(case), _value(user_id), _value(unit_id))


def _value(key: Any) -> Any:
    return key if hasattr(key, "resolve_expression") else Value(key)
