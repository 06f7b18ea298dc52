"""The page of the meeting that is going on: agenda, what is said and decided, who is there."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groups.models import User
from groups.signed_in import me
from meetings import live as verbs
from meetings.forms_calling import ConfirmForm
from meetings.forms_live import DeskForm, HoldForm, TickForm
from meetings.minutes import untreated
from meetings.models import ActionItem, AgendaItem, Attendance, Decision, Meeting, Minutes
from meetings.representation import representation_of
from meetings.visibility import Line, agenda_for, sees_item, sees_meeting, sees_minutes, viewers_of
from samverkan.access import get_for
from samverkan.pages import add_errors, page
from samverkan.templatetags.samverkan import clock

_SECTION = {"section": "meetings"}
_OPEN = AgendaItem.Status.OPEN


@require_safe
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """The first item that has not been treated; before the meeting the button that opens it."""
    user = me(request)
    meeting = _meeting(user, pk)
    if meeting.status == Meeting.Status.CALLED:
        context = {
            "meeting": meeting,
            "sees": sees_meeting(meeting),
            "agenda": agenda_for(user, meeting),
            "is_today": timezone.localdate(meeting.starts_at) == timezone.localdate(),
        }
        return render(request, "meetings/open.html", context | _SECTION)
    if not _writable(meeting):
        return redirect("minutes" if hasattr(meeting, "minutes") else "meeting", pk)
    item = _current(agenda_for(user, meeting))
    form = DeskForm(item=item, by=user) if item else None
    return _desk(request, meeting, item, form)


@require_POST
def open_meeting(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    meeting = _meeting(user, pk)
    try:
        verbs.open_meeting(meeting, by=user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("meeting_live", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Saves everything typed; ``next`` goes on to the next item and leaves this one noted."""
    user = me(request)
    found = _item(user, pk, item)
    if request.method != "POST":
        if not _writable(found.meeting):
            return redirect("minutes" if hasattr(found.meeting, "minutes") else "meeting", pk)
        return _desk(request, found.meeting, found, DeskForm(item=found, by=user))
    form = DeskForm(request.POST, item=found, by=user, needs=("version", "status"))
    onward = "next" in request.POST
    if _saved(form, by=user, treated=onward):
        _say_saved(request)
        return redirect(_onward(user, found) if onward else _address(found))
    return _desk(request, found.meeting, found, form)


@require_POST
def decide(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    return _write(request, pk, item, "decision")


@require_POST
def agree(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    return _write(request, pk, item, "action")


@require_POST
def remove_decision(request: HttpRequest, pk: int, item: int, decision: int) -> HttpResponse:
    user = me(request)
    found = _item(user, pk, item)
    row = get_for(
        user, Decision.objects.visible_to(user).select_related("item__meeting"), pk=decision, item=found
    )
    form = DeskForm(request.POST, item=found, by=user)
    if _saved(form, by=user) and _done(form, lambda: verbs.remove_decision(row, by=user)):
        return redirect(_address(found))
    return _desk(request, found.meeting, found, form)


@require_POST
def remove_action(request: HttpRequest, pk: int, item: int, action: int) -> HttpResponse:
    user = me(request)
    found = _item(user, pk, item)
    row = get_for(
        user, ActionItem.objects.visible_to(user).select_related("item__meeting"), pk=action, item=found
    )
    form = DeskForm(request.POST, item=found, by=user)
    if _saved(form, by=user) and _done(form, lambda: verbs.remove_action(row, by=user)):
        return redirect(_address(found))
    return _desk(request, found.meeting, found, form)


@require_POST
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's attendance; with htmx the column alone comes back, so that what is being typed stays."""
    user = me(request)
    meeting = _meeting(user, pk)
    form = TickForm(request.POST, meeting=meeting, user=user)
    if form.is_valid():
        _done(form, lambda: form.save(by=user))
    if request.htmx:  # type: ignore[attr-defined]
        return page(request, "meetings/_attendance.html", _attendance(user, meeting, form), form)
    if form.errors:
        here = _current(agenda_for(user, meeting))
        return _desk(request, meeting, here, DeskForm(item=here, by=user) if here else None, tick=form)
    place = f"#attendance-{form.row.pk}" if form.row else "#attendance"
    return redirect(f"{_back(request, meeting, user)}{place}")


@require_http_methods(["GET", "HEAD", "POST"])
def note_rest(request: HttpRequest, pk: int) -> HttpResponse:
    """Which items nothing has become of yet, then all of them noted at once."""
    user = me(request)
    meeting = _meeting(user, pk)
    form = ConfirmForm(request.POST if request.method == "POST" else None)
    rest = _rest(user, meeting)
    if form.is_valid() and _done(form, lambda: verbs.note_rest(meeting, by=user)):
        messages.success(request, _say_noted(len(rest)))
        return redirect("meeting_hold", pk)
    if request.method != "POST" and not (rest and _writable(meeting)):
        return redirect("meeting_live", pk)
    context = {"meeting": meeting, "form": form, "rest": rest, "sees": sees_minutes(meeting)}
    return page(request, "meetings/note_rest.html", context | _SECTION, form)


@require_http_methods(["GET", "HEAD", "POST"])
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """What is missing, then the end."""
    user = me(request)
    meeting = _meeting(user, pk)
    form = HoldForm(request.POST if request.method == "POST" else None, meeting=meeting)
    if form.is_valid() and _done(form, lambda: verbs.hold(meeting, by=user, **form.cleaned_data)):
        messages.success(
            request, _("The meeting has ended. It is number %(number)s.") % {"number": meeting.designation}
        )
        return redirect("minutes", pk)
    if request.method != "POST" and meeting.status != Meeting.Status.IN_PROGRESS:
        return redirect("meeting_live", pk)
    rows = _attendances(user, meeting)
    context = {
        "meeting": meeting,
        "form": form,
        "unticked": [row for row in rows if not row.status],
        "came": sum(row.status in verbs.HERE for row in rows),
        "rows": rows,
        "missing": verbs.missing_agencies(meeting, rows),
        "untreated": untreated(meeting),
        "rest": _rest(user, meeting),
        "sees": sees_minutes(meeting),
    }
    return page(request, "meetings/hold.html", context | _SECTION, form)


def _write(request: HttpRequest, pk: int, item: int, needed: str) -> HttpResponse:
    user = me(request)
    found = _item(user, pk, item)
    form = DeskForm(request.POST, item=found, by=user, needs=(needed,))
    if _saved(form, by=user):
        _say_saved(request)
        return redirect(f"{_address(found)}#{needed}s")
    return _desk(request, found.meeting, found, form)


def _meeting(user: User, pk: int) -> Meeting:
    return get_for(user, Meeting.objects.visible_to(user).with_place(), "write", pk=pk)


def _item(user: User, pk: int, item: int) -> AgendaItem:
    rows = AgendaItem.objects.visible_to(user).prefetch_related("units")
    return get_for(
        user,
        rows.select_related("meeting__body__parent", "meeting__minutes"),
        "write",
        pk=item,
        meeting=pk,
    )


def _writable(meeting: Meeting) -> bool:
    minutes = getattr(meeting, "minutes", None)
    return minutes is not None and minutes.status == Minutes.Status.WRITING and meeting.is_open


def _saved(form: DeskForm, *, by: User, treated: bool = False) -> bool:
    return form.is_valid() and _done(form, lambda: form.save(by=by, treated=treated))


def _done(form: Any, verb: Any) -> bool:
    """Whether the verb went through; its complaint is in the form where it did not."""
    try:
        verb()
    except ValidationError as error:
        add_errors(form, error)
    return not form.errors


def _rest(user: User, meeting: Meeting) -> list[AgendaItem]:
    """The items that nothing has become of yet, of those that the person sees."""
    return [line.item for line in agenda_for(user, meeting) if line.item and line.item.status == _OPEN]


def _say_noted(number: int) -> str:
    said = ngettext("%(number)s item is noted.", "%(number)s items are noted.", number)
    return said % {"number": number}


def _say_saved(request: HttpRequest) -> None:
    messages.success(request, _("Saved at %(time)s.") % {"time": clock(timezone.now())})


def _back(request: HttpRequest, meeting: Meeting, user: User) -> str:
    """The item from which attendance was ticked."""
    rows = AgendaItem.objects.visible_to(user).filter(meeting=meeting)
    came_from = request.POST.get("item", "")
    here = rows.filter(pk=came_from).first() if came_from.isdecimal() else None
    return _address(here) if here else reverse("meeting_live", args=[meeting.pk])


def _address(item: AgendaItem) -> str:
    return reverse("item_live", args=[item.meeting_id, item.pk])


def _current(lines: list[Line]) -> AgendaItem | None:
    """Where the meeting is: the first item that has not been treated, else the last one."""
    items = [line.item for line in lines if line.item]
    waiting = (item for item in items if item.status == AgendaItem.Status.OPEN)
    return next(waiting, items[-1] if items else None)


def _onward(user: User, item: AgendaItem) -> str:
    """The next item; after the last one the page that ends the meeting."""
    following = _after(agenda_for(user, item.meeting), item)
    return reverse("meeting_hold", args=[item.meeting_id]) if following == item else _address(following)


def _after(lines: list[Line], item: AgendaItem) -> AgendaItem:
    later = (line.item for line in lines if line.item and line.position > item.position)
    return next(later, item)


def _before(lines: list[Line], item: AgendaItem) -> AgendaItem:
    earlier = (line.item for line in reversed(lines) if line.item and line.position < item.position)
    return next(earlier, item)


def _attendances(user: User, meeting: Meeting) -> list[Attendance]:
    rows = Attendance.objects.visible_to(user).filter(meeting=meeting).select_related("agency")
    return sorted(rows, key=verbs.rank)


def _attendance(user: User, meeting: Meeting, tick: TickForm | None = None) -> dict[str, Any]:
    """What the attendance column shows."""
    rows = _attendances(user, meeting)
    wrong = tick.row if tick is not None and tick.errors else None
    return {
        "meeting": meeting,
        "rows": rows,
        "came": sum(row.status in verbs.HERE for row in rows),
        "unticked": sum(not row.status for row in rows),
        "missing": verbs.missing_agencies(meeting, rows),
        "representation": representation_of(meeting, attendances=rows),
        "tick": tick,
        "wrong": wrong.pk if wrong else None,
        "now": timezone.now(),
    }


def _desk(
    request: HttpRequest,
    meeting: Meeting,
    item: AgendaItem | None,
    form: DeskForm | None,
    tick: TickForm | None = None,
) -> HttpResponse:
    user = me(request)
    lines = agenda_for(user, meeting)
    viewers = viewers_of(meeting)
    context = _attendance(user, meeting, tick) | {
        "item": item,
        "form": form,
        "agenda": lines,
        "sees": sees_minutes(meeting, viewers),
        "rest": sum(line.item is not None and line.item.status == _OPEN for line in lines),
    }
    if item is not None:
        context |= {
            "sees_item": sees_item(item, viewers) if item.audience == AgendaItem.Audience.UNITS else None,
            "decisions": Decision.objects.visible_to(user).filter(item=item),
            "actions": ActionItem.objects.visible_to(user)
            .filter(item=item)
            .select_related("responsible_agency", "responsible_person")
            .with_measure(user),
            "before": _before(lines, item),
            "after": _after(lines, item),
        }
    forms = [sent for sent in (form, tick) if sent is not None]
    return page(request, "meetings/live.html", context | {"forms": forms} | _SECTION, *forms)
