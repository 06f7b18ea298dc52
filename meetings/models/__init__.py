"""The models of meetings, by subject."""

from meetings.models.actions import ActionItem
from meetings.models.adoptions import Adoption
from meetings.models.agenda import AgendaItem, Decision
from meetings.models.bookings import Booking
from meetings.models.checklist import DemandEvidence, DemandJudgement, EvidenceFile
from meetings.models.duties import DutyOccurrence, TurnFile
from meetings.models.guests import Guest
from meetings.models.meetings import Attendance, Invitation, Meeting
from meetings.models.minutes import Minutes, MinutesFile
from meetings.models.places import AcknowledgedPlace
from meetings.models.publications import Publication
from meetings.models.reminders import Delivery

__all__ = [
    "AcknowledgedPlace",
    "ActionItem",
    "Adoption",
    "AgendaItem",
    "Attendance",
    "Booking",
    "Decision",
    "Delivery",
    "DemandEvidence",
    "DemandJudgement",
    "DutyOccurrence",
    "EvidenceFile",
    "Guest",
    "Invitation",
    "Meeting",
    "Minutes",
    "MinutesFile",
    "Publication",
    "TurnFile",
]
