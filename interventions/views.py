"""Pages."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def cases(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def new(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def log(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def case(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def close(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def new_seat(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def end_seat(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def new_note(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def record(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def disclose(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def disclosure(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def revoke(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
