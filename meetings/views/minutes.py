"""Pages."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def minutes(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def submit(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def send_back(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def approve(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
