"""Standing guests of a body: who is invited to every meeting without an account."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups.forms_standing import StandingGuestForm
from groups.models import Body, StandingGuest
from groups.signed_in import me
from samverkan.access import NotVisible, get_for
from samverkan.pages import page

_SECTION = {"section": "groups", "part": "structure"}
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@form_methods
def add(request: HttpRequest, key: str) -> HttpResponse:
    user = me(request)
    group = get_for(user, Body, "manage", key=key)
    if group.kind == Body.Kind.CASE:
        raise NotVisible(StandingGuest, {"body": key})
    form = StandingGuestForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (guest := form.save(group, by=user)):
        messages.success(
            request,
            _("%(name)s will be invited to every meeting from now on.") % {"name": guest.name},
        )
        return redirect("body", key)
    return page(request, "groups/standing_guest.html", {"body": group, "form": form} | _SECTION, form)


@form_methods
def change(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    user = me(request)
    rows = StandingGuest.objects.visible_to(user).not_over().select_related("body")
    found = get_for(user, rows, "manage", body__key=key, pk=pk)
    form = StandingGuestForm(request.POST if request.method == "POST" else None, guest=found)
    if form.is_valid() and form.save(found.body, by=user):
        messages.success(request, _("The details of %(name)s have been changed.") % {"name": found.name})
        return redirect("body", key)
    context = {"body": found.body, "guest": found, "form": form}
    return page(request, "groups/standing_guest.html", context | _SECTION, form)
