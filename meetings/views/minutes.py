"""Minutes to read, and their way to the chair's approval."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groups.models import User
from groups.signed_in import me
from meetings import minutes as verbs
from meetings.forms_live import ReasonForm
from meetings.lists import AGREED, CAME, MINUTED
from meetings.live import HERE, missing_agencies, rank
from meetings.models import ActionItem, AgendaItem, Attendance, Decision, Meeting, Minutes
from meetings.visibility import agenda_for, sees_item, sees_minutes, viewers_of
from samverkan.access import get_for
from samverkan.audience import Sees
from samverkan.pages import add_errors, page
from samverkan.tables import download

_SECTION = {"section": "meetings"}


@dataclass(frozen=True)
class Part:
    """An item as minuted; of one that is kept to other units there is a number and nothing else."""

    position: int
    item: AgendaItem | None
    decisions: tuple[Decision, ...] = ()
    actions: tuple[ActionItem, ...] = ()
    sees: Sees | None = None


@require_safe
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = _minutes(user, "view", pk)
    meeting = found.meeting
    viewers = viewers_of(meeting)
    parts = _parts(user, meeting, viewers)
    rows = _attendances(user, meeting)
    acts = found.acts_of(user)
    decided = [(part, row) for part in parts for row in part.decisions]
    agreed = [(part, row) for part in parts for row in part.actions]
    name = f"{meeting.body.name} {timezone.localdate(meeting.starts_at)}"
    file = (
        download(request, f"{_('Decisions')} {name}", MINUTED, decided)
        or download(request, f"{_('Action items')} {name}", AGREED, agreed, part="actions")
        or download(request, f"{_('Attendance')} {name}", CAME, rows, part="attendance")
    )
    if file:
        return file
    context = {
        "meeting": meeting,
        "minutes": found,
        "parts": parts,
        "decided": decided,
        "agreed": agreed,
        "rows": rows,
        "came": sum(row.status in HERE for row in rows),
        "missing": missing_agencies(meeting, rows),
        "sees": sees_minutes(meeting, viewers),
        "acts": acts,
        "unseen": sum(part.item is None for part in parts),
        "untreated": verbs.untreated(meeting) if "write" in acts and not found.locked else [],
    }
    return render(request, "meetings/minutes.html", context | _SECTION)


@require_POST
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = _minutes(user, "write", pk)
    if _done(request, lambda: verbs.submit(found, by=user)):
        messages.success(request, _("The minutes are sent to the chair for approval."))
    return redirect("minutes", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def send_back(request: HttpRequest, pk: int) -> HttpResponse:
    """For the chair, who sends them back, and for those who write, who take them back; both say why."""
    user = me(request)
    found = _minutes(user, "view", pk)
    act = "adjust" if "adjust" in found.acts_of(user) else "write"
    found = _minutes(user, act, pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            verbs.send_back(found, by=user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The minutes can be edited again."))
            return redirect("minutes", pk)
    context = {"meeting": found.meeting, "minutes": found, "form": form, "sees": sees_minutes(found.meeting)}
    return page(request, "meetings/send_back.html", context | _SECTION, form)


@require_http_methods(["GET", "HEAD", "POST"])
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Says what approval means before it is done, since it cannot be undone."""
    user = me(request)
    found = _minutes(user, "adjust", pk)
    if request.method == "POST":
        if _done(request, lambda: verbs.approve(found, by=user)):
            messages.success(request, _("The minutes are approved and locked."))
        return redirect("minutes", pk)
    if found.status != Minutes.Status.REVIEW:
        return redirect("minutes", pk)
    parts = _parts(user, found.meeting, [])
    context = {
        "meeting": found.meeting,
        "minutes": found,
        "decided": [row for part in parts for row in part.decisions],
        "agreed": [row for part in parts for row in part.actions],
        "unseen": sum(part.item is None for part in parts),
        "sees": sees_minutes(found.meeting),
    }
    return render(request, "meetings/approve.html", context | _SECTION)


def _minutes(user: User, act: str, pk: int) -> Minutes:
    rows = Minutes.objects.visible_to(user).select_related(
        "meeting__body__parent", "meeting__room__premises", "submitted_by", "approved_by"
    )
    found = get_for(user, rows, act, meeting=pk)
    found.meeting.minutes = found
    return found


def _done(request: HttpRequest, verb: Any) -> bool:
    """Whether the verb went through; its complaint is shown at the top of the next page where it did not."""
    try:
        verb()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    return True


def _parts(user: User, meeting: Meeting, viewers: list[Any]) -> list[Part]:
    decisions = _by_item(Decision.objects.visible_to(user).filter(item__meeting=meeting))
    actions = _by_item(
        ActionItem.objects.visible_to(user)
        .filter(item__meeting=meeting)
        .select_related("responsible_agency", "responsible_person")
        .with_measure(user)
    )
    return [
        Part(
            position=line.position,
            item=line.item,
            decisions=tuple(decisions.get(line.item.pk, ())) if line.item else (),
            actions=tuple(actions.get(line.item.pk, ())) if line.item else (),
            sees=_narrowed(line.item, meeting, viewers),
        )
        for line in agenda_for(user, meeting)
    ]


def _narrowed(item: AgendaItem | None, meeting: Meeting, viewers: list[Any]) -> Sees | None:
    """The strip of an item that fewer see than the meeting."""
    if item is None or item.audience == AgendaItem.Audience.MEETING:
        return None
    item.meeting = meeting
    return sees_item(item, viewers)


def _by_item(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.item_id, []).append(row)
    return found


def _attendances(user: User, meeting: Meeting) -> list[Attendance]:
    rows = Attendance.objects.visible_to(user).filter(meeting=meeting).select_related("agency")
    return sorted(rows, key=rank)
