"""What every template may show about this installation."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """``cases`` is off in structure mode; ``demo`` and ``second_factor_off`` drive the notices that say so;
    ``languages`` the switch."""
    return {
        "cases": settings.CASES,
        "demo": settings.MODE == "demo",
        "second_factor_off": not settings.SECOND_FACTOR_REQUIRED,
        "languages": settings.LANGUAGES,
    }
