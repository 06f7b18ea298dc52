"""Planning, calling, moving and cancelling meetings."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Agreement, Body, Room, StandardAgendaItem, StandingGuest, User
from groups.models.people import UserQuerySet
from groups.models.standing import StandingGuestQuerySet
from meetings.models import AgendaItem, Booking, Guest, Invitation, Meeting
from meetings.placing import place_soon
from meetings.reminders import drop_waiting, plan_cancellations, plan_invitations


def invited_to(body: Body) -> UserQuerySet:
    """Who is invited when the body is called today: its live members who can sign in."""
    members = body.memberships.live().values("user")
    return User.objects.get_queryset().employed().filter(pk__in=members).in_order()


def standing_guests_of(meeting: Meeting) -> StandingGuestQuerySet:
    """Standing guests whom a draft invites when it is called, and who are not its guests already."""
    already = Guest.objects.filter(meeting=meeting).values(address=Lower("email"))
    standing = StandingGuest.objects.invited_on(meeting.body, timezone.localdate(meeting.starts_at))
    return standing.alias(address=Lower("email")).exclude(address__in=already)


@transaction.atomic
def plan_meeting(
    body: Body,
    *,
    starts_at: datetime,
    ends_at: datetime,
    by: User,
    room: Room | None = None,
    link: str = "",
    title: str = "",
    audience: str = Meeting.Audience.BODY,
    reason: str = "",
) -> Meeting:
    """Make a draft with the standard agenda for the body's kind. Nobody is told and no room is booked yet.

    ``reason`` says why the body meets on a day when its agreement is not in force; unused where it is.

    Raises:
        ValidationError: keyed ``ends_at`` (not after the start), ``room`` (taken), ``audience`` (too wide for a case)
            or ``reason`` (no agreement in force that day, and no reason given).
    """
    meeting = Meeting(
        body=body,
        agreement=body.agreement,
        starts_at=starts_at,
        ends_at=ends_at,
        room=room,
        link=link,
        title=title,
        audience=audience,
        prepared_by=by,
    )
    _refuse_impossible(meeting)
    _rest_on_agreement(meeting, reason)
    meeting.save()
    headings = StandardAgendaItem.objects.filter(kind=body.agenda_kind).order_by("position")
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meeting, position=position, title=heading.title, closes=heading.closes)
        for position, heading in enumerate(headings, 1)
    )
    place_soon(meeting.body_id)
    return meeting


@transaction.atomic
def change_meeting(meeting: Meeting, *, by: User, **changes: Any) -> Meeting:
    """Change a draft, or a called meeting, whose members are then told where and when it is now.

    ``changes`` are any of starts_at, ends_at, room, link, title, audience, and the reason for meeting without an
    agreement in force. Moving the time asks everybody for a new answer; a new place alone does not.

    Raises:
        ValidationError: keyed ``ends_at``, ``starts_at``, ``room``, ``audience`` or ``reason``; without a key when it
            has begun.
    """
    before = _locked(meeting)
    if not before.may_change:
        raise ValidationError(_("The meeting can no longer be changed."))
    reason = changes.pop("reason", "") or before.reason_without_agreement
    for name, value in changes.items():
        setattr(meeting, name, value)
    _refuse_impossible(meeting)
    _rest_on_agreement(meeting, reason)
    if before.status == Meeting.Status.CALLED and _place_and_time(before) != _place_and_time(meeting):
        _move(meeting, new_time=_time(before) != _time(meeting))
    meeting.save(update_fields=[*changes, "agreement", "reason_without_agreement", "sequence"])
    place_soon(meeting.body_id)
    return meeting


@transaction.atomic
def call_meeting(
    meeting: Meeting, *, by: User, reason: str = "", standing: Iterable[StandingGuest] | None = None
) -> None:
    """Call a draft: invite every member and guest, book the room, and plan the invitations and the reminders.

    ``standing`` are those of the body's standing guests who are to come this time; all of them, unless it is said.

    Raises:
        ValidationError: keyed ``room`` (taken, or neither room nor link), ``starts_at`` (has passed), ``items`` (no
            agenda) or ``reason`` (no agreement in force that day, and no reason given now or before); without a key
            when it is called already.
    """
    if _locked(meeting).status != Meeting.Status.DRAFT:
        raise ValidationError(_("The members have already been invited."))
    hindrances = hindrances_of(meeting)
    if hindrances:
        raise ValidationError(hindrances)
    _rest_on_agreement(meeting, reason or meeting.reason_without_agreement)
    _book(meeting)
    meeting.status, meeting.called_by, meeting.called_at = Meeting.Status.CALLED, by, timezone.now()
    meeting.save(update_fields=["status", "called_by", "called_at", "agreement", "reason_without_agreement"])
    wanted = None if standing is None else {guest.pk for guest in standing}
    Guest.objects.bulk_create(
        _guest(meeting, guest, by)
        for guest in standing_guests_of(meeting)
        if wanted is None or guest.pk in wanted
    )
    _invite(meeting)
    plan_invitations(meeting)


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, by: User) -> None:
    """Cancel a draft, or a called meeting, whose room is released and whose members are told.

    Raises:
        ValidationError: it has begun, or is cancelled already.
    """
    before = _locked(meeting)
    if not before.may_change:
        raise ValidationError(_("The meeting can no longer be cancelled."))
    meeting.status = Meeting.Status.CANCELLED
    meeting.sequence = before.sequence + 1
    meeting.save(update_fields=["status", "sequence"])
    Booking.objects.filter(meeting=meeting).delete()
    drop_waiting(meeting)
    place_soon(meeting.body_id)
    if before.status == Meeting.Status.CALLED:
        plan_cancellations(meeting)


def _locked(meeting: Meeting) -> Meeting:
    """The meeting as it is stored, held until the transaction ends."""
    return Meeting.objects.select_for_update().get(pk=meeting.pk)


def _time(meeting: Meeting) -> tuple[datetime, datetime]:
    return meeting.starts_at, meeting.ends_at


def _place_and_time(meeting: Meeting) -> tuple[Any, ...]:
    return (*_time(meeting), meeting.room_id, meeting.link)


def _move(meeting: Meeting, *, new_time: bool) -> None:
    _refuse_uncallable(meeting)
    meeting.sequence += 1
    Booking.objects.filter(meeting=meeting).delete()
    _book(meeting)
    if new_time:
        meeting.invitations.update(answer=Invitation.Answer.NONE, substitute_name="", answered_at=None)
    _invite(meeting)
    drop_waiting(meeting)
    plan_invitations(meeting)


def _guest(meeting: Meeting, standing: StandingGuest, by: User) -> Guest:
    """A standing guest as a guest of this meeting, with name and organisation as they are today."""
    return Guest(
        meeting=meeting,
        name=standing.name,
        organisation=standing.organisation,
        email=standing.email,
        language=standing.language,
        invited_by=by,
    )


def _invite(meeting: Meeting) -> None:
    """Invite those members and guests who are not invited yet."""
    rows = [Invitation(meeting=meeting, user=user) for user in invited_to(meeting.body)]
    rows += [Invitation(meeting=meeting, guest=guest) for guest in Guest.objects.filter(meeting=meeting)]
    Invitation.objects.bulk_create(rows, ignore_conflicts=True)


def _refuse_impossible(meeting: Meeting) -> None:
    if meeting.ends_at <= meeting.starts_at:
        raise ValidationError({"ends_at": _("The meeting must end after it starts.")})
    if meeting.body.kind == Body.Kind.CASE and meeting.audience != Meeting.Audience.BODY:
        raise ValidationError({"audience": _("Meetings about a case are open to members of the group only.")})
    last_day = Body.objects.filter(pk=meeting.body_id).values_list("valid_to", flat=True).first()
    if last_day and last_day < timezone.localdate(meeting.starts_at):
        raise ValidationError({"starts_at": _("The group will be closed by then.")})
    if meeting.room and _taken(meeting):
        raise _room_is_taken()


def hindrances_of(meeting: Meeting) -> dict[str, str]:
    """What must be mended before the members can be called, by what it concerns: all of it at once."""
    found = _against_time_and_place(meeting)
    if meeting.room and _taken(meeting):
        found["room"] = _("The room is already booked at that time.")
    if not meeting.items.exists():
        found["items"] = _("Add at least one agenda item before you invite the members.")
    return found


def _against_time_and_place(meeting: Meeting) -> dict[str, str]:
    found = {}
    if meeting.starts_at <= timezone.now():
        found["starts_at"] = _("That time has passed. Choose a later one.")
    if not meeting.room and not meeting.link:
        found["room"] = _("Choose a room or enter a link.")
    return found


def _refuse_uncallable(meeting: Meeting) -> None:
    found = _against_time_and_place(meeting)
    if found:
        raise ValidationError(found)


def agreement_on(body: Body, day: date) -> Agreement | None:
    """What the body's work rests on that day: the version of its agreement that is in force."""
    return body.agreement.version_on(day)


def _rest_on_agreement(meeting: Meeting, reason: str) -> None:
    """Let the meeting point at the version in force on its day, or keep the reason why it is held without one."""
    found = agreement_on(meeting.body, timezone.localdate(meeting.starts_at))
    meeting.agreement = found or meeting.body.agreement
    meeting.reason_without_agreement = "" if found else reason.strip()
    if not found and not reason.strip():
        raise ValidationError(
            {"reason": _("No agreement is in force on that day. Enter why the group is meeting anyway.")}
        )


def _taken(meeting: Meeting) -> bool:
    others = Booking.objects.filter(room=meeting.room).exclude(meeting=meeting.pk)
    return others.filter(starts_at__lt=meeting.ends_at, ends_at__gt=meeting.starts_at).exists()


def _room_is_taken() -> ValidationError:
    return ValidationError({"room": _("The room is already booked at that time.")}, code="taken")


def _book(meeting: Meeting) -> None:
    """Take the room. The exclusion constraint decides; the lock makes two who come at once take turns, since the
    constraint alone would let them wait for each other until the database ends one with a deadlock."""
    if meeting.room is None:
        return
    Room.objects.select_for_update().get(pk=meeting.room.pk)
    try:
        with transaction.atomic():
            Booking.objects.create(
                room=meeting.room, meeting=meeting, starts_at=meeting.starts_at, ends_at=meeting.ends_at
            )
    except IntegrityError as error:
        if "booking_one_at_a_time" in str(error):
            raise _room_is_taken() from error
        raise
