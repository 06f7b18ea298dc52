"""Giving people seats in bodies."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from groups.models import Body, Membership, User


@transaction.atomic
def add_member(
    body: Body,
    user: User,
    *,
    function: str,
    valid_from: date,
    valid_to: date | None = None,
    mandate: str = "",
) -> Membership:
    """Seat a person in a body from day to day, both included.

    Raises:
        ValidationError: keyed ``user`` where the person already sits there on one of the days, ``valid_to`` where the
            last day is before the first.
    """
    if valid_to and valid_to < valid_from:
        raise ValidationError({"valid_to": _("The last day must not be before the first.")})
    membership = Membership(
        body=body,
        user=user,
        function=function,
        valid_from=valid_from,
        valid_to=valid_to,
        mandate=mandate.strip(),
    )
    already = ValidationError(
        {"user": _("%(name)s is already a member of the group during these days.") % {"name": user.name}}
    )
    try:
        membership.validate_constraints()
        # Two people may add the same member at once: the database then refuses the second.
        with transaction.atomic():
            membership.save()
    except (ValidationError, IntegrityError) as error:
        raise already from error
    return membership
