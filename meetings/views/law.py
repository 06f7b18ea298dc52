"""The checklist of 2023:196."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from groups.models import Demand, User
from groups.roles import MANAGE
from groups.signed_in import me
from meetings import law
from meetings.forms_law import JudgeForm, ShowForm, WithdrawForm
from meetings.lists import LAW
from meetings.models import DemandEvidence, EvidenceFile
from meetings.models.checklist import keeps_checklist
from samverkan.access import get_for
from samverkan.pages import page
from samverkan.tables import download
from samverkan.uploads import attachment

_SECTION = {"section": "plan", "part": "law"}
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def checklist(request: HttpRequest) -> HttpResponse:
    """Every demand with what speaks for it, what is lacking, and what people make of it."""
    user = me(request)
    entries = law.checklist_for(user) if user.in_structure else []
    if file := download(request, _("The law, point by point"), LAW, entries):
        return file
    context = {
        "entries": entries,
        "finding": law.finding(entries),
        "may_change": keeps_checklist(user),
        "today": timezone.localdate(),
    }
    return page(request, "meetings/law.html", context | _SECTION)


@form_methods
def judge(request: HttpRequest, demand: str) -> HttpResponse:
    user = me(request)
    chosen = _demand(user, demand)
    form = JudgeForm(request.POST if request.method == "POST" else None, demand=chosen, by=user)
    if form.is_valid() and form.save():
        messages.success(request, _("Your assessment has been saved."))
        return _back(chosen)
    context = {"form": form, "demand": chosen, "asks": law.ASKS[chosen]}
    return page(request, "meetings/law_judge.html", context | _SECTION, form)


@form_methods
def show(request: HttpRequest, demand: str) -> HttpResponse:
    user = me(request)
    chosen = _demand(user, demand)
    sent: Any = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ShowForm(*sent, demand=chosen, by=user)
    if form.is_valid() and form.save():
        messages.success(request, _("The evidence has been added."))
        return _back(chosen)
    context = {"form": form, "demand": chosen, "asks": law.ASKS[chosen]}
    return page(request, "meetings/law_show.html", context | _SECTION, form)


@form_methods
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks why, since what was shown and taken back stays to be read."""
    user = me(request)
    rows = DemandEvidence.objects.visible_to(user).standing().select_related("file")
    evidence = get_for(user, rows.defer("file__content"), MANAGE, pk=pk)
    demand = Demand(evidence.demand)
    form = WithdrawForm(request.POST if request.method == "POST" else None, evidence=evidence, by=user)
    if form.is_valid() and form.save():
        messages.success(request, _("The evidence has been withdrawn."))
        return _back(demand)
    context = {"form": form, "evidence": evidence, "demand": demand}
    return page(request, "meetings/law_withdraw.html", context | _SECTION, form)


@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse:
    return attachment(get_for(me(request), EvidenceFile, pk=pk))


def _demand(user: User, value: str) -> Demand:
    """The demand that an address names; for those who keep the checklist."""
    if value not in Demand.values:
        raise Http404("No such demand.")
    if not keeps_checklist(user):
        raise PermissionDenied("This person keeps no checklist.")
    return Demand(value)


def _back(demand: Demand) -> HttpResponse:
    response = redirect("law")
    response["Location"] += f"#demand-{demand.value}"
    return response
