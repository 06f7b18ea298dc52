"""Premises: which are open now, who is there, their week, and keeping them."""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, ProtectedError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from groups import presence, week, weekpicture, weekwords
from groups.forms_premises import ClosureForm, HoursForm, PartForm, PremisesForm, RoomForm, ShiftForm
from groups.lists_plan import PREMISES, ROOMS, TIMES, times_of
from groups.models import Closure, OpeningHours, Premises, Room, StaffedShift, User
from groups.premises import remove_part
from groups.signed_in import me
from meetings.forms_rooms import KnownField
from meetings.publishing import may_publish
from meetings.shutting import Hit, Saving, hits, save_knowing
from samverkan.access import get_for
from samverkan.audience import Sees
from samverkan.pages import page
from samverkan.tables import download

_SECTION = {"section": "premises"}
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def premises(request: HttpRequest) -> HttpResponse:
    """All of them, each with whether it is open and who is there now."""
    user = me(request)
    rooms = Prefetch("rooms", Room.objects.visible_to(user).in_order())
    rows = Premises.objects.visible_to(user).live().with_times().prefetch_related(rooms).in_order()
    former = Premises.objects.visible_to(user).filter(valid_to__lt=timezone.localdate()).in_order()
    whole = Premises.objects.visible_to(user).select_related("agency").prefetch_related(rooms).in_order()
    usable = Room.objects.visible_to(user).in_use(timezone.localdate()).select_related("premises")
    file = download(request, _("Premises"), PREMISES, whole) or download(
        request, _("Rooms"), ROOMS, usable.order_by("premises__name", "name"), part="rooms"
    )
    if file:
        return file
    context = {
        "lines": [(row, presence.now(row)) for row in rows],
        "former": former,
        "may_add": user.coordinates,
        "may_publish": may_publish(user),
    }
    return render(request, "premises/list.html", context | _SECTION)


@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One: what it is like, who is there now, and its week as a picture and as a table."""
    user = me(request)
    found = _premises(user, "view", pk)
    monday = monday_asked(request)
    if file := download(request, f"{_('Hours and presence')}, {found.name}", TIMES, times_of(found)):
        return file
    shown = week.week_of(found, monday)
    context = {
        "premises": found,
        "now": presence.now(found),
        "acts": found.acts_of(user),
        "rooms": Room.objects.visible_to(user).filter(premises=found).in_order(),
        "sees": _sees(found),
        "week": shown,
        "lines": [_line(day) for day in shown.days],
        "finding": weekwords.finding(shown),
        "gaps": weekwords.gaps(shown),
        "about_opening": weekwords.about_opening(shown),
        "picture": weekpicture.draw(shown, timezone.now()),
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "may_publish": may_publish(user),
    }
    return render(request, "premises/one.html", context | _SECTION)


@dataclass(frozen=True)
class Line:
    """One day of the week in words, for the table."""

    day: date
    open: str
    present: list[tuple[Any, str]]
    nobody: str
    closed: str


def _line(day: week.WeekDay) -> Line:
    return Line(
        day=day.day,
        open=weekwords.times(day.open),
        present=[(lane.agency, weekwords.times(lane.stretches)) for lane in day.present],
        nobody=weekwords.times(day.nobody),
        closed=day.closed,
    )


def monday_asked(request: HttpRequest) -> date:
    """The Monday of the week in the address, such as ``2026-W48``; this week's where there is none, or none near."""
    try:
        monday = date.fromisoformat(f"{request.GET.get('week', '')}-1")
    except ValueError:
        monday = date.min
    return monday if 2000 <= monday.year <= 2100 else week.monday_of(timezone.localdate())


def _sees(found: Premises) -> Sees:
    published = getattr(found, "publication", None)
    note = (
        _("Residents see name, address, hours, who is there and contact on the open page.")
        if published
        else _("Residents see nothing of it until a coordinator publishes it.")
    )
    return Sees(lead=_("Everyone in the structure"), note=note)


@form_methods
def new(request: HttpRequest) -> HttpResponse:
    user = me(request)
    if not user.coordinates:
        raise PermissionDenied("Coordinators add premises.")
    form = PremisesForm(_sent(request), by=user)
    if form.is_valid() and (made := form.save()):
        messages.success(
            request, _("%(name)s has been added. Now enter its opening hours.") % {"name": made.name}
        )
        return redirect("premises_times", made.pk)
    return page(request, "premises/edit.html", {"premises": None, "form": form} | _SECTION, form)


@form_methods
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = _premises(user, "manage", pk)
    form = PremisesForm(_sent(request), by=user, instance=found)
    hit: list[Hit] = []
    if form.is_valid():
        saving = save_knowing(found, form.save, known=_known(request), by=user)
        if saving.saved:
            messages.success(request, _("The changes have been saved."))
            return redirect("premises_one", pk)
        hit = _ask(form, saving, user)
    context = {"premises": found, "form": form, "hit": hit, "seen": _seen(form)}
    return page(request, "premises/edit.html", context | _SECTION, form)


@require_safe
def times(request: HttpRequest, pk: int) -> HttpResponse:
    """Hours, shifts and closures, each to be changed."""
    found = _premises(me(request), "manage", pk)
    today = timezone.localdate()
    context = {
        "premises": found,
        "hours": [row for row in found.hours.all() if row.valid_to is None or row.valid_to >= today],
        "shifts": [row for row in found.shifts.all() if row.valid_to is None or row.valid_to >= today],
        "closures": [row for row in found.closures.all() if row.last_day >= today],
    }
    return render(request, "premises/times.html", context | _SECTION)


@dataclass(frozen=True)
class Kind:
    """A kind of part: its model, form, headings, and the page that lists it."""

    model: type[Any]
    form: type[PartForm]
    new: Any
    change: Any
    back: str = "premises_times"


KINDS = {
    "hours": Kind(
        OpeningHours, HoursForm, gettext_lazy("Add opening hours"), gettext_lazy("Edit opening hours")
    ),
    "shifts": Kind(StaffedShift, ShiftForm, gettext_lazy("Add a shift"), gettext_lazy("Edit the shift")),
    "closures": Kind(Closure, ClosureForm, gettext_lazy("Add a closure"), gettext_lazy("Edit the closure")),
    "rooms": Kind(
        Room, RoomForm, gettext_lazy("Add a room"), gettext_lazy("Edit the room"), back="premises_one"
    ),
}


@form_methods
def new_part(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    user = me(request)
    found = _premises(user, "manage", pk)
    shape = KINDS[kind]
    form = shape.form(_sent(request), by=user, instance=shape.model(premises=found))
    return _part_page(request, found, shape, form, form.save)


@form_methods
def edit_part(request: HttpRequest, pk: int, kind: str, part: int) -> HttpResponse:
    """Saves the part, or takes it away where the button for that was used."""
    user = me(request)
    shape = KINDS[kind]
    rows = shape.model.objects.visible_to(user).select_related("premises__publication")
    row = get_for(user, rows, "manage", pk=part, premises=pk)
    form = shape.form(_sent(request), by=user, instance=row)
    if "remove" not in request.POST:
        return _part_page(request, row.premises, shape, form, form.save)
    try:
        return _part_page(request, row.premises, shape, form, lambda: _removed(row, user))
    except ProtectedError:
        messages.error(request, _("The room is used by meetings or bookings, so it cannot be removed."))
        return redirect(shape.back, pk)


def _removed(row: Any, user: User) -> bool:
    # A copy, for what is deleted loses its key, and the page may have to ask first.
    remove_part(copy(row), by=user)
    return True


def _part_page(
    request: HttpRequest, found: Premises, shape: Kind, form: PartForm, save: Callable[[], bool]
) -> HttpResponse:
    """Saves by ``save``, which asks nothing of the form where it takes the part away."""
    user, part = me(request), form.instance if form.instance.pk else None
    hit: list[Hit] = []
    if form.is_bound and ("remove" in request.POST or form.is_valid()):
        saving = save_knowing(found, save, known=_known(request), by=user)
        if saving.saved:
            messages.success(request, _("The changes have been saved."))
            return redirect(shape.back, found.pk)
        hit = _ask(form, saving, user)
    context = {
        "premises": found,
        "form": form,
        "hit": hit,
        "seen": _seen(form),
        "heading": shape.change if part else shape.new,
        "part": part,
        "back": shape.back,
        "is_published": shape.model is not Room and hasattr(found, "publication"),
    }
    return page(request, "premises/part.html", context | _SECTION, form)


def _ask(form: BaseForm, saving: Saving, user: User) -> list[Hit]:
    """What the change hits; where it is anything, the form asks for a tick that says that this person knows."""
    if saving.hit:
        form.fields["known"] = KnownField(saving.hit)
        form.add_error("known", _("Read what this affects. Tick the box to save it anyway."))
    return hits(saving.hit, user)


def _known(request: HttpRequest) -> frozenset[int]:
    """The bookings that stood on the page when the tick was given."""
    seen = request.POST.get("seen", "") if "known" in request.POST else ""
    return frozenset(int(pk) for pk in seen.split("-") if pk.isdecimal())


def _seen(form: BaseForm) -> str:
    field = form.fields.get("known")
    return "-".join(map(str, field.hit)) if isinstance(field, KnownField) else ""


def _premises(user: User, act: str, pk: int) -> Premises:
    rows = Premises.objects.visible_to(user).with_times().select_related("agency", "publication")
    return get_for(user, rows, act, pk=pk)


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None
