"""Closing a body: only when nothing in it is open, and with everything that hangs on it in one transaction."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Body, Membership, StandingGuest, User
from groups.refusals import refusals
from meetings.models import ActionItem, Meeting

OPEN = (Meeting.Status.DRAFT, Meeting.Status.CALLED, Meeting.Status.IN_PROGRESS, Meeting.Status.HELD)


@dataclass(frozen=True)
class Hindrance:
    """Something that must be finished before a body closes; ``url`` is empty where the reader does not see it."""

    kind: str
    text: str
    url: str = ""


def hindrances(body: Body, user: User) -> list[Hindrance]:
    """Everything that keeps a body open, each with where to finish it. What this person may not read is counted without
    its words."""
    below = [
        Hindrance(_("Group"), child.name, reverse("body", args=[child.key]))
        for child in Body.objects.open().filter(parent=body).exclude(kind=Body.Kind.CASE).in_order()
    ]
    seen = set(
        Meeting.objects.visible_to(user).filter(body=body, status__in=OPEN).values_list("pk", flat=True)
    )
    meetings = [
        Hindrance(
            _("Meeting"),
            f"{timezone.localtime(meeting.starts_at):%Y-%m-%d} – {meeting.get_status_display()}",
            reverse("meeting", args=[meeting.pk]) if meeting.pk in seen else "",
        )
        for meeting in Meeting.objects.filter(body=body, status__in=OPEN).order_by("starts_at")
    ]
    outstanding = ActionItem.objects.filter(item__meeting__body=body).outstanding()
    readable = set(outstanding.visible_to(user).values_list("pk", flat=True))
    actions = [
        Hindrance(
            _("Action item"),
            action.text if action.pk in readable else _("An action item restricted to other units"),
            reverse("actions") if action.pk in readable else "",
        )
        for action in outstanding
    ]
    return [*below, *meetings, *actions]


@transaction.atomic
def close_body(body: Body, *, last_day: date, reason: str, by: User) -> Body:
    """Close a body on a day: its seats and standing guests end the same day, those that would begin later never
    do, and it calls no more meetings.

    Raises:
        ValidationError: keyed ``last_day`` (has passed) or ``reason`` (missing); without a key where it is closed
            already or something in it is open.
    """
    stored = Body.objects.select_for_update().get(pk=body.pk)
    if stored.valid_to is not None:
        raise ValidationError(_("The group is already closed."))
    if last_day < timezone.localdate() or (stored.valid_from and last_day < stored.valid_from):
        raise ValidationError({"last_day": _("That day has passed. Choose today or a later day.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Enter why the group is being closed.")})
    if hindrances(stored, by):
        raise ValidationError(_("Something in the group is still open. Finish it first: it is listed below."))
    for rows in (Membership.objects.filter(body=stored), StandingGuest.objects.filter(body=stored)):
        rows.filter(valid_from__gt=last_day).delete()
        rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=last_day)).update(valid_to=last_day)
    stored.valid_to, stored.closed_because = last_day, reason.strip()
    with refusals(_refused()):
        stored.save(update_fields=["valid_to", "closed_because"])
    return stored


def _refused() -> dict[str, tuple[str, str]]:
    """What somebody else began in the group while it was being closed."""
    words = _("Something in the group is still open. Finish it first: it is listed below.")
    return dict.fromkeys(("body_has_open_meetings", "body_has_open_actions"), ("last_day", words))
