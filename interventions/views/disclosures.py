"""Disclosing records step by step, the ledger, and revoking."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from groups.models import Unit, User
from groups.signed_in import me
from interventions import disclosures as verbs
from interventions.forms import RevokeForm
from interventions.forms_disclosure import Steps
from interventions.models import Case, Seat
from interventions.views.entering import SECTION, case_for, done, ledger_for, log_read, sent
from samverkan.access import get_for
from samverkan.pages import page


def disclose(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    user = me(request)
    found = case_for(user, "disclose", pk)
    steps = Steps(found, by=user, data=sent(request), chosen=request.GET.get("record", ""))
    if made := steps.save():
        messages.success(request, _("%(unit)s now sees what you disclosed.") % {"unit": made.to_unit.name})
        return redirect("disclosure", found.pk, made.pk)
    log_read(user, found, steps.shown)
    context = {
        "case": found,
        "acts": found.acts_of(user),
        "steps": steps,
        "form": steps.form,
        "recipients": _seated_at(found, steps.answers.get("to_unit"), user),
        "onward": user.unit is not None and user.unit.branch == Unit.Branch.SOCIAL,
    }
    return page(request, "interventions/disclose.html", context | SECTION, steps.form)


@require_safe
def disclosure(request: HttpRequest, pk: uuid.UUID, disclosure: uuid.UUID) -> HttpResponse:
    user = me(request)
    found = case_for(user, "view", pk)
    made = get_for(user, ledger_for(user), pk=disclosure, case=found)
    log_read(user, found, [made])
    context = {"case": found, "disclosure": made, "own": made.from_unit_id == user.unit_id}
    return render(request, "interventions/disclosure.html", context | SECTION)


def revoke(request: HttpRequest, pk: uuid.UUID, disclosure: uuid.UUID) -> HttpResponse:
    user = me(request)
    found = case_for(user, "view", pk)
    made = get_for(user, ledger_for(user), "revoke", pk=disclosure, case=found)
    form = RevokeForm(sent(request))
    if form.is_valid() and done(
        form, lambda: verbs.revoke(made, reason=form.cleaned_data["reason"], by=user)
    ):
        messages.success(
            request, _("The disclosure is revoked. %(unit)s no longer sees it.") % {"unit": made.to_unit.name}
        )
        return redirect("disclosure", found.pk, made.pk)
    log_read(user, found, [made])
    context = {"case": found, "disclosure": made, "form": form}
    return page(request, "interventions/revoke.html", context | SECTION, form)


def _seated_at(case: Case, unit: Unit | None, user: User) -> list[Seat]:
    """Who at the unit sees what is disclosed to it, by name."""
    if unit is None:
        return []
    return list(
        Seat.objects.visible_to(user).in_force().filter(case=case, unit=unit).with_people().in_order()
    )
