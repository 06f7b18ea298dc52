"""The structure and its bodies."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from groups.forms import MemberForm
from groups.models import Agreement, Body, Membership
from groups.signed_in import me
from groups.structure import overview
from samverkan.access import get_for
from samverkan.pages import page


@require_safe
def structure(request: HttpRequest) -> HttpResponse:
    """Every agreement and what works under it, as a picture and as a list."""
    user = me(request)
    agreements = Agreement.objects.visible_to(user).with_parties().newest()
    bodies = list(Body.objects.visible_to(user).with_members().in_order())
    overviews = [
        overview(agreement, [body for body in bodies if body.agreement_id == agreement.pk])
        for agreement in agreements
    ]
    return page(request, "groups/structure.html", {"section": "groups", "overviews": overviews})


@require_safe
def body(request: HttpRequest, key: str) -> HttpResponse:
    """One body: what it is for, who sits in it and which agencies it lacks."""
    user = me(request)
    group = get_for(user, Body.objects.visible_to(user).with_whole(), key=key)
    others = Membership.objects.visible_to(user).filter(body=group).with_people().in_order()
    context = {
        "section": "groups",
        "part": "structure",
        "body": group,
        "coming": others.coming(),
        "former": others.former(),
        "acts": group.acts_of(user),
        "may_end": "manage" in group.acts_of(user),
    }
    return page(request, "groups/body.html", context)


def add_member(request: HttpRequest, key: str) -> HttpResponse:
    """Give a person a seat."""
    user = me(request)
    group = get_for(user, Body, "manage", key=key)
    form = MemberForm(request.POST if request.method == "POST" else None, body=group, by=user)
    if request.method == "POST" and form.is_valid() and (added := form.save()):
        messages.success(
            request, _("%(name)s now has a seat in %(group)s.") % {"name": added.user, "group": group}
        )
        return redirect("body", key=group.key)
    return page(
        request,
        "groups/member_add.html",
        {"section": "groups", "body": group, "form": form},
        form,
    )
