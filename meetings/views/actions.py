"""Pages."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def actions(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def finish(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
