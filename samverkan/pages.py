"""Answering with a page: 422 and the form again, with what was typed, when something in it is wrong."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

Result = TypeVar("Result")


def page(request: HttpRequest, template: str, context: dict[str, Any], *forms: BaseForm) -> HttpResponse:
    """Render ``template``; status 422 where one of ``forms`` was sent and has errors (RFC 9110 15.5.21)."""
    wrong = any(form.is_bound and form.errors for form in forms)
    return render(request, template, context, status=422 if wrong else 200)


def say(request: HttpRequest, note: str) -> None:
    """Something to know on the next page, where there is something."""
    if note:
        messages.info(request, note)


def add_errors(form: BaseForm, error: ValidationError) -> None:
    """Put a verb's complaint beside the fields it names; what names no field of this form goes to its top, with the
    address where it can be mended where the form knows one (``mended_at``)."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    elsewhere = getattr(form, "mended_at", {})
    for name, errors in error.error_dict.items():
        for one in errors if name in elsewhere else ():
            one.mended_at = elsewhere[name]  # type: ignore[attr-defined]
        form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, errors)


def attempt(form: BaseForm, verb: Callable[[], Result]) -> Result | None:
    """What the verb returns; None, with its complaint in the form, where it refuses."""
    try:
        return verb()
    except ValidationError as error:
        add_errors(form, error)
        return None
