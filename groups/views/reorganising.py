"""How the agencies change: planned, previewed as a picture and a table, carried out and kept to be read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groups import reorganising
from groups.forms_reorganising import PairForm, PlanForm
from groups.lists import MOVES, REORGANISATIONS
from groups.models import Body, Reorganisation, ReorganisationLine, User
from groups.reorganising_picture import draw
from groups.signed_in import me
from samverkan.access import get_for
from samverkan.pages import page
from samverkan.tables import download

_SECTION = {"section": "groups", "part": "reorganisations"}
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Kind:
    """The lines of one kind; what moves, what follows the person and what stays are counted."""

    name: str
    lines: list[ReorganisationLine]

    @property
    def moves(self) -> int:
        return sum(line.outcome == ReorganisationLine.Outcome.MOVES for line in self.lines)

    @property
    def follows(self) -> int:
        return sum(line.why == ReorganisationLine.Why.WITH_PERSON for line in self.lines)

    @property
    def stays(self) -> int:
        return len(self.lines) - self.moves - self.follows


def _kinds(lines: Iterable[ReorganisationLine]) -> list[Kind]:
    """All but agencies and units, which the picture and its table show."""
    found: dict[str, list[ReorganisationLine]] = {}
    for line in lines:
        found.setdefault(line.kind, []).append(line)
    labels = ReorganisationLine.Kind
    shown = [kind for kind in labels.values if kind in found and kind not in (labels.AGENCY, labels.UNIT)]
    return [Kind(str(labels(kind).label), found[kind]) for kind in shown]


@require_safe
def reorganisations(request: HttpRequest) -> HttpResponse:
    user = me(request)
    rows = Reorganisation.objects.visible_to(user).with_whole().order_by("-on", "-pk")
    if file := download(request, _("Reorganisations"), REORGANISATIONS, rows):
        return file
    context = {"rows": rows, "may_plan": user.manages_the_top}
    return render(request, "groups/reorganisations.html", context | _SECTION)


@form_methods
def new(request: HttpRequest) -> HttpResponse:
    user = me(request)
    if not user.manages_the_top:
        raise PermissionDenied("This person manages no body that reports to no other.")
    initial = _what_is_left(user, request.GET.get("after", ""))
    form = PlanForm(request.POST if request.method == "POST" else None, by=user, initial=initial)
    if form.is_valid() and (planned := form.save()):
        messages.success(request, _("The plan has been saved. Nothing has moved yet. See what would move."))
        return redirect("reorganisation", planned.pk)
    return page(request, "groups/reorganisation_new.html", {"form": form} | _SECTION, form)


def _what_is_left(user: User, after: str) -> dict[str, Any]:
    """For a plan that lets follow what stayed in an earlier one."""
    rows = Reorganisation.objects.visible_to(user).filter(state=Reorganisation.State.CARRIED_OUT)
    found = rows.filter(pk=after).first() if after.isdecimal() and len(after) < 10 else None
    if found is None:
        return {}
    left = reorganising.left_behind(found)
    return {"agencies": [unit.agency_id for unit in left], "successor": found.successor_id}


@require_safe
def reorganisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Before and after, what moves, what stays and why, and what is in the way."""
    user = me(request)
    found = get_for(user, Reorganisation.objects.visible_to(user).with_whole(), pk=pk)
    lines = _lines(found, user) if "download" in request.GET else []
    if file := download(request, f"{_('Reorganisation')} {found.on}", MOVES, lines):
        return file
    return render(request, "groups/reorganisation.html", _whole(found, user) | _SECTION)


def _whole(found: Reorganisation, user: User) -> dict[str, Any]:
    acts = found.acts_of(user)
    pairings = list(
        found.pairings.select_related("unit__agency", "into").order_by("unit__agency__name", "pk")
    )
    left = reorganising.left_behind(found) if found.state != Reorganisation.State.WITHDRAWN else []
    others = list(found.successor.units.order_by("name").values_list("name", flat=True))
    return {
        "reorganisation": found,
        "pairings": pairings,
        "picture": draw(found, pairings, others),
        "kinds": _kinds(_lines(found, user)),
        "left": left,
        "next": reorganising.waiting_for(left) if not found.is_planned else None,
        "may_plan": bool(left) and user.manages_the_top,
        "obstacles": reorganising.obstacles(found) if "change" in acts else [],
        "may_change": "change" in acts,
        "may_carry_out": "change" in acts and found.has_come,
    }


def _lines(found: Reorganisation, user: User) -> list[ReorganisationLine]:
    """What was written down, or what would be, as far as this person may know of the groups."""
    if not found.is_planned:
        written = ReorganisationLine.objects.visible_to(user).filter(reorganisation=found)
        return reorganising.named(written, user)
    seen = set(Body.objects.visible_to(user).values_list("pk", flat=True))
    lines = [line for line in reorganising.preview(found) if line.body_id is None or line.body_id in seen]
    return reorganising.named(lines, user)


@form_methods
def pair(request: HttpRequest, pk: int) -> HttpResponse:
    """Where each unit goes."""
    user = me(request)
    found = get_for(user, Reorganisation.objects.visible_to(user).with_whole(), "change", pk=pk)
    form = PairForm(request.POST if request.method == "POST" else None, reorganisation=found, by=user)
    if form.is_valid() and form.save():
        messages.success(request, _("Where the units go has been saved."))
        return redirect("reorganisation", pk)
    return page(
        request, "groups/reorganisation_pair.html", {"form": form, "reorganisation": found} | _SECTION, form
    )


@form_methods
def carry_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked once more, since it cannot be undone."""
    if request.method != "POST":
        user = me(request)
        found = get_for(user, Reorganisation.objects.visible_to(user).with_whole(), "change", pk=pk)
        if not found.has_come:
            messages.error(request, _("It can be carried out from its first day."))
            return redirect("reorganisation", pk)
        context = {"reorganisation": found, "kinds": _kinds(_lines(found, user))}
        return render(request, "groups/reorganisation_carry_out.html", context | _SECTION)
    return _act(
        request, pk, "carry_out", _("The reorganisation has been carried out. What moved is listed below.")
    )


@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    return _act(request, pk, "withdraw", _("The plan has been withdrawn. Nothing has moved."))


def _act(request: HttpRequest, pk: int, verb: str, done: str) -> HttpResponse:
    user = me(request)
    found = get_for(user, Reorganisation.objects.visible_to(user), "change", pk=pk)
    try:
        getattr(reorganising, verb)(found, by=user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect("reorganisation", pk)
