"""Pages."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse


def minutes_file(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    raise Http404
