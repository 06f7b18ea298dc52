"""The mails about meetings: who still gets one, asked for a batch at once when it is sent, and what it says."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation

from groups.seats import look_up
from meetings import calendar
from meetings.models import Delivery, Invitation, Meeting
from samverkan import mail
from samverkan.outbox import Compose, Outbox


def wanted(deliveries: Sequence[Delivery]) -> Mapping[int, Compose]:
    """The mails of a batch that are still wanted, with how each is made; the same few queries however many they are."""
    meetings = Meeting.objects.with_place().in_bulk({row.meeting_id for row in deliveries})
    recipients = look_up({row.recipient_id for row in deliveries if row.recipient_id})
    guests = {row.guest_id for row in deliveries if row.guest_id}
    invitations = {
        (row.meeting_id, row.user_id, row.guest_id): row
        for row in Invitation.objects.filter(
            Q(user__in=recipients) | Q(guest__in=guests), meeting__in=meetings
        ).select_related("guest")
    }
    found: dict[int, Compose] = {}
    stencils: Stencils = {}
    for row in deliveries:
        invitation = invitations.get((row.meeting_id, row.recipient_id, row.guest_id))
        if invitation is None:
            continue
        row.meeting, row.guest = meetings[row.meeting_id], invitation.guest
        row.recipient = recipients[row.recipient_id] if row.recipient_id else None
        if is_wanted(row, invitation):
            found[row.pk] = partial(compose, row, invitation, stencils)
    return found


OUTBOX = Outbox(Delivery, wanted)


def is_wanted(delivery: Delivery, invitation: Invitation) -> bool:
    """Whether the mail still says what is true, in time, to somebody who may know it today."""
    meeting, recipient = delivery.meeting, delivery.recipient
    if delivery.key != Delivery.key_of(delivery.kind, meeting, delivery.recipient_id, delivery.guest_id):
        return False
    # A guest may know of the meeting for as long as the invitation stands, and it does: it was just read.
    if recipient is not None and not meeting.is_known_to_member(recipient):
        return False
    now = timezone.now()
    if delivery.kind == Delivery.Kind.CANCELLATION:
        return meeting.status == Meeting.Status.CANCELLED and now < meeting.ends_at
    if delivery.kind == Delivery.Kind.REMINDER and invitation.answer == Invitation.Answer.DECLINED:
        return False
    return meeting.status == Meeting.Status.CALLED and now < meeting.starts_at


Stencils = dict[tuple[int, str, bool, bool], mail.Stencil]


def compose(delivery: Delivery, invitation: Invitation, stencils: Stencils) -> EmailMessage:
    """The mail as it will be sent. Reminders are alike but for the link, and are made once for all who get the same;
    a guest, who cannot sign in, is told of no page to sign in to."""
    meeting, recipient = delivery.meeting, delivery.person
    answered, signs_in = invitation.answer != Invitation.Answer.NONE, delivery.guest_id is None
    if delivery.kind == Delivery.Kind.REMINDER:
        alike = (meeting.pk, recipient.language, answered, signs_in)
        if alike not in stencils:
            stencils[alike] = mail.Stencil(
                delivery.kind,
                language=recipient.language,
                context=lambda blanks: _context(meeting, blanks["token"], answered, signs_in=signs_in),
                blanks=["token"],
            )
        return stencils[alike].fill(to=recipient.email, key=delivery.key, token=invitation.token)
    return mail.compose(
        delivery.kind,
        to=recipient.email,
        language=recipient.language,
        context=_context(meeting, invitation.token, answered, signs_in=signs_in),
        key=delivery.key,
        calendar=_calendar_part(delivery),
    )


def _context(meeting: Meeting, token: str, answered: bool, *, signs_in: bool) -> dict[str, Any]:
    return {
        "meeting": meeting,
        "moved": meeting.sequence > 0,
        "url": settings.BASE_URL + reverse("meeting", args=[meeting.pk]) if signs_in else "",
        "answer_url": settings.BASE_URL + reverse("answer", args=[token]),
        "answered": answered,
    }


def _calendar_part(delivery: Delivery) -> mail.CalendarPart | None:
    """The reminder carries none: the calendar has the meeting already, with an alarm of its own."""
    with translation.override(delivery.person.language):
        if delivery.kind == Delivery.Kind.INVITATION:
            return mail.CalendarPart(calendar.request(delivery.meeting, delivery.person), "REQUEST")
        if delivery.kind == Delivery.Kind.CANCELLATION:
            return mail.CalendarPart(calendar.cancellation(delivery.meeting, delivery.person), "CANCEL")
    return None
