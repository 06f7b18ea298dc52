"""Pages."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def structure(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def body(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def add_member(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
