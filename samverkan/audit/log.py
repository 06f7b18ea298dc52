"""Writing the access log: in the same transaction as what it speaks of, so that a page without a row is no page."""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

from samverkan.audit.models import AccessEvent

_INSERT = """INSERT INTO audit_accessevent
    (id, at, actor_id, unit_id, act, case_id, object_type, object_ids, reason)
    VALUES (%s, %s, %s::bigint, %s::bigint, %s, %s::uuid, %s, %s::uuid[], %s)"""


def record(
    actor: Any,
    act: AccessEvent.Act,
    model: type[models.Model],
    ids: Iterable[uuid.UUID] = (),
    *,
    case_id: uuid.UUID | None = None,
    reason: str = "",
) -> None:
    """Log that ``actor`` did ``act`` to these rows; one row in the log however many rows were shown.

    Call it in the transaction that reads or writes them. The database refuses a row in another person's name.
    """
    event = AccessEvent(
        actor_id=actor.pk,
        unit_id=actor.unit_id,
        act=act,
        case_id=case_id,
        object_type=model._meta.label_lower,
        object_ids=list(ids),
        reason=reason,
    )
    write(event)


def write(event: AccessEvent, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """By hand: every page of a case writes one, and Django would take longer to build the statement than to run it."""
    values = [
        event.id,
        event.at,
        _text(event.actor_id),
        _text(event.unit_id),
        str(event.act),
        event.case_id,
        event.object_type,
        "{" + ",".join(map(str, event.object_ids)) + "}",
        event.reason,
    ]
    with connections[using].ready_cursor() as cursor:  # type: ignore[attr-defined] # our own backend
        cursor.execute(_INSERT, values)


def _text(number: int | None) -> str | None:
    """One type for all, cast by the statement: the server keeps a plan for every size of number."""
    return None if number is None else str(number)


def record_refusal(actor: Any, model: Any, lookup: dict[str, Any]) -> None:
    """Log a row that was asked for and not shown, in a transaction of its own, since the request's is undone.

    The case is the one that was asked for, whether there is such a case or not: its lead unit sees the row in the log,
    and the person who was refused learns nothing.
    """
    asked = _uuid(lookup.get("pk"))
    case_id = _uuid(lookup.get(model.case_key))
    with transaction.atomic():
        record(actor, AccessEvent.Act.REFUSED, model, [asked] if asked else [], case_id=case_id)


def _uuid(value: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(getattr(value, "pk", value)))
    except ValueError:
        return None
