"""Pages."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def meetings(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def new(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def meeting(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def edit(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def who(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def call(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def cancel(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def calendar(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def new_item(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def edit_item(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def move_item(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
