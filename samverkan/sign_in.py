"""Signing in: e-mail and password, then a second factor. Accounts are made by administrators, never by visitors.

django-allauth does the work; what differs here: the same answer for a known and an unknown address, secrets of the second
factor encrypted in the database, and words of our own.
"""

import base64
import time
from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from functools import wraps
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_used
from allauth.mfa.totp.views import ActivateTOTPView
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.crypto import constant_time_compare, salted_hmac
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
        "email_password_mismatch": _("The email address or the password is wrong."),
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

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures are counted for an account, apart for browsers in which its owner has logged in before: nobody keeps
        another out by guessing (OWASP, device cookies)."""
        account = super()._get_login_attempts_cache_key(request, **credentials)
        return f"{account}:known" if _is_known(request, credentials.get("email", "")) else account

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Whether the person must show again who they are; not where they have just done so by logging in. Who has an app
        shows a code: an unlocked screen and a password that was seen must not take the second factor away."""
        steps = get_authentication_records(self.request, self.request.user)
        codes = _app_of(self.request.user.pk) is not None
        last = max((step["at"] for step in steps if step["method"] == "mfa" or not codes), default=0)
        return time.time() - last >= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url(settings.LOGIN_REDIRECT_URL)


_KNOWN = "known"


def _mark(email: str) -> str:
    return salted_hmac("samverkan known browser", email.lower()).hexdigest()


def _is_known(request: HttpRequest, email: str) -> bool:
    return constant_time_compare(request.COOKIES.get(_KNOWN, ""), _mark(email))


def knowing(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Leave a mark in the browser of whoever has logged in; it opens nothing, and says nobody's name."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and request.user.is_authenticated:
            response.set_cookie(
                _KNOWN,
                _mark(request.user.email),
                max_age=timedelta(days=90),
                path=resolve_url("account_login"),
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Strict",
            )
        return response

    return answer


class MFAAdapter(DefaultMFAAdapter):
    """Keeps the secrets of second factors encrypted: a copy of the database alone makes no codes."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("The code is wrong, too old or already used. Type the next one the app shows."),
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


class Lacks(Enum):
    """What keeps a session from going on where a second factor is required."""

    NOTHING = "nothing"
    #: The person has none, and must set one up.
    FACTOR = "factor"
    #: The person has one, which this session has not shown: it was opened before, perhaps by somebody else.
    PROOF = "proof"


#: In the session: the key of the app whose person has shown a code of it, or a recovery code beside it, in this session.
_SHOWN = "second_factor"


def lacks(request: HttpRequest) -> Lacks:
    """What this request's session lacks (``SECOND_FACTOR=required``). Recovery codes alone are no factor; a new app makes
    what was shown of an older one worth nothing, in every session but the one that set it up."""
    if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
        return Lacks.NOTHING
    app = _app_of(request.user.pk)
    if app is not None:
        return Lacks.NOTHING if request.session.get(_SHOWN) == app else Lacks.PROOF
    match = request.resolver_match
    before = match is not None and match.url_name in BEFORE_SECOND_FACTOR
    return Lacks.NOTHING if before else Lacks.FACTOR


def _app_of(user: int) -> int | None:
    apps = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP)
    return apps.values_list("pk", flat=True).first()


@receiver(authenticator_used)
def remember_factor(request: HttpRequest, user: Any, **about: Any) -> None:
    """Note in the session that a code was shown."""
    request.session[_SHOWN] = _app_of(user.pk)


class ActivateView(ActivateTOTPView):
    """Setting up an app: the code that ends it was shown in this session, and in no other."""

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)
        user = self.request.user
        record_authentication(self.request, user, "mfa", id=_app_of(user.pk), type=Authenticator.Type.TOTP)
        remember_factor(self.request, user)
        return answer


def by_code(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """To show again who one is, a code where the person has an app, else what ``view`` asks for."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and _app_of(request.user.pk) is not None:
            query = request.META.get("QUERY_STRING", "")
            return redirect(resolve_url("mfa_reauthenticate") + (f"?{query}" if query else ""))
        return view(request, *args, **kwargs)

    return answer
