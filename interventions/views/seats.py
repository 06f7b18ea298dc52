"""Giving and ending seats."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from groups.signed_in import me
from interventions import cases as verbs
from interventions.forms import ConfirmForm, SeatForm
from interventions.models import Seat
from interventions.views.entering import SECTION, case_for, done, log_read, sent
from samverkan.access import get_for
from samverkan.pages import page


def new_seat(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    user = me(request)
    found = case_for(user, "seat", pk)
    form = SeatForm(sent(request), case=found, by=user)
    if form.is_valid() and done(form, lambda: verbs.seat(found, form.cleaned_data["user"], by=user)):
        messages.success(request, _("The seat has been given."))
        return redirect("case", found.pk)
    log_read(user, found)
    return page(request, "interventions/new_seat.html", {"case": found, "form": form} | SECTION, form)


def end_seat(request: HttpRequest, pk: uuid.UUID, seat: uuid.UUID) -> HttpResponse:
    user = me(request)
    found = case_for(user, "seat", pk)
    given = get_for(user, Seat.objects.visible_to(user).live().with_people(), pk=seat, case=found)
    form = ConfirmForm(sent(request))
    if form.is_valid() and done(form, lambda: verbs.unseat(given, by=user)):
        messages.success(request, _("The seat has been ended."))
        return redirect("cases") if given.user_id == user.pk else redirect("case", found.pk)
    log_read(user, found, [given])
    leading = Seat.objects.visible_to(user).live().filter(case=found, unit=found.lead_unit_id)
    is_last = given.unit_id == found.lead_unit_id and not leading.exclude(pk=given.pk).exists()
    context = {"case": found, "seat": given, "form": form, "is_last": is_last}
    return page(request, "interventions/end_seat.html", context | SECTION, form)
