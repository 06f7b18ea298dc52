"""The models of the structure, by subject."""

from groups.models.agencies import Agency, Unit
from groups.models.agreements import (
    Agreement,
    AgreementParty,
    BoardReport,
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
from groups.models.imports import PeopleImport
from groups.models.mandates import Commits
from groups.models.measures import FollowUp, Hours, Measure
from groups.models.methods import Method, MethodNote, MethodUse
from groups.models.notices import Notice
from groups.models.people import Employment, User
from groups.models.premises import Premises, Room
from groups.models.problems import Goal, Indicator, IndicatorValue, Problem
from groups.models.programme import ActionProgramme, ProgrammeReview
from groups.models.reorganisations import Reorganisation, ReorganisationLine, UnitPairing
from groups.models.reports import ReportFile, ReportLink, ReportVersion, SituationReport
from groups.models.standing import StandingGuest
from groups.models.undertakings import Undertaking, UndertakingText

__all__ = [
    "ActionProgramme",
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
    "FollowUp",
    "Goal",
    "HandOver",
    "HandOverItem",
    "Hours",
    "Indicator",
    "IndicatorValue",
    "Measure",
    "Membership",
    "Method",
    "MethodNote",
    "MethodUse",
    "Notice",
    "OpeningHours",
    "PeopleImport",
    "Premises",
    "Problem",
    "ProgrammeReview",
    "RegistryReference",
    "Reorganisation",
    "ReorganisationLine",
    "ReportFile",
    "ReportLink",
    "ReportVersion",
    "Room",
    "ShiftAbsence",
    "SignedCopy",
    "SituationReport",
    "StaffedShift",
    "StandardAgendaItem",
    "StandingGuest",
    "State",
    "Structure",
    "Undertaking",
    "UndertakingText",
    "Unit",
    "UnitPairing",
    "User",
]
