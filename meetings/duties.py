"""Doing the duties of the year: noting how one was done, taking it back, and what waits for who manages a body."""

import secrets
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from groups.models import AnnualDuty, Body, User
from groups.roles import MANAGE
from groups.waiting import Task
from meetings.models import Decision, DutyOccurrence, Meeting, TurnFile
from meetings.placing import TOLD, is_untold, lacks_meeting, latest_meeting, place_soon, take_off
from samverkan.uploads import Received


@transaction.atomic
def write_duty(duty: AnnualDuty, *, by: User) -> AnnualDuty:
    """Save a new duty or a changed one; its turns are then made and placed anew.

    Raises:
        ValidationError: by field, where it says when in no way or in two, or where its body is a case group; without a
            key where another duty has its key.
    """
    if duty.body.kind == Body.Kind.CASE:
        raise ValidationError({"body": _("A case group has no duties of the year.")})
    if MANAGE not in duty.acts_of(by):
        raise PermissionDenied("manage is not allowed here.")
    duty.key = duty.key or f"{slugify(duty.title)[:38].strip('-') or 'duty'}-{secrets.token_hex(4)}"
    duty.full_clean()
    before = AnnualDuty.objects.select_for_update().filter(pk=duty.pk).first()
    duty.save()
    if before and before.body_id != duty.body_id:
        _leave(duty)
    place_soon(duty.body_id)
    return duty


def _leave(duty: AnnualDuty) -> None:
    """Take what is not done off the agendas of the body that answered before."""
    for turn in DutyOccurrence.objects.undone().filter(duty=duty, item__isnull=False).with_duty():
        take_off(turn)
        turn.item = None
        turn.save(update_fields=["item"])


@dataclass(frozen=True)
class Evidence:
    """How a duty was done: at least one of these."""

    meeting: Meeting | None = None
    decision: Decision | None = None
    link: str = ""
    note: str = ""
    file: Received | None = None


@transaction.atomic
def finish_duty(turn: DutyOccurrence, *, done_on: date, evidence: Evidence, by: User) -> None:
    """Note that a turn of a duty is done, once, and take what is left of it off the agenda.

    Raises:
        ValidationError: keyed ``done_on`` (a day to come) or ``note`` (no evidence); without a key when it is done already.
    """
    stored = _locked(turn, by)
    if stored.is_done:
        raise ValidationError(_("This is already done."))
    if done_on > timezone.localdate():
        raise ValidationError({"done_on": _("That day is in the future. Choose today or an earlier day.")})
    meeting = evidence.meeting or (evidence.decision.item.meeting if evidence.decision else None)
    note = " ".join(evidence.note.split()) or (evidence.file.name if evidence.file else "")
    if not (meeting or evidence.link or note):
        raise ValidationError(
            {"note": _("Say how it was done: a meeting, a decision, a link, a file or a few words.")}
        )
    take_off(stored)
    stored.done_on, stored.done_by, stored.noted_at = done_on, by, timezone.now()
    stored.meeting, stored.decision = meeting, evidence.decision
    stored.link, stored.note = evidence.link, note
    stored.save()
    if evidence.file is not None:
        TurnFile.objects.create(turn=stored, uploaded_by=by, **evidence.file.fields())


@transaction.atomic
def reopen_duty(turn: DutyOccurrence, *, by: User) -> None:
    """Say that a turn is not done after all: how it was done is forgotten, a file with it, and it places itself anew.

    Raises:
        ValidationError: it is not done.
    """
    stored = _locked(turn, by)
    if not stored.is_done:
        raise ValidationError(_("This is not done."))
    TurnFile.objects.filter(turn=stored).delete()
    stored.done_on = stored.done_by = stored.noted_at = stored.meeting = stored.decision = stored.item = None
    stored.link = stored.note = ""
    stored.save()
    place_soon(stored.duty.body_id)


def _locked(turn: DutyOccurrence, by: User) -> DutyOccurrence:
    stored = DutyOccurrence.objects.with_duty().select_for_update(no_key=True, of=("self",)).get(pk=turn.pk)
    if MANAGE not in stored.acts_of(by):
        raise PermissionDenied("manage is not allowed here.")
    return stored


# What waits for who manages a body.


def waiting_for(user: User) -> list[Task]:
    """Duties that nobody has noted as done, and those for which no meeting is planned in time; one query."""
    managed = [body for body in user.bodies() if MANAGE in user.acts_in(body)]
    if not managed:
        return []
    turns = DutyOccurrence.objects.undone().filter(duty__body__in=managed, due__lte=_horizon())
    tasks = [_task(turn) for turn in turns.with_duty().in_order()]
    return [task for task in tasks if task is not None]


def _horizon() -> date:
    return timezone.localdate() + TOLD + timedelta(days=365)


def _task(turn: DutyOccurrence) -> Task | None:
    url = reverse("duty_finish", args=[turn.pk])
    meeting = turn.item.meeting if turn.item else None
    if meeting is not None and is_untold(turn):
        text = _("Was this dealt with? %(duty)s") % {"duty": turn.duty.title}
        held = _("It was on the agenda on %(day)s but has not been recorded as done.") % {
            "day": timezone.localdate(meeting.starts_at)
        }
        return Task(_("Answer"), "warn", text, url, held, _("Answer"))
    if turn.is_overdue:
        late = _("It should have been done on %(day)s.") % {"day": turn.due}
        return Task(_("Overdue"), "danger", turn.duty.title, url, late, _("Record as done"))
    return _no_meeting(turn) if lacks_meeting(turn) else None


def _no_meeting(turn: DutyOccurrence) -> Task:
    values = {"body": turn.duty.body.name, "latest": latest_meeting(turn)}
    detail = _("%(body)s has no meeting in time. Hold one by %(latest)s.") % values
    url = f"{reverse('meeting_new')}?body={turn.duty.body_id}"
    word = DutyOccurrence.State.LACKING.label
    return Task(str(word), "warn", turn.duty.title, url, detail, _("Plan a meeting"))
