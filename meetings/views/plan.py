"""The thread of a problem, a measure in it, and the programme that measures stand in, with what meetings decided."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from groups.lists_plan import FOLLOW_UPS, GOALS, HOURS, MEASURES, VALUES, aims_of, values_of
from groups.models import ActionProgramme, Measure, Problem, ProgrammeReview, User
from groups.models.planning import FOLLOW_UP, PLAN
from groups.plan_audience import sees_report
from groups.programme import clocks_of
from groups.signed_in import me
from groups.views.programme_forms import PLAN_SECTION, form_page, saved
from meetings.adopting import replaced_by
from meetings.forms_plan import AdoptForm, TieForm
from meetings.models import Adoption
from meetings.programme_paper import programme_pdf
from meetings.threads import board_of, hours_of, steps_of, thread_of
from samverkan.access import get_for
from samverkan.pages import page
from samverkan.tables import download


@require_safe
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    """From the report to what came of it, on one page."""
    user = me(request)
    found = get_for(user, Problem.objects.visible_to(user).with_thread(), pk=pk)
    planned = Measure.objects.visible_to(user).filter(problem=found).with_facts().in_order()
    file = (
        download(request, f"{_('Goals')}, {found.title}", GOALS, aims_of([found]))
        or download(request, f"{_('Values')}, {found.title}", VALUES, values_of(found), part="values")
        or download(request, f"{_('Measures')}, {found.title}", MEASURES, planned, part="measures")
    )
    if file:
        return file
    context = PLAN_SECTION | {
        "part": "problems",
        "problem": found,
        "thread": thread_of(user, found),
        "acts": found.acts_of(user),
        "may_measure": _may_measure(user, found),
        "sees": sees_report(found.report, published=_is_published(found)),
    }
    return page(request, "programme/problem.html", context)


@require_safe
def measure(request: HttpRequest, pk: int) -> HttpResponse:
    """One measure, and the way back up to the problem, its report and the decisions behind it."""
    user = me(request)
    rows = Measure.objects.visible_to(user).with_facts().select_related("problem__report__agreement", "goal")
    found = get_for(
        user, rows.select_related("closed_by", "programme", "method", "responsible_agency"), pk=pk
    )
    file = download(
        request, f"{_('Follow-up')}, {found.title}", FOLLOW_UPS, found.follow_ups.all()
    ) or download(request, f"{_('Hours spent')}, {found.title}", HOURS, found.hours.all(), part="hours")
    if file:
        return file
    context = PLAN_SECTION | {
        "part": "problems",
        "measure": found,
        "problem": found.problem,
        "step": steps_of(user, [found])[0],
        "hours": hours_of([found]),
        "adoption": Adoption.objects.visible_to(user)
        .with_place()
        .filter(programme=found.programme_id)
        .first(),
        "acts": found.acts_of(user),
        "sees": sees_report(found.problem.report),
    }
    return page(request, "programme/measure.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def tie(request: HttpRequest, pk: int) -> HttpResponse:
    """Tie an action item that a meeting agreed on to the measure."""
    user = me(request)
    rows = Measure.objects.visible_to(user).select_related("problem__report")
    found = get_for(user, rows, FOLLOW_UP, pk=pk)
    form = TieForm(request.POST if request.method == "POST" else None, by=user, measure=found)
    if saved(request, form):
        messages.success(request, _("Saved."))
        return redirect("measure", pk)
    return form_page(
        request,
        form,
        part="problems",
        title=_("Link an action item to the measure"),
        button=_("Link it to the measure"),
        back=reverse("measure", args=[pk]),
        crumb=found.title,
        sees=sees_report(found.problem.report),
    )


@require_safe
def programme(request: HttpRequest, pk: int) -> HttpResponse:
    """How the programme stands: what is late, what is silent, hours, goals, and the clocks of § 6."""
    user = me(request)
    rows = ActionProgramme.objects.visible_to(user).with_clocks()
    found = get_for(user, rows, pk=pk)
    measures = list(Measure.objects.visible_to(user).filter(programme=found).with_facts().in_order())
    if file := download(request, f"{_('Measures')}, {found.title}", MEASURES, measures):
        return file
    report_clock, own_clock = clocks_of(found)
    context = PLAN_SECTION | {
        "part": "programmes",
        "programme": found,
        "board": board_of(user, measures),
        "steps": steps_of(user, measures),
        "report_clock": report_clock,
        "own_clock": own_clock,
        "in_force": ActionProgramme.objects.visible_to(user).in_force().filter(pk=pk).exists(),
        "adoption": Adoption.objects.visible_to(user).with_place().filter(programme=found).first(),
        "reviews": ProgrammeReview.objects.visible_to(user)
        .filter(programme=found)
        .select_related("written_by")
        .order_by("-day"),
        "acts": found.acts_of(user),
        "sees": sees_report(found.version.report),
    }
    return page(request, "programme/programme.html", context)


@require_safe
def programme_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The programme on paper: adopted or, marked so, as a draft."""
    user = me(request)
    rows = ActionProgramme.objects.visible_to(user).select_related("version__report__agreement")
    found = get_for(user, rows, pk=pk)
    disposition = content_disposition_header(as_attachment=True, filename=f"{found.title}.pdf")
    return HttpResponse(
        programme_pdf(found, user),
        content_type="application/pdf",
        headers={"Content-Disposition": disposition or "attachment"},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    rows = ActionProgramme.objects.visible_to(user).select_related("version__report__agreement")
    found = get_for(user, rows, PLAN, pk=pk)
    if found.is_adopted and request.method != "POST":
        return redirect("programme", pk)
    form = AdoptForm(request.POST if request.method == "POST" else None, by=user, programme=found)
    if saved(request, form):
        messages.success(request, _("The programme has been adopted and can no longer be changed."))
        return redirect("programme", pk)
    return form_page(
        request,
        form,
        part="programmes",
        title=_("Adopt the programme"),
        button=_("Adopt by this decision"),
        back=reverse("programme", args=[pk]),
        crumb=found.title,
        lead=_what_adopting_means(user, found),
        sees=sees_report(found.version.report),
    )


def _what_adopting_means(user: User, found: ActionProgramme) -> str:
    words = _(
        "An adopted programme is locked: its measures, and the problems, goals and indicators it "
        "is based on, cannot be changed. You can still record follow-up, hours, values and "
        "outcomes."
    )
    if replaced := replaced_by(found, user):
        words += " " + _(
            "“%(title)s” is in force today and will be replaced. Its measures continue until they are closed."
        ) % {"title": replaced.title}
    return words


def _may_measure(user: User, found: Problem) -> set[int]:
    """Keys of the indicators whose values this person writes."""
    found_acts = found.acts_of(user)
    return {
        indicator.pk
        for goal in found.goals.all()
        for indicator in goal.indicators.all()
        if PLAN in found_acts or indicator.responsible_agency_id == user.agency_id
    }


def _is_published(found: Problem) -> bool:
    return any(version.is_published for version in found.report.versions.all())
