"""Pages of the agreements: what the structure rests on, who has signed it and how long it holds."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from groups import agreement_words, agreements
from groups.agreement_paper import agreement_pdf
from groups.forms_agreements import (
    CopyForm,
    DraftForm,
    NumberForm,
    ReportForm,
    SignatureForm,
    TerminateForm,
    VerbForm,
    tops_managed_by,
)
from groups.lists import AGREEMENTS, PARTIES
from groups.models import Agreement, AgreementParty, Body, SignedCopy, State, User
from groups.roles import MANAGE
from groups.signed_in import me
from groups.structure import current_by_line
from groups.timeline import timeline_of
from samverkan.access import NotVisible, get_for
from samverkan.pages import page
from samverkan.tables import download
from samverkan.uploads import attachment

_SECTION = {"section": "groups", "part": "agreements"}
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def agreements_list(request: HttpRequest) -> HttpResponse:
    """The version that counts of each agreement, and the older ones under it."""
    user = me(request)
    rows = list(Agreement.objects.visible_to(user).with_parties().newest())
    if file := download(request, _("Agreements"), AGREEMENTS, rows):
        return file
    current = current_by_line(rows)
    context = {
        "current": [row for row in rows if current[row.line_id] is row],
        "others": [row for row in rows if current[row.line_id] is not row],
        "may_draft": tops_managed_by(user).exists(),
    }
    return page(request, "groups/agreements.html", context | _SECTION)


@require_safe
def agreement(request: HttpRequest, key: str) -> HttpResponse:
    """One version: where it stands, who has signed, and what works under it."""
    user = me(request)
    found = _agreement(user, "view", key)
    if file := download(request, f"{_('Parties')} {found.title}", PARTIES, found.parties.all()):
        return file
    copies = SignedCopy.objects.visible_to(user).filter(party__agreement=found).defer("content")
    by_party = {copy.party_id: copy for copy in copies}
    bodies = Body.objects.visible_to(user).select_related("agreement").in_order()
    versions = Agreement.objects.visible_to(user).of_line(found).with_parties().order_by("version")
    context = {
        "agreement": found,
        "parties": [(party, by_party.get(party.pk)) for party in found.parties.all()],
        "bodies": agreement_words.bodies_under(found, bodies),
        "versions": list(versions),
        "below": list(Agreement.objects.visible_to(user).filter(parent=found).with_parties().newest()),
        "next": agreement_words.next_of(found),
        "warning": agreement_words.warning_of(found),
        "timeline": timeline_of(found),
        "sees": agreement_words.sees_agreement(),
        "may": MANAGE in found.acts_of(user),
        "has_signature": any(party.signed_on for party in found.parties.all()),
        "may_end": found.state in (State.IN_FORCE, State.SIGNED) and not found.terminated_on,
    }
    return page(request, "groups/agreement.html", context | _SECTION)


@form_methods
def new(request: HttpRequest) -> HttpResponse:
    """A draft of an agreement that is not there."""
    user = me(request)
    if not tops_managed_by(user).exists():
        raise PermissionDenied("This person manages no group on top of a structure.")
    form = DraftForm(_sent(request), by=user)
    if form.is_valid() and (made := form.save()):
        messages.success(request, _("The draft has been saved."))
        return redirect("agreement", made.key)
    return page(request, "groups/agreement_form.html", {"form": form} | _SECTION, form)


@form_methods
def edit(request: HttpRequest, key: str) -> HttpResponse:
    user = me(request)
    found = _agreement(user, MANAGE, key)
    if too_late := _too_late(request, found, State.DRAFT):
        return too_late
    form = DraftForm(_sent(request), by=user, agreement=found)
    if form.is_valid() and form.save():
        messages.success(request, _("The draft has been saved."))
        return redirect("agreement", key)
    return page(request, "groups/agreement_form.html", {"form": form, "agreement": found} | _SECTION, form)


@form_methods
def send(request: HttpRequest, key: str) -> HttpResponse:
    """Shows what will be fixed before it is."""
    user = me(request)
    found = _agreement(user, MANAGE, key)
    if too_late := _too_late(request, found, State.DRAFT):
        return too_late
    return _asked(
        request,
        found,
        VerbForm(_sent(request)),
        partial(agreements.send_for_signing, found, by=user),
        "groups/agreement_send.html",
        _("The agreement is out for signing. Its text is locked."),
        next=agreement_words.next_of(found),
    )


@form_methods
def discard(request: HttpRequest, key: str) -> HttpResponse:
    """Asks before a draft is thrown away; then leads to what it was to replace, or to the list."""
    user = me(request)
    found = _agreement(user, MANAGE, key)
    if too_late := _too_late(request, found, State.DRAFT):
        return too_late
    form = VerbForm(_sent(request))
    before = found.replaces
    if form.is_valid() and form.carried_out(partial(agreements.discard_draft, found, by=user)):
        messages.success(request, _("The draft has been deleted."))
        return redirect("agreement", before.key) if before else redirect("agreements")
    context = {"agreement": found, "form": form, "before": before} | _SECTION
    return page(request, "groups/agreement_discard.html", context, form)


@require_POST
def take_back(request: HttpRequest, key: str) -> HttpResponse:
    found = _agreement(me(request), MANAGE, key)
    return _back(request, key, partial(agreements.take_back, found, by=me(request)))


@require_POST
def new_version(request: HttpRequest, key: str) -> HttpResponse:
    user = me(request)
    found = _agreement(user, MANAGE, key)
    try:
        made = agreements.draft_new_version(found, by=user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("agreement", key)
    messages.success(request, _("Here is a draft of the next version. Edit it, then send it for signing."))
    return redirect("agreement_edit", made.key)


@form_methods
def sign(request: HttpRequest, key: str, party: int) -> HttpResponse:
    user = me(request)
    found, signing = _party(user, key, party)
    if too_late := _too_late(request, found, State.SIGNING, or_when=signing.signed_on is not None):
        return too_late
    return _asked(
        request,
        found,
        SignatureForm(_sent(request), request.FILES or None, party=signing),
        partial(agreements.register_signature, signing, by=user),
        "groups/agreement_sign.html",
        _("The signature of %(party)s has been registered.") % {"party": signing.agency.name},
        party=signing,
    )


@form_methods
def add_copy(request: HttpRequest, key: str, party: int) -> HttpResponse:
    user = me(request)
    found, signing = _party(user, key, party)
    return _asked(
        request,
        found,
        CopyForm(_sent(request), request.FILES or None),
        partial(agreements.add_signed_copy, signing, by=user),
        "groups/agreement_copy.html",
        _("The signed copy has been saved."),
        party=signing,
    )


@form_methods
def report(request: HttpRequest, key: str) -> HttpResponse:
    user = me(request)
    found = _agreement(user, MANAGE, key)
    return _asked(
        request,
        found,
        ReportForm(_sent(request)),
        partial(agreements.report_to_board, found, by=user),
        "groups/agreement_report.html",
        _("The report has been recorded."),
    )


@form_methods
def number(request: HttpRequest, key: str) -> HttpResponse:
    user = me(request)
    found = _agreement(user, MANAGE, key)
    return _asked(
        request,
        found,
        NumberForm(_sent(request), agreement=found),
        partial(agreements.add_registry_number, found, by=user),
        "groups/agreement_number.html",
        _("The registry number has been added."),
    )


@form_methods
def terminate(request: HttpRequest, key: str) -> HttpResponse:
    user = me(request)
    found = _agreement(user, MANAGE, key)
    ended = found.terminated_on is not None
    if too_late := _too_late(request, found, State.SIGNED, State.IN_FORCE, or_when=ended):
        return too_late
    return _asked(
        request,
        found,
        TerminateForm(_sent(request), agreement=found),
        partial(agreements.terminate, found, by=user),
        "groups/agreement_terminate.html",
        _("The termination has been recorded."),
    )


@require_safe
def pdf(request: HttpRequest, key: str) -> HttpResponse:
    found = _agreement(me(request), "view", key)
    response = HttpResponse(agreement_pdf(found), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{found.key}.pdf"'
    return response


@require_safe
def signed_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """The paper that one party signed, as it was received."""
    return attachment(get_for(me(request), SignedCopy, pk=pk))


def _sent(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _agreement(user: User, act: str, key: str) -> Agreement:
    return get_for(user, Agreement.objects.visible_to(user).with_parties(), act, key=key)


def _party(user: User, key: str, pk: int) -> tuple[Agreement, AgreementParty]:
    """A party of an agreement for which the person may act."""
    found = _agreement(user, MANAGE, key)
    party = next((party for party in found.parties.all() if party.pk == pk), None)
    if party is None:
        raise NotVisible(AgreementParty, {"pk": pk})
    party.agreement = found
    return found, party


def _asked(
    request: HttpRequest,
    found: Agreement,
    form: VerbForm,
    act: Callable[..., Any],
    template: str,
    done: str,
    **context: Any,
) -> HttpResponse:
    """A page with one form that ends in one verb, and then back to the agreement."""
    if form.is_valid() and form.carried_out(act):
        messages.success(request, done)
        return redirect("agreement", found.key)
    form.ask_for_files_again()
    return page(request, template, {"agreement": found, "form": form} | context | _SECTION, form)


def _too_late(
    request: HttpRequest, found: Agreement, *states: State, or_when: bool = False
) -> HttpResponse | None:
    """Back to the agreement, where its page would offer a form that the verb refuses; what is sent, the verb answers."""
    if request.method == "POST" or (found.state in states and not or_when):
        return None
    words = _("That has already been done, or cannot be done now: the agreement is “%(state)s”.")
    messages.info(request, words % {"state": found.state.label})
    return redirect("agreement", found.key)


def _back(request: HttpRequest, key: str, act: Callable[[], None]) -> HttpResponse:
    """Back to the agreement after an act of one button; what hinders it is said there."""
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("agreement", key)
