"""Importing people from a table: for administrators, who write accounts and employments."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groups import people_import
from groups.forms_import import PeopleFileForm
from groups.models import PeopleImport
from groups.people_rows import ENGLISH, HEADINGS
from groups.signed_in import me
from groups.tasks import check_import, write_import
from samverkan.access import get_for
from samverkan.pages import page
from samverkan.tables import Column, download

#: Columns whose names are marked as Swedish on an English page.
SWEDISH = set(HEADINGS) - set(ENGLISH)
_SECTION = {"section": "groups", "part": "import"}


def _headings() -> list[str]:
    """In the reader's language; a file may have either."""
    return HEADINGS if get_language() == "sv" else ENGLISH


def _example() -> list[Column[Any]]:
    """An empty table with the right headings."""
    return [Column[Any](heading, lambda row: None) for heading in _headings()]


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    """Send a file, or see those sent before."""
    user = me(request)
    if not user.is_staff:
        raise Http404("No such page.")
    if file := download(request, _("People"), _example(), [], offered=False):
        return file
    sent: Any = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PeopleFileForm(*sent)
    if form.is_valid():
        name, content = form.cleaned_data["file"]
        begun = people_import.begin_import(name=name, content=content, by=user)
        check_import.delay_on_commit(begun.pk)
        return redirect("people_import", begun.pk)
    rows = PeopleImport.objects.visible_to(user).defer("content", "report")[:20]
    context = {"form": form, "rows": rows, "headings": _headings()}
    return page(request, "groups/imports.html", context | _SECTION, form)


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it has come, what is wrong, or what would be done."""
    user = me(request)
    row = get_for(user, PeopleImport.objects.visible_to(user).defer("content"), pk=pk)
    return page(request, "groups/import.html", {"row": row, "swedish": SWEDISH} | _SECTION)


@require_POST
def write(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    row = get_for(user, PeopleImport.objects.visible_to(user).defer("content"), "write", pk=pk)
    try:
        people_import.confirm_import(row, by=user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        write_import.delay_on_commit(pk)
    return redirect("people_import", pk)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    row = get_for(user, PeopleImport.objects.visible_to(user).defer("content"), "write", pk=pk)
    try:
        people_import.cancel_import(row, by=user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("people_import", pk)
