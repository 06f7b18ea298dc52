"""What follows in meetings when agencies become another (``groups.reorganising_sources``).

What has been approved is never rewritten: a commitment keeps what was agreed and says beside it who answers today.
"""

from datetime import datetime, time
from typing import Any

from django.db.models import Q
from django.utils import timezone

from groups.models import Employment, ReorganisationLine
from groups.reorganising_sources import Change
from meetings.models import ActionItem, AgendaItem, Attendance, Booking, Invitation, Meeting, Minutes

Kind, Outcome, Why = ReorganisationLine.Kind, ReorganisationLine.Outcome, ReorganisationLine.Why


def obstacles(change: Change) -> list[str]:
    return []


def lines(change: Change) -> list[ReorganisationLine]:
    return [
        *(_commitment(change, row) for row in _commitments(change)),
        *(_booking(change, row) for row in _bookings(change)),
        *(_attendance(change, row) for row in _came(change)),
        *_items(change),
        *_invitations(change),
    ]


def carry(change: Change) -> None:
    _commitments(change).update(moved_to_agency=change.successor)
    _bookings(change).update(agency=change.successor)
    unlocked = [row.pk for row in _came(change) if not _locked(row.meeting)]
    Attendance.objects.filter(pk__in=unlocked).update(agency=change.successor)
    for item in _kept_items(change):
        for unit in [unit for unit in item.units.all() if unit.pk in change.into]:
            item.units.remove(unit)
            item.units.add(change.into[unit.pk])


def _begins(change: Change) -> datetime:
    return timezone.make_aware(datetime.combine(change.on, time.min))


def _commitments(change: Change) -> Any:
    """Not done, and answered for by one of the agencies today."""
    theirs = Q(moved_to_agency__in=change.agencies) | Q(
        moved_to_agency=None, responsible_agency__in=change.agencies
    )
    rows = ActionItem.objects.filter(theirs, done_at=None)
    return rows.select_related("item__meeting__body", "responsible_agency", "moved_to_agency").order_by("pk")


def _commitment(change: Change, row: ActionItem) -> ReorganisationLine:
    """Named by its group and day and never by what it says, which not everybody may read."""
    return ReorganisationLine(
        kind=Kind.COMMITMENT,
        outcome=Outcome.MOVES,
        key=str(row.pk),
        agency=row.agency,
        body=row.item.meeting.body,
        name=f"{row.item.meeting.body} {row.due:%Y-%m-%d}",
        former=row.agency.name,
        latter=change.successor.name,
    )


def _bookings(change: Change) -> Any:
    rows = Booking.objects.filter(agency__in=change.agencies, starts_at__gte=_begins(change))
    return rows.select_related("room__premises", "agency").order_by("pk")


def _booking(change: Change, row: Any) -> ReorganisationLine:
    return ReorganisationLine(
        kind=Kind.BOOKING,
        outcome=Outcome.MOVES,
        key=str(row.pk),
        agency=row.agency,
        name=f"{row.room} {timezone.localtime(row.starts_at):%Y-%m-%d}",
        former=row.agency.name,
        latter=change.successor.name,
    )


def _came(change: Change) -> list[Attendance]:
    """Attendance at meetings from the day on, written under an old name."""
    rows = Attendance.objects.filter(agency__in=change.agencies, meeting__starts_at__gte=_begins(change))
    return list(rows.select_related("meeting__body", "meeting__minutes", "agency").order_by("pk"))


def _locked(meeting: Meeting) -> bool:
    minutes = getattr(meeting, "minutes", None)
    return minutes is not None and minutes.locked


def _attendance(change: Change, row: Attendance) -> ReorganisationLine:
    assert row.agency is not None
    locked = _locked(row.meeting)
    return ReorganisationLine(
        kind=Kind.ATTENDANCE,
        outcome=Outcome.STAYS if locked else Outcome.MOVES,
        why=Why.LOCKED if locked else Why.NONE,
        key=str(row.pk),
        agency=row.agency,
        body=row.meeting.body,
        name=f"{row.name}, {row.meeting}",
        former=row.agency.name,
        latter=row.agency.name if locked else change.successor.name,
    )


def _kept_items(change: Change) -> list[AgendaItem]:
    """Items of meetings from the day on, not approved, that are kept to a unit which moves."""
    rows = AgendaItem.objects.filter(
        audience=AgendaItem.Audience.UNITS, units__in=change.moving, meeting__starts_at__gte=_begins(change)
    ).exclude(meeting__minutes__status=Minutes.Status.APPROVED)
    return list(
        rows.distinct().select_related("meeting__body").prefetch_related("units__agency").order_by("pk")
    )


def _items(change: Change) -> list[ReorganisationLine]:
    return [
        ReorganisationLine(
            kind=Kind.ITEM,
            outcome=Outcome.MOVES,
            key=str(item.pk),
            agency=unit.agency,
            body=item.meeting.body,
            name=f"{item.meeting}, {item.position}",
            former=str(unit),
            latter=f"{change.goals[unit.pk]}, {change.successor}",
        )
        for item in _kept_items(change)
        for unit in item.units.all()
        if unit.pk in change.goals
    ]


def _invitations(change: Change) -> list[ReorganisationLine]:
    """Counted by meeting; they name people, who go on under the successor."""
    reaches = Q(valid_to=None) | Q(valid_to__gte=change.eve)
    people = Employment.objects.filter(reaches, unit__in=change.moving).values("user")
    rows = Invitation.objects.filter(user__in=people, meeting__starts_at__gte=_begins(change))
    rows = rows.exclude(meeting__status=Meeting.Status.CANCELLED)
    return [
        ReorganisationLine(
            kind=Kind.INVITATION,
            outcome=Outcome.STAYS,
            why=Why.WITH_PERSON,
            key=str(row.pk),
            body=row.meeting.body,
            name=f"{row.user}, {row.meeting}",
        )
        for row in rows.select_related("user", "meeting__body").order_by("meeting__starts_at", "pk")
    ]
