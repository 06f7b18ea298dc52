"""Mail about duties of the year: two weeks before the last day where no meeting sees to it, and when the day has passed."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from groups.models import AnnualDuty, Membership, Notice, User
from groups.models.people import UserQuerySet
from groups.notices import Kind, notify
from groups.roles import ALLOWS, MANAGE
from groups.seats import look_up
from meetings.models import DutyOccurrence, Meeting

KIND = "duty_due"
#: So long before the last day, and so long after it, a mail is sent that was not sent in time; later it would only scold.
AHEAD, AFTER = timedelta(days=14), timedelta(days=30)
_MANAGERS = [function for function, acts in ALLOWS.items() if MANAGE in acts]
_TO_COME = (Meeting.Status.DRAFT, Meeting.Status.CALLED, Meeting.Status.IN_PROGRESS)


@transaction.atomic
def notify_due() -> int:
    """Write the notices that are due today, once for each turn and stage; safe to run twice and beside itself. How many
    turns there were to tell of."""
    found = list(_due())
    for turn, stage in found:
        for person in recipients(turn):
            notify(
                KIND,
                person,
                key=_key(turn, stage),
                path=reverse("duty", args=[turn.duty_id]),
                about=turn.duty.body.name[:200],
            )
    return len(found)


def _due() -> Iterator[tuple[DutyOccurrence, str]]:
    """The turns that nobody has noted as done and that a mail is owed for, each with its stage."""
    today = timezone.localdate()
    near = DutyOccurrence.objects.undone().filter(due__range=(today - AFTER, today + AHEAD))
    for turn in near.with_duty().in_order():
        if turn.is_overdue:
            yield turn, "late"
        elif not _is_seen_to(turn):
            yield turn, "ahead"


def _is_seen_to(turn: DutyOccurrence) -> bool:
    """Whether it stands on the agenda of a meeting that is still to be held before its last day."""
    meeting = turn.item.meeting if turn.item else None
    return (
        meeting is not None
        and meeting.status in _TO_COME
        and timezone.localdate(meeting.starts_at) <= turn.due
    )


def recipients(turn: DutyOccurrence) -> UserQuerySet:
    """The person who is named, or those who manage the group that answers; who has left is none of them."""
    people = User.objects.get_queryset().employed()
    if turn.duty.person_id:
        return people.filter(pk=turn.duty.person_id)
    seats = Membership.objects.live().filter(body=turn.duty.body_id, function__in=_MANAGERS)
    return people.filter(pk__in=seats.values("user"))


def is_wanted(notice: Notice) -> bool:
    """Whether it is still undone and stands as it did, and the recipient still answers for it and may read it."""
    recipient = notice.recipient
    turn = DutyOccurrence.objects.with_duty().filter(pk=notice.subject.split(":")[0]).first()
    if recipient is None or turn is None:
        return False
    if notice.subject not in {_key(found, stage) for found, stage in _due() if found.pk == turn.pk}:
        return False
    reader = look_up({recipient.pk})[recipient.pk]
    answers = recipients(turn).filter(pk=recipient.pk).exists()
    return answers and AnnualDuty.objects.visible_to(reader).filter(pk=turn.duty_id).exists()


def more(notice: Notice, recipient: User) -> dict[str, object]:
    """The last day, and whether it has passed: from the key alone."""
    _pk, due, stage = notice.subject.split(":")
    return {"due": date.fromisoformat(due), "is_late": stage == "late"}


def _key(turn: DutyOccurrence, stage: str) -> str:
    return f"{turn.pk}:{turn.due.isoformat()}:{stage}"


DUE = Kind(is_wanted=is_wanted, more=more)
