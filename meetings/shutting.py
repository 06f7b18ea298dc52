"""Changes of hours and closures that shut the door on what is booked: said before they are saved, and marked afterwards.

A mark (``Booking.shut_since``) says that the time was good when it was chosen and is not any more. What was chosen
knowingly outside hours has none, and a new choice of place takes it away.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from groups.models import Premises, User
from groups.roles import CALL
from groups.waiting import Task
from meetings.models import Booking, Meeting
from meetings.places import concerns_about, is_open_then
from samverkan.templatetags.samverkan import day_name, span


@dataclass(frozen=True)
class Saving:
    """Whether the change was saved, and what it hits: where it was not saved, somebody has to say first that they know."""

    saved: bool
    hit: tuple[int, ...] = ()


@transaction.atomic
def save_knowing(
    premises: Premises, save: Callable[[], object], *, known: frozenset[int], by: User
) -> Saving:
    """Save a change of when the premises are open, unless it shuts the door on bookings to come that are not ``known``.

    ``save`` stores the change, or returns something false where it refuses.
    """
    # Two who change the same premises take turns, so that neither looks at hours that the other is changing.
    Premises.objects.select_for_update().get(pk=premises.pk)
    before = _shut(premises)
    if not save():
        return Saving(saved=False)
    after = _shut(premises)
    hit = tuple(pk for pk in after if pk not in before)
    if not known.issuperset(hit):
        transaction.set_rollback(True)
        return Saving(saved=False, hit=hit)
    Booking.objects.filter(pk__in=hit).update(shut_since=timezone.now())
    Booking.objects.to_come().filter(room__premises=premises).exclude(pk__in=after).update(shut_since=None)
    return Saving(saved=True, hit=hit)


def _shut(premises: Premises) -> list[int]:
    """Bookings to come at times when the premises, as they are stored now, are not open."""
    stored = Premises.objects.with_times().get(pk=premises.pk)
    rows = Booking.objects.to_come().filter(room__premises=premises).order_by("starts_at", "pk")
    return [
        pk
        for pk, start, end in rows.values_list("pk", "starts_at", "ends_at")
        if not is_open_then(stored, start, end)
    ]


def waiting_for(user: User) -> list[Task]:
    """Meetings that this person may call, and times they booked, on which the door has been shut; one query."""
    if not user.in_structure:
        return []
    called = [body for body in user.bodies() if CALL in user.acts_in(body)]
    rows = Booking.objects.visible_to(user).to_come().exclude(shut_since=None)
    mine = rows.filter(Q(meeting__body__in=called) | Q(meeting=None, booked_by=user))
    return [
        _task(row) for row in mine.select_related("room__premises", "meeting__body").order_by("starts_at")
    ]


def _task(row: Booking) -> Task:
    when = f"{day_name(row.starts_at)} {span(row.starts_at, row.ends_at)}"
    detail = _("%(premises)s is not open then: %(when)s") % {"premises": row.room.premises.name, "when": when}
    if row.meeting is not None:
        url = reverse("meeting", args=[row.meeting_id])
        return Task(
            pgettext("door", "Closed"),
            "danger",
            row.meeting.neutral_name,
            url,
            detail,
            _("Find another place"),
        )
    url = reverse("booking_cancel", args=[row.pk])
    return Task(pgettext("door", "Closed"), "danger", row.purpose, url, detail, _("Cancel booking"))


@dataclass(frozen=True)
class Hit:
    """A booking on which the door would be shut, and what this person may know of it."""

    day: datetime
    when: str
    room: str
    what: str
    url: str = ""


def hits(pks: Iterable[int], user: User) -> list[Hit]:
    """Those bookings in the order of their days; “taken” where what for is not this person's to know. One query."""
    rows = Booking.objects.visible_to(user).with_readable(user).filter(pk__in=pks)
    return [_hit(row) for row in rows.select_related("room", "meeting__body").order_by("starts_at", "pk")]


def _hit(row: Booking) -> Hit:
    what, url = _("Taken"), ""
    if row.readable and row.meeting is not None:
        what, url = row.meeting.neutral_name, reverse("meeting", args=[row.meeting_id])
    elif row.readable:
        what = row.purpose
    return Hit(row.starts_at, span(row.starts_at, row.ends_at), row.room.name, what, url)


def why_shut(meeting: Meeting) -> list[str]:
    """Why the premises are not open for a meeting to come whose door has been shut; needs the booking."""
    booking = getattr(meeting, "booking", None)
    if booking is None or booking.shut_since is None or not meeting.may_change:
        return []
    return [concern.text for concern in concerns_about(meeting.room, meeting.starts_at, meeting.ends_at)]
