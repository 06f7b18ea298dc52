"""The collaboration year: its picture, its duties, and how each was done."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from groups.models import AnnualDuty
from groups.roles import MANAGE
from groups.signed_in import me
from meetings import duties
from meetings.forms_duties import DutyForm, FinishForm, managed_bodies
from meetings.lists import YEAR
from meetings.models import DutyOccurrence, TurnFile
from meetings.year import finding, marks_of, meetings_of, turns_for, years_around
from meetings.year_picture import draw
from samverkan.access import get_for
from samverkan.pages import page
from samverkan.tables import download
from samverkan.uploads import attachment

_SECTION = {"section": "plan", "part": "year"}
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def year(request: HttpRequest) -> HttpResponse:
    """A year's duties as a picture and as a list."""
    user = me(request)
    rows = DutyOccurrence.objects.visible_to(user)
    years = years_around(rows.aggregate(first=Min("due"))["first"])
    asked = request.GET.get("year", "")
    chosen = int(asked) if asked.isdigit() and int(asked) in years else timezone.localdate().year
    turns = turns_for(user, rows.of_year(chosen).with_duty().in_order())
    if file := download(request, f"{_('The collaboration year')} {chosen}", YEAR, turns):
        return file
    marks = marks_of(user, chosen)
    context = {
        "year": chosen,
        "years": years,
        "turns": turns,
        "finding": finding(turns),
        "marks": marks,
        "picture": draw(turns, meetings_of(user, turns, chosen), marks, chosen) if turns else None,
        "may_write": any(MANAGE in user.acts_in(body) for body in user.bodies()),
        "today": timezone.localdate(),
    }
    return page(request, "meetings/year.html", context | _SECTION)


@require_safe
def duty(request: HttpRequest, pk: int) -> HttpResponse:
    """One duty, and each of its turns over the years."""
    user = me(request)
    found = get_for(user, AnnualDuty.objects.visible_to(user).with_answer(), pk=pk)
    rows = DutyOccurrence.objects.visible_to(user).filter(duty=found).with_duty().order_by("-due")
    turns = turns_for(user, rows)
    if file := download(request, found.title, YEAR, turns):
        return file
    context = {"duty": found, "turns": turns, "may_change": MANAGE in found.acts_of(user)}
    return page(request, "meetings/duty.html", context | _SECTION)


@form_methods
def new(request: HttpRequest) -> HttpResponse:
    user = me(request)
    if not managed_bodies(user).exists():
        raise PermissionDenied("This person manages no body.")
    form = DutyForm(_sent(request), by=user)
    if form.is_valid() and (made := form.save()):
        messages.success(
            request,
            _("The duty has been saved. It is added automatically to the agenda of a meeting in good time."),
        )
        return redirect("duty", made.pk)
    return page(request, "meetings/duty_form.html", {"form": form, "duty": None} | _SECTION, form)


@form_methods
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = get_for(user, AnnualDuty.objects.visible_to(user).with_answer(), MANAGE, pk=pk)
    form = DutyForm(_sent(request), instance=found, by=user)
    if form.is_valid() and form.save():
        messages.success(request, _("The duty has been saved."))
        return redirect("duty", pk)
    return page(request, "meetings/duty_form.html", {"form": form, "duty": found} | _SECTION, form)


@form_methods
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Note how a turn was done."""
    user = me(request)
    turn = get_for(user, DutyOccurrence.objects.visible_to(user).with_duty(), MANAGE, pk=pk)
    sent: Any = (request.POST, request.FILES) if request.method == "POST" else ()
    form = FinishForm(*sent, turn=turn, by=user)
    if form.is_valid() and form.save():
        messages.success(request, _("Recorded as done: %(duty)s") % {"duty": turn.duty})
        return redirect("duty", turn.duty_id)
    return page(request, "meetings/duty_finish.html", {"form": form, "turn": turn} | _SECTION, form)


@form_methods
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Says what is forgotten before it is."""
    user = me(request)
    turn = get_for(user, DutyOccurrence.objects.visible_to(user).with_duty(), MANAGE, pk=pk)
    if request.method == "POST":
        try:
            duties.reopen_duty(turn, by=user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("duty", turn.duty_id)
    if not turn.is_done:
        return redirect("duty", turn.duty_id)
    [shown] = turns_for(user, [turn])
    return page(request, "meetings/duty_reopen.html", {"turn": shown, "duty": turn.duty} | _SECTION)


@require_safe
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """What shows how a turn was done."""
    return attachment(get_for(me(request), TurnFile, pk=pk))


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
