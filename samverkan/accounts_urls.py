"""Signing in and one's own account: of allauth's pages those that are used, under allauth's names.

No registration, no addresses to manage, no log-in by mailed code or by other services: what is not listed is not there.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.generic import RedirectView

from samverkan.sign_in import ActivateView, by_code, knowing

View = Callable[..., HttpResponse]


def honest(view: View) -> View:
    """Answer 422 where a sent form had mistakes, as every page of ours does; allauth says 200."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        form = (getattr(response, "context_data", None) or {}).get("form")
        if request.method == "POST" and response.status_code == HTTPStatus.OK and form and form.errors:
            response.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return response

    return answer


def forgetting(view: View) -> View:
    """Ask the browser to drop what it has kept of us (ASVS 14.3.1). Browsers listen over https only."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method == "POST" and request.is_secure():
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response

    return answer


urlpatterns = [
    path("login/", knowing(honest(account.login)), name="account_login"),
    path("logout/", forgetting(account.logout), name="account_logout"),
    path("reauthenticate/", by_code(honest(account.reauthenticate)), name="account_reauthenticate"),
    path("password/change/", honest(account.password_change), name="account_change_password"),
    # Whoever has no password gets one as everyone does who has forgotten theirs.
    path(
        "password/set/",
        RedirectView.as_view(pattern_name="account_reset_password"),
        name="account_set_password",
    ),
    path("password/reset/", honest(account.password_reset), name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        honest(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("2fa/", mfa.index, name="mfa_index"),
    path("2fa/authenticate/", knowing(honest(mfa.authenticate)), name="mfa_authenticate"),
    path("2fa/reauthenticate/", honest(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/totp/activate/", honest(ActivateView.as_view()), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", honest(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "2fa/recovery-codes/generate/",
        honest(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("2fa/recovery-codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
]
