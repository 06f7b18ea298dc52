"""Agreements in any state."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from groups.models import Agency, Agreement
from tests.factories import make_agency, make_agreement


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def make_signed_agreement(
    *, signed: Iterable[date | None] = (), parties: Iterable[Agency] = (), **fields: Any
) -> Agreement:
    """Sent for signing and signed by everyone a year ago, unless ``signed`` says each party's day, or None."""
    agencies = list(parties) or [make_agency(), make_agency()]
    agreement = make_agreement(parties=agencies, **{"original_kept": "", "sent_on": in_days(-400)} | fields)
    days = list(signed) or [in_days(-365)] * len(agencies)
    for party, day in zip(agreement.parties.order_by("pk"), days, strict=True):
        if day:
            party.signatory, party.signed_on = "Namn (exempel)", day
            party.save()
    return agreement


def make_version(before: Agreement, **fields: Any) -> Agreement:
    """The version after this one; signed unless ``signed`` or ``sent_on`` says otherwise."""
    parties = [party.agency for party in before.parties.select_related("agency")]
    facts = {"replaces": before, "first_id": before.line_id, "version": before.version + 1}
    return make_signed_agreement(parties=parties, **facts | fields)
