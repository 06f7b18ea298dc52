"""Signing in: e-mail and password, then a second factor. Accounts are made by administrators, never by visitors."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Closes self-registration."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def needs_second_factor(request: HttpRequest) -> bool:
    """Whether this signed-in request must first set up a second factor (``SECOND_FACTOR=required``)."""
    if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
        return False
    if is_mfa_enabled(request.user):
        return False
    return not _open(request.path_info)


def _open(path: str) -> Any:
    return path.startswith(("/account/", "/static/", "/language/", "/healthz", "/answer/"))
