"""What every request passes through: who reads, in which language, and that nothing is kept by browsers."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from samverkan.access import NotAllowed, NotVisible
from samverkan.audit.log import record_refusal
from samverkan.errors import only_for_forms
from samverkan.reader import CaseData, reading_as
from samverkan.sign_in import Lacks, lacks
from samverkan.ways import way_back

GetResponse = Callable[[HttpRequest], HttpResponse]


class NoStoreMiddleware:
    """Keeps signed-in pages out of browser and proxy caches (ASVS 14.3.2), static files excepted."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, no_store=True, private=True)
        return response


class OpenPageMiddleware:
    """The pages for everyone do not know who reads: no cookie is read, none is set, and caches may keep one for all."""

    PATHS = ("/open/", "/robots.txt")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(self.PATHS):
            return self.get_response(request)
        request.COOKIES = {}
        response = self.get_response(request)
        response.cookies.clear()
        # The session's middleware says that the answer varies by cookie whenever it was asked who reads.
        response.headers.pop("Vary", None)
        return response


class LanguageMiddleware:
    """Swedish unless the person has chosen otherwise; the browser's own list of languages is not asked."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) or getattr(request.user, "language", "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class MethodMiddleware:
    """A page of ours, in the person's language, for an address that only receives forms; Django's is empty."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and request.method in ("GET", "HEAD"):
            return only_for_forms(request, response["Allow"])
        return response


class SecondFactorMiddleware:
    """Where a second factor is required: sends a signed-in person without one to the page that sets one up, and ends the
    session of one who has not shown theirs."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, arguments: Any, keywords: Any
    ) -> HttpResponse | None:
        """Here and not before, since only now the page that is asked for has a name."""
        match lacks(request):
            case Lacks.FACTOR:
                return redirect("mfa_activate_totp")
            case Lacks.PROOF:
                logout(request)
                messages.info(request, _("Log in again, with a code from your app."))
                return redirect_to_login(way_back(request))
        return None


class ReaderMiddleware:
    """Makes the signed-in person the reader of case data, and logs what was refused to them.

    A refusal is written after the request's own transaction has been undone, in one of its own.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with reading_as(request.user.pk if request.user.is_authenticated else None):
            return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        if isinstance(exception, NotVisible | NotAllowed) and issubclass(exception.model, CaseData):
            record_refusal(request.user, exception.model, exception.lookup)
