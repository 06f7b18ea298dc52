"""The models of the structure, by subject."""

from groups.models.agencies import Agency, Unit
from groups.models.agreements import (
    Agreement,
    AgreementParty,
    BoardReport,
    Method,
    RegistryReference,
    SignedCopy,
    State,
    Structure,
)
from groups.models.bodies import Body, Membership, StandardAgendaItem
from groups.models.contacts import ContactPoint
from groups.models.duties import AnnualDuty, Demand
from groups.models.handover import HandOver, HandOverItem
from groups.models.hours import Closure, OpeningHours, ShiftAbsence, StaffedShift
from groups.models.mandates import Commits
from groups.models.people import Employment, User
from groups.models.premises import Premises, Room
from groups.models.undertakings import Undertaking, UndertakingText

__all__ = [
    "Agency",
    "Agreement",
    "AgreementParty",
    "AnnualDuty",
    "BoardReport",
    "Body",
    "Closure",
    "Commits",
    "ContactPoint",
    "Demand",
    "Employment",
    "HandOver",
    "HandOverItem",
    "Membership",
    "Method",
    "OpeningHours",
    "Premises",
    "RegistryReference",
    "Room",
    "ShiftAbsence",
    "SignedCopy",
    "StaffedShift",
    "StandardAgendaItem",
    "State",
    "Structure",
    "Undertaking",
    "UndertakingText",
    "Unit",
    "User",
]
