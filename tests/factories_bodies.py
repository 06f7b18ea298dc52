"""Keyword factories for what hangs on bodies and agencies."""

from typing import Any

from groups.models import Agency, ContactPoint
from tests.factories import LONG_AGO


def make_contact(*, agency: Agency, **fields: Any) -> ContactPoint:
    return ContactPoint.objects.create(
        **{
            "agency": agency,
            "topic": "Unga",
            "name": "Växeln",
            "phone": "08-000 00 00",
            "valid_from": LONG_AGO,
        }
        | fields
    )
