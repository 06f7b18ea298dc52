"""Measures: what is written about them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups.forms_measures import CloseForm, FollowUpForm, HoursForm, MeasureForm
from groups.forms_plan import PlanForm
from groups.models import Measure, Problem, User
from groups.models.planning import FOLLOW_UP, PLAN
from groups.plan_audience import sees_report
from groups.signed_in import me
from groups.views.programme_forms import form_page, saved
from samverkan.access import get_for


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    rows = Problem.objects.visible_to(user).select_related("report__agreement")
    problem = get_for(user, rows, PLAN, pk=pk)
    form = MeasureForm(request.POST if request.method == "POST" else None, by=user, problem=problem)
    if made := saved(request, form):
        return redirect("measure", made.pk)
    return form_page(
        request,
        form,
        part="problems",
        title=_("Plan a measure"),
        button=_("Plan the measure"),
        back=reverse("problem", args=[pk]),
        crumb=problem.title,
        sees=sees_report(problem.report),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = _measure(user, pk, PLAN)
    form = MeasureForm(
        request.POST if request.method == "POST" else None, by=user, problem=found.problem, measure=found
    )
    return _form(request, form, found, _("Edit the measure"), _("Save the measure"))


@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = _measure(user, pk, FOLLOW_UP)
    form = HoursForm(request.POST if request.method == "POST" else None, by=user, measure=found)
    return _form(request, form, found, _("Record hours"), _("Save the hours"))


@require_http_methods(["GET", "HEAD", "POST"])
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = _measure(user, pk, FOLLOW_UP)
    form = FollowUpForm(request.POST if request.method == "POST" else None, by=user, measure=found)
    return _form(request, form, found, _("Follow up the measure"), _("Save the follow-up"))


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = _measure(user, pk, FOLLOW_UP)
    form = CloseForm(request.POST if request.method == "POST" else None, by=user, measure=found)
    return _form(request, form, found, _("Close the measure"), _("Close with this outcome"))


def _form(request: HttpRequest, form: PlanForm, found: Measure, title: str, button: str) -> HttpResponse:
    """The form, or the measure's page once it is saved."""
    if saved(request, form):
        messages.success(request, _("Saved."))
        return redirect("measure", found.pk)
    return form_page(
        request,
        form,
        part="problems",
        title=title,
        button=button,
        back=reverse("measure", args=[found.pk]),
        crumb=found.title,
        sees=sees_report(found.problem.report),
    )


def _measure(user: User, pk: int, act: str) -> Measure:
    rows = Measure.objects.visible_to(user).select_related("problem__report__agreement", "programme", "goal")
    return get_for(user, rows, act, pk=pk)
