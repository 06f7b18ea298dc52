"""Writing problems, goals, indicators and their values."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Goal, Indicator, IndicatorValue, Measure, Problem, SituationReport, User
from groups.models.planning import FOLLOW_UP, PLAN
from samverkan.personal_numbers import refuse_personal_numbers


def areas_for(report: SituationReport, problem: Problem | None = None) -> list[str]:
    """The priority areas of the agreement in force, and the one that was chosen while another version was."""
    areas = list(report.agreement_today.areas)
    return areas if problem is None or problem.area in areas else [*areas, problem.area]


@transaction.atomic
def write_problem(
    report: SituationReport,
    *,
    title: str,
    description: str = "",
    causes: list[str],
    area: str,
    by: User,
    problem: Problem | None = None,
    answered: bool = False,
) -> Problem:
    """A problem that the report finds, new or changed; ``area`` is one of the agreement's.

    Raises:
        ValidationError: keyed by field; ``title`` or ``area`` where an adopted programme rests on the problem.
    """
    _refuse_others(report, by, PLAN)
    refuse_personal_numbers({"title": title, "description": description, "causes": causes}, answered=answered)
    if area not in areas_for(report, problem):
        raise ValidationError({"area": _("Choose one of the agreement's areas.")})
    if problem is not None and is_adopted(problem):
        _refuse_frozen({"title": problem.title != title.strip(), "area": problem.area != area})
    problem = problem or Problem(report=report, created_by=by)
    problem.title, problem.description = title.strip(), description.replace("\r\n", "\n").strip()
    problem.causes, problem.area = causes, area
    problem.save()
    return problem


@transaction.atomic
def write_goal(
    problem: Problem, *, text: str, due: date, by: User, goal: Goal | None = None, answered: bool = False
) -> Goal:
    """A goal for a problem, new or changed.

    Raises:
        ValidationError: keyed by field (``due``: a new goal's day has passed); without a key where an adopted programme
            rests on it.
    """
    _refuse_others(problem, by, PLAN)
    refuse_personal_numbers({"text": text}, answered=answered)
    if goal is not None and is_adopted(problem):
        raise ValidationError(_frozen())
    if goal is None and due < timezone.localdate():
        raise ValidationError({"due": _("That day has passed. Choose a later day.")})
    goal = goal or Goal(problem=problem, created_by=by)
    goal.text, goal.due = text.strip(), due
    goal.save()
    return goal


@transaction.atomic
def write_indicator(
    goal: Goal, *, by: User, indicator: Indicator | None = None, answered: bool = False, **fields: Any
) -> Indicator:
    """An indicator of a goal, new or changed: name, unit, source, direction, baseline and its day, target, and the
    agency that measures.

    Raises:
        ValidationError: keyed by field; ``target`` where it does not lie in the direction; without a key where an
            adopted programme rests on it.
    """
    _refuse_others(goal, by, PLAN)
    refuse_personal_numbers(fields, answered=answered)
    if indicator is not None and is_adopted(goal.problem):
        raise ValidationError(_frozen())
    indicator = indicator or Indicator(goal=goal, created_by=by)
    for name, value in fields.items():
        setattr(indicator, name, value)
    if indicator.target == indicator.baseline or not _in_direction(indicator):
        raise ValidationError({"target": _("The target must lie in the direction that is better.")})
    indicator.save()
    return indicator


@transaction.atomic
def write_value(
    indicator: Indicator, *, day: date, value: Decimal, note: str = "", by: User, answered: bool = False
) -> IndicatorValue:
    """What an indicator was on a day, written by those who plan or by the agency that measures.

    Raises:
        ValidationError: keyed ``day`` (to come, before the baseline, or written already) or ``note``.
    """
    _refuse_others(indicator, by, FOLLOW_UP)
    refuse_personal_numbers({"note": note}, answered=answered)
    if day > timezone.localdate():
        raise ValidationError({"day": _("That day is in the future. Choose today or an earlier day.")})
    if day <= indicator.baseline_day:
        raise ValidationError({"day": _("The day must be after the baseline date.")})
    already = ValidationError({"day": _("There is a value for this day already.")})
    if IndicatorValue.objects.filter(indicator=indicator, day=day).exists():
        raise already
    try:
        with transaction.atomic():
            return IndicatorValue.objects.create(
                indicator=indicator, day=day, value=value, note=note.strip(), written_by=by
            )
    except IntegrityError as error:
        raise already from error


@transaction.atomic
def correct_value(
    row: IndicatorValue, *, value: Decimal, because: str, by: User, answered: bool = False
) -> IndicatorValue:
    """Put right a figure that was written wrong. What was written first, who corrected it and why stay to be read.

    Raises:
        ValidationError: keyed ``value`` (the same as now) or ``because`` (empty).
    """
    _refuse_others(row, by, FOLLOW_UP)
    refuse_personal_numbers({"because": because}, answered=answered)
    stored = IndicatorValue.objects.select_for_update(no_key=True).get(pk=row.pk)
    if stored.value == value:
        raise ValidationError({"value": _("That is already the value. Enter a different one.")})
    if not because.strip():
        raise ValidationError({"because": _("Enter a reason.")})
    stored.was = stored.value if stored.was is None else stored.was
    stored.value, stored.corrected_because = value, because.strip()
    stored.corrected_by, stored.corrected_at = by, timezone.now()
    stored.save()
    return stored


def is_adopted(problem: Problem) -> bool:
    """Whether an adopted programme rests on the problem: what it decided on is then frozen."""
    return Measure.objects.filter(problem=problem, programme__adopted_on__isnull=False).exists()


def _in_direction(indicator: Indicator) -> bool:
    lower = indicator.target < indicator.baseline
    return lower == (indicator.direction == Indicator.Direction.DOWN)


def _frozen() -> str:
    return _(
        "An adopted programme is based on this, so it cannot be changed. Add a new one for the next programme."
    )


def _refuse_frozen(changed: dict[str, bool]) -> None:
    if wrong := {name: _frozen() for name, is_changed in changed.items() if is_changed}:
        raise ValidationError(wrong)


def _refuse_others(row: Any, by: User, act: str) -> None:
    if act not in row.acts_of(by):
        raise PermissionDenied(f"{act} is not allowed here.")
