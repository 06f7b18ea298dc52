"""What a membership's function allows, in one table."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Function(models.TextChoices):
    CHAIR = "chair", _("Chair")
    VICE_CHAIR = "vice_chair", _("Vice chair")
    CONVENER = "convener", _("Convener")
    COORDINATOR = "coordinator", _("Coordinator")
    SECRETARY = "secretary", _("Secretary")
    MEMBER = "member", _("Member")
    SUBSTITUTE = "substitute", _("Substitute")
    CO_OPTED = "co_opted", _("Co-opted")


VIEW, PROPOSE, WRITE, CALL, ADJUST, MANAGE, EXPORT = (
    "view",
    "propose",
    "write",
    "call",
    "adjust",
    "manage",
    "export",
)

ALLOWS: dict[str, frozenset[str]] = {
    Function.CHAIR: frozenset({VIEW, PROPOSE, CALL, ADJUST, MANAGE, EXPORT}),
    Function.VICE_CHAIR: frozenset({VIEW, PROPOSE, CALL, ADJUST, EXPORT}),
    Function.CONVENER: frozenset({VIEW, PROPOSE, CALL, WRITE, EXPORT}),
    Function.COORDINATOR: frozenset({VIEW, PROPOSE, CALL, WRITE, MANAGE, EXPORT}),
    Function.SECRETARY: frozenset({VIEW, PROPOSE, CALL, WRITE, EXPORT}),
    Function.MEMBER: frozenset({VIEW, PROPOSE}),
    Function.SUBSTITUTE: frozenset({VIEW, PROPOSE}),
    Function.CO_OPTED: frozenset({VIEW, PROPOSE}),
}

#: Functions that prepare meetings and so see drafts before they are called.
OFFICERS = tuple(function for function, acts in ALLOWS.items() if CALL in acts)


def acts_of(functions: set[str]) -> frozenset[str]:
    """Everything that somebody with these functions in a body may do there."""
    return frozenset().union(*(ALLOWS[function] for function in functions)) if functions else frozenset()
