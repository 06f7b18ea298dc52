"""The start page: what now?"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from groups import agreement_words, handover, programme, stale, undertakings
from groups.models import User
from groups.roles import ADJUST, CALL, WRITE
from groups.signed_in import me
from groups.waiting import Source, Task, by_urgency
from meetings import duties, shutting
from meetings.models import ActionItem, AgendaItem, Invitation, Meeting, Minutes

SHOWN = 5

#: Each subject's part of “Waiting for you”; every one asks a number of queries that does not grow with its rows.
SOURCES: tuple[Source, ...] = (
    shutting.waiting_for,
    undertakings.waiting_for,
    stale.waiting_for,
    duties.waiting_for,
    handover.waiting_for,
    programme.waiting_for,
    agreement_words.waiting_for,
)


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """For everyone who signs in; who sits in no group gets a calm page that says so."""
    user = me(request)
    if not user.in_structure:
        return render(request, "meetings/today.html", {"today": timezone.localdate(), "section": "today"})
    coming = list(_coming(user)[: SHOWN + 1])
    mine = ActionItem.objects.visible_to(user).mine(user).outstanding()
    actions = list(mine.with_place().with_measure(user)[: SHOWN + 1])
    context = {
        "today": timezone.localdate(),
        "next": _next(user, coming[0]) if coming else None,
        "later": coming[1:],
        "waiting": _waiting(user),
        "actions": actions[:SHOWN],
        "more_actions": len(actions) > SHOWN,
        "week": _week(user),
        "bodies": user.bodies(),
        "may_call": bool(_bodies(user, CALL)),
        "section": "today",
    }
    return render(request, "meetings/today.html", context)


@dataclass(frozen=True)
class Next:
    """The next meeting and what is known of it."""

    meeting: Meeting
    items: int
    invited: int
    answered: int
    mine: str
    may_write: bool
    is_today: bool


def _coming(user: User) -> Any:
    rows = Meeting.objects.visible_to(user).of_member(user).upcoming().with_place()
    return rows.exclude(status=Meeting.Status.DRAFT)


def _next(user: User, meeting: Meeting) -> Next:
    rows = Invitation.objects.visible_to(user).filter(meeting=meeting)
    invited = list(rows.values_list("user_id", "answer"))
    return Next(
        meeting=meeting,
        items=AgendaItem.objects.visible_to(user).filter(meeting=meeting).count(),
        invited=len(invited),
        answered=sum(answer != Invitation.Answer.NONE for _person, answer in invited),
        mine=dict(invited).get(user.pk, ""),
        may_write=WRITE in meeting.acts_of(user),
        is_today=timezone.localdate(meeting.starts_at) == timezone.localdate(),
    )


@dataclass(frozen=True)
class Waiting:
    """What waits for a person: invitations to answer, meetings to call and to write, minutes to approve and to send,
    and what other subjects ask for."""

    approve: list[Minutes]
    write: list[Meeting]
    call: list[Meeting]
    answer: list[Invitation]
    tasks: list[Task]

    @property
    def count(self) -> int:
        return len(self.approve) + len(self.write) + len(self.call) + len(self.answer) + len(self.tasks)


def _waiting(user: User) -> Waiting:
    now = timezone.now()
    meetings = Meeting.objects.visible_to(user).with_place().order_by("starts_at")
    begun = Q(status__in=(Meeting.Status.CALLED, Meeting.Status.IN_PROGRESS), ends_at__lt=now)
    unsent = Q(status=Meeting.Status.HELD, minutes__status=Minutes.Status.WRITING)
    minutes = Minutes.objects.visible_to(user).select_related("meeting__body", "submitted_by")
    mine = Invitation.objects.visible_to(user).filter(user=user, meeting__body__in=user.bodies())
    invitations = mine.filter(answer=Invitation.Answer.NONE)
    return Waiting(
        approve=list(
            minutes.filter(status=Minutes.Status.REVIEW, meeting__body__in=_bodies(user, ADJUST)).order_by(
                "submitted_at"
            )
        ),
        write=list(meetings.filter(begun | unsent, body__in=_bodies(user, WRITE))),
        call=list(
            meetings.filter(status=Meeting.Status.DRAFT, body__in=_bodies(user, CALL), starts_at__gt=now)
        ),
        answer=list(
            invitations.filter(meeting__status=Meeting.Status.CALLED, meeting__starts_at__gt=now)
            .select_related("meeting__body")
            .order_by("meeting__starts_at")
        ),
        tasks=by_urgency(task for source in SOURCES for task in source(user)),
    )


def _bodies(user: User, act: str) -> list[int]:
    """Keys of the bodies in which this person may do the act."""
    return [body for body in user.bodies() if act in user.acts_in(body)]


def _week(user: User) -> list[Meeting]:
    """Seven days from this morning: everything that this person sees, the own groups' or not."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    hidden = (Meeting.Status.DRAFT, Meeting.Status.CANCELLED)
    rows = Meeting.objects.visible_to(user).with_place().exclude(status__in=hidden)
    return list(
        rows.filter(starts_at__gte=midnight, starts_at__lt=midnight + timedelta(days=7)).order_by("starts_at")
    )
