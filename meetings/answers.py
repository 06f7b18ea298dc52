"""Answering an invitation, signed in or by the link in the mail."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.models import Invitation, Meeting
from samverkan.access import NotVisible


def invitation_behind(token: str) -> Invitation:
    """The invitation that a link in a mail names, for as long as its meeting may be answered.

    The link follows the meeting when it is moved: it names the person's invitation, and what is answered is where and
    when the meeting is now. It ends with the meeting, and when the person leaves the body or may no longer sign in.

    Raises:
        NotVisible: not made by us, ended, or no longer this person's to answer: one answer for all.
    """
    rows = Invitation.objects.with_token(token).select_related(
        "meeting__body", "meeting__room__premises", "user", "guest"
    )
    invitation = rows.first()
    if invitation is None or not _may_still_answer(invitation):
        raise NotVisible(Invitation, {"token": "…"})
    return invitation


@transaction.atomic
def answer_invitation(invitation: Invitation, *, answer: str, substitute_name: str = "") -> None:
    """Write the person's answer; the last one counts.

    Raises:
        ValidationError: keyed ``substitute_name`` where somebody who comes names one; without a key where the meeting
            is cancelled, has begun or is over.
    """
    meeting = Meeting.objects.select_for_update().get(pk=invitation.meeting_id)
    if meeting.status == Meeting.Status.CANCELLED:
        raise ValidationError(_("The meeting is cancelled. You do not have to answer."))
    if meeting.status != Meeting.Status.CALLED or meeting.ends_at <= timezone.now():
        raise ValidationError(_("The meeting has begun or is over. Answers are no longer taken."))
    if substitute_name and answer != Invitation.Answer.DECLINED:
        raise ValidationError({"substitute_name": _("Name a substitute only when you are not coming.")})
    invitation.answer, invitation.substitute_name = answer, substitute_name
    invitation.answered_at = timezone.now()
    invitation.save(update_fields=["answer", "substitute_name", "answered_at"])


def _may_still_answer(invitation: Invitation) -> bool:
    """A guest's link lives as long as the invitation, a member's as long as the seat."""
    meeting, user = invitation.meeting, invitation.user
    return meeting.ends_at > timezone.now() and (user is None or meeting.body_id in user.bodies())
