"""Situation reports and their versions."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groups import reports as verbs
from groups.forms_reports import FileForm, PublishForm, ReportForm, VersionForm
from groups.lists_plan import REPORTS
from groups.models import Problem, ReportFile, ReportVersion, SituationReport, User
from groups.models.planning import PLAN, plans
from groups.plan_audience import sees_report
from groups.programme import clock
from groups.signed_in import me
from groups.views.programme_forms import PLAN_SECTION, form_page, refuse_others, saved
from samverkan.access import get_for
from samverkan.pages import page
from samverkan.tables import download
from samverkan.uploads import attachment

_HERE = PLAN_SECTION | {"part": "reports"}


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Every report with its newest version."""
    user = me(request)
    versions = ReportVersion.objects.visible_to(user).select_related("published_by").newest()
    rows = SituationReport.objects.visible_to(user).in_order().select_related("agreement")
    listed = ReportVersion.objects.visible_to(user).select_related("report", "published_by")
    ordered = listed.order_by("report__title", "report", "-number")
    if file := download(request, _("Situation reports"), REPORTS, ordered):
        return file
    lines = [
        {"report": report, "versions": report.seen, "clock": _clock(report.seen)}
        for report in rows.prefetch_related(Prefetch("versions", versions, to_attr="seen"))
    ]
    return page(request, "programme/reports.html", _HERE | {"lines": lines, "may_plan": bool(plans(user))})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    user = me(request)
    refuse_others(user)
    form = ReportForm(request.POST if request.method == "POST" else None, by=user)
    if made := saved(request, form):
        return redirect("version_write", made.report_id, made.number)
    return form_page(
        request,
        form,
        part="reports",
        title=_("Start a situation report"),
        button=_("Start the report"),
        back=reverse("reports"),
    )


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest version that this person sees: the published one, or the draft where there is none yet."""
    user = me(request)
    found = _report(user, pk)
    versions = list(ReportVersion.objects.visible_to(user).filter(report=found).newest())
    shown = next((version for version in versions if version.is_published), versions[0] if versions else None)
    return _show(request, found, shown, versions)


@require_safe
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    user = me(request)
    found = _version(user, pk, number)
    versions = list(ReportVersion.objects.visible_to(user).filter(report=found.report).newest())
    return _show(request, found.report, found, versions)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Title, areas, and who reads it."""
    user = me(request)
    found = _report(user, pk, PLAN)
    form = ReportForm(request.POST if request.method == "POST" else None, by=user, report=found)
    if saved(request, form):
        messages.success(request, _("Saved."))
        return redirect("report", pk)
    return form_page(
        request,
        form,
        part="reports",
        title=_("Title, areas and readers"),
        button=_("Save the changes"),
        back=reverse("report", args=[pk]),
        crumb=found.title,
        sees=sees_report(found),
    )


@require_POST
def new_version(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = _report(user, pk, PLAN)
    try:
        fresh = verbs.begin_version(found, by=user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("report", pk)
    return redirect("version_write", pk, fresh.number)


@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The three parts of § 4."""
    user = me(request)
    found = _version(user, pk, number, PLAN)
    if found.is_published and request.method != "POST":
        return redirect("version", pk, number)
    form = VersionForm(request.POST if request.method == "POST" else None, by=user, version=found)
    if saved(request, form):
        messages.success(request, _("The draft has been saved."))
        return redirect("version", pk, number)
    return form_page(
        request,
        form,
        part="reports",
        title=_("Write version %(number)s") % {"number": number},
        button=_("Save the draft"),
        back=reverse("version", args=[pk, number]),
        crumb=found.report.title,
        sees=sees_report(found.report, published=False),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Says first who will read it, and that it can never be changed."""
    user = me(request)
    found = _version(user, pk, number, PLAN)
    if found.is_published and request.method != "POST":
        return redirect("version", pk, number)
    form = PublishForm(request.POST if request.method == "POST" else None, by=user, version=found)
    if saved(request, form):
        messages.success(
            request, _("Version %(number)s is published and stays as it is.") % {"number": number}
        )
        return redirect("version", pk, number)
    return form_page(
        request,
        form,
        part="reports",
        title=_("Publish version %(number)s") % {"number": number},
        button=_("Publish the version"),
        back=reverse("version", args=[pk, number]),
        crumb=found.report.title,
        lead=_(
            "A published version never changes. Later changes go into the next version. The line "
            "above says who can read it as soon as it is published."
        ),
        sees=sees_report(found.report),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def attach(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    user = me(request)
    found = _version(user, pk, number, PLAN)
    sent = request.method == "POST"
    form = FileForm(
        request.POST if sent else None, by=user, version=found, files=request.FILES if sent else None
    )
    if saved(request, form):
        messages.success(request, _("The file has been attached."))
        return redirect("version", pk, number)
    return form_page(
        request,
        form,
        part="reports",
        title=_("Attach a file"),
        button=_("Attach the file"),
        back=reverse("version", args=[pk, number]),
        crumb=found.report.title,
        sees=sees_report(found.report),
    )


@require_safe
def file(request: HttpRequest, pk: int, number: int, file: int) -> HttpResponse:
    return attachment(_file(me(request), pk, number, file))


@require_POST
def detach(request: HttpRequest, pk: int, number: int, file: int) -> HttpResponse:
    user = me(request)
    _version(user, pk, number, PLAN)
    try:
        verbs.detach(_file(user, pk, number, file), by=user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("version", pk, number)


def _show(
    request: HttpRequest, found: SituationReport, shown: ReportVersion | None, versions: list[ReportVersion]
) -> HttpResponse:
    user = me(request)
    context = {
        "report": found,
        "version": shown,
        "versions": versions,
        "draft": next((version for version in versions if not version.is_published), None),
        "acts": found.acts_of(user),
        "clock": _clock(versions),
        "problems": Problem.objects.visible_to(user).filter(report=found).in_order(),
        "links": list(shown.links.all()) if shown else [],
        "files": ReportFile.objects.visible_to(user).filter(version=shown).without_content().order_by("pk"),
        "sees": sees_report(found, published=bool(shown and shown.is_published)),
    }
    return page(request, "programme/report.html", _HERE | context)


def _clock(versions: list[ReportVersion]) -> object:
    """When the report is to be updated at the latest (§ 6), from the version that was published last."""
    published = [version for version in versions if version.published_at]
    return clock(timezone.localdate(published[0].published_at)) if published else None


def _report(user: User, pk: int, act: str = "view") -> SituationReport:
    return get_for(user, SituationReport.objects.visible_to(user).select_related("agreement"), act, pk=pk)


def _version(user: User, pk: int, number: int, act: str = "view") -> ReportVersion:
    rows = ReportVersion.objects.visible_to(user).select_related("report__agreement", "published_by")
    return get_for(user, rows, act, report=pk, number=number)


def _file(user: User, pk: int, number: int, file: int) -> ReportFile:
    rows = ReportFile.objects.visible_to(user).select_related("version__report")
    return get_for(user, rows, pk=file, version__report=pk, version__number=number)
