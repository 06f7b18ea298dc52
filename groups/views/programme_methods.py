"""The register of methods."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from groups.forms_methods import EndUseForm, MethodForm, NoteForm, UseForm
from groups.forms_plan import PlanForm
from groups.lists_plan import MEASURES, METHODS, NOTES, USES
from groups.models import Agency, Measure, Method, MethodNote, MethodUse, User
from groups.models.planning import FOLLOW_UP, PLAN
from groups.signed_in import me
from groups.views.programme_forms import PLAN_SECTION, form_page, saved
from samverkan.access import get_for
from samverkan.pages import page
from samverkan.tables import download

_HERE = PLAN_SECTION | {"part": "methods"}


@require_safe
def methods(request: HttpRequest) -> HttpResponse:
    """Every method: who proposed it and which groups use it today."""
    user = me(request)
    uses = MethodUse.objects.visible_to(user).live().select_related("body").order_by("valid_from", "pk")
    notes = MethodNote.objects.visible_to(user).order_by("-day", "-pk")
    rows = Method.objects.visible_to(user).select_related("proposed_by").in_order()
    rows = rows.prefetch_related(
        Prefetch("uses", uses, to_attr="used_now"), Prefetch("notes", notes, to_attr="told")
    )
    if file := download(request, _("Methods"), METHODS, rows):
        return file
    return page(
        request, "programme/methods.html", _HERE | {"methods": rows, "may_propose": user.in_structure}
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Everyone in the structure may propose a method."""
    user = me(request)
    get_for(user, Agency, pk=user.agency_id)
    form = MethodForm(request.POST if request.method == "POST" else None, by=user)
    if made := saved(request, form):
        return redirect("method", made.pk)
    return form_page(
        request,
        form,
        part="methods",
        title=_("Propose a method"),
        button=_("Propose the method"),
        back=reverse("methods"),
    )


@require_safe
def method(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = _method(user, pk)
    uses = MethodUse.objects.visible_to(user).filter(method=found).select_related("body")
    notes = MethodNote.objects.visible_to(user).filter(method=found).select_related("written_by", "agency")
    measures = Measure.objects.visible_to(user).filter(method=found).with_facts().in_order()
    file = (
        download(request, f"{_('How it went')}, {found.name}", NOTES, notes.order_by("-day", "-pk"))
        or download(
            request, f"{_('Used by')}, {found.name}", USES, uses.order_by("-valid_from", "pk"), part="uses"
        )
        or download(request, f"{_('Measures')}, {found.name}", MEASURES, measures, part="measures")
    )
    if file:
        return file
    context = {
        "method": found,
        "uses": uses.order_by("-valid_from", "pk"),
        "notes": notes.order_by("-day", "-pk"),
        "measures": measures,
        "acts": found.acts_of(user),
    }
    return page(request, "programme/method.html", _HERE | context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = _method(user, pk, PLAN)
    form = MethodForm(request.POST if request.method == "POST" else None, by=user, method=found)
    return _form(request, form, found, _("Edit the method"), _("Save the method"))


@require_http_methods(["GET", "HEAD", "POST"])
def use(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = _method(user, pk, PLAN)
    form = UseForm(request.POST if request.method == "POST" else None, by=user, method=found)
    return _form(request, form, found, _("A group that uses it"), _("Save the group"))


@require_http_methods(["GET", "HEAD", "POST"])
def end_use(request: HttpRequest, pk: int, use: int) -> HttpResponse:
    user = me(request)
    found = _method(user, pk, PLAN)
    used = get_for(
        user, MethodUse.objects.visible_to(user).select_related("method", "body"), pk=use, method=found
    )
    form = EndUseForm(request.POST if request.method == "POST" else None, by=user, used=used)
    title = _("%(group)s no longer uses it") % {"group": used.body.name}
    return _form(request, form, found, title, _("Save the last day"))


@require_http_methods(["GET", "HEAD", "POST"])
def tell(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = _method(user, pk, FOLLOW_UP)
    form = NoteForm(request.POST if request.method == "POST" else None, by=user, method=found)
    return _form(request, form, found, _("Say how it went"), _("Save the note"))


def _form(request: HttpRequest, form: PlanForm, found: Method, title: str, button: str) -> HttpResponse:
    """The form, or the method's page once it is saved."""
    if saved(request, form):
        messages.success(request, _("Saved."))
        return redirect("method", found.pk)
    back = reverse("method", args=[found.pk])
    return form_page(request, form, part="methods", title=title, button=button, back=back, crumb=found.name)


def _method(user: User, pk: int, act: str = "view") -> Method:
    return get_for(user, Method.objects.visible_to(user).select_related("proposed_by"), act, pk=pk)
