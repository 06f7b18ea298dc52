"""Adjusting minutes: writing → review → approved. Approved minutes are locked for ever (meetings/migrations/0002)."""

import hashlib
from dataclasses import replace

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.models import User
from meetings.exports import MAKERS, document_for
from meetings.models import AgendaItem, Meeting, Minutes, MinutesFile


@transaction.atomic
def submit(minutes: Minutes, *, by: User) -> None:
    """Send minutes to the chair: nobody writes in them while they wait.

    Raises:
        ValidationError: the meeting is not held, an item has not been treated, or they are not being written.
    """
    _take(minutes, "write", by=by)
    if minutes.status != Minutes.Status.WRITING:
        raise ValidationError(_("The minutes have already been sent for approval."))
    if minutes.meeting.status != Meeting.Status.HELD:
        raise ValidationError(_("End the meeting before you send its minutes for approval."))
    _refuse_untreated(minutes.meeting)
    minutes.status = Minutes.Status.REVIEW
    minutes.submitted_at, minutes.submitted_by = timezone.now(), by
    minutes.returned_because = ""
    minutes.save(update_fields=["status", "submitted_at", "submitted_by", "returned_because"])


@transaction.atomic
def send_back(minutes: Minutes, *, by: User, reason: str = "") -> None:
    """Open minutes that wait for approval again: the chair sends them back, or a writer takes them back.

    Raises:
        ValidationError: keyed ``reason`` (the chair gives none); without a key when they do not wait for approval.
    """
    _take(minutes, "adjust", "write", by=by)
    if minutes.status != Minutes.Status.REVIEW:
        raise ValidationError(_("The minutes are not waiting for approval."))
    if not reason.strip():
        raise ValidationError({"reason": _("Enter what should be changed.")})
    minutes.status = Minutes.Status.WRITING
    minutes.returned_because = reason.strip()
    minutes.save(update_fields=["status", "returned_because"])


@transaction.atomic
def approve(minutes: Minutes, *, by: User) -> None:
    """Approve minutes for ever: what they say is written down in one canonical text with its fingerprint (SHA-256),
    the files are made from it, the meeting is closed and the database refuses every change from then on.

    Raises:
        ValidationError: they do not wait for approval, or hold an item that the approver does not see.
    """
    _take(minutes, "adjust", by=by)
    meeting = minutes.meeting
    if minutes.status != Minutes.Status.REVIEW:
        raise ValidationError(_("The minutes are not waiting for approval."))
    draft = document_for(meeting, by)
    _refuse_unseen(sum(item.withheld for item in draft.items))
    now = timezone.now()
    document = replace(draft, draft=False, approved_by=by.name, approved_on=timezone.localdate(now)).sealed()
    for file_format, make in MAKERS.items():
        content = make(document)
        MinutesFile.objects.create(
            minutes=minutes, format=file_format, content=content, sha256=hashlib.sha256(content).hexdigest()
        )
    meeting.status = Meeting.Status.CLOSED
    meeting.save(update_fields=["status"])
    minutes.status = Minutes.Status.APPROVED
    minutes.approved_at, minutes.approved_by = now, by
    minutes.canonical, minutes.fingerprint = document.canonical_json().decode(), document.fingerprint
    minutes.save(update_fields=["status", "approved_at", "approved_by", "canonical", "fingerprint"])


def untreated(meeting: Meeting) -> list[int]:
    """Numbers of the items that nothing has become of yet; numbers alone, so that nothing is told of any of them."""
    rows = meeting.items.filter(status=AgendaItem.Status.OPEN).order_by("position")
    return list(rows.values_list("position", flat=True))


def _take(minutes: Minutes, *acts: str, by: User) -> None:
    """Lock the meeting until the transaction ends and read both rows afresh; refuses those who may do none of the
    acts."""
    minutes.meeting = (
        Meeting.objects.select_for_update(no_key=True, of=("self",))
        .select_related("body", "agreement", "room__premises")
        .get(pk=minutes.meeting_id)
    )
    if not minutes.acts_of(by) & set(acts):
        raise PermissionDenied(f"{acts[0]} is not allowed here.")
    minutes.refresh_from_db(fields=["status", "submitted_at"])
    minutes.meeting.minutes = minutes


def _refuse_untreated(meeting: Meeting) -> None:
    numbers = untreated(meeting)
    if numbers:
        raise ValidationError(
            ngettext(
                "Item %(numbers)s has not been dealt with. Note, decide or postpone it first.",
                "Items %(numbers)s have not been dealt with. Note, decide or postpone them first.",
                len(numbers),
            )
            % {"numbers": ", ".join(map(str, numbers))}
        )


def _refuse_unseen(count: int) -> None:
    if count:
        raise ValidationError(
            ngettext(
                "You do not see one item, which is restricted to other units. Only someone who sees every item can approve.",
                "You do not see %(number)s items, which are restricted to other units. Only someone who "
                "sees every item can approve.",
                count,
            )
            % {"number": count}
        )
