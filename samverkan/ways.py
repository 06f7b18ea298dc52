"""The way back to a page: after a log-in, and from an address that only receives forms."""

import inspect
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme


def way_back(request: HttpRequest) -> str:
    """The page that the person stood on: the one asked for, or where a button of it was pressed; never another site
    (CWE-601), and never an address that only receives forms."""
    if request.method in ("GET", "HEAD") and answers_get(request.path_info):
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(
        came_from, {request.get_host()}, require_https=request.is_secure()
    ):
        return page_above(request.path_info)
    parts = urlsplit(came_from)
    if not answers_get(parts.path):
        return page_above(parts.path)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def page_above(path: str) -> str:
    """The nearest address above that shows a page: ``/actions/`` for ``/actions/2/finish/``."""
    while path.strip("/") and not answers_get(path):
        path = path.rstrip("/").rpartition("/")[0] + "/"
    return path or "/"


def answers_get(path: str) -> bool:
    """Whether the address shows a page; not where its view only takes POST."""
    try:
        view = resolve(path).func
    except Resolver404:
        return False
    view_class = getattr(view, "view_class", None)
    if view_class is not None:
        return hasattr(view_class, "get") and "get" in view_class.http_method_names
    methods = _methods(view)
    return methods is None or "GET" in methods


def _methods(view: Any) -> list[str] | None:
    """What Django's ``require_http_methods`` lets through; None where the view is not so decorated."""
    while view is not None:
        held = inspect.getclosurevars(view).nonlocals if inspect.isfunction(view) else {}
        if "request_method_list" in held:
            return list(held["request_method_list"])
        view = getattr(view, "__wrapped__", None)
    return None
