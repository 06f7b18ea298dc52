"""Factories of planning: each makes one valid row, as the owner, with the least that the test did not name."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from groups.models import (
    ActionProgramme,
    Body,
    FollowUp,
    Goal,
    Hours,
    Indicator,
    IndicatorValue,
    Measure,
    Method,
    MethodNote,
    MethodUse,
    Problem,
    ReportVersion,
    SituationReport,
    User,
)
from meetings.models import Adoption, Decision
from tests.factories import at, make_decision, make_item, make_meeting

PARTS = {
    "mapping": "Inbrott i cykelrum ökar.",
    "other": "Boende säger att låsen är dåliga.",
    "analysis": "Tillfället är orsaken.",
}


def make_report(*, agreement: Any, by: User, published: bool = True, **fields: Any) -> ReportVersion:
    """A report with one version, published unless said otherwise; ``published_at`` may be given."""
    at = fields.pop("published_at", timezone.now())
    report = SituationReport.objects.create(
        **{
            "agreement": agreement,
            "title": "Lägesbild",
            "areas": ["Rinkeby"],
            "audience": "structure",
            "created_by": by,
        }
        | fields
    )
    return ReportVersion.objects.create(
        report=report,
        number=1,
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 6, 30),
        written_by=by,
        published_at=at if published else None,
        published_by=by if published else None,
        **PARTS,
    )


def make_problem(*, report: SituationReport, by: User, **fields: Any) -> Problem:
    return Problem.objects.create(
        **{
            "report": report,
            "title": "Inbrott i cykelrum",
            "causes": ["Dåliga lås", "Ingen uppsikt"],
            "area": "Platser",
            "created_by": by,
        }
        | fields
    )


def make_goal(*, problem: Problem, by: User, **fields: Any) -> Goal:
    return Goal.objects.create(
        **{"problem": problem, "text": "Inbrotten halveras", "due": date(2027, 12, 31), "created_by": by}
        | fields
    )


def make_indicator(*, goal: Goal, by: User, **fields: Any) -> Indicator:
    """From 40 to 20 reports, lower is better."""
    return Indicator.objects.create(
        **{
            "goal": goal,
            "name": "Anmälda inbrott",
            "unit": "per kvartal",
            "source": "Polisens statistik",
            "direction": "down",
            "baseline": Decimal(40),
            "baseline_day": date(2025, 6, 30),
            "target": Decimal(20),
            "responsible_agency": by.agency,
            "created_by": by,
        }
        | fields
    )


def make_value(*, indicator: Indicator, by: User, day: date, value: int) -> IndicatorValue:
    return IndicatorValue.objects.create(indicator=indicator, day=day, value=Decimal(value), written_by=by)


def make_measure(*, problem: Problem, by: User, **fields: Any) -> Measure:
    """Under way, with a month left."""
    today = timezone.localdate()
    return Measure.objects.create(
        **{
            "problem": problem,
            "title": "Byt lås",
            "purpose": "Trygghet",
            "responsible_agency": by.agency,
            "valid_from": today - timedelta(days=30),
            "valid_to": today + timedelta(days=30),
            "created_by": by,
        }
        | fields
    )


def make_hours(*, measure: Measure, by: User, hours: int = 4, **fields: Any) -> Hours:
    return Hours.objects.create(
        **{
            "measure": measure,
            "agency": by.agency,
            "day": timezone.localdate(),
            "hours": Decimal(hours),
            "written_by": by,
        }
        | fields
    )


def make_follow_up(*, measure: Measure, by: User, **fields: Any) -> FollowUp:
    return FollowUp.objects.create(
        **{
            "measure": measure,
            "day": timezone.localdate(),
            "standing": "as_planned",
            "text": "Hälften av låsen är bytta.",
            "written_by": by,
        }
        | fields
    )


def make_programme(*, version: ReportVersion, by: User, **fields: Any) -> ActionProgramme:
    return ActionProgramme.objects.create(
        **{
            "version": version,
            "title": "Åtgärdsplan",
            "valid_from": date(2026, 7, 1),
            "valid_to": date(2028, 6, 30),
            "created_by": by,
        }
        | fields
    )


def make_adoption(*, programme: ActionProgramme, decision: Decision, by: User, day: date) -> Adoption:
    adoption = Adoption.objects.create(programme=programme, decision=decision, recorded_by=by)
    programme.adopted_on = day
    programme.save()
    return adoption


def adopt_on(day: date, programme: ActionProgramme, *, body: Body, by: User) -> Adoption:
    """As if the body had adopted it at a meeting on that day."""
    number = programme.pk
    meeting = make_meeting(
        body=body, starts_at=at(day, 13), ends_at=at(day, 15), status="held", year=day.year, number=number
    )
    decision = make_decision(item=make_item(meeting=meeting), by=by, year=day.year, number=number)
    return make_adoption(programme=programme, decision=decision, by=by, day=day)


def make_method(**fields: Any) -> Method:
    return Method.objects.create(**{"name": "Platsvandring"} | fields)


def make_use(**fields: Any) -> MethodUse:
    return MethodUse.objects.create(**{"valid_from": date(2026, 1, 1)} | fields)


def make_method_note(*, method: Method, by: User, **fields: Any) -> MethodNote:
    return MethodNote.objects.create(
        **{"method": method, "day": date(2026, 5, 1), "text": "Gick bra.", "written_by": by} | fields
    )
