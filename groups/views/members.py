"""Giving a person a seat, and changing what it means."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups.forms import ChangeMemberForm, MemberForm
from groups.models import Body, Membership, User
from groups.signed_in import me
from samverkan.access import get_for
from samverkan.pages import page

_SECTION = {"section": "groups", "part": "structure"}
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@form_methods
def add(request: HttpRequest, key: str) -> HttpResponse:
    """Give a person a seat."""
    user = me(request)
    group = get_for(user, Body, "manage", key=key)
    form = MemberForm(request.POST if request.method == "POST" else None, body=group, by=user)
    if form.is_valid() and (added := form.save()):
        messages.success(
            request, _("%(name)s now has a seat in %(group)s.") % {"name": added.user, "group": group}
        )
        return redirect("body", key=group.key)
    return page(request, "groups/member_add.html", {"body": group, "form": form} | _SECTION, form)


@form_methods
def change(request: HttpRequest, key: str, pk: int) -> HttpResponse:
    """Function, mandate and for whom a substitute stands in, from a day on."""
    user = me(request)
    seat = _seat(user, key, pk)
    form = ChangeMemberForm(request.POST if request.method == "POST" else None, membership=seat, by=user)
    if form.is_valid() and form.save():
        messages.success(request, _("The seat of %(name)s has been updated.") % {"name": seat.user})
        return redirect("body", key=key)
    context = {"body": seat.body, "seat": seat, "form": form}
    return page(request, "groups/member_change.html", context | _SECTION, form)


def _seat(user: User, key: str, pk: int) -> Membership:
    """A seat that is not over."""
    rows = Membership.objects.visible_to(user).not_over().select_related("user", "body")
    return get_for(user, rows, "manage", body__key=key, pk=pk)
