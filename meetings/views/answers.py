"""Pages."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def signed_in(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def by_link(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
