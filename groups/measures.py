"""Planning measures, writing hours and how it goes, and closing them with an outcome."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Agency, FollowUp, Hours, Measure, Problem, User
from groups.models.planning import FOLLOW_UP, PLAN
from samverkan.personal_numbers import refuse_personal_numbers

#: The texts of a measure.
TEXTS = ("title", "description", "cause")


def purposes_for(problem: Problem, measure: Measure | None = None) -> list[str]:
    """The purposes of the agreement in force, and the one that was chosen while another version was."""
    purposes = list(problem.report.agreement_today.purposes)
    return purposes if measure is None or measure.purpose in purposes else [*purposes, measure.purpose]


@transaction.atomic
def write_measure(
    problem: Problem, *, by: User, measure: Measure | None = None, answered: bool = False, **fields: Any
) -> Measure:
    """A measure against a problem, new or changed: title, description, cause, purpose, responsible agency, method,
    goal, programme, first and last day.

    Raises:
        ValidationError: keyed by field; without a key where its programme is adopted or it is closed.
    """
    _refuse_others(problem, by, PLAN)
    if measure is not None:
        measure = _stored(measure)
        if measure.is_closed or (measure.programme and measure.programme.is_adopted):
            raise ValidationError(_("The measure has been decided on or closed, so it cannot be changed."))
    purposes = purposes_for(problem, measure)
    measure = measure or Measure(problem=problem, created_by=by)
    for name, value in fields.items():
        setattr(measure, name, value.strip() if isinstance(value, str) else value)
    refuse_personal_numbers({name: getattr(measure, name) for name in TEXTS}, answered=answered)
    _refuse_unfit(measure, purposes)
    measure.save()
    return measure


def _refuse_unfit(measure: Measure, purposes: list[str]) -> None:
    """What cannot be said with this problem, goal, programme and agreement."""
    report = measure.problem.report
    wrong = {}
    if measure.valid_to < measure.valid_from:
        wrong["valid_to"] = _("The last day must not be before the first.")
    if measure.purpose not in purposes:
        wrong["purpose"] = _("Choose one of the agreement's purposes.")
    if measure.cause and measure.cause not in measure.problem.causes:
        wrong["cause"] = _("Choose one of the problem's causes.")
    if measure.goal and measure.goal.problem_id != measure.problem_id:
        wrong["goal"] = _("Choose one of the problem's goals.")
    if measure.programme and measure.programme.is_adopted:
        wrong["programme"] = _("The programme is adopted and takes no new measures.")
    if measure.programme and measure.programme.version.report_id != report.pk:
        wrong["programme"] = _("The programme is based on another situation report.")
    if wrong:
        raise ValidationError(wrong)


@transaction.atomic
def spend_hours(
    measure: Measure,
    *,
    agency: Agency,
    day: date,
    hours: Decimal,
    note: str = "",
    sure: bool = False,
    by: User,
    answered: bool = False,
) -> Hours:
    """Hours that an agency spent on the measure up to a day. Who does not plan writes their own agency's.

    Raises:
        ValidationError: keyed ``hours`` (none, negative, or more than the days have without ``sure``), ``day`` (to
            come), ``agency`` (another's) or ``note``.
    """
    acts = _refuse_others(measure, by, FOLLOW_UP)
    refuse_personal_numbers({"note": note}, answered=answered)
    if hours <= 0:
        raise ValidationError({"hours": _("Enter how many hours, more than zero.")})
    _refuse_coming(day)
    if not sure and hours > most_hours(measure, day):
        words = _(
            "From the first day of the measure to %(day)s there are %(most)s hours in all. Check the figure."
        )
        raise ValidationError({"hours": words % {"day": day, "most": most_hours(measure, day)}})
    if PLAN not in acts and agency.pk != by.agency_id:
        raise ValidationError({"agency": _("You can only record your own agency's hours.")})
    return Hours.objects.create(
        measure=measure, agency=agency, day=day, hours=hours, note=note.strip(), written_by=by
    )


def most_hours(measure: Measure, day: date) -> int:
    """What one person could spend from the measure's first day to this one, working round the clock: more than that is
    several people's work, or a slip."""
    return 24 * max((day - measure.valid_from).days + 1, 1)


@transaction.atomic
def follow_up(
    measure: Measure, *, day: date, standing: str, text: str, by: User, answered: bool = False
) -> FollowUp:
    """Write how the measure goes; what is written stays.

    Raises:
        ValidationError: keyed ``text`` (empty), ``day`` (to come) or ``standing`` (unknown); without a key when closed.
    """
    _refuse_others(measure, by, FOLLOW_UP)
    if _stored(measure).is_closed:
        raise ValidationError(_("The measure is closed."))
    refuse_personal_numbers({"text": text}, answered=answered)
    if standing not in FollowUp.Standing.values or standing == FollowUp.Standing.ENDED:
        raise ValidationError({"standing": _("Choose how it is going.")})
    return _say(measure, day, standing, text, by)


@transaction.atomic
def close(
    measure: Measure, *, day: date, outcome: str, text: str, by: User, answered: bool = False
) -> Measure:
    """Close a measure with its outcome and what came of it, once; the last follow-up says the same. Before its first
    day it can only be closed as not carried out.

    Raises:
        ValidationError: keyed ``outcome``, ``text`` or ``day``; without a key when it is closed already.
    """
    _refuse_others(measure, by, FOLLOW_UP)
    stored = _stored(measure)
    if stored.is_closed:
        raise ValidationError(_("The measure is already closed."))
    refuse_personal_numbers({"text": text}, answered=answered)
    if outcome not in Measure.Outcome.values:
        raise ValidationError({"outcome": _("Choose an outcome.")})
    if day < stored.valid_from and outcome != Measure.Outcome.NOT_DONE:
        words = _("The measure began on %(day)s. Choose that day or a later one.")
        raise ValidationError({"day": words % {"day": stored.valid_from}})
    said = _say(stored, day, FollowUp.Standing.ENDED, text, by)
    stored.outcome, stored.outcome_text, stored.closed_on, stored.closed_by = outcome, said.text, day, by
    stored.save(update_fields=["outcome", "outcome_text", "closed_on", "closed_by"])
    return stored


def _say(measure: Measure, day: date, standing: str, text: str, by: User) -> FollowUp:
    if not text.strip():
        raise ValidationError({"text": _("Enter what has been done and seen.")})
    _refuse_coming(day)
    return FollowUp.objects.create(
        measure=measure,
        day=day,
        standing=standing,
        text=text.replace("\r\n", "\n").strip(),
        written_by=by,
    )


def _stored(measure: Measure) -> Measure:
    """The measure as it is stored, held until the transaction ends."""
    rows = Measure.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("problem__report__agreement", "goal", "programme__version").get(pk=measure.pk)


def _refuse_coming(day: date) -> None:
    if day > timezone.localdate():
        raise ValidationError({"day": _("That day is in the future. Choose today or an earlier day.")})


def _refuse_others(row: Any, by: User, act: str) -> frozenset[str]:
    acts: frozenset[str] = row.acts_of(by)
    if act not in acts:
        raise PermissionDenied(f"{act} is not allowed here.")
    return acts
