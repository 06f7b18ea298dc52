"""Factories for the checklist of 2023:196."""

from typing import Any

from django.utils import timezone

from groups.models import User
from meetings.models import DemandEvidence, EvidenceFile
from samverkan.uploads import receive

PDF = b"%PDF-1.7\n%%EOF\n"


def make_evidence(*, by: User, **fields: Any) -> DemandEvidence:
    """A few words that speak for § 7."""
    return DemandEvidence.objects.create(
        **{"demand": "7", "day": timezone.localdate(), "note": "Samordnat med budgeten.", "added_by": by}
        | fields
    )


def make_evidence_file(*, by: User, name: str = "rapport.pdf", **fields: Any) -> EvidenceFile:
    if "evidence" not in fields:
        fields["evidence"] = make_evidence(by=by)
    return EvidenceFile.objects.create(uploaded_by=by, **receive(name, PDF).fields(), **fields)
