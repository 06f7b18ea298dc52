"""Making a body, changing it, and the inventory of those that were found."""

from itertools import chain

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from groups.forms_bodies import EditBodyForm, NewBodyForm
from groups.lists import INVENTORY
from groups.models import Body
from groups.signed_in import me
from samverkan.access import get_for
from samverkan.pages import page
from samverkan.tables import download

_SECTION = {"section": "groups", "part": "structure"}


@require_safe
def inventory(request: HttpRequest) -> HttpResponse:
    """Which groups existed before and which are new, where they were found and since when they work under the
    agreement."""
    rows = Body.objects.visible_to(me(request)).select_related("parent", "agreement")
    unsaid = rows.filter(origin=Body.Origin.UNSAID).in_order()
    if file := download(request, _("Inventory"), INVENTORY, chain(rows.found(), unsaid)):
        return file
    context = {"bodies": rows.found(), "unsaid": unsaid}
    return render(request, "groups/inventory.html", context | {"section": "groups", "part": "inventory"})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, key: str) -> HttpResponse:
    """A group below one that this person manages."""
    user = me(request)
    parent = get_for(user, Body.objects.visible_to(user).select_related("agreement"), "manage", key=key)
    form = NewBodyForm(request.POST if request.method == "POST" else None, by=user)
    if form.is_valid() and (made := form.save(parent)):
        if made.kind == Body.Kind.CASE and user != form.cleaned_data["lead"]:
            told = _("%(group)s has been created. %(lead)s gives the others their seats.")
            messages.success(request, told % {"group": made.name, "lead": form.cleaned_data["lead"].name})
            return redirect("structure")
        messages.success(
            request, _("%(group)s has been created. Now add its members.") % {"group": made.name}
        )
        return redirect("body", made.key)
    return page(request, "groups/body_form.html", {"parent": parent, "form": form} | _SECTION, form)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: str) -> HttpResponse:
    user = me(request)
    found = get_for(
        user, Body.objects.visible_to(user).prefetch_related("required_agencies"), "manage", key=key
    )
    form = EditBodyForm(request.POST if request.method == "POST" else None, body=found, by=user)
    if form.is_valid() and form.save():
        messages.success(request, _("The group has been updated."))
        return redirect("body", found.key)
    return page(request, "groups/body_form.html", {"body": found, "form": form} | _SECTION, form)
