"""Pages."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def live(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def open_meeting(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def attendance(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def item(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def decide(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def agree(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def hold(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def remove_decision(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404


def remove_action(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
