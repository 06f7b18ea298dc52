"""Pages for what went wrong; they say what to do and nothing about why.

The page for 500 asks neither the database nor the request for anything, for either may be what is broken.
"""

import sys

from django.contrib import messages
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.utils.translation import gettext as _

from samverkan.sessions import give_back, holds_secrets, may_give_back, stay
from samverkan.ways import page_above

#: Seconds after which a page that could not reach the database may be asked for again (RFC 9110 10.2.3).
AGAIN_AFTER = 30


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request itself makes no sense, or names a host that is not ours; so nothing in it is used."""
    return _bare("400.html", 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page is there, but the act is not this person's to do."""
    return render(request, "403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form had been open too long, or came from another site."""
    if request.htmx:  # type: ignore[attr-defined]
        return stay(request)
    if holds_secrets(request):
        if not request.user.is_authenticated:
            messages.info(request, _("The page had been open too long. Fill it in again."))
        return redirect(request.get_full_path())
    if may_give_back(request):
        return give_back(request)
    return render(request, "403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Not there, or not this person's: the same answer for both."""
    return render(request, "404.html", status=404)


def only_for_forms(request: HttpRequest, allowed: str) -> HttpResponse:
    """An address that only receives forms was asked for as a page (RFC 9110 15.5.6)."""
    response = render(request, "405.html", {"above": page_above(request.path_info)}, status=405)
    response["Allow"] = allowed
    return response


def too_many(request: HttpRequest) -> HttpResponse:
    """Too many tries from this address or for this account (allauth's handler for RFC 6585 4)."""
    response = render(request, "429.html", status=429)
    # What the page says: the longest of the limits in ACCOUNT_RATE_LIMITS.
    response["Retry-After"] = "300"
    return response


def broken(request: HttpRequest) -> HttpResponse:
    """Our fault. Where the database does not answer it is 503, since trying again then helps."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = _bare("503.html", 503)
        response["Retry-After"] = str(AGAIN_AFTER)
        return response
    return _bare("500.html", 500)


def _bare(template: str, status: int) -> HttpResponse:
    return HttpResponse(get_template(template).render(), status=status)
