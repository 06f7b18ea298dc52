"""The demo's plan: one situation report, two problems with goals and figures over eighteen months, and a programme that
the steering group adopted at the meeting that was held. Places and figures are made up."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta
from django.utils import timezone

from groups.measures import close, follow_up, spend_hours, write_measure
from groups.methods import tell, use
from groups.models import (
    Agency,
    Agreement,
    Body,
    Goal,
    Measure,
    Method,
    Problem,
    ReportVersion,
    SituationReport,
    User,
)
from groups.problems import write_goal, write_indicator, write_problem, write_value
from groups.programme import write_programme
from groups.reports import start_report, write_version
from meetings import demo
from meetings.adopting import adopt, tie
from meetings.models import ActionItem, Decision

AGREEMENT = "rk-2020-196"
MAPPING = (
    "Påhittat exempel. Anmälda inbrott i cykelrum och källare har ökat i två kvarter. Skadegörelse och ungdomsrån sker "
    "främst i gångtunneln vid torget, på kvällar mellan 18 och 22.\n\n- cykelrum: 42 anmälningar per kvartal\n"
    "- gångtunneln: 18 anmälningar per kvartal"
)
OTHER = (
    "Påhittat exempel. Boende berättar att de undviker tunneln efter mörkrets inbrott. Fastighetsägaren säger att låsen är "
    "från 1970-talet. Trafikkontoret har felanmälningar om belysningen."
)
ANALYSIS = (
    "Påhittat exempel. Inbrotten hänger ihop med låsen och med att ingen har uppsikt. Tunneln är mörk, svår att överblicka "
    "och tom på kvällen. Båda problemen går att påverka på plats."
)
TUNNEL = "Mäta belysningen i gångtunneln"


def add_plan(people: dict[str, User]) -> None:
    """Everything, where there is no report yet."""
    if SituationReport.objects.exists():
        return
    by = people["coordinator"]
    by.forget()
    version = _report(Agreement.objects.get(key=AGREEMENT), by)
    break_ins, tunnel = _break_ins(version.report, by), _tunnel(version.report, by)
    _programme(version, [*_against_break_ins(break_ins), *_in_the_tunnel(tunnel)], by)
    _follow_up(people)
    _methods(people)


def _ago(months: int) -> date:
    return timezone.localdate() - relativedelta(months=months)


def _report(agreement: Agreement, by: User) -> ReportVersion:
    period: Any = {"valid_from": _ago(9), "valid_to": _ago(3)}
    version = start_report(
        agreement,
        title="Lägesbild för Järva",
        areas=["Rinkeby", "Tensta"],
        audience="structure",
        by=by,
        **period,
    )
    links = [("Trygghetsmätning (påhittad)", "https://example.org/matning")]
    write_version(version, mapping=MAPPING, other=OTHER, analysis=ANALYSIS, links=links, by=by, **period)
    # Published before the meeting that adopts a programme on its ground, and not today.
    at = timezone.now() - relativedelta(months=2)
    ReportVersion.objects.filter(pk=version.pk).update(published_at=at, published_by=by)
    version.refresh_from_db()
    return version


def _break_ins(report: SituationReport, by: User) -> Problem:
    problem = write_problem(
        report,
        title="Inbrott i cykelrum och källare",
        description="Påhittat exempel. Två kvarter, mest på vardagar mitt på dagen.",
        causes=["Gamla lås som går att bryta upp", "Ingen har uppsikt på dagen"],
        area="Otrygga brottsutsatta platser",
        by=by,
    )
    goal = write_goal(
        problem,
        text="Inbrotten i de två kvarteren halveras",
        due=timezone.localdate() + timedelta(days=400),
        by=by,
    )
    _figures(
        goal, "Anmälda inbrott", "per kvartal", "down", 42, 21, (40, 41, 36, 31, 28, 24), "lpo-jarva", by
    )
    return problem


def _tunnel(report: SituationReport, by: User) -> Problem:
    problem = write_problem(
        report,
        title="Otrygghet i gångtunneln vid torget",
        description="Påhittat exempel. Boende går omvägar på kvällen.",
        causes=["Belysningen är svag eller trasig", "Tunneln är tom på kvällen"],
        area="Otrygga brottsutsatta platser",
        by=by,
    )
    goal = write_goal(
        problem,
        text="De flesta som bor nära känner sig trygga i tunneln",
        due=timezone.localdate() + timedelta(days=220),
        by=by,
    )
    _figures(goal, "Känner sig trygga i tunneln", "procent", "up", 38, 60, (37, 39, 44, 51), "jarva", by)
    _figures(goal, "Trasiga lampor", "vid rondering", "down", 14, 2, (11, 6, 1), "trafikkontoret", by)
    return problem


def _figures(
    goal: Goal,
    name: str,
    unit: str,
    direction: str,
    baseline: int,
    target: int,
    values: tuple[int, ...],
    agency: str,
    by: User,
) -> None:
    """An indicator from eighteen months ago, its values evenly since."""
    indicator = write_indicator(
        goal,
        name=name,
        unit=unit,
        source="påhittad statistik",
        direction=direction,
        baseline=Decimal(baseline),
        baseline_day=_ago(18),
        target=Decimal(target),
        responsible_agency=Agency.objects.get(key=agency),
        by=by,
    )
    for turn, value in enumerate(values, 1):
        write_value(indicator, day=_ago(18 - turn * 18 // len(values)), value=Decimal(value), by=by)


def _measure(
    problem: Problem, title: str, cause: int, agency: str, starts: int, ends: int, method: str = ""
) -> Measure:
    """``starts`` and ``ends`` are days from today."""
    today = timezone.localdate()
    return write_measure(
        problem,
        title=title,
        description="",
        cause=problem.causes[cause],
        goal=problem.goals.get(),
        purpose=problem.report.agreement.purposes[0],
        responsible_agency=Agency.objects.get(key=agency),
        method=Method.objects.filter(name=method).first(),
        programme=None,
        valid_from=today + timedelta(days=starts),
        valid_to=today + timedelta(days=ends),
        by=problem.created_by,
    )


def _against_break_ins(problem: Problem) -> list[Measure]:
    return [
        _measure(problem, "Byta lås i cykelrummen", 0, "jarva", -160, -20),
        _measure(problem, "Polis till fots i kvarteren på dagtid", 1, "lpo-jarva", -90, 120),
    ]


def _in_the_tunnel(problem: Problem) -> list[Measure]:
    return [
        _measure(problem, "Laga och förstärka belysningen", 0, "trafikkontoret", -120, -6),
        _measure(problem, "Ledarledd fotboll vid tunneln tre kvällar i veckan", 1, "jarva", 20, 200),
    ]


def _programme(version: ReportVersion, measures: list[Measure], by: User) -> None:
    today = timezone.localdate()
    programme = write_programme(
        version,
        title="Åtgärdsplan för Järva",
        summary="Påhittat exempel. Två problem på platser, fyra åtgärder.",
        valid_from=_ago(6),
        valid_to=today + relativedelta(months=18),
        measures=measures,
        by=by,
    )
    decision = Decision.objects.filter(text=demo.ADOPTED).select_related("item__meeting").first()
    if decision is not None:
        adopt(programme, decision=decision, by=by)
    action = ActionItem.objects.filter(text=TUNNEL).first()
    if action is not None:
        tie(action, measure=measures[2], by=by)


def _follow_up(people: dict[str, User]) -> None:
    by, police, traffic = (people[part] for part in ("coordinator", "police officer", "traffic office"))
    for person in (police, traffic):
        person.forget()
    today = timezone.localdate()
    locks = Measure.objects.get(title__startswith="Byta lås")
    walks = Measure.objects.get(title__startswith="Polis till fots")
    light = Measure.objects.get(title__startswith="Laga")
    for months, hours in ((5, 24), (3, 32), (1, 12)):
        spend_hours(locks, agency=_agency("jarva"), day=_ago(months), hours=Decimal(hours), by=by)
    spend_hours(locks, agency=_agency("lpo-jarva"), day=_ago(2), hours=Decimal("6.5"), by=by)
    spend_hours(walks, agency=_agency("lpo-jarva"), day=_ago(1), hours=Decimal(48), by=police)
    spend_hours(light, agency=_agency("trafikkontoret"), day=_ago(1), hours=Decimal(18), by=traffic)
    follow_up(
        light,
        day=_ago(1),
        standing="delayed",
        text="Armaturerna är beställda. Leveransen dröjer.",
        by=traffic,
    )
    close(
        locks,
        day=today - timedelta(days=18),
        outcome="done",
        text="Alla 34 cykelrum har nya lås. Anmälningarna har minskat sedan i våras; om det beror på låsen vet vi inte än.",
        by=by,
    )


def _methods(people: dict[str, User]) -> None:
    panther = Method.objects.filter(name="Panther").first()
    places = Body.objects.filter(key="otrygga-platser").first()
    if panther is None or places is None:
        return
    Method.objects.filter(pk=panther.pk).update(proposed_by=_agency("lpo-jarva"))
    use(panther, body=places, valid_from=_ago(8), by=people["coordinator"])
    text = "Påhittat exempel. Gruppen provade på två platser. Det gick lätt att komma överens om vem som gör vad."
    tell(panther, day=_ago(2), text=text, by=people["police officer"])


def _agency(key: str) -> Agency:
    return Agency.objects.get(key=key)
