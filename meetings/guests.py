"""Inviting people without an account to one meeting, and taking an invitation back."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Body, User
from groups.refusals import refusals
from groups.roles import Function
from meetings.models import Attendance, Guest, Invitation, Meeting
from meetings.reminders import plan_invitations

#: While the meeting is prepared and while it goes on; afterwards nobody more has been there.
OPEN = (Meeting.Status.DRAFT, Meeting.Status.CALLED, Meeting.Status.IN_PROGRESS)


@transaction.atomic
def invite_guest(
    meeting: Meeting,
    *,
    name: str,
    organisation: str,
    email: str,
    by: User,
    language: str = User.Language.SWEDISH,
) -> Guest:
    """Invite a guest. Before the call nothing is mailed; a called meeting mails at once; in one that goes on the guest
    is put on the list of attendance.

    Raises:
        ValidationError: keyed ``email`` (invited already, or a member of the group); without a key where the meeting is
            over or about a case, which is for those who hold a seat in it.
    """
    stored = (
        Meeting.objects.select_for_update(of=("self",), no_key=True).select_related("body").get(pk=meeting.pk)
    )
    if stored.body.kind == Body.Kind.CASE:
        raise ValidationError(_("Guests cannot be invited to a meeting about a case."))
    if stored.status not in OPEN:
        raise ValidationError(_("The meeting is over or cancelled. Guests are invited before it ends."))
    if stored.body.memberships.live().filter(user__email__iexact=email).exists():
        raise ValidationError({"email": _("Somebody with this address is a member of the group.")})
    guest = Guest(
        meeting=stored, name=name, organisation=organisation, email=email, language=language, invited_by=by
    )
    with refusals(
        {"guest_once_at_a_meeting": ("email", _("Somebody with this address is invited already."))}
    ):
        guest.save()
    if stored.status == Meeting.Status.CALLED:
        Invitation.objects.create(meeting=stored, guest=guest)
        if stored.starts_at > timezone.now():
            plan_invitations(stored)
    if stored.status == Meeting.Status.IN_PROGRESS:
        attendance_of(guest, None).save()
    return guest


@transaction.atomic
def remove_guest(guest: Guest, *, by: User) -> None:
    """Take an invitation back before the meeting begins; the link ends at once, and what was not sent is not.

    Raises:
        ValidationError: the meeting has begun, so that the guest belongs to its minutes.
    """
    stored = Meeting.objects.select_for_update(no_key=True).get(pk=guest.meeting_id)
    if not stored.may_change:
        raise ValidationError(_("The meeting has begun. Put the guest down as absent instead."))
    guest.delete()


def attendance_of(guest: Guest, invitation: Invitation | None) -> Attendance:
    """The guest's row of attendance, not yet saved."""
    declined = invitation is not None and invitation.answer == Invitation.Answer.DECLINED
    return Attendance(
        meeting=guest.meeting,
        guest=guest,
        name=guest.name,
        organisation=guest.organisation,
        function=Function.CO_OPTED,
        status=Attendance.Status.EXCUSED if declined else "",
        substitute_name=invitation.substitute_name if invitation else "",
    )
