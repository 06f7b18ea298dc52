"""Problems, goals, indicators and values: the list, and what is written."""

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from groups.charts import finding
from groups.forms_plan import PlanForm
from groups.forms_problems import (
    CorrectionForm,
    GoalForm,
    IndicatorForm,
    ProblemForm,
    ReportChoiceForm,
    ValueForm,
)
from groups.lists_plan import GOALS, MEASURES, PROBLEMS, aims_of
from groups.models import Goal, Indicator, IndicatorValue, Measure, Problem, SituationReport, User
from groups.models.planning import FOLLOW_UP, PLAN, plans
from groups.plan_audience import sees_report
from groups.signed_in import me
from groups.views.programme_forms import PLAN_SECTION, form_page, refuse_others, saved
from samverkan.access import get_for
from samverkan.pages import page
from samverkan.tables import download

_HERE = PLAN_SECTION | {"part": "problems"}


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """Every problem with how its goals stand and how many measures there are."""
    user = me(request)
    measures = Measure.objects.visible_to(user).order_by("valid_to", "pk")
    rows = Problem.objects.visible_to(user).with_thread().in_order()
    rows = rows.prefetch_related(Prefetch("measures", measures, to_attr="planned"))
    planned = Measure.objects.visible_to(user).with_facts().in_order()
    file = (
        download(request, _("Problems"), PROBLEMS, rows)
        or download(request, _("Goals"), GOALS, aims_of(rows), part="goals")
        or download(request, _("Measures"), MEASURES, planned, part="measures")
    )
    if file:
        return file
    for problem in rows:
        for goal in problem.goals.all():
            goal.findings = [finding(indicator) for indicator in goal.indicators.all()]
    writable = SituationReport.objects.visible_to(user).filter(agreement__in=plans(user))
    return page(request, "programme/problems.html", _HERE | {"problems": rows, "may_add": writable.exists()})


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """Which report the problem comes from; where there is one, its form at once."""
    user = me(request)
    refuse_others(user)
    form = ReportChoiceForm(request.POST if request.method == "POST" else None, by=user)
    if chosen := saved(request, form):
        return redirect("problem_new", chosen.pk)
    offered = list(form.fields["report"].queryset[:2])  # type: ignore[attr-defined]
    if not form.is_bound and len(offered) < 2:
        return redirect("problem_new", offered[0].pk) if offered else redirect("reports")
    return form_page(
        request,
        form,
        part="problems",
        title=_("Add a problem"),
        button=_("Continue"),
        back=reverse("problems"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    rows = SituationReport.objects.visible_to(user).select_related("agreement")
    report = get_for(user, rows, PLAN, pk=pk)
    form = ProblemForm(request.POST if request.method == "POST" else None, by=user, report=report)
    if made := saved(request, form):
        return redirect("problem", made.pk)
    return form_page(
        request,
        form,
        part="problems",
        title=_("Add a problem"),
        button=_("Add the problem"),
        back=reverse("report", args=[pk]),
        crumb=report.title,
        sees=sees_report(report),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = _problem(user, pk)
    form = ProblemForm(
        request.POST if request.method == "POST" else None, by=user, report=found.report, problem=found
    )
    return _form(request, form, found, _("Edit the problem"), _("Save the problem"))


@require_http_methods(["GET", "HEAD", "POST"])
def new_goal(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = _problem(user, pk)
    form = GoalForm(request.POST if request.method == "POST" else None, by=user, problem=found)
    return _form(request, form, found, _("Set a goal"), _("Set the goal"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit_goal(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    goal = _goal(user, pk)
    form = GoalForm(
        request.POST if request.method == "POST" else None, by=user, problem=goal.problem, goal=goal
    )
    return _form(request, form, goal.problem, _("Edit the goal"), _("Save the goal"))


@require_http_methods(["GET", "HEAD", "POST"])
def new_indicator(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    goal = _goal(user, pk)
    form = IndicatorForm(request.POST if request.method == "POST" else None, by=user, goal=goal)
    return _form(request, form, goal.problem, _("Add an indicator"), _("Add the indicator"), lead=goal.text)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_indicator(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = _indicator(user, pk, PLAN)
    form = IndicatorForm(
        request.POST if request.method == "POST" else None, by=user, goal=found.goal, indicator=found
    )
    return _form(request, form, found.goal.problem, _("Edit the indicator"), _("Save the indicator"))


@require_http_methods(["GET", "HEAD", "POST"])
def new_value(request: HttpRequest, pk: int) -> HttpResponse:
    """Written by those who plan, and by the people of the agency that measures."""
    user = me(request)
    found = _indicator(user, pk, FOLLOW_UP)
    form = ValueForm(request.POST if request.method == "POST" else None, by=user, indicator=found)
    return _form(request, form, found.goal.problem, _("Add a value"), _("Save the value"), lead=found.name)


@require_http_methods(["GET", "HEAD", "POST"])
def correct_value(request: HttpRequest, pk: int) -> HttpResponse:
    """A figure that was written wrong, by those who may write it."""
    user = me(request)
    rows = IndicatorValue.objects.visible_to(user).select_related(
        "indicator__goal__problem__report__agreement"
    )
    found = get_for(user, rows, FOLLOW_UP, pk=pk)
    form = CorrectionForm(request.POST if request.method == "POST" else None, by=user, value=found)
    return _form(
        request,
        form,
        found.indicator.goal.problem,
        _("Correct the value"),
        _("Save the correction"),
        lead=f"{found.indicator.name}, {found.day}",
    )


def _form(
    request: HttpRequest, form: PlanForm, problem: Problem, title: str, button: str, *, lead: str = ""
) -> HttpResponse:
    """The form, or the problem's page once it is saved."""
    if saved(request, form):
        messages.success(request, _("Saved."))
        return redirect("problem", problem.pk)
    return form_page(
        request,
        form,
        part="problems",
        title=title,
        button=button,
        back=reverse("problem", args=[problem.pk]),
        crumb=problem.title,
        lead=lead,
        sees=sees_report(problem.report),
    )


def _problem(user: User, pk: int) -> Problem:
    return get_for(user, Problem.objects.visible_to(user).select_related("report__agreement"), PLAN, pk=pk)


def _goal(user: User, pk: int) -> Goal:
    return get_for(
        user, Goal.objects.visible_to(user).select_related("problem__report__agreement"), PLAN, pk=pk
    )


def _indicator(user: User, pk: int, act: str) -> Indicator:
    rows = Indicator.objects.visible_to(user).select_related("goal__problem__report__agreement")
    return get_for(user, rows, act, pk=pk)
