"""Sessions that end: by themselves when nobody has used them for a while (ASVS 7.3.1), and without losing what was typed.

What somebody sent after the end is shown to them again, with a button that sends it once they have logged in. It lives in
that page alone: nothing is kept on the server, and nothing in the browser's storage. Where only a part of a page was asked
for, the page stays as it is, with what is being written on it, and says what to do.
"""

import re
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, user_logged_in
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_htmx.http import trigger_client_event

from samverkan.ways import way_back

#: Seconds between two notes of when a session was last used: a write a minute at most, and none for most requests.
NOTED_EVERY = 60
_USED_AT = "used_at"
_BEGAN_AT = "began_at"
#: Fields that no page repeats.
_SECRET = re.compile("pass|code|csrf|token", re.IGNORECASE)


class IdleMiddleware:
    """Ends the session of whoever has been away for ``SESSION_IDLE_SECONDS``, and every session ``SESSION_COOKIE_AGE``
    after the log-in however much it is used (ASVS 7.3.2), and says so where they log in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            away = now - request.session.setdefault(_USED_AT, now)
            if now - request.session.setdefault(_BEGAN_AT, now) >= settings.SESSION_COOKIE_AGE:
                logout(request)
                messages.info(
                    request,
                    _("You were logged out because it was a long time since you logged in. Log in again."),
                )
            elif away >= settings.SESSION_IDLE_SECONDS:
                logout(request)
                messages.info(request, _said())
            elif away >= NOTED_EVERY:
                request.session[_USED_AT] = now
        return self.get_response(request)


@receiver(user_logged_in)
def begin(request: HttpRequest, **about: Any) -> None:
    """Count the session from the log-in, also where a page before it had opened one."""
    request.session[_BEGAN_AT] = request.session[_USED_AT] = int(time.time())


def _said() -> str:
    minutes = settings.SESSION_IDLE_SECONDS // 60
    said = ngettext(
        "You were logged out because Samverkan had not been used for %(number)s minute.",
        "You were logged out because Samverkan had not been used for %(number)s minutes.",
        minutes,
    )
    return said % {"number": minutes}


class SignInMiddleware(LoginRequiredMiddleware):
    """Sends on to the log-in and back to a page that can be shown; a form that was sent after the session's end is given
    back first."""

    def handle_no_permission(self, request: HttpRequest, view_func: Any) -> Any:
        if request.htmx:  # type: ignore[attr-defined]
            return stay(request)
        if may_give_back(request):
            return give_back(request)
        if request.method not in ("GET", "HEAD"):
            messages.info(
                request, _("You had been logged out, so nothing was done. Log in, then press again.")
            )
        url = str(self.get_login_url(view_func))
        return redirect_to_login(way_back(request), url, self.get_redirect_field_name(view_func))


def stay(request: HttpRequest) -> HttpResponse:
    """For a part of a page: what to do, at the top of the page that it was for, which is left as it is.

    Who has logged in again in another tab gets the page's new key with it, and presses once more.
    """
    response = render(request, "partials/stay.html", status=401)
    response["WWW-Authenticate"] = 'Form realm="Samverkan"'
    response["HX-Retarget"], response["HX-Reswap"] = "#messages", "innerHTML show:top"
    if request.user.is_authenticated and _from_here(request):
        trigger_client_event(response, "newKey", {"key": get_token(request)})
    return response


def may_give_back(request: HttpRequest) -> bool:
    """Whether a page of our own sent this: another site must not get a form with a key in it by sending one without."""
    return _from_here(request) and not request.htmx and bool(_kept(request))  # type: ignore[attr-defined]


def _from_here(request: HttpRequest) -> bool:
    own = f"{request.scheme}://{request.get_host()}"
    return request.method == "POST" and request.headers.get("Origin") == own


def holds_secrets(request: HttpRequest) -> bool:
    """Whether a page of our own sent a password or a code, which no page repeats: sending again could not work."""
    return _from_here(request) and any(
        _SECRET.search(name) for name in request.POST if name != "csrfmiddlewaretoken"
    )


def give_back(request: HttpRequest) -> HttpResponse:
    """What was typed, to be sent again. Nothing has been saved."""
    kept = _kept(request)
    context = {
        "kept": kept,
        "texts": [value for _name, value in kept if " " in value.strip()],
        "files": bool(request.FILES),
    }
    return render(request, "given_back.html", context, status=403)


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    return [
        (name, value) for name, values in request.POST.lists() if not _SECRET.search(name) for value in values
    ]
