"""Pages."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def language(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def healthz(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
