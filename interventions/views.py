"""Pages of cases. Each reads through ``visible_to`` or ``get_for`` and writes the access log before it is rendered:
a page whose row in the log cannot be written is not shown.

What is said to those outside: a case that is not theirs is 404, whether it exists or not, and so is what hangs on it.
The list of cases is the same empty page for everyone who holds no seat. Opening a case is refused with 403, for it
tells only that the page exists. The access log is 404 to all but log reviewers.
"""

import uuid
from collections.abc import Callable, Sequence

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Prefetch
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from groups.models import Unit, User
from groups.signed_in import me
from interventions import audiences, disclosures
from interventions import cases as verbs
from interventions.forms import ConfirmForm, NoteForm, OpenCaseForm, RevokeForm, SeatForm, today
from interventions.forms_disclosure import Steps
from interventions.models import Case, Disclosure, Record, Seat, VisibleAccessEvent
from interventions.records import write_note
from samverkan import keyset
from samverkan.access import NotVisible, get_for
from samverkan.audit import log as access_log
from samverkan.audit.models import AccessEvent
from samverkan.pages import add_errors, page

Act = AccessEvent.Act


@require_safe
def cases(request: HttpRequest) -> HttpResponse:
    """Reference, status, lead unit, day and part: a compilation carries nothing more (2001:454 § 7 a)."""
    user = me(request)
    rows = Case.objects.visible_to(user).select_related("lead_unit__agency")
    shown = keyset.newest(rows, moment="opened_at", before=request.GET.get("before", ""))
    if shown.rows:
        access_log.record(user, Act.LIST, Case, [row.pk for row in shown.rows])
    context = {
        "page": shown,
        "first": "before" not in request.GET,
        "unit_id": user.unit_id,
        "may_open": verbs.may_open(user),
    }
    return render(request, "interventions/cases.html", context | _SECTION)


def new(request: HttpRequest) -> HttpResponse:
    user = me(request)
    if not verbs.may_open(user):
        raise PermissionDenied(_("Only social services can open a case."))
    form = OpenCaseForm(_sent(request), by=user)
    if form.is_valid():
        opened = verbs.open_case(by=user, method=form.cleaned_data["method"])
        return redirect("case", opened.pk)
    return page(request, "interventions/new.html", {"form": form} | _SECTION, form)


@require_safe
def case(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    user = me(request)
    found = _case(user, "view", pk)
    acts = found.acts_of(user)
    rows = Record.objects.visible_to(user).filter(case=found).select_related("owner_unit__agency", "note")
    shown = keyset.newest(rows, moment="created_at", before=request.GET.get("before", ""))
    ledger = keyset.newest(
        _ledger(user).filter(case=found), moment="decided_at", before=request.GET.get("told_before", "")
    )
    _log_case(user, found, shown.rows)
    seats = audiences.seats_in(found, user)
    context = {
        "case": found,
        "acts": acts,
        "page": shown,
        "first": "before" not in request.GET,
        "records": audiences.shown(shown.rows, seats, user),
        "ledger": ledger,
        "seats": seats,
        "sees": audiences.of_case(seats),
        "readers": _readers(found, user) if "log" in acts else None,
    }
    return render(request, "interventions/case.html", context | _SECTION)


@require_safe
def record(request: HttpRequest, pk: uuid.UUID, record: uuid.UUID) -> HttpResponse:
    user = me(request)
    found = _case(user, "view", pk)
    rows = Record.objects.visible_to(user).select_related("owner_unit__agency", "note", "created_by")
    one = get_for(user, rows, pk=record, case=found)
    access_log.record(user, Act.READ, Record, [one.pk], case_id=found.pk)
    seats = audiences.seats_in(found, user)
    [item] = audiences.shown([one], seats, user)
    context = {"case": found, "item": item, "sees": audiences.of_record(item, seats)}
    return render(request, "interventions/record.html", context | _SECTION)


def new_note(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    user = me(request)
    found = _case(user, "write", pk)
    form = NoteForm(_sent(request), initial=today())
    if form.is_valid() and _done(form, lambda: write_note(found, by=user, **form.cleaned_data)):
        messages.success(request, _("The note is saved. Only your unit sees it."))
        return redirect("case", found.pk)
    sees = audiences.before_writing(user, audiences.seats_in(found, user))
    return page(
        request, "interventions/new_note.html", {"case": found, "form": form, "sees": sees} | _SECTION, form
    )


def close(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    user = me(request)
    found = _case(user, "close", pk)
    form = ConfirmForm(_sent(request))
    if form.is_valid() and _done(form, lambda: verbs.close_case(found, by=user)):
        messages.success(request, _("The case is closed."))
        return redirect("case", found.pk)
    return page(request, "interventions/close.html", {"case": found, "form": form} | _SECTION, form)


def new_seat(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    user = me(request)
    found = _case(user, "seat", pk)
    form = SeatForm(_sent(request), case=found, by=user)
    if form.is_valid() and _done(form, lambda: verbs.seat(found, form.cleaned_data["user"], by=user)):
        messages.success(request, _("The seat is given."))
        return redirect("case", found.pk)
    return page(request, "interventions/new_seat.html", {"case": found, "form": form} | _SECTION, form)


def end_seat(request: HttpRequest, pk: uuid.UUID, seat: uuid.UUID) -> HttpResponse:
    user = me(request)
    found = _case(user, "seat", pk)
    given = get_for(user, Seat.objects.visible_to(user).live().with_people(), pk=seat, case=found)
    form = ConfirmForm(_sent(request))
    if form.is_valid() and _done(form, lambda: verbs.unseat(given, by=user)):
        messages.success(request, _("The seat is ended."))
        return redirect("cases") if given.user_id == user.pk else redirect("case", found.pk)
    access_log.record(user, Act.READ, Seat, [given.pk], case_id=found.pk)
    context = {"case": found, "seat": given, "form": form}
    return page(request, "interventions/end_seat.html", context | _SECTION, form)


def disclose(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    user = me(request)
    found = _case(user, "disclose", pk)
    steps = Steps(found, by=user, data=_sent(request), chosen=request.GET.get("record", ""))
    if steps.confirmed:
        try:
            made = steps.save()
        except ValidationError as error:
            steps.complain(error)
        else:
            messages.success(
                request, _("%(unit)s now sees what you disclosed.") % {"unit": made.to_unit.name}
            )
            return redirect("disclosure", found.pk, made.pk)
    _log_case(user, found, steps.shown)
    context = {
        "case": found,
        "acts": found.acts_of(user),
        "steps": steps,
        "form": steps.form,
        "recipients": _seated_at(found, steps.answers.get("to_unit"), user),
        "onward": user.unit is not None and user.unit.branch == Unit.Branch.SOCIAL,
    }
    return page(request, "interventions/disclose.html", context | _SECTION, steps.form)


@require_safe
def disclosure(request: HttpRequest, pk: uuid.UUID, disclosure: uuid.UUID) -> HttpResponse:
    user = me(request)
    found = _case(user, "view", pk)
    made = get_for(user, _ledger(user), pk=disclosure, case=found)
    access_log.record(user, Act.READ, Disclosure, [made.pk], case_id=found.pk)
    context = {"case": found, "disclosure": made, "own": made.from_unit_id == user.unit_id}
    return render(request, "interventions/disclosure.html", context | _SECTION)


def revoke(request: HttpRequest, pk: uuid.UUID, disclosure: uuid.UUID) -> HttpResponse:
    user = me(request)
    found = _case(user, "view", pk)
    made = get_for(user, _ledger(user), "revoke", pk=disclosure, case=found)
    form = RevokeForm(_sent(request))
    if form.is_valid() and _done(
        form, lambda: disclosures.revoke(made, reason=form.cleaned_data["reason"], by=user)
    ):
        messages.success(
            request, _("The disclosure is revoked. %(unit)s sees it no more.") % {"unit": made.to_unit.name}
        )
        return redirect("disclosure", found.pk, made.pk)
    access_log.record(user, Act.READ, Disclosure, [made.pk], case_id=found.pk)
    context = {"case": found, "disclosure": made, "form": form}
    return page(request, "interventions/revoke.html", context | _SECTION, form)


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The newest of the access log, for log reviewers: who did what, where and when, and nothing of what it said."""
    user = me(request)
    if not user.is_log_reviewer:
        raise NotVisible(AccessEvent, {})
    rows = VisibleAccessEvent.objects.visible_to(user).select_related("actor", "unit__agency")
    shown = keyset.newest(rows, moment="at", before=request.GET.get("before", ""))
    references: dict[uuid.UUID | None, str] = dict(
        Case.objects.visible_to(user)
        .filter(pk__in=[event.case_id for event in shown.rows if event.case_id])
        .values_list("pk", "reference")
    )
    events = [(event, references.get(event.case_id), _kind(event.object_type)) for event in shown.rows]
    context = {"page": shown, "events": events, "first": "before" not in request.GET, "section": "log"}
    return render(request, "interventions/log.html", context)


_SECTION = {"section": "cases"}


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _done(form: BaseForm, verb: Callable[[], object]) -> bool:
    """Whether the verb went through; what it complains of stands in the form otherwise."""
    try:
        verb()
    except ValidationError as error:
        add_errors(form, error)
        return False
    return True


def _case(user: User, act: str, pk: uuid.UUID) -> Case:
    return get_for(
        user, Case.objects.visible_to(user).select_related("lead_unit__agency", "method"), act, pk=pk
    )


def _ledger(user: User) -> models.QuerySet[Disclosure]:
    """Disclosures with all that their pages show; of the records told, those that the reader may still see."""
    return (
        Disclosure.objects.visible_to(user)
        .select_related("from_unit__agency", "to_unit__agency", "ground", "decided_by", "revoked_by")
        .prefetch_related(Prefetch("records", Record.objects.visible_to(user).newest()))
    )


def _log_case(user: User, case: Case, records: Sequence[Record]) -> None:
    """One row for a page: the records shown on it, or the case where it showed none."""
    if records:
        access_log.record(user, Act.READ, Record, [record.pk for record in records], case_id=case.pk)
    else:
        access_log.record(user, Act.READ, Case, [case.pk], case_id=case.pk)


def _readers(case: Case, user: User) -> list[VisibleAccessEvent]:
    """Everyone else's latest reading of the case, the last reader first."""
    rows = VisibleAccessEvent.objects.visible_to(user).filter(case_id=case.pk, act=Act.READ)
    latest = (
        rows.exclude(actor=user.pk)
        .select_related("actor", "unit__agency")
        .order_by("actor_id", "-at")
        .distinct("actor_id")
    )
    return sorted(latest, key=lambda event: event.at, reverse=True)


def _seated_at(case: Case, unit: Unit | None, user: User) -> list[Seat]:
    """Who at the unit sees what is disclosed to it, by name."""
    if unit is None:
        return []
    return list(
        Seat.objects.visible_to(user).in_force().filter(case=case, unit=unit).with_people().in_order()
    )


def _kind(label: str) -> str:
    """What a row of the log speaks of, in words."""
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except LookupError:
        return label
