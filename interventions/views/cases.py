"""The list of cases, a case, and opening and closing one."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from groups.models import User
from groups.signed_in import me
from interventions import audiences
from interventions import cases as verbs
from interventions.forms import ConfirmForm, OpenCaseForm
from interventions.models import Case, Record, VisibleAccessEvent
from interventions.views.entering import SECTION, case_for, done, ledger_for, log_read, sent
from samverkan import keyset
from samverkan.audit import log as access_log
from samverkan.audit.models import AccessEvent
from samverkan.pages import attempt, page

Act = AccessEvent.Act

CASES = keyset.Newest(
    lambda reader: Case.objects.visible_to(reader).select_related("lead_unit__agency"), moment="opened_at"
)


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """Reference, status, lead unit, day and part: a compilation carries nothing more (2001:454 § 7 a)."""
    user = me(request)
    shown = CASES.page(user, before=request.GET.get("before", ""))
    if shown.rows:
        access_log.record(user, Act.LIST, Case, [row.pk for row in shown.rows])
    context = {
        "page": shown,
        "first": "before" not in request.GET,
        "unit_id": user.unit_id,
        "may_open": verbs.may_open(user),
    }
    return render(request, "interventions/cases.html", context | SECTION)


def new(request: HttpRequest) -> HttpResponse:
    user = me(request)
    if not verbs.may_open(user):
        raise PermissionDenied(_("Only social services can open a case."))
    form = OpenCaseForm(sent(request), by=user)
    if form.is_valid():
        method = form.cleaned_data["method"]
        if opened := attempt(form, lambda: verbs.open_case(by=user, method=method)):
            return redirect("case", opened.pk)
    return page(request, "interventions/new.html", {"form": form, "reader": user} | SECTION, form)


@require_safe
def case(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    user = me(request)
    found = case_for(user, "view", pk)
    acts = found.acts_of(user)
    rows = Record.objects.visible_to(user).filter(case=found).select_related("owner_unit__agency", "note")
    shown = keyset.newest(rows, moment="created_at", before=request.GET.get("before", ""))
    ledger = keyset.newest(
        ledger_for(user).filter(case=found), moment="decided_at", before=request.GET.get("told_before", "")
    )
    log_read(user, found, shown.rows)
    seats = audiences.seats_in(found, user)
    context = {
        "case": found,
        "acts": acts,
        "page": shown,
        "first": "before" not in request.GET,
        "records": audiences.shown(shown.rows, seats, user),
        "ledger": ledger,
        "seats": seats,
        "sees": audiences.of_case(seats),
        "log": _others(found, user) if "log" in acts else None,
    }
    return render(request, "interventions/case.html", context | SECTION)


def close(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    user = me(request)
    found = case_for(user, "close", pk)
    form = ConfirmForm(sent(request))
    if form.is_valid() and done(form, lambda: verbs.close_case(found, by=user)):
        messages.success(request, _("The case is closed."))
        return redirect("case", found.pk)
    log_read(user, found)
    return page(request, "interventions/close.html", {"case": found, "form": form} | SECTION, form)


def _others(case: Case, user: User) -> dict[str, list[VisibleAccessEvent]]:
    """Everyone else's latest reading of the case, and latest refusal in it, the last person first."""
    rows = VisibleAccessEvent.objects.visible_to(user).filter(
        case_id=case.pk, act__in=[Act.READ, Act.REFUSED]
    )
    latest = (
        rows.exclude(actor=user.pk)
        .select_related("actor", "unit__agency")
        .order_by("actor_id", "act", "-at")
        .distinct("actor_id", "act")
    )
    found = sorted(latest, key=lambda event: event.at, reverse=True)
    return {
        "readers": [event for event in found if event.act == Act.READ],
        "refused": [event for event in found if event.act == Act.REFUSED],
    }
