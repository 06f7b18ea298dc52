"""What every template may show about this installation."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """``demo`` and ``second_factor_off`` drive the notices that say so; ``languages`` the switch."""
    return {
        "demo": settings.MODE == "demo",
        "second_factor_off": not settings.SECOND_FACTOR_REQUIRED,
        "languages": settings.LANGUAGES,
    }
