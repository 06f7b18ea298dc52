"""Keeping the directory of an agency's contact points."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from groups.models import Agency, ContactPoint, User


@transaction.atomic
def add_contact(agency: Agency, *, by: User, **facts: Any) -> ContactPoint:
    """Raises:
    ValidationError: keyed ``phone`` (neither that nor e-mail) or ``valid_to`` (before the first day).
    """
    _refuse_impossible(facts)
    return ContactPoint.objects.create(agency=agency, **facts)


@transaction.atomic
def change_contact(contact: ContactPoint, *, by: User, **facts: Any) -> ContactPoint:
    """Correct or end a contact point. Raises as ``add_contact``."""
    _refuse_impossible(facts)
    for name, value in facts.items():
        setattr(contact, name, value)
    contact.save(update_fields=list(facts))
    return contact


@transaction.atomic
def describe_services(agency: Agency, *, services: str, by: User) -> None:
    """What the agency offers, in one line."""
    agency.services = " ".join(services.split())
    agency.save(update_fields=["services"])


def _refuse_impossible(facts: dict[str, Any]) -> None:
    if not facts["phone"] and not facts["email"]:
        raise ValidationError({"phone": _("Write a phone number or an e-mail address.")})
    if facts["valid_to"] and facts["valid_to"] < facts["valid_from"]:
        raise ValidationError({"valid_to": _("The last day must not be before the first.")})
