"""Why the structure cannot be written as a file, in the reader's words: which rows must be put right first."""

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.translation import gettext as _

from groups.facts import Mistake
from groups.models import Agency, Agreement, AnnualDuty, Body, Method, Premises

_PLACE = re.compile(r"(?P<table>[a-z]+)\[(?P<row>\d+)\](?:\.(?P<field>[a-z_]+))?")
_MODELS: dict[str, Any] = {
    "agencies": Agency,
    "agreements": Agreement,
    "bodies": Body,
    "duties": AnnualDuty,
    "methods": Method,
    "premises": Premises,
}


def said(mistakes: Iterable[Mistake], facts: dict[str, Any]) -> str:
    """One sentence; each row is named once, with the part that is wrong."""
    places = dict.fromkeys(_place(mistake.path, facts) for mistake in mistakes)
    return _(
        "The file cannot be created. Ask an administrator to put this right in the administration first: %(places)s."
    ) % {"places": "; ".join(places)}


def _place(path: str, facts: dict[str, Any]) -> str:
    found = _PLACE.match(path)
    if found is None:
        return _("the texts of the structure itself")
    row = facts[found["table"]][int(found["row"])]
    name = row.get("name") or row.get("title") or row.get("key") or ""
    field = _field(found["table"], found["field"] or "")
    return f"{name} ({field})" if field else name


def _field(table: str, name: str) -> str:
    try:
        field = _MODELS[table]._meta.get_field(name)
    except (KeyError, FieldDoesNotExist):
        return ""
    return str(getattr(field, "verbose_name", ""))
