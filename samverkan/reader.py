"""In whose name the program reads case data.

A request reads for the signed-in person, a task for the person it acts for; where nobody is named, row-level security
gives no rows. The name goes to PostgreSQL signed (HMAC-SHA-256, RFC 2104), so that injected SQL cannot forge another
reader: the key is in the process's environment and in a table that the app role cannot read.
"""

import hashlib
import hmac
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings

#: Seconds that a signed reader is believed; longer than any request or task may take.
BELIEVED_FOR = 900

_reader: ContextVar[int | None] = ContextVar("samverkan_reader", default=None)


class CaseData:
    """Marks every model of case data: row-level security must bind the app role on its table (a test looks).

    ``case_key`` is where a look-up of it names the case, for the log of refusals.
    """

    case_key = "case"


def current() -> int | None:
    """The primary key of the person in whose name case data is read; None reads nothing."""
    return _reader.get()


@contextmanager
def reading_as(user_id: int | None) -> Iterator[None]:
    """Read case data in this person's name inside the block; nests, and gives the former reader back."""
    token_ = _reader.set(user_id)
    try:
        yield
    finally:
        _reader.reset(token_)


def token(user_id: int | None) -> str:
    """The value of ``samverkan.reader``: ``user.expiry.mac``; empty for nobody. Expiry is in Unix seconds."""
    if user_id is None:
        return ""
    claim = f"{int(user_id)}.{int(time.time()) + BELIEVED_FOR}"
    mac = hmac.new(settings.READER_KEY.encode(), claim.encode(), hashlib.sha256).hexdigest()
    return f"{claim}.{mac}"


def pads(key: str) -> tuple[bytes, bytes]:
    """The inner and outer padded keys of HMAC-SHA-256, which let SQL check a mac with plain ``sha256()``."""
    raw = key.encode()
    block = (hashlib.sha256(raw).digest() if len(raw) > 64 else raw).ljust(64, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)


@cache
def guarded_tables() -> frozenset[str]:
    """Names of the tables of case data, history tables included."""
    return frozenset(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if issubclass(model, CaseData)
    )


@cache
def _guarded_name() -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, guarded_tables()))) + r")\b")


def touches_case_data(sql: Any) -> bool:
    """Whether a statement names a table of case data."""
    if not apps.models_ready:
        return False
    return bool(guarded_tables()) and _guarded_name().search(str(sql)) is not None
