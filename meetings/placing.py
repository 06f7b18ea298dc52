"""The collaboration year: each duty puts itself on the agenda of the right meeting in time.

The right meeting is the last one of the body that answers, planned or called, on or before the duty's last day less its
days ahead; where there is none, the first one after that and not after the last day; once the day for it has passed, the
next meeting there is. Who manages the body is told as long as a meeting in time can be called. An item on a draft moves
on when a later meeting in time is planned; on a meeting that is called it stays, for its members have the agenda.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from groups.models import ActionProgramme, AnnualDuty, Body
from groups.programme import clocks_of
from meetings.agendas import add_item, remove_item
from meetings.models import AgendaItem, DutyOccurrence, Meeting
from meetings.models.duties import DutyOccurrenceQuerySet

#: How far ahead turns are made, and how long before its time a duty may be taken up: a body that meets four times a year
#: always has a meeting in there, and none takes up next year's duty by mistake.
AHEAD = timedelta(days=400)
EARLIEST = timedelta(days=120)
#: How long before the last day for a meeting its absence is told.
TOLD = timedelta(days=60)

TREATED = (AgendaItem.Status.NOTED, AgendaItem.Status.DECIDED)
OVER = (Meeting.Status.HELD, Meeting.Status.CLOSED)


def place_duties(bodies: Iterable[int] | None = None) -> Counter[str]:
    """Make the turns to come, settle those that meetings have treated, and put the others on agendas.

    Safe to run twice and beside itself: one body at a time, each under a lock and in a transaction of its own.
    ``bodies`` are keys; all that have duties where none are named.
    """
    rows = AnnualDuty.objects.order_by("body")
    if bodies is not None:
        rows = rows.filter(body__in=bodies)
    done: Counter[str] = Counter()
    for body in rows.values_list("body", flat=True).distinct():
        done += _place_in(body)
    return done


def place_soon(body_id: int) -> None:
    """Place the body's duties as soon as what is going on is committed: whoever plans, moves or cancels a meeting finds
    them where they belong. Not within the same transaction, for that holds the meeting's row already."""
    transaction.on_commit(lambda: place_duties([body_id]), robust=True)


@transaction.atomic
def _place_in(body_id: int) -> Counter[str]:
    # Meetings that end lock their own row first and then the body's; here only meetings that have not begun are locked.
    Body.objects.select_for_update(no_key=True).get(pk=body_id)
    duties = list(AnnualDuty.objects.filter(body=body_id).with_answer())
    counts = Counter(made=_make_turns(duties))
    settle_duties(DutyOccurrence.objects.filter(duty__body=body_id))
    coming = list(
        Meeting.objects.filter(
            body=body_id,
            status__in=(Meeting.Status.DRAFT, Meeting.Status.CALLED),
            starts_at__gt=timezone.now(),
        ).order_by("starts_at", "pk")
    )
    turns = DutyOccurrence.objects.undone().filter(duty__body=body_id).with_duty().in_order()
    for turn in turns:
        counts["placed"] += _place(turn, coming)
    return counts


def _make_turns(duties: list[AnnualDuty]) -> int:
    """Rows for this year and the next; those to come that the duty no longer asks for go, and their items with them."""
    today = timezone.localdate()
    first, last = date(today.year, 1, 1), today + AHEAD
    wanted = {
        (duty.pk, day): duty for duty in duties for day in duty.due_days(first, last, adopted_days(duty))
    }
    standing = set(
        DutyOccurrence.objects.filter(duty__in=duties, due__gte=first).values_list("duty_id", "due")
    )
    missing = sorted(wanted.keys() - standing)
    DutyOccurrence.objects.bulk_create(
        (DutyOccurrence(duty_id=duty, due=day) for duty, day in missing), ignore_conflicts=True
    )
    for turn in DutyOccurrence.objects.undone().filter(duty__in=duties, due__gt=today).with_duty():
        if (turn.duty_id, turn.due) not in wanted:
            take_off(turn)
            turn.delete()
    return len(missing)


def adopted_days(duty: AnnualDuty) -> list[date]:
    """From which day the programme in force under the body's agreement counts: the earlier of when it was followed up
    and when its situation report was updated (2023:196 § 6)."""
    if duty.counting != AnnualDuty.Counting.PROGRAMME:
        return []
    agreement = duty.body.agreement_id
    rows = ActionProgramme.objects.in_force().filter(version__report__agreement=agreement).with_clocks()
    clocks = [clocks_of(row) for row in rows]
    return [min(report.since, followed.since) for report, followed in clocks if report and followed]


def settle_duties(turns: DutyOccurrenceQuerySet) -> None:
    """Take note of what meetings have made of the items: noted or decided in a held meeting is done; what was left when
    the minutes were approved, and what a cancelled meeting had, is free to be placed anew."""
    # Never waits, since a meeting that ends holds its own row here; the next run finds what was passed over.
    rows = turns.undone().filter(item__isnull=False).select_for_update(skip_locked=True, of=("self",))
    for turn in rows.select_related("item__meeting").order_by("pk"):
        item = turn.item
        assert item is not None
        if item.meeting.status in OVER and item.status in TREATED:
            _settle(turn, item)
        elif item.meeting.status in (Meeting.Status.CANCELLED, Meeting.Status.CLOSED):
            turn.item = None
            turn.save(update_fields=["item"])


def _settle(turn: DutyOccurrence, item: AgendaItem) -> None:
    turn.done_on = timezone.localdate(item.meeting.starts_at)
    turn.meeting, turn.decision = item.meeting, item.decisions.first()
    turn.noted_at = timezone.now()
    turn.save(update_fields=["done_on", "meeting", "decision", "noted_at"])


def _place(turn: DutyOccurrence, coming: list[Meeting]) -> bool:
    """Put one turn on the right agenda; whether anything was changed."""
    best = _right_meeting(turn, coming)
    if best is None:
        return False
    if turn.item is not None:
        here = turn.item.meeting
        if here == best or not here.may_change or turn.item.status != AgendaItem.Status.OPEN:
            return False
        if in_time(turn, here) and (here.status == Meeting.Status.CALLED or not in_time(turn, best)):
            return False
        if not in_time(turn, here) and not in_time(turn, best):
            return False
    try:
        with transaction.atomic():
            take_off(turn)
            turn.item = add_item(best, title=turn.duty.heading, presenter=_presenter(turn.duty), by=None)
            turn.save(update_fields=["item"])
    except ValidationError:
        # The meeting was opened in this very moment; the next run finds another.
        turn.refresh_from_db(fields=["item"])
        return False
    return True


def _right_meeting(turn: DutyOccurrence, coming: list[Meeting]) -> Meeting | None:
    fit = [meeting for meeting in coming if in_time(turn, meeting)]
    if fit:
        return fit[-1]
    if timezone.localdate() > turn.deadline:
        return coming[0] if coming else None
    days = ((timezone.localdate(meeting.starts_at), meeting) for meeting in coming)
    return next((meeting for day, meeting in days if turn.deadline < day <= turn.due), None)


def in_time(turn: DutyOccurrence, meeting: Meeting) -> bool:
    """Whether the meeting is neither too early nor too late for the turn."""
    day = timezone.localdate(meeting.starts_at)
    return turn.deadline - EARLIEST <= day <= turn.deadline


def lacks_meeting(turn: DutyOccurrence) -> bool:
    """Whether it is time to say that no meeting takes the turn up in time; needs ``with_duty``."""
    today, meeting = timezone.localdate(), turn.item.meeting if turn.item else None
    if turn.is_done or turn.is_overdue or today < turn.deadline - TOLD:
        return False
    if meeting is None:
        return True
    if meeting.status in OVER or in_time(turn, meeting):
        return False
    # Too late for a better meeting, and this one is still held by the last day.
    return not (today > turn.deadline and timezone.localdate(meeting.starts_at) <= turn.due)


def is_untold(turn: DutyOccurrence) -> bool:
    """Whether the meeting that had it on its agenda was held, and nobody has said whether it was dealt with."""
    return not turn.is_done and turn.item is not None and turn.item.meeting.status in OVER


def latest_meeting(turn: DutyOccurrence) -> date:
    """The day by which a meeting can still be called for it."""
    return turn.due if timezone.localdate() > turn.deadline else turn.deadline


def _presenter(duty: AnnualDuty) -> str:
    if duty.person is not None:
        return duty.person.name
    return duty.agency.label if duty.agency else ""


def take_off(turn: DutyOccurrence) -> None:
    """Take an item off an agenda that may still change, where nothing was written under it."""
    item = turn.item
    if item is not None and item.meeting.may_change and item.status == AgendaItem.Status.OPEN:
        remove_item(item, by=None)
        turn.item = None
