"""Pages for planning and calling meetings, and the page of a meeting."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groups.models import Agency, Body, User
from groups.signed_in import me
from meetings import agendas, calling
from meetings import calendar as ics
from meetings.forms_calling import CallForm, ConfirmForm, EditMeetingForm, ItemForm, NewMeetingForm
from meetings.guests import OPEN
from meetings.lists import AGENDA, ANSWERS, MEETINGS
from meetings.models import AgendaItem, Attendance, Delivery, Guest, Invitation, Meeting, Publication
from meetings.places import acknowledge_place
from meetings.reminders import reminder_moment
from meetings.representation import representation_of
from meetings.shutting import why_shut
from meetings.visibility import (
    Viewer,
    agenda_for,
    reasons_for,
    sees_meeting,
    sees_units,
    viewers_of,
    viewers_of_item,
)
from samverkan import keyset
from samverkan.access import get_for
from samverkan.audience import Sees
from samverkan.pages import add_errors, page, say
from samverkan.tables import download

_SECTION = {"section": "meetings"}
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """What comes, then what has been, newest first and paged by key."""
    user = me(request)
    rows = Meeting.objects.visible_to(user).with_place().prefetch_related(_my_answer(user))
    bodies = list(Body.objects.visible_to(user).in_order())
    chosen = next((body for body in bodies if body.key == request.GET.get("body")), None)
    if chosen is not None:
        rows = rows.filter(body=chosen)
    if file := download(request, _("Meetings"), MEETINGS, rows.order_by("-starts_at", "-pk")):
        return file
    before = request.GET.get("before", "")
    context = {
        "upcoming": [] if before else rows.upcoming(),
        "past": keyset.newest(rows.past(), moment="starts_at", before=before),
        "first": not before,
        "bodies": bodies,
        "chosen": chosen,
        "may_call": any("call" in user.acts_in(body.pk) for body in bodies),
    }
    return render(request, "meetings/list.html", context | _SECTION)


@form_methods
def new(request: HttpRequest) -> HttpResponse:
    user = me(request)
    form = NewMeetingForm(_sent(request), user=user, initial=_asked(request, "body", "audience"))
    if not form.bodies:
        raise PermissionDenied("This person calls no body's meetings.")
    if form.is_valid():
        planned = _done(form, lambda: calling.plan_meeting(by=user, **form.cleaned_data))
        if planned is not None:
            acknowledge_place(planned, form.concerns, by=user)
            say(request, form.note)
            messages.success(
                request, _("The draft has been saved. Check the agenda, then invite the members.")
            )
            return redirect("meeting", planned.pk)
    preview = form.preview()
    context = {"form": form, "sees": sees_meeting(preview) if preview else None}
    return page(request, "meetings/new.html", context | _SECTION, form)


@require_safe
def meeting(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = _meeting(user, "view", pk)
    acts = found.acts_of(user)
    viewers = viewers_of(found)
    invitations = list(_invitations(user, found))
    agenda = agenda_for(user, found)
    answers = _answers(invitations, viewers)
    name = f"{found.body.name} {timezone.localdate(found.starts_at)}"
    file = download(request, f"{_('Agenda')} {name}", AGENDA, agenda) or download(
        request, f"{_('Answers')} {name}", ANSWERS, answers, part="answers"
    )
    if file:
        return file
    context = {
        "meeting": found,
        "acts": acts,
        "may_change": "call" in acts and found.may_change,
        "shut": why_shut(found),
        "sees": sees_meeting(found, viewers),
        "agenda": agenda,
        "answers": answers,
        "tally": _tally(invitations),
        "mine": next((row for row in invitations if row.user_id == user.pk), None),
        "to_invite": _to_invite(found) if found.status == Meeting.Status.DRAFT else 0,
        "deliveries": _deliveries(user, found),
        "minutes": getattr(found, "minutes", None),
        "guests": Guest.objects.visible_to(user).filter(meeting=found).order_by("name"),
        "may_invite": "call" in acts and found.status in OPEN and found.body.kind != Body.Kind.CASE,
        "representation": representation_of(
            found,
            invitations=invitations,
            attendances=Attendance.objects.visible_to(user).filter(meeting=found),
        ),
    }
    return render(request, "meetings/detail.html", context | _SECTION)


@require_safe
def who(request: HttpRequest, pk: int) -> HttpResponse:
    """“Who sees this, and why?”: every person and the membership behind, for the meeting and its narrowed items."""
    user = me(request)
    found = _meeting(user, "view", pk)
    viewers = viewers_of(found)
    narrow = [
        (line.item, reasons_for(found, viewers_of_item(line.item, viewers)))
        for line in agenda_for(user, found)
        if line.item is not None and line.item.audience == AgendaItem.Audience.UNITS
    ]
    context = {"meeting": found, "reasons": reasons_for(found, viewers), "narrow": narrow}
    context["sees"] = replace(sees_meeting(found, viewers), reasons=(), reasons_url="")
    return render(request, "meetings/who.html", context | _SECTION)


@form_methods
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = _meeting(user, "call", pk)
    form = EditMeetingForm(_sent(request), user=user, meeting=found, initial=_asked(request, "audience"))
    if form.is_valid() and _done(form, lambda: calling.change_meeting(found, by=user, **form.cleaned_data)):
        acknowledge_place(found, form.concerns, by=user)
        messages.success(request, _("The meeting has been updated."))
        say(request, form.note)
        return redirect("meeting", pk)
    context = {
        "meeting": found,
        "form": form,
        "sees": sees_meeting(form.preview()),
        "is_published": Publication.objects.visible_to(user).filter(meeting=found).exists(),
    }
    return page(request, "meetings/edit.html", context | _SECTION, form)


@form_methods
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows who will be called before anybody is."""
    user = me(request)
    found = _meeting(user, "call", pk)
    form = CallForm(_sent(request), meeting=found)
    if form.is_valid() and _carried_out(form, lambda: _call(found, form, user)):
        acknowledge_place(found, form.concerns, by=user)
        count = found.invitations.count()
        called = ngettext(
            "%(count)s participant has been invited.", "%(count)s participants have been invited.", count
        )
        messages.success(request, called % {"count": count})
        return redirect("meeting", pk)
    recipients = list(calling.invited_to(found.body).with_workplaces())
    guests = list(Guest.objects.visible_to(user).filter(meeting=found).order_by("name"))
    sees = sees_meeting(Meeting(body=found.body, audience=found.audience))
    hindrances = [(text, form.mended_at[name]) for name, text in calling.hindrances_of(found).items()]
    context = {
        "meeting": found,
        "form": form,
        "recipients": recipients,
        "guests": guests,
        "count": len(recipients) + len(guests),
        "sees": sees,
        "hindrances": hindrances,
    }
    context["reminder"] = moment if (moment := reminder_moment(found)) > timezone.now() else None
    return page(request, "meetings/call.html", context | _SECTION, form)


def _call(found: Meeting, form: CallForm, user: User) -> None:
    data = form.cleaned_data
    calling.call_meeting(found, by=user, reason=data["reason"], standing=data["standing"])


@form_methods
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = _meeting(user, "call", pk)
    form = ConfirmForm(_sent(request))
    if form.is_valid() and _carried_out(form, lambda: calling.cancel_meeting(found, by=user)):
        messages.success(request, _("The meeting has been cancelled."))
        return redirect("meeting", pk)
    context = {"meeting": found, "form": form, "invited": _invitations(user, found).count()}
    return page(request, "meetings/cancel.html", context | _SECTION, form)


@require_safe
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    found = _meeting(me(request), "view", pk)
    response = HttpResponse(
        ics.publication(found), content_type="text/calendar; charset=utf-8; method=PUBLISH"
    )
    response["Content-Disposition"] = f'attachment; filename="meeting-{found.pk}.ics"'
    return response


@form_methods
def new_item(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = _meeting(user, "call", pk)
    form = ItemForm(_sent(request), user=user, meeting=found, initial=_asked_audience(request))
    if form.is_valid() and _done(form, lambda: agendas.add_item(found, by=user, **form.cleaned_data)):
        return redirect("meeting", pk)
    context = {"meeting": found, "item": None, "form": form, "sees": _item_strip(form, found)}
    return page(request, "meetings/item_form.html", context | _SECTION, form)


@form_methods
def edit_item(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Saves the item, or takes it off the agenda where the button for that was used."""
    user = me(request)
    found = _item(user, pk, item)
    if "remove" in request.POST:
        return _back(request, pk, lambda: agendas.remove_item(found, by=user))
    asked = _asked_audience(request)
    form = ItemForm(_sent(request), user=user, meeting=found.meeting, item=found, initial=asked)
    if form.is_valid() and _done(form, lambda: agendas.change_item(found, by=user, **form.cleaned_data)):
        return redirect("meeting", pk)
    sees = _item_strip(form, found.meeting)
    context = {"meeting": found.meeting, "item": found, "form": form, "sees": sees}
    return page(request, "meetings/item_form.html", context | _SECTION, form)


@require_POST
def move_item(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    user = me(request)
    found = _item(user, pk, item)
    up = request.POST.get("direction") == "up"
    moved = _back(request, pk, lambda: agendas.move_item(found, up=up, by=user))
    # Back to where the item is now, so that the keyboard goes on from there.
    found.refresh_from_db(fields=["position"])
    moved["Location"] += f"#item-{found.position}"
    return moved


def _meeting(user: User, act: str, pk: int) -> Meeting:
    rows = Meeting.objects.visible_to(user).with_place().select_related("booking")
    return get_for(user, rows, act, pk=pk)


def _item(user: User, pk: int, item: int) -> AgendaItem:
    rows = (
        AgendaItem.objects.visible_to(user).select_related("meeting__body__parent").prefetch_related("units")
    )
    return get_for(user, rows, "call", pk=item, meeting=pk)


def _to_invite(draft: Meeting) -> int:
    """How many a call would invite: members, guests and standing guests."""
    invited = calling.invited_to(draft.body), draft.guests, calling.standing_guests_of(draft)
    return sum(rows.count() for rows in invited)


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _asked(request: HttpRequest, *names: str) -> dict[str, Any]:
    """What the address already chooses, so that a link can open the form half filled in."""
    return {name: request.GET[name] for name in names if name in request.GET}


def _asked_audience(request: HttpRequest) -> dict[str, Any]:
    """The audience chosen so far, when the strip alone is asked for."""
    asked = _asked(request, "audience")
    return asked | {"units": request.GET.getlist("units")} if asked else {}


def _item_strip(form: ItemForm, meeting: Meeting) -> Sees:
    units = form.preview()
    return sees_meeting(meeting) if units is None else sees_units(meeting, units)


def _done(form: BaseForm, verb: Callable[[], Any]) -> Any:
    """What the verb returns; None, with its complaint in the form, where it refused."""
    try:
        return verb()
    except ValidationError as error:
        add_errors(form, error)
        return None


def _carried_out(form: BaseForm, verb: Callable[[], None]) -> bool:
    _done(form, verb)
    return not form.errors


def _back(request: HttpRequest, pk: int, verb: Callable[[], None]) -> HttpResponse:
    """Back to the meeting after an act of one button; what hinders it is said there."""
    try:
        verb()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("meeting", pk)


def _my_answer(user: User) -> Prefetch:
    mine = Invitation.objects.visible_to(user).filter(user=user)
    return Prefetch("invitations", queryset=mine, to_attr="mine")


def _invitations(user: User, found: Meeting) -> Any:
    return (
        Invitation.objects.visible_to(user)
        .filter(meeting=found)
        .select_related("user", "guest")
        .order_by("user__name", "guest__name")
    )


@dataclass(frozen=True)
class AnswerLine:
    """One invited person's answer; no agency for somebody who has left."""

    invitation: Invitation
    agency: Agency | None


def _answers(invitations: list[Invitation], viewers: list[Viewer]) -> list[AnswerLine]:
    agencies = {viewer.user.pk: viewer.unit.agency for viewer in viewers}
    return [AnswerLine(row, agencies.get(row.user_id or 0)) for row in invitations]


def _tally(invitations: list[Invitation]) -> dict[str, int]:
    counts = {
        str(answer): sum(row.answer == answer for row in invitations) for answer in Invitation.Answer.values
    }
    return counts | {"substitutes": sum(row.sends_substitute for row in invitations)}


def _deliveries(user: User, found: Meeting) -> Any:
    rows = Delivery.objects.visible_to(user).filter(meeting=found)
    return rows.select_related("recipient", "guest", "meeting").order_by("due_at", "recipient__name", "pk")
