"""Drawing up an action programme, and recording that it has been looked over (2023:196 §§ 5–6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import ActionProgramme, Measure, ProgrammeReview, ReportVersion, User
from groups.models.planning import PLAN, plans
from groups.models.programme import REVIEW_WITHIN
from groups.waiting import Task
from samverkan.personal_numbers import refuse_personal_numbers

#: When those who plan are told that a clock of § 6 runs out: early, and then in earnest.
EARLY, SOON = relativedelta(months=6), relativedelta(months=3)


@transaction.atomic
def write_programme(
    version: ReportVersion,
    *,
    title: str,
    summary: str = "",
    valid_from: date,
    valid_to: date,
    measures: Iterable[Measure] = (),
    by: User,
    programme: ActionProgramme | None = None,
    answered: bool = False,
) -> ActionProgramme:
    """A programme on the ground of a published report, new or changed, with the measures chosen for it.

    Raises:
        ValidationError: keyed by field; ``version`` where the report is not published; without a key when adopted.
    """
    if PLAN not in version.acts_of(by):
        raise PermissionDenied("plan is not allowed here.")
    refuse_personal_numbers({"title": title, "summary": summary}, answered=answered)
    if not version.is_published:
        raise ValidationError({"version": _("A programme is based on a published situation report (§ 5).")})
    if valid_to < valid_from:
        raise ValidationError({"valid_to": _("The last day must not be before the first.")})
    if programme is not None:
        programme = ActionProgramme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
        _refuse_adopted(programme)
    programme = programme or ActionProgramme(created_by=by)
    programme.version, programme.title = version, title.strip()
    programme.summary = summary.replace("\r\n", "\n").strip()
    programme.valid_from, programme.valid_to = valid_from, valid_to
    programme.save()
    _choose(programme, measures)
    return programme


def _choose(programme: ActionProgramme, measures: Iterable[Measure]) -> None:
    """These measures and no others, among those of the report that stand in no other programme."""
    wanted = [measure.pk for measure in measures]
    free = Measure.objects.filter(problem__report=programme.version.report_id, programme=None)
    programme.measures.exclude(pk__in=wanted).update(programme=None)
    free.filter(pk__in=wanted).update(programme=programme)


def _refuse_adopted(programme: ActionProgramme) -> None:
    if programme.is_adopted:
        raise ValidationError(_("The programme has been adopted and cannot be changed. Draw up a new one."))


@transaction.atomic
def review(
    programme: ActionProgramme, *, day: date, text: str, by: User, answered: bool = False
) -> ProgrammeReview:
    """Record that an adopted programme has been followed up; the two years of § 6 begin anew.

    Raises:
        ValidationError: keyed ``day`` (to come, before it was adopted, or written already) or ``text`` (empty).
    """
    if PLAN not in programme.acts_of(by):
        raise PermissionDenied("plan is not allowed here.")
    refuse_personal_numbers({"text": text}, answered=answered)
    if programme.adopted_on is None:
        raise ValidationError(_("Only an adopted programme can be followed up."))
    if day > timezone.localdate():
        raise ValidationError({"day": _("That day is in the future. Choose today or an earlier day.")})
    if day < programme.adopted_on:
        raise ValidationError({"day": _("The programme had not been adopted by that day.")})
    if not text.strip():
        raise ValidationError({"text": _("Enter what the follow-up found.")})
    try:
        with transaction.atomic():
            return ProgrammeReview.objects.create(
                programme=programme, day=day, text=text.replace("\r\n", "\n").strip(), written_by=by
            )
    except IntegrityError as error:
        raise ValidationError({"day": _("There is already a follow-up for this day.")}) from error


@dataclass(frozen=True)
class Clock:
    """One of the two clocks of § 6: when it last started and the last day for the next time. ``from_adoption`` where the
    programme was adopted that day and nobody has followed it up since."""

    since: date
    due: date
    from_adoption: bool = False

    @property
    def tone(self) -> str:
        """How near it is, as ``partials/status.html`` shows it: danger, warn, info or ok."""
        today = timezone.localdate()
        if self.due < today:
            return "danger"
        if self.due - SOON <= today:
            return "warn"
        return "info" if self.due - EARLY <= today else "ok"


def clock(since: date, *, from_adoption: bool = False) -> Clock:
    """Twenty-four months from a day; 29 February ends on the 28th."""
    return Clock(since, since + REVIEW_WITHIN, from_adoption)


def clocks_of(programme: Any) -> tuple[Clock | None, Clock | None]:
    """Of the situation report and of the programme; needs ``with_clocks``. None where it has not started."""
    updated = programme.report_updated_on
    report = clock(timezone.localdate(updated)) if updated else None
    if programme.counted_from is None:
        return report, None
    return report, clock(programme.counted_from, from_adoption=programme.reviewed_on is None)


def running_out() -> "list[tuple[ActionProgramme, str, Clock]]":
    """The clocks of the programmes in force that run out within six months or have: ``report`` or ``programme``."""
    found = []
    for programme in ActionProgramme.objects.in_force().with_clocks():
        for name, each in zip(("report", "programme"), clocks_of(programme), strict=True):
            if each is not None and each.tone != "ok":
                found.append((programme, name, each))
    return found


def waiting_for(user: User) -> list[Task]:
    """For those who plan: clocks of § 6 that run out within six months, with more weight within three, or overdue."""
    if not user.in_structure or not plans(user):
        return []
    rows = ActionProgramme.objects.visible_to(user).filter(version__report__agreement__in=plans(user))
    tasks = []
    for programme in rows.in_force().with_clocks():
        report, followed = clocks_of(programme)
        if report is not None and report.tone != "ok":
            url = reverse("report", args=[programme.version.report_id])
            tasks.append(
                _task(report, url, _("Update the situation report %(title)s"), programme.version.report.title)
            )
        if followed is not None and followed.tone != "ok":
            url = reverse("programme_review", args=[programme.pk])
            tasks.append(_task(followed, url, _("Follow up the programme %(title)s"), programme.title))
    return tasks


def _task(due: Clock, url: str, words: str, title: str) -> Task:
    days = (due.due - timezone.localdate()).days
    word = _("Overdue") if days < 0 else _("By %(day)s") % {"day": due.due.isoformat()}
    detail = (
        _("At least every two years (2023:196 § 6); adopted %(day)s, not followed up yet")
        if due.from_adoption
        else _("At least every two years (2023:196 § 6); last done %(day)s")
    )
    return Task(
        word=word,
        tone=due.tone,
        text=words % {"title": title},
        url=url,
        detail=detail % {"day": due.since.isoformat()},
    )
