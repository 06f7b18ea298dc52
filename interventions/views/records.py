"""A record, and writing a note."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from groups.signed_in import me
from interventions import audiences
from interventions.forms import NoteForm, today
from interventions.models import Record
from interventions.records import write_note
from interventions.views.entering import SECTION, case_for, done, log_read, sent
from samverkan.access import get_for
from samverkan.pages import page


@require_safe
def record(request: HttpRequest, pk: uuid.UUID, record: uuid.UUID) -> HttpResponse:
    user = me(request)
    found = case_for(user, "view", pk)
    rows = Record.objects.visible_to(user).select_related("owner_unit__agency", "note", "created_by")
    one = get_for(user, rows, pk=record, case=found)
    log_read(user, found, [one])
    seats = audiences.seats_in(found, user)
    [item] = audiences.shown([one], seats, user)
    context = {"case": found, "item": item, "sees": audiences.of_record(item, seats)}
    return render(request, "interventions/record.html", context | SECTION)


def new_note(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    user = me(request)
    found = case_for(user, "write", pk)
    form = NoteForm(sent(request), initial=today())
    if form.is_valid() and done(form, lambda: write_note(found, by=user, **form.cleaned_data)):
        messages.success(request, _("The note is saved. Only your unit sees it."))
        return redirect("case", found.pk)
    log_read(user, found)
    sees = audiences.before_writing(user, audiences.seats_in(found, user))
    return page(
        request, "interventions/new_note.html", {"case": found, "form": form, "sees": sees} | SECTION, form
    )
