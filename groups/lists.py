"""The lists of the structure as tables to take away (``samverkan.tables``): what each column says."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.history import Group, Seat
from groups.models import (
    Agency,
    Agreement,
    AgreementParty,
    Body,
    ContactPoint,
    Employment,
    Membership,
    Reorganisation,
    ReorganisationLine,
    Undertaking,
    User,
)
from samverkan.tables import Column

Contact = tuple[Agency, ContactPoint | None]
SeatOn = tuple[Group, Seat | None]
Confirmed = Undertaking | User

#: Needs ``with_people``.
MEMBERS = (
    Column[Membership](_("Name"), lambda row: row.user.name),
    Column[Membership](
        pgettext_lazy("of a person", "Title"), lambda row: row.workplace.title if row.workplace else ""
    ),
    Column[Membership](_("Function"), lambda row: row.get_function_display()),
    Column[Membership](_("Unit"), lambda row: row.workplace.unit.name if row.workplace else ""),
    Column[Membership](_("Agency"), lambda row: row.workplace.unit.agency.name if row.workplace else ""),
    Column[Membership](_("First day"), lambda row: row.valid_from),
    Column[Membership](_("Last day"), lambda row: row.valid_to),
    Column[Membership](_("Mandate"), lambda row: row.mandate),
)
#: Needs ``with_whole``.
BODIES = (
    Column[Body](_("Group"), lambda row: row.name),
    Column[Body](_("Kind"), lambda row: row.get_kind_display()),
    Column[Body](_("Reports to"), lambda row: row.parent.name if row.parent else ""),
    Column[Body](_("Meets"), lambda row: row.meets),
    Column[Body](_("Agreement"), lambda row: row.agreement.title),
    Column[Body](_("Members"), lambda row: len(row.members)),
    Column[Body](_("Agencies"), lambda row: [agency.name for agency in row.agencies]),
    Column[Body](_("Must take part, has no member"), lambda row: [agency.name for agency in row.lacking]),
    Column[Body](_("Mandate"), lambda row: row.mandate),
)


def _label(agency: Agency | None) -> str:
    return agency.name if agency else ""


#: Needs ``with_parties``.
AGREEMENTS = (
    Column[Agreement](_("Agreement"), lambda row: row.title),
    Column[Agreement](_("Version"), lambda row: row.version),
    Column[Agreement](_("State"), lambda row: row.state.label),
    Column[Agreement](_("First day"), lambda row: row.begins),
    Column[Agreement](_("Last day"), lambda row: row.ends),
    Column[Agreement](_("Frame agreement"), lambda row: row.parent.title if row.parent else ""),
    Column[Agreement](_("Parties"), lambda row: [party.agency.name for party in row.parties.all()]),
    Column[Agreement](_("Purposes"), lambda row: row.purposes),
    Column[Agreement](_("Collaboration areas"), lambda row: row.areas),
    Column[Agreement](
        _("Registry numbers"),
        lambda row: [
            f"{number.reference} ({number.agency.label})" for number in row.registry_references.all()
        ],
    ),
)
PARTIES = (
    Column[AgreementParty](_("Party"), lambda row: row.agency.name),
    Column[AgreementParty](_("Now"), lambda row: _label(row.agency.successor)),
    Column[AgreementParty](_("Signatory"), lambda row: row.signatory),
    Column[AgreementParty](_("Title"), lambda row: row.signatory_title),
    Column[AgreementParty](_("Signed"), lambda row: row.signed_on),
)
INVENTORY = (
    Column[Body](_("Group"), lambda row: row.name),
    Column[Body](_("Kind"), lambda row: row.get_kind_display()),
    Column[Body](_("Origin"), lambda row: row.get_origin_display()),
    Column[Body](_("Where it was found"), lambda row: row.found_in),
    Column[Body](_("Under the agreement from"), lambda row: row.valid_from),
    Column[Body](_("Last day"), lambda row: row.valid_to),
)
#: An agency with each of its contact points, or with none.
CONTACTS = (
    Column[Contact](_("Agency"), lambda row: row[0].name),
    Column[Contact](_("Kind"), lambda row: row[0].get_kind_display()),
    Column[Contact](_("Ended"), lambda row: row[0].valid_to),
    Column[Contact](_("Successor"), lambda row: _label(row[0].successor)),
    Column[Contact](_("Services"), lambda row: row[0].services),
    Column[Contact](_("In what matters"), lambda row: row[1].topic if row[1] else ""),
    Column[Contact](_("Contact"), lambda row: row[1].name if row[1] else ""),
    Column[Contact](_("Phone"), lambda row: row[1].phone if row[1] else ""),
    Column[Contact](_("E-mail"), lambda row: row[1].email if row[1] else ""),
    Column[Contact](_("Reached"), lambda row: row[1].hours if row[1] else ""),
    Column[Contact](_("Last day"), lambda row: row[1].valid_to if row[1] else None),
)
#: Those who take part, from the directory.
TAKING_PART = (
    Column[Employment](_("Name"), lambda row: row.user.name),
    Column[Employment](_("Title"), lambda row: row.title),
    Column[Employment](_("Unit"), lambda row: row.unit.name),
    Column[Employment](_("Agency"), lambda row: row.unit.agency.name),
    Column[Employment](
        _("Groups"),
        lambda row: [
            f"{seat.body.name} ({seat.get_function_display()})"
            for seat in row.user.sits_in  # type: ignore[attr-defined]
        ],
    ),
)
CONFIRMATIONS = (
    Column[Confirmed](_("Name"), lambda row: row.name),
    Column[Confirmed](_("Agency"), lambda row: _works_at(row)),
    Column[Confirmed](
        _("Confirmed"), lambda row: row.confirmed_at if isinstance(row, Undertaking) else _("Not confirmed")
    ),
)


def _works_at(row: Undertaking | User) -> str:
    if isinstance(row, Undertaking):
        return row.agency
    return row.workplace.unit.agency.name if row.workplace else ""


#: A line of a hand-over list as this reader sees it: the thing, and its page where they may open it.
THINGS = (
    Column[Any](_("Person who leaves"), lambda line: line.item.hand_over.user.name),
    Column[Any](_("Last day"), lambda line: line.item.hand_over.last_day),
    Column[Any](_("Kind"), lambda line: line.item.get_kind_display()),
    Column[Any](_("What"), lambda line: line.page.text if line.page else line.item.get_function_display()),
    Column[Any](_("Group"), lambda line: line.item.body.name if line.item.body else ""),
    Column[Any](_("State"), lambda line: line.item.get_state_display()),
    Column[Any](_("Receiver"), lambda line: line.item.receiver.name if line.item.receiver else ""),
    Column[Any](_("Reason"), lambda line: line.item.reason),
)
#: Needs ``with_whole``.
REORGANISATIONS = (
    Column[Reorganisation](_("Agencies"), lambda row: [agency.name for agency in row.agencies.all()]),
    Column[Reorganisation](_("Successor"), lambda row: row.successor.name),
    Column[Reorganisation](_("From"), lambda row: row.on),
    Column[Reorganisation](_("State"), lambda row: row.get_state_display()),
)
MOVES = (
    Column[ReorganisationLine](_("Kind"), lambda row: row.get_kind_display()),
    Column[ReorganisationLine](_("What"), lambda row: row.name),
    Column[ReorganisationLine](_("Before"), lambda row: row.former),
    Column[ReorganisationLine](_("After"), lambda row: row.latter),
    Column[ReorganisationLine](_("What happens"), lambda row: row.get_outcome_display()),
    Column[ReorganisationLine](_("Why"), lambda row: row.get_why_display()),
)
#: A group on a day, and one of its seats, or none.
SEATS_ON = (
    Column[SeatOn](_("Group"), lambda row: row[0].body.name),
    Column[SeatOn](_("Name"), lambda row: row[1].membership.user.name if row[1] else ""),
    Column[SeatOn](_("Function"), lambda row: row[1].membership.get_function_display() if row[1] else ""),
    Column[SeatOn](_("Title"), lambda row: row[1].work.title if row[1] and row[1].work else ""),
    Column[SeatOn](_("Unit"), lambda row: row[1].work.unit.name if row[1] and row[1].work else ""),
    Column[SeatOn](_("Agency"), lambda row: row[1].work.unit.agency.name if row[1] and row[1].work else ""),
)
