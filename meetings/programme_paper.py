"""An action programme on paper: PDF/A-3a and PDF/UA-1, with what an adopted one is frozen with and nothing else.

In Swedish whatever the reader's language is: it is the authorities' document (språklagen 10 §).
"""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone, translation

from groups.models import ActionProgramme, Agency, Goal, Indicator, Measure, Problem, User
from groups.programme import clock
from meetings.bodytext import blocks
from meetings.models import Adoption
from meetings.printing import tree
from samverkan import pdf
from samverkan.fields import figure

_LAW = (
    "Planen är upprättad på grundval av lägesbilden enligt 5 § lagen (2023:196) om kommuners ansvar för "
    "brottsförebyggande arbete. Att en siffra har ändrats visar inte att en åtgärd har ändrat den."
)
_DRAFT = "Utkast – inte antagen"


def programme_pdf(programme: ActionProgramme, user: User) -> bytes:
    """The programme as this person may see it; raises :class:`samverkan.pdf.PdfError`."""
    with translation.override("sv"):
        data = print_data(programme, user)
    return pdf.render("programme", data, title=programme.title, language="sv-SE")


def print_data(programme: ActionProgramme, user: User) -> dict[str, object]:
    """What ``templates/pdf/programme.typ`` reads."""
    measures = list(Measure.objects.visible_to(user).filter(programme=programme).with_facts().in_order())
    problems = Problem.objects.visible_to(user).filter(measures__in=measures).distinct()
    return {
        "document_date": (programme.adopted_on or timezone.localdate()).isoformat(),
        "title": programme.title,
        "organisation": " · ".join(_parties(programme)) or "Samverkan",
        "draft": "" if programme.is_adopted else _DRAFT,
        "facts": _facts(programme, user),
        "summary": tree(blocks(programme.summary)),
        "problems": [
            _problem(problem, [measure for measure in measures if measure.problem_id == problem.pk])
            for problem in problems.with_thread().in_order()
        ],
        "follow_up": _follow_up(programme),
        "law": _LAW,
    }


def _parties(programme: ActionProgramme) -> list[str]:
    """Names of the agreement's parties as they are on the plan's first day: in place of one that has ended then, its
    successor, and nobody where it has none."""
    rows = programme.version.report.agreement.parties.select_related("agency__successor__successor")
    found = (_on(party.agency, programme.valid_from) for party in rows)
    return list(dict.fromkeys(agency.name for agency in found if agency is not None))


def _on(agency: Agency | None, day: date) -> Agency | None:
    """The agency, or who has taken over from it by that day."""
    while agency is not None and agency.valid_to is not None and agency.valid_to < day:
        agency = agency.successor
    return agency


def _facts(programme: ActionProgramme, user: User) -> list[tuple[str, str]]:
    report = programme.version.report
    adoption = Adoption.objects.visible_to(user).with_place().filter(programme=programme).first()
    known = (
        ("Antagen", programme.adopted_on.isoformat() if programme.adopted_on else ""),
        ("Beslut", _decision(adoption) if adoption else ""),
        ("Period", f"{programme.valid_from} – {programme.valid_to}"),
        ("Lägesbild", f"{report.title}, version {programme.version.number}"),
        ("Områden", ", ".join(report.areas)),
        ("Läses av", report.get_audience_display()),
    )
    return [(label, value) for label, value in known if value]


def _decision(adoption: Adoption) -> str:
    meeting = adoption.decision.item.meeting
    return f"{meeting.body.name} {timezone.localdate(meeting.starts_at)}, {adoption.decision.label}"


def _problem(problem: Problem, measures: Iterable[Measure]) -> dict[str, object]:
    return {
        "title": problem.title,
        "area": problem.area,
        "goals": [_goal(goal) for goal in problem.goals.all()],
        "measures": [_measure(measure) for measure in measures],
    }


def _goal(goal: Goal) -> dict[str, object]:
    return {
        "text": f"{goal.text}, senast {goal.due}",
        "indicators": [_indicator(indicator) for indicator in goal.indicators.all()],
    }


def _indicator(indicator: Indicator) -> list[str]:
    return [
        indicator.name,
        f"{figure(indicator.baseline)} {indicator.unit} ({indicator.baseline_day})",
        f"{figure(indicator.target)} {indicator.unit}",
        f"{indicator.source}, mäts av {indicator.responsible_agency.label}",
    ]


def _measure(measure: Measure) -> dict[str, object]:
    more = (
        ("Mot", measure.cause),
        ("Syfte", measure.purpose),
        ("Metod", measure.method.name if measure.method else ""),
    )
    return {
        "title": measure.title,
        "description": tree(blocks(measure.description)),
        "more": [f"{label}: {text}" for label, text in more if text],
        "agency": measure.responsible_agency.name,
        "period": [f"{measure.valid_from} –", measure.valid_to.isoformat()],
    }


def _follow_up(programme: ActionProgramme) -> str:
    words = "Lägesbilden uppdateras och planen följs upp minst vartannat år (6 §)."
    if programme.adopted_on is None:
        return words
    return f"{words} Första gången senast {clock(programme.adopted_on).due}."
