"""Signing in: e-mail and password, then a second factor. Accounts are made by administrators, never by visitors.

django-allauth does the work; what differs here: the same answer for a known and an unknown address, secrets of the second
factor encrypted in the database, and words of our own.
"""

import base64
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.encoding import force_bytes
from django.utils.translation import gettext_lazy as _

#: Pages open to a person who must set up a second factor before anything else; the rest leads to the first of them.
BEFORE_SECOND_FACTOR = frozenset(
    {
        "mfa_activate_totp",
        "account_reauthenticate",
        "account_logout",
        "language",
        "healthz",
        "answer",
        "accessibility",
    }
)


class AccountAdapter(DefaultAccountAdapter):
    """Our words, and no registration; what it mails, ``groups.accounts`` says."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is wrong."),
        "incorrect_password": _("The password is wrong."),
        "enter_current_password": _("The password is wrong."),
        "too_many_login_attempts": _("Too many failed attempts. Wait five minutes, then try again."),
        "rate_limited": _("Too many failed attempts. Wait five minutes, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Who this is; nobody where the account is closed, so that a closed one answers as one that never was."""
        user = super().authenticate(request, **credentials)
        return user if user and user.is_active else None

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Whether the person must show again who they are; not where they have just done so by logging in."""
        steps = get_authentication_records(self.request, self.request.user)
        last = max((step["at"] for step in steps), default=0)
        return time.time() - last >= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)


class MFAAdapter(DefaultMFAAdapter):
    """Keeps the secrets of second factors encrypted: a copy of the database alone makes no codes."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "The code is wrong, too old or already used. Type the next one that the app shows."
        ),
    }

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> MultiFernet:
    """Keys made from SECRET_KEY, the present one first, and from those that SECRET_KEY_FALLBACKS keeps readable."""
    return MultiFernet(
        [Fernet(_derived(secret)) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


def _derived(secret: str | bytes) -> bytes:
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"samverkan second factor")
    return base64.urlsafe_b64encode(key.derive(force_bytes(secret)))


def needs_second_factor(request: HttpRequest) -> bool:
    """Whether this person must set up a second factor before they go on (``SECOND_FACTOR=required``).

    Recovery codes alone do not count.
    """
    if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
        return False
    match = request.resolver_match
    if match is not None and match.url_name in BEFORE_SECOND_FACTOR:
        return False
    return not is_mfa_enabled(request.user, [Authenticator.Type.TOTP])
