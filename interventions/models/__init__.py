"""The models of cases, by subject."""

from interventions.models.cases import Case, CaseHistory, Seat, SeatHistory
from interventions.models.disclosures import DisclosedRecord, Disclosure
from interventions.models.grounds import LegalGround
from interventions.models.log import VisibleAccessEvent
from interventions.models.records import Note, Record, RecordGrant

__all__ = [
    "Case",
    "CaseHistory",
    "DisclosedRecord",
    "Disclosure",
    "LegalGround",
    "Note",
    "Record",
    "RecordGrant",
    "Seat",
    "SeatHistory",
    "VisibleAccessEvent",
]
