"""The lists of the plan and of premises as tables to take away (``samverkan.tables``): what each column says."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from groups.models import (
    ActionProgramme,
    Closure,
    FollowUp,
    Goal,
    Hours,
    Indicator,
    IndicatorValue,
    Measure,
    Method,
    MethodNote,
    MethodUse,
    OpeningHours,
    Premises,
    Problem,
    ReportVersion,
    Room,
    StaffedShift,
)
from samverkan.tables import Column

REPORTS = (
    Column[ReportVersion](_("Situation report"), lambda row: row.report.title),
    Column[ReportVersion](_("Areas"), lambda row: row.report.areas),
    Column[ReportVersion](_("Version"), lambda row: row.number),
    Column[ReportVersion](_("First day"), lambda row: row.valid_from),
    Column[ReportVersion](_("Last day"), lambda row: row.valid_to),
    Column[ReportVersion](_("Published"), lambda row: row.published_at),
    Column[ReportVersion](_("Published by"), lambda row: row.published_by.name if row.published_by else ""),
    Column[ReportVersion](_("Who reads it"), lambda row: row.report.get_audience_display()),
)
PROBLEMS = (
    Column[Problem](_("Problem"), lambda row: row.title),
    Column[Problem](_("Priority area"), lambda row: row.area),
    Column[Problem](_("Situation report"), lambda row: row.report.title),
    Column[Problem](_("Description"), lambda row: row.description),
    Column[Problem](_("Causes"), lambda row: row.causes),
    Column[Problem](_("Goals"), lambda row: len(row.goals.all())),
    Column[Problem](_("Measures"), lambda row: len(row.planned)),  # type: ignore[attr-defined]
)
#: A problem, one of its goals, and one of that goal's indicators, or none.
Aim = tuple[Problem, Goal, Indicator | None]
GOALS = (
    Column[Aim](_("Problem"), lambda row: row[0].title),
    Column[Aim](_("Goal"), lambda row: row[1].text),
    Column[Aim](_("Last day"), lambda row: row[1].due),
    Column[Aim](_("Status"), lambda row: goal_word(row[1])),
    Column[Aim](_("Indicator"), lambda row: row[2].name if row[2] else ""),
    Column[Aim](_("Unit of measurement"), lambda row: row[2].unit if row[2] else ""),
    Column[Aim](_("Source"), lambda row: row[2].source if row[2] else ""),
    Column[Aim](_("Baseline"), lambda row: row[2].baseline if row[2] else None),
    Column[Aim](_("Baseline day"), lambda row: row[2].baseline_day if row[2] else None),
    Column[Aim](_("Target"), lambda row: row[2].target if row[2] else None),
    Column[Aim](_("Latest value"), lambda row: row[2].last.value if row[2] and row[2].last else None),
    Column[Aim](_("Latest day"), lambda row: row[2].last.day if row[2] and row[2].last else None),
    Column[Aim](
        _("Measured by"),
        lambda row: row[2].responsible_agency.name if row[2] and row[2].responsible_agency else "",
    ),
)
#: An indicator's goal, the indicator, and a value of it.
Value = tuple[Goal, Indicator, IndicatorValue]
VALUES = (
    Column[Value](_("Goal"), lambda row: row[0].text),
    Column[Value](_("Indicator"), lambda row: row[1].name),
    Column[Value](_("Unit of measurement"), lambda row: row[1].unit),
    Column[Value](_("Day"), lambda row: row[2].day),
    Column[Value](_("Value"), lambda row: row[2].value),
    Column[Value](_("Note"), lambda row: row[2].note),
    Column[Value](_("Written by"), lambda row: row[2].written_by.name),
)
#: Needs ``with_facts``.
MEASURES = (
    Column[Measure](_("Measure"), lambda row: row.title),
    Column[Measure](_("Problem"), lambda row: row.problem.title),
    Column[Measure](_("Cause"), lambda row: row.cause),
    Column[Measure](_("Goal"), lambda row: row.goal.text if row.goal else ""),
    Column[Measure](_("Purpose of the agreement"), lambda row: row.purpose),
    Column[Measure](_("Responsible agency"), lambda row: row.responsible_agency.name),
    Column[Measure](_("Method"), lambda row: row.method.name if row.method else ""),
    Column[Measure](_("Action programme"), lambda row: row.programme.title if row.programme else ""),
    Column[Measure](_("First day"), lambda row: row.valid_from),
    Column[Measure](_("Last day"), lambda row: row.valid_to),
    Column[Measure](_("Status"), lambda row: measure_word(row)),
    Column[Measure](
        _("Hours spent"), lambda row: sum((entry.hours for entry in row.hours.all()), start=0) or None
    ),
    Column[Measure](_("Latest follow-up"), lambda row: _latest(row).day if _latest(row) else None),
    Column[Measure](_("What it says"), lambda row: _latest(row).text if _latest(row) else ""),
    Column[Measure](_("Closed on"), lambda row: row.closed_on),
    Column[Measure](_("What it led to"), lambda row: row.outcome_text),
)
HOURS = (
    Column[Hours](_("Day"), lambda row: row.day),
    Column[Hours](_("Agency"), lambda row: row.agency.name),
    Column[Hours](_("Hours"), lambda row: row.hours),
    Column[Hours](_("Note"), lambda row: row.note),
)
FOLLOW_UPS = (
    Column[FollowUp](_("Day"), lambda row: row.day),
    Column[FollowUp](_("Standing"), lambda row: row.get_standing_display()),
    Column[FollowUp](_("What it says"), lambda row: row.text),
    Column[FollowUp](_("Written by"), lambda row: row.written_by.name),
)
#: A line of the list of programmes: the programme, and whether it is the one in force.
PROGRAMMES = (
    Column[dict[str, Any]](_("Action programme"), lambda line: line["programme"].title),
    Column[dict[str, Any]](_("State"), lambda line: programme_word(line["programme"], line["current"])),
    Column[dict[str, Any]](_("First day"), lambda line: line["programme"].valid_from),
    Column[dict[str, Any]](_("Last day"), lambda line: line["programme"].valid_to),
    Column[dict[str, Any]](_("Adopted"), lambda line: line["programme"].adopted_on),
    Column[dict[str, Any]](_("Measures"), lambda line: line["programme"].planned),
    Column[dict[str, Any]](_("Closed measures"), lambda line: line["programme"].closed),
)
METHODS = (
    Column[Method](_("Method"), lambda row: row.name),
    Column[Method](_("Proposed by"), lambda row: row.proposed_by.name if row.proposed_by else row.origin),
    Column[Method](_("What it is"), lambda row: row.description),
    Column[Method](_("Used by"), lambda row: [use.body.name for use in row.used_now]),  # type: ignore[attr-defined]
    Column[Method](_("Latest note"), lambda row: row.told[0].day if row.told else None),  # type: ignore[attr-defined]
)
NOTES = (
    Column[MethodNote](_("Day"), lambda row: row.day),
    Column[MethodNote](_("How it went"), lambda row: row.text),
    Column[MethodNote](_("Written by"), lambda row: row.written_by.name),
    Column[MethodNote](_("Agency"), lambda row: row.agency.name if row.agency else ""),
)
USES = (
    Column[MethodUse](_("Group"), lambda row: row.body.name),
    Column[MethodUse](_("First day"), lambda row: row.valid_from),
    Column[MethodUse](_("Last day"), lambda row: row.valid_to),
)
PREMISES = (
    Column[Premises](_("Premises"), lambda row: row.name),
    Column[Premises](_("Address"), lambda row: row.address),
    Column[Premises](_("Area"), lambda row: row.area),
    Column[Premises](_("Managed by"), lambda row: row.agency.name),
    Column[Premises](_("Contact"), lambda row: row.contact),
    Column[Premises](_("People at most"), lambda row: row.capacity),
    Column[Premises](_("Step-free access"), lambda row: row.step_free),
    Column[Premises](_("Hearing loop"), lambda row: row.hearing_loop),
    Column[Premises](_("Neutral ground"), lambda row: row.neutral_ground),
    Column[Premises](_("Known to residents"), lambda row: row.known_to_residents),
    Column[Premises](_("Equipment"), lambda row: row.equipment),
    Column[Premises](_("Rooms"), lambda row: [room.name for room in row.rooms.all()]),
    Column[Premises](_("First day"), lambda row: row.valid_from),
    Column[Premises](_("Last day"), lambda row: row.valid_to),
)
ROOMS = (
    Column[Room](_("Room"), lambda row: row.name),
    Column[Room](_("Premises"), lambda row: row.premises.name),
    Column[Room](_("People at most"), lambda row: row.capacity),
    Column[Room](_("Step-free access"), lambda row: row.step_free),
    Column[Room](_("Hearing loop"), lambda row: row.hearing_loop),
    Column[Room](_("Fit for confidential talk"), lambda row: row.confidential),
    Column[Room](_("Equipment"), lambda row: row.equipment),
)
#: Opening hours, hours of presence and closures of one place. Needs ``with_times``.
Time = OpeningHours | StaffedShift | Closure
TIMES = (
    Column[Time](_("What"), lambda row: _time_kind(row)),
    Column[Time](_("Weekday"), lambda row: "" if isinstance(row, Closure) else row.get_weekday_display()),
    Column[Time](_("From"), lambda row: None if isinstance(row, Closure) else f"{row.begins:%H:%M}"),
    Column[Time](_("Until"), lambda row: None if isinstance(row, Closure) else f"{row.ends:%H:%M}"),
    Column[Time](_("First day"), lambda row: row.first_day if isinstance(row, Closure) else row.valid_from),
    Column[Time](_("Last day"), lambda row: row.last_day if isinstance(row, Closure) else row.valid_to),
    Column[Time](_("Agency"), lambda row: row.agency.name if isinstance(row, StaffedShift) else ""),
    Column[Time](_("Note"), lambda row: _time_note(row)),
)


def goal_word(goal: Goal) -> str:
    words = {
        "reached": _now("Reached"),
        "missed": _now("Not reached in time"),
        "open": _now("On the way"),
    }
    return words.get(goal.status, _now("No value yet"))


def measure_word(measure: Measure) -> str:
    words = {"overdue": _now("Overdue"), "planned": _now("Planned")}
    return (
        measure.get_outcome_display() if measure.is_closed else words.get(measure.status, _now("Under way"))
    )


def programme_word(programme: ActionProgramme, current: bool) -> str:
    if not programme.is_adopted:
        return _now("Draft")
    return _now("In force") if current else _now("Replaced")


def aims_of(problems: Iterable[Problem]) -> Iterator[Aim]:
    """Each goal with each of its indicators, or with none. Needs ``with_thread``."""
    for problem in problems:
        for goal in problem.goals.all():
            indicators = goal.indicators.all()
            if not indicators:
                yield problem, goal, None
            yield from ((problem, goal, indicator) for indicator in indicators)


def values_of(problem: Problem) -> Iterator[Value]:
    """Every value of the problem's indicators. Needs ``with_thread``."""
    for goal in problem.goals.all():
        for indicator in goal.indicators.all():
            yield from ((goal, indicator, value) for value in indicator.values.all())


def times_of(premises: Premises) -> list[Time]:
    """In the order of the week, then the closures. Needs ``with_times``."""
    weekly: list[Any] = [*premises.hours.all(), *premises.shifts.all()]
    weekly.sort(key=lambda row: (row.valid_from or date.min, row.weekday, row.begins))
    return [*weekly, *sorted(premises.closures.all(), key=lambda row: row.first_day)]


def _latest(measure: Measure) -> Any:
    said = list(measure.follow_ups.all())
    return said[-1] if said else None


def _time_kind(row: Time) -> str:
    if isinstance(row, Closure):
        return pgettext("door", "Closed")
    return pgettext("door", "Open") if isinstance(row, OpeningHours) else _now("Agency there")


def _time_note(row: Time) -> str:
    if isinstance(row, Closure):
        return row.reason
    return row.note if isinstance(row, StaffedShift) else ""
