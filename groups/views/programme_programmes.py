"""Action programmes: the list, and what is written."""

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from groups.forms_programme import ProgrammeForm, ReviewForm
from groups.lists_plan import PROGRAMMES
from groups.models import ActionProgramme, ReportVersion, User
from groups.models.planning import PLAN, plans
from groups.plan_audience import sees_report
from groups.programme import clocks_of
from groups.signed_in import me
from groups.views.programme_forms import PLAN_SECTION, form_page, refuse_others, saved
from samverkan.access import get_for
from samverkan.pages import page
from samverkan.tables import download

_HERE = PLAN_SECTION | {"part": "programmes"}


@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """Drafts, the programme in force with its clocks, and those before it."""
    user = me(request)
    rows = ActionProgramme.objects.visible_to(user).with_clocks().newest()
    counted = rows.annotate(
        planned=Count("measures", distinct=True),
        closed=Count("measures", filter=~Q(measures__outcome=""), distinct=True),
    )
    current = set(ActionProgramme.objects.visible_to(user).in_force().values_list("pk", flat=True))
    lines = [
        {
            "programme": row,
            "clocks": clocks_of(row) if row.pk in current else None,
            "current": row.pk in current,
        }
        for row in counted
    ]
    if file := download(request, _("Action programmes"), PROGRAMMES, lines):
        return file
    published = ReportVersion.objects.visible_to(user).published().filter(report__agreement__in=plans(user))
    context = {"lines": lines, "may_plan": bool(plans(user)), "has_report": published.exists()}
    return page(request, "programme/programmes.html", _HERE | context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    user = me(request)
    refuse_others(user)
    form = ProgrammeForm(request.POST if request.method == "POST" else None, by=user)
    if made := saved(request, form):
        return redirect("programme", made.pk)
    return form_page(
        request,
        form,
        part="programmes",
        title=_("Draw up an action programme"),
        button=_("Save as a draft"),
        back=reverse("programmes"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = _programme(user, pk)
    if found.is_adopted and request.method != "POST":
        return redirect("programme", pk)
    form = ProgrammeForm(request.POST if request.method == "POST" else None, by=user, programme=found)
    if saved(request, form):
        messages.success(request, _("The draft has been saved."))
        return redirect("programme", pk)
    return form_page(
        request,
        form,
        part="programmes",
        title=_("Edit the draft"),
        button=_("Save the draft"),
        back=reverse("programme", args=[pk]),
        crumb=found.title,
        sees=sees_report(found.version.report),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The follow-up of § 6."""
    user = me(request)
    found = _programme(user, pk)
    form = ReviewForm(request.POST if request.method == "POST" else None, by=user, programme=found)
    if saved(request, form):
        messages.success(request, _("The follow-up has been recorded. The two years start again."))
        return redirect("programme", pk)
    return form_page(
        request,
        form,
        part="programmes",
        title=_("Record the follow-up"),
        button=_("Record the follow-up"),
        back=reverse("programme", args=[pk]),
        crumb=found.title,
        lead=_(
            "At least every two years the situation report must be updated and the programme "
            "followed up (2023:196 § 6). What you record here cannot be removed."
        ),
        sees=sees_report(found.version.report),
    )


def _programme(user: User, pk: int) -> ActionProgramme:
    rows = ActionProgramme.objects.visible_to(user).select_related("version__report__agreement")
    return get_for(user, rows, PLAN, pk=pk)
