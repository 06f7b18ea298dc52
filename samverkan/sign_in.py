"""Signing in: e-mail and password, then a second factor. Accounts are made by administrators, never by visitors.

django-allauth does the work; what differs here: the same answer for a known and an unknown address, mail that does not
stop a page, secrets of the second factor encrypted in the database, and words of our own.
"""

import base64
import logging
import time
import uuid
from smtplib import SMTPException
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
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.translation import gettext_lazy as _

from samverkan import mail

logger = logging.getLogger(__name__)

#: What a mail says about a change of the account, by the name that allauth has for it.
CHANGES = {
    "account/email/password_changed": _("Your password was changed."),
    "account/email/password_reset": _("You chose a new password by a link in a mail."),
    "mfa/email/totp_activated": _("Two-factor sign-in was turned on."),
    "mfa/email/totp_deactivated": _("Two-factor sign-in was turned off."),
    "mfa/email/recovery_codes_generated": _("New recovery codes were made. The old ones no longer work."),
}

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
    """Our words, our mails, and no registration."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail address or the password is wrong."),
        "incorrect_password": _("The password is wrong."),
        "enter_current_password": _("The password is wrong."),
        "too_many_login_attempts": _("Too many wrong tries. Wait five minutes, then try again."),
        "rate_limited": _("Too many wrong tries. Wait five minutes, then try again."),
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

    def get_reset_password_from_key_url(self, key: str) -> str:
        """On our own address from the settings, whatever host the request named."""
        user_key, _dash, token = key.partition("-")
        return settings.BASE_URL + reverse("account_reset_password_from_key", args=[user_key, token])

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        self._send("password_reset", user, {"url": context["password_reset_url"]})

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell the person that their account was changed, so that a change by somebody else is noticed."""
        self._send("account_changed", user, {"change": CHANGES[template_prefix], "at": timezone.now()})

    @staticmethod
    def _send(stem: str, user: Any, context: dict[str, Any]) -> None:
        """A mail that cannot be sent must not show in the page: it would tell a known address from an unknown."""
        try:
            mail.send(
                stem,
                to=user.email,
                language=user.language,
                context=context | {"user": user},
                key=f"account:{uuid.uuid4()}",
            )
        except (SMTPException, OSError):
            logger.exception("The mail %s to person %s could not be sent.", stem, user.pk)


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
