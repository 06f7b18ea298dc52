"""What every template may show about the structure."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from groups.models import Structure


def structure(request: HttpRequest) -> dict[str, Any]:
    """``structure_name``: “Järva” for “Samverkan Järva”, empty before one is imported; asked of the database when a
    template shows it."""
    return {"structure_name": SimpleLazyObject(lambda: _name(request))}


def _name(request: HttpRequest) -> str:
    row = Structure.objects.visible_to(request.user).first()
    return row.name.removeprefix("Samverkan ").strip() if row else ""
