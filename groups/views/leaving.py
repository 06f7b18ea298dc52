"""Leaving a group or a workplace, and receiving what was left."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groups import handover, leaving
from groups.forms_leaving import EndForm, GiveForm, PrepareForm, ReasonForm
from groups.handover_sources import Page, Thing
from groups.lists import THINGS
from groups.models import Body, Employment, HandOver, HandOverItem, Membership, User
from groups.signed_in import me
from samverkan.access import get_for
from samverkan.pages import add_errors, page
from samverkan.tables import download

_SECTION = {"section": "groups", "part": "hand_overs"}
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True)
class Line:
    """One thing in a list as this reader sees it."""

    item: HandOverItem
    page: Page | None
    acts: frozenset[str]


def _lines(items: Iterable[HandOverItem], user: User) -> list[Line]:
    rows = list(items)
    pages = handover.pages_of(rows, user)
    return [Line(item, pages.get(item.pk), item.acts_of(user)) for item in rows]


@require_safe
def hand_overs(request: HttpRequest) -> HttpResponse:
    """What I am asked to receive, what nobody has, what waits for an answer, and my own list."""
    user = me(request)
    items = (
        HandOverItem.objects.visible_to(user).unsettled().with_whole().order_by("hand_over__last_day", "pk")
    )
    lines = _lines(items, user)
    if file := download(request, _("Handovers"), THINGS, lines):
        return file
    mine = [line for line in lines if "answer" in line.acts]
    others = [line for line in lines if "answer" not in line.acts and line.item.hand_over.user_id != user.pk]
    context = {
        "to_receive": mine,
        "orphans": [line for line in others if line.item.state != HandOverItem.State.OFFERED],
        "asked": [line for line in others if line.item.state == HandOverItem.State.OFFERED],
        "own": [line for line in lines if line.item.hand_over.user_id == user.pk],
        "own_lines": handover.own_lines(user),
        "lists": HandOver.objects.visible_to(user).select_related("user", "body").newest()[:20],
    }
    return render(request, "groups/hand_overs.html", context | _SECTION)


@require_safe
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """One person's list, whole, as far as the reader may see it."""
    user = me(request)
    found = get_for(
        user, HandOver.objects.visible_to(user).select_related("user", "body", "agency", "created_by"), pk=pk
    )
    items = HandOverItem.objects.visible_to(user).filter(hand_over=found).with_whole().in_order()
    lines = _lines(items, user)
    if file := download(request, f"{_('Handover')} {found.user.name}", THINGS, lines):
        return file
    settled = sum(line.item.is_settled for line in lines)
    context = {"hand_over": found, "lines": lines, "settled": settled, "left": len(lines) - settled}
    return render(request, "groups/hand_over.html", context | _SECTION)


@form_methods
def prepare(request: HttpRequest) -> HttpResponse:
    """Begin one's own list before the last day."""
    user = me(request)
    if not user.in_structure:
        raise PermissionDenied("This person sits in no body.")
    form = PrepareForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        done, made = form.save(by=user)
        if made is not None:
            return redirect("hand_over", made.pk)
        if done:
            messages.success(request, _("You are not responsible for anything that must be handed over."))
            return redirect("hand_overs")
    context = {"form": form, "own_lines": handover.own_lines(user)}
    return page(request, "groups/prepare.html", context | _SECTION, form)


@form_methods
def end_membership(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    rows = Membership.objects.visible_to(user).filter(body__in=Body.objects.visible_to(user))
    membership = get_for(user, rows.select_related("user", "body"), "end", pk=pk)
    work = (
        Employment.objects.visible_to(user)
        .live()
        .filter(user=membership.user)
        .select_related("unit__agency")
        .first()
    )
    context = {
        "membership": membership,
        "person": membership.user,
        "employment": work if work and "end" in work.acts_of(user) else None,
        "left": _counts(handover.held_by(membership.user, membership.body), user),
        "back": membership.body,
    }
    return _end(request, membership, leaving.end_membership, context)


@form_methods
def end_employment(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    rows = Employment.objects.visible_to(user).select_related("user", "unit__agency")
    employment = get_for(user, rows, "end", pk=pk)
    context = {
        "person": employment.user,
        "work": employment,
        "left": _counts(handover.held_by(employment.user), user),
    }
    return _end(request, employment, leaving.end_employment, context)


def _end(
    request: HttpRequest, row: Any, verb: Callable[..., HandOver | None], context: dict[str, Any]
) -> HttpResponse:
    user = me(request)
    form = EndForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = verb(row, by=user, last_day=form.ends_on, late=form.cleaned_data["late"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _ended(request, made)
    return page(request, "groups/end.html", context | {"form": form} | _SECTION, form)


def _ended(request: HttpRequest, made: HandOver | None) -> HttpResponse:
    user = me(request)
    user.forget()
    if made is None or not HandOver.objects.visible_to(user).filter(pk=made.pk).exists():
        messages.success(request, _("Done. You have nothing left to hand over."))
        return redirect("hand_overs")
    messages.success(request, _("Done. Now ask somebody to take over each item."))
    return redirect("hand_over", made.pk)


def _counts(things: Iterable[Thing], user: User) -> list[tuple[str, int]]:
    """How many of each kind, in words; what belongs to a body that this reader does not see is not counted."""
    things = list(things)
    named = {thing.body_id for thing in things if thing.body_id}
    seen = set(Body.objects.visible_to(user).filter(pk__in=named).values_list("pk", flat=True)) | {None}
    counts: dict[str, int] = {}
    for thing in things:
        if thing.body_id in seen:
            counts[thing.kind] = counts.get(thing.kind, 0) + 1
    return [(str(HandOverItem.Kind(kind).label), count) for kind, count in counts.items()]


@form_methods
def give(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    item = _item(user, "give", pk)
    form = GiveForm(request.POST if request.method == "POST" else None, item=item, by=user)
    if form.is_valid() and form.save():
        messages.success(
            request, _("%(name)s has been asked to take over.") % {"name": form.cleaned_data["receiver"]}
        )
        return redirect("hand_over", item.hand_over_id)
    return page(request, "groups/hand_over_give.html", _about(item, user) | {"form": form}, form)


@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    item = _item(user, "answer", pk)
    try:
        handover.accept_item(item, by=user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _received(item))
    return redirect("hand_overs")


def _received(item: HandOverItem) -> str:
    """A role begins when the other has left; everything else at once."""
    last_day = item.hand_over.last_day
    if item.kind != HandOverItem.Kind.ROLE or last_day < timezone.localdate():
        return _("It is yours now.")
    begins = last_day + timedelta(days=1)
    return _("It is yours from %(day)s, when %(name)s has left.") % {
        "day": begins,
        "name": item.hand_over.user,
    }


@form_methods
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    item = _item(user, "answer", pk)
    form = ReasonForm(request.POST if request.method == "POST" else None, required=False)
    return _with_reason(request, item, form, handover.decline_item, "decline")


@form_methods
def release(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    item = _item(user, "release", pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    return _with_reason(request, item, form, handover.release_item, "release")


def _with_reason(
    request: HttpRequest, item: HandOverItem, form: ReasonForm, verb: Callable[..., None], act: str
) -> HttpResponse:
    user = me(request)
    if form.is_valid():
        try:
            verb(item, by=user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Your answer has been saved."))
            return redirect("hand_overs")
    return page(
        request, "groups/hand_over_reason.html", _about(item, user) | {"form": form, "act": act}, form
    )


def _item(user: User, act: str, pk: int) -> HandOverItem:
    return get_for(user, HandOverItem.objects.visible_to(user).with_whole(), act, pk=pk)


def _about(item: HandOverItem, user: User) -> dict[str, Any]:
    return {"item": item, "thing": handover.pages_of([item], user).get(item.pk)} | _SECTION
