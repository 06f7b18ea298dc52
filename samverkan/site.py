"""Pages that belong to no app: the choice of language, and whether the program is well."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

YEAR = 365 * 24 * 60 * 60


def nothing(request: HttpRequest, **where: str) -> HttpResponse:
    """An address of a library's that we do not have."""
    raise Http404


@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language in this browser, and with the person who is signed in; then back to the page."""
    chosen = request.POST.get("language")
    response = HttpResponseRedirect(_way_back(request))
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=YEAR,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
        if request.user.is_authenticated:
            request.user.language = chosen
            request.user.save(update_fields=["language"])
    return response


def _way_back(request: HttpRequest) -> str:
    """The page that the form was on; never another site (CWE-601)."""
    way = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(way, {request.get_host()}, require_https=request.is_secure()):
        return way
    return resolve_url(settings.LOGIN_REDIRECT_URL)


@login_not_required
@require_safe
@transaction.non_atomic_requests
def healthz(request: HttpRequest) -> HttpResponse:
    """``ok`` where the database answers, else 503; for the load balancer, so it says nothing more."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("down", content_type="text/plain", status=503)
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
@transaction.non_atomic_requests
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines read the open page and nothing else (RFC 9309)."""
    text = "User-agent: *\nAllow: /open/\nAllow: /static/\nDisallow: /\n"
    return HttpResponse(text, content_type="text/plain", headers={"Cache-Control": "public, max-age=86400"})
