"""Situation reports, problems, measures, programmes and methods."""

from datetime import date
from typing import Any

from groups.models import ReportFile
from samverkan.uploads import receive
from tests.factories import make_action, make_decision, make_item, make_meeting
from tests.factories_programme import (
    make_adoption,
    make_goal,
    make_indicator,
    make_measure,
    make_method,
    make_problem,
    make_programme,
    make_report,
    make_use,
    make_value,
)
from tests.matrix.world import AUTHORITIES, EVERYONE, STRUCTURE, Row, World, of

#: Who write or manage in a body of the cast's agreement.
PLANNERS = {"chair", "secretary", "coordinator", "case_worker"}
#: The planners, and the people of the agency that answers for the measure and the indicator: the police.
FOLLOWERS = PLANNERS | {"police", "unseated_police"}


def furnish(world: World) -> None:
    """A report for all, one for authorities and a draft; a programme in each state; all that hangs on them."""
    cast = world.cast
    by = cast.coordinator
    world.report_version = make_report(agreement=cast.agreement, by=by)
    world.narrow_version = make_report(agreement=cast.agreement, by=by, audience="authorities")
    world.draft_version = make_report(agreement=cast.agreement, by=by, published=False)
    world.report_file = ReportFile.objects.create(
        version=world.draft_version, uploaded_by=by, **receive("a.pdf", b"%PDF-1.7\n1").fields()
    )
    world.problem = make_problem(report=world.report_version.report, by=by)
    world.narrow_problem = make_problem(report=world.narrow_version.report, by=by)
    world.goal = make_goal(problem=world.problem, by=by)
    world.indicator = make_indicator(goal=world.goal, by=by, responsible_agency=cast.police_agency)
    world.value = make_value(indicator=world.indicator, by=by, day=date(2026, 5, 1), value=30)
    world.programme = make_programme(version=world.report_version, by=by)
    world.measure = make_measure(problem=world.problem, by=by, responsible_agency=cast.police_agency)
    world.method = make_method(proposed_by=cast.traffic_office)
    world.method_use_row = make_use(method=world.method, body=cast.places)
    meeting = make_meeting(body=cast.steering, status="held", year=2025, number=9)
    item = make_item(meeting=meeting)
    decision = make_decision(item=item, by=by, year=2025, number=90)
    world.plan_action = make_action(item=item, agency=cast.police_agency, by=by)
    world.adopted = make_programme(version=world.report_version, by=by)
    make_adoption(programme=world.adopted, decision=decision, by=by, day=date(2025, 11, 1))


def of_version(name: str, **more: str) -> Any:
    return lambda world: {
        "pk": getattr(world, name).report_id,
        "number": getattr(world, name).number,
        **{key: getattr(world, value).pk for key, value in more.items()},
    }


def of_report(name: str) -> Any:
    return lambda world: {"pk": getattr(world, name).report_id}


def of_use(world: World) -> dict[str, Any]:
    return {"pk": world.method.pk, "use": world.method_use_row.pk}


def filled_in(name: str, arguments: Any, may: set[str], see: set[str] = STRUCTURE) -> list[Row]:
    """A form: the page to those who may, 403 to those who see what it is about; sent empty, 422."""
    refused = see - may
    return [
        Row(name, {200: may, 403: refused}, arguments=arguments),
        Row(name, {422: may, 403: refused}, "post", arguments=arguments),
    ]


OTHERS = STRUCTURE - PLANNERS
METHODISTS = PLANNERS | {"traffic"}
ROWS = [
    Row("reports", {200: EVERYONE}),
    Row("report_new", {200: PLANNERS}, others=403),
    Row("report_new", {422: PLANNERS}, "post", others=403),
    Row("report", {200: STRUCTURE}, arguments=of_report("report_version")),
    Row("report", {200: AUTHORITIES}, arguments=of_report("narrow_version")),
    Row("report", {200: PLANNERS}, arguments=of_report("draft_version")),
    *filled_in("report_edit", of_report("report_version"), PLANNERS),
    *filled_in("report_edit", of_report("narrow_version"), PLANNERS, AUTHORITIES),
    Row("version_new", {302: PLANNERS, 403: OTHERS}, "post", arguments=of_report("report_version")),
    Row("version", {200: STRUCTURE}, arguments=of_version("report_version")),
    Row("version", {200: AUTHORITIES}, arguments=of_version("narrow_version")),
    Row("version", {200: PLANNERS}, arguments=of_version("draft_version")),
    *filled_in("version_write", of_version("draft_version"), PLANNERS, PLANNERS),
    Row("version_publish", {200: PLANNERS}, arguments=of_version("draft_version")),
    Row("version_publish", {302: PLANNERS}, "post", arguments=of_version("draft_version")),
    *filled_in("report_attach", of_version("draft_version"), PLANNERS, PLANNERS),
    Row("report_file", {200: PLANNERS}, arguments=of_version("draft_version", file="report_file")),
    Row("report_detach", {302: PLANNERS}, "post", arguments=of_version("draft_version", file="report_file")),
    Row("problems", {200: EVERYONE}),
    Row("problem_choose", {200: PLANNERS}, others=403),
    Row("problem_choose", {422: PLANNERS}, "post", others=403),
    *filled_in("problem_new", of_report("report_version"), PLANNERS),
    Row("problem", {200: STRUCTURE}, arguments=of("problem")),
    Row("problem", {200: AUTHORITIES}, arguments=of("narrow_problem")),
    *filled_in("problem_edit", of("problem"), PLANNERS),
    *filled_in("goal_new", of("problem"), PLANNERS),
    *filled_in("goal_edit", of("goal"), PLANNERS),
    *filled_in("indicator_new", of("goal"), PLANNERS),
    *filled_in("indicator_edit", of("indicator"), PLANNERS),
    *filled_in("value_new", of("indicator"), FOLLOWERS),
    *filled_in("value_correct", of("value"), FOLLOWERS),
    *filled_in("measure_new", of("problem"), PLANNERS),
    Row("measure", {200: STRUCTURE}, arguments=of("measure")),
    *filled_in("measure_edit", of("measure"), PLANNERS),
    *filled_in("measure_hours", of("measure"), FOLLOWERS),
    *filled_in("measure_follow_up", of("measure"), FOLLOWERS),
    *filled_in("measure_close", of("measure"), FOLLOWERS),
    *filled_in("measure_tie", of("measure"), FOLLOWERS),
    Row("programmes", {200: EVERYONE}),
    Row("programme_new", {200: PLANNERS}, others=403),
    Row("programme_new", {422: PLANNERS}, "post", others=403),
    Row("programme", {200: STRUCTURE}, arguments=of("programme")),
    Row("programme_file", {200: STRUCTURE}, arguments=of("programme")),
    Row("programme_file", {200: STRUCTURE}, arguments=of("adopted")),
    *filled_in("programme_edit", of("programme"), PLANNERS),
    Row("programme_edit", {302: PLANNERS, 403: OTHERS}, arguments=of("adopted")),
    *filled_in("programme_adopt", of("programme"), PLANNERS),
    *filled_in("programme_review", of("adopted"), PLANNERS),
    Row("methods", {200: EVERYONE}),
    Row("method_new", {200: STRUCTURE}),
    Row("method_new", {422: STRUCTURE}, "post"),
    Row("method", {200: STRUCTURE}, arguments=of("method")),
    *filled_in("method_edit", of("method"), METHODISTS),
    *filled_in("method_use", of("method"), METHODISTS),
    *filled_in("method_use_end", of_use, METHODISTS),
    *filled_in("method_tell", of("method"), STRUCTURE),
]
