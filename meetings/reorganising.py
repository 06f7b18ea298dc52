"""What follows in meetings when agencies become another (``groups.reorganising_sources``).

What has been approved is never rewritten: a commitment keeps what was agreed and says beside it who answers today.
"""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from django.db.models import Q
from django.utils import timezone

from groups.models import Employment, ReorganisationLine, User
from groups.reorganising_sources import Change
from meetings.models import ActionItem, AgendaItem, Attendance, Booking, Invitation, Meeting, Minutes

Kind, Outcome, Why = ReorganisationLine.Kind, ReorganisationLine.Outcome, ReorganisationLine.Why


def obstacles(change: Change) -> list[str]:
    return []


def lines(change: Change) -> list[ReorganisationLine]:
    kept = change.seats_kept
    return [
        *(_commitment(change, row, kept) for row in _commitments(change)),
        *(_booking(change, row) for row in _bookings(change)),
        *(_attendance(change, row) for row in _came(change)),
        *_items(change),
        *_invitations(change),
    ]


def carry(change: Change) -> None:
    moving = [row.pk for row in _commitments(change) if not _answered(row, change.seats_kept)]
    ActionItem.objects.filter(pk__in=moving).update(moved_to_agency=change.successor)
    _bookings(change).update(agency=change.successor)
    unlocked = [row.pk for row in _came(change) if not _locked(row.meeting)]
    Attendance.objects.filter(pk__in=unlocked).update(agency=change.successor)
    for item in _kept_items(change):
        for unit in [unit for unit in item.units.all() if unit.pk in change.into]:
            item.units.remove(unit)
            item.units.add(change.into[unit.pk])


def _begins(change: Change) -> datetime:
    return timezone.make_aware(datetime.combine(change.on, time.min))


def _reaches(change: Change) -> Q:
    """Holds on the eve or later: as before carrying out, so after."""
    return Q(valid_to=None) | Q(valid_to__gte=change.eve)


def _commitments(change: Change) -> Any:
    """Not done, and answered for by one of the agencies today."""
    theirs = Q(moved_to_agency__in=change.agencies) | Q(
        moved_to_agency=None, responsible_agency__in=change.agencies
    )
    rows = ActionItem.objects.filter(theirs, done_at=None)
    return rows.select_related("item__meeting__body", "responsible_agency", "moved_to_agency").order_by("pk")


def _answered(row: ActionItem, kept: frozenset[tuple[int, int]]) -> bool:
    """Whether people who stay with their unit are those who answer for it in the group."""
    return (row.item.meeting.body_id, row.agency_id) in kept


def _commitment(change: Change, row: ActionItem, kept: frozenset[tuple[int, int]]) -> ReorganisationLine:
    """Written down by its group and day and never by what it says, which not everybody may read (``says``)."""
    stays = _answered(row, kept)
    return ReorganisationLine(
        kind=Kind.COMMITMENT,
        outcome=Outcome.STAYS if stays else Outcome.MOVES,
        why=Why.UNIT if stays else Why.NONE,
        key=str(row.pk),
        agency=row.agency,
        body=row.item.meeting.body,
        name=_place(row),
        former=row.agency.name,
        latter=row.agency.name if stays else change.successor.name,
    )


def _place(row: ActionItem) -> str:
    return f"{row.item.meeting.body} {row.due:%Y-%m-%d}"


def says(lines: Sequence[ReorganisationLine], user: User) -> dict[tuple[str, str], str | None]:
    """Commitments by their text. What happens in a meeting is for those who see it there: who is invited, who took part,
    and that an item is kept to a unit."""
    told: dict[tuple[str, str], str | None] = {
        (line.kind, line.key): None for line in lines if line.kind in _IN_MEETINGS
    }
    if not told:
        return {}
    commitments = ActionItem.objects.visible_to(user).filter(pk__in=_keys(told, Kind.COMMITMENT))
    for row in commitments.select_related("item__meeting__body"):
        told[Kind.COMMITMENT, str(row.pk)] = f"{row.text}, {_place(row)}"
    items = AgendaItem.objects.visible_to(user).filter(pk__in=_keys(told, Kind.ITEM))
    meetings = Meeting.objects.visible_to(user)
    attendances = Attendance.objects.filter(meeting__in=meetings, pk__in=_keys(told, Kind.ATTENDANCE))
    invitations = Invitation.objects.filter(meeting__in=meetings, pk__in=_keys(told, Kind.INVITATION))
    seen = {
        (kind, str(key))
        for kind, rows in ((Kind.ITEM, items), (Kind.ATTENDANCE, attendances), (Kind.INVITATION, invitations))
        for key in (rows.values_list("pk", flat=True) if _keys(told, kind) else ())
    }
    return {key: text for key, text in told.items() if key not in seen}


_IN_MEETINGS = (Kind.COMMITMENT, Kind.ITEM, Kind.ATTENDANCE, Kind.INVITATION)


def _keys(told: dict[tuple[str, str], str | None], kind: str) -> list[str]:
    return [key for of, key in told if of == kind]


def _bookings(change: Change) -> Any:
    rows = Booking.objects.filter(agency__in=change.agencies, starts_at__gte=_begins(change))
    return rows.select_related("room__premises", "agency").order_by("pk")


def _booking(change: Change, row: Any) -> ReorganisationLine:
    return ReorganisationLine(
        kind=Kind.BOOKING,
        outcome=Outcome.MOVES,
        key=str(row.pk),
        agency=row.agency,
        name=f"{row.room} {timezone.localtime(row.starts_at):%Y-%m-%d %H.%M}",
        former=row.agency.name,
        latter=change.successor.name,
    )


def _came(change: Change) -> list[Attendance]:
    """Attendance at meetings from the day on, written under an old name; not of people who stay with their unit."""
    staying = Employment.objects.filter(_reaches(change), unit__in=change.staying)
    rows = Attendance.objects.filter(agency__in=change.agencies, meeting__starts_at__gte=_begins(change))
    rows = rows.exclude(user__isnull=False, user__in=staying.values("user"))
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
    people = Employment.objects.filter(_reaches(change), unit__in=change.moving).values("user")
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
