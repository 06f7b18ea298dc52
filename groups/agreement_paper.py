"""An agreement on paper: PDF/A-3a and PDF/UA-1, with lines to sign on or the signatures that are registered.

In Swedish whatever the reader's language is: it is the authorities' document (språklagen 10 §).
"""

from datetime import date
from typing import Any

from django.utils import timezone

from groups.models import Agreement, AgreementParty, State
from samverkan import pdf

_STATES = {
    State.DRAFT: "Utkast – inte undertecknad",
    State.SIGNING: "För underskrift",
    State.SIGNED: "Undertecknad",
    State.IN_FORCE: "Gäller",
    State.EXPIRED: "Har gått ut",
    State.TERMINATED: "Uppsagd",
    State.REPLACED: "Ersatt av en senare version",
}
_LAW = (
    "Upprättad med stöd av 8–9 §§ lagen (2023:196) om kommuners ansvar för brottsförebyggande arbete. "
    "Överenskommelsen är inte rättsligt bindande; den anger vad parterna tillsammans åtar sig att arbeta för."
)


def agreement_pdf(agreement: Agreement) -> bytes:
    """The agreement as PDF; needs ``with_parties``. Raises :class:`samverkan.pdf.PdfError`."""
    title = f"{agreement.title}, version {agreement.version}"
    return pdf.render("agreement", print_data(agreement), title=title, language="sv-SE")


def print_data(agreement: Agreement) -> dict[str, object]:
    """What ``templates/pdf/agreement.typ`` reads."""
    parties = list(agreement.parties.all())
    signed = [party.signed_on for party in parties if party.signed_on]
    dated = max([*signed, agreement.sent_on or timezone.localdate(agreement.created_at)])
    return {
        "document_date": dated.isoformat(),
        "title": agreement.title,
        "organisation": " · ".join(party.agency.name for party in parties) or "Samverkan",
        "number": _numbers(agreement, short=True),
        "version": f"Version {agreement.version}",
        "draft": _STATES[State.DRAFT] if agreement.state == State.DRAFT else "",
        "facts": _facts(agreement),
        "parties": [[party.agency.name, _number_of(agreement, party)] for party in parties],
        "purposes": agreement.purposes,
        "areas": agreement.areas,
        "geographic_areas": agreement.geographic_areas,
        "period": _period(agreement),
        "frame": _frame(agreement),
        "reports": [
            [row.board or "Nämnd inte angiven", row.reported or "–", row.reference or "–"]
            for row in agreement.board_reports.all()
        ],
        "ended": _ended(agreement),
        "afterwards": _afterwards(agreement),
        "signatures": [] if agreement.is_recorded_afterwards else [_signature(party) for party in parties],
        "law": _LAW,
    }


def _facts(agreement: Agreement) -> list[list[str]]:
    known = [
        ("Version", str(agreement.version)),
        ("Läge", _STATES[agreement.state]),
        ("Diarienummer", _numbers(agreement)),
        ("Gäller från", _day(_first_day(agreement)) or "sista underskriftens dag"),
        ("Gäller till och med", _day(agreement.ends) or "tills vidare"),
        ("Skickad för underskrift", _day(agreement.sent_on)),
    ]
    if agreement.is_recorded_afterwards and not agreement.valid_from:
        known[3] = ("Gäller från", "dagen är inte registrerad")
    return [[label, value] for label, value in known if value]


def _numbers(agreement: Agreement, *, short: bool = False) -> str:
    numbers = [row.reference for row in agreement.registry_references.all()]
    return numbers[0] if short and numbers else ", ".join(numbers)


def _number_of(agreement: Agreement, party: AgreementParty) -> str:
    numbers = [
        row.reference for row in agreement.registry_references.all() if row.agency_id == party.agency_id
    ]
    return ", ".join(numbers) or "–"


def _first_day(agreement: Agreement) -> date | None:
    """The day on which it begins, as its page says: with the last signature where that came after the day written."""
    return agreement.period[0]


def _period(agreement: Agreement) -> str:
    first, last = _day(_first_day(agreement)), _day(agreement.valid_to)
    if first and not agreement.is_signed:
        first += ", eller från den senare dag då alla parter har skrivit under,"
    if not first and agreement.is_recorded_afterwards:
        begin = "Överenskommelsens första dag är inte registrerad. Den gäller"
    else:
        begin = (
            f"Överenskommelsen gäller från och med {first}"
            if first
            else ("Överenskommelsen gäller från och med den dag då alla parter har skrivit under")
        )
    end = f"till och med {last}" if last else "tills vidare"
    return f"{begin} {end}. Sägs den upp, gäller den till den dag som anges i uppsägningen."


def _frame(agreement: Agreement) -> str:
    return f"Överenskommelsen har sin ram i ”{agreement.parent.title}”." if agreement.parent else ""


def _ended(agreement: Agreement) -> str:
    if not agreement.terminated_on:
        return ""
    return (
        f"Uppsagd {agreement.terminated_on} av {agreement.terminated_by}. Sista dag: {agreement.last_day}. "
        f"Skäl: {agreement.termination_reason}"
    )


def _afterwards(agreement: Agreement) -> str:
    if not agreement.is_recorded_afterwards:
        return ""
    return (
        "Överenskommelsen undertecknades innan den registrerades i Samverkan. Underskrifternas dagar är inte "
        f"registrerade här. Originalet finns: {agreement.original_kept}."
    )


def _signature(party: AgreementParty) -> dict[str, str]:
    return {
        "party": party.agency.name,
        "name": party.signatory,
        "title": party.signatory_title,
        "day": _day(party.signed_on),
    }


def _day(value: Any) -> str:
    return value.isoformat() if value else ""
