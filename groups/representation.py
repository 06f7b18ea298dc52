"""Who represents which agency in a body, with which mandate, and what is missing (2023:196 § 10 for the council)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from groups.models import Agency, Body, Membership
from groups.roles import Function

#: Functions that carry their own agency into the body; whoever is co-opted or writes does not.
REPRESENTING = (
    Function.CHAIR,
    Function.VICE_CHAIR,
    Function.CONVENER,
    Function.COORDINATOR,
    Function.MEMBER,
    Function.SUBSTITUTE,
)


@dataclass(frozen=True)
class Represented:
    """An agency that must take part, and who from it sits there today."""

    agency: Agency
    members: tuple[Membership, ...]


def required_with_members(body: Body) -> list[Represented]:
    """Needs ``with_members``."""
    return [
        Represented(agency, tuple(member for member in body.members if _from(member, agency)))
        for agency in body.required_agencies.all()
    ]


def without_mandate(body: Body) -> list[Membership]:
    """Those who represent an agency and of whom nobody has said what they may decide; needs ``with_members``."""
    return [member for member in body.members if member.function in REPRESENTING and not member.has_mandate]


def warnings(body: Body) -> list[str]:
    """What is not as the agreement or the law wants it, in sentences; needs ``with_members``."""
    found = [
        _("%(agency)s must take part but has no member.") % {"agency": agency.name} for agency in body.lacking
    ]
    if body.kind == Body.Kind.COUNCIL:
        found += _of_council(body)
    return found


def _of_council(body: Body) -> list[str]:
    """The strategic council is led by the municipality, and the others are represented by leading positions."""
    found = []
    chair = body.chair
    if chair is None:
        found.append(_("Nobody leads the council. The municipality must lead it (2023:196 § 10)."))
    elif chair.workplace is None or not chair.workplace.unit.agency.is_municipal:
        found.append(
            _(
                "%(name)s leads the council but is not from the municipality, which must lead it (2023:196 § 10)."
            )
            % {"name": chair.user.name}
        )
    lesser = [member.user.name for member in body.members if _represents(member) and not member.leading]
    if lesser:
        found.append(
            _(
                "Agencies must be represented by people in leading positions (2023:196 § 10). Not marked as such: %(names)s."
            )
            % {"names": ", ".join(lesser)}
        )
    return found


def _represents(member: Membership) -> bool:
    return member.function in (Function.CHAIR, Function.VICE_CHAIR, Function.MEMBER, Function.SUBSTITUTE)


def _from(member: Membership, agency: Agency) -> bool:
    return member.workplace is not None and member.workplace.unit.agency_id == agency.pk
