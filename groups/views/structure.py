"""The structure and its bodies."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from groups.export_words import said
from groups.exporting import export_structure, file_name, leads, structure_facts
from groups.facts import UnusableFile
from groups.lists import BODIES, MEMBERS
from groups.models import Agreement, Body, Membership, StandingGuest
from groups.representation import required_with_members, warnings, without_mandate
from groups.signed_in import me
from groups.structure import overview, whole_structure
from samverkan.access import get_for
from samverkan.pages import page
from samverkan.tables import download


@require_safe
def structure(request: HttpRequest) -> HttpResponse:
    """Every agreement and what works under it, as a picture and as a list."""
    user = me(request)
    rows = Body.objects.visible_to(user).with_members().with_last_meeting().in_order()
    if file := download(request, _("Groups"), BODIES, rows.select_related("parent", "agreement")):
        return file
    agreements = list(Agreement.objects.visible_to(user).with_parties().newest())
    bodies = list(rows)
    overviews = [overview(agreement, below) for agreement, below in whole_structure(agreements, bodies)]
    context = {"section": "groups", "overviews": overviews, "may_take": user.is_staff or leads(user)}
    return page(request, "groups/structure.html", context)


@require_safe
def file(request: HttpRequest) -> HttpResponse:
    """The structure as the file that it can be imported from; for administrators and those who lead."""
    user = me(request)
    if not (user.is_staff or leads(user)):
        raise Http404("No such page.")
    try:
        text = export_structure()
    except UnusableFile as error:
        messages.error(request, said(error.mistakes, structure_facts()))
        return redirect("structure")
    response = HttpResponse(text, content_type="application/toml")
    name = file_name(timezone.localdate())
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def body(request: HttpRequest, key: str) -> HttpResponse:
    """One body: what it is for, who sits in it and which agencies it lacks."""
    user = me(request)
    group = get_for(user, Body.objects.visible_to(user).with_whole(), key=key)
    acts = group.acts_of(user)
    others = Membership.objects.visible_to(user).filter(body=group).with_people().in_order()
    if file := download(request, group.name, MEMBERS, others):
        return file
    context = {
        "section": "groups",
        "part": "structure",
        "body": group,
        "below": Body.objects.visible_to(user).filter(parent=group).in_order(),
        "required": required_with_members(group),
        "warnings": [] if group.is_closed else warnings(group),
        "without_mandate": without_mandate(group),
        "coming": others.coming(),
        "former": others.former(),
        "standing": StandingGuest.objects.visible_to(user).not_over().filter(body=group).in_order(),
        "acts": acts,
        "may_manage": "manage" in acts and not group.is_closed,
    }
    return page(request, "groups/body.html", context)
