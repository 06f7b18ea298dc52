"""Keyword factories for what hangs on bodies and agencies."""

from typing import Any

from groups.models import Agency, Body, ContactPoint, StandingGuest
from meetings.models import Guest, Invitation, Meeting
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


def make_standing_guest(*, body: Body, **fields: Any) -> StandingGuest:
    facts = {"name": "Siv Stående", "organisation": "Bostadsbolaget", "email": "siv@example.org"}
    return StandingGuest.objects.create(body=body, **{"valid_from": LONG_AGO} | facts | fields)


def make_guest(*, meeting: Meeting, **fields: Any) -> Guest:
    """A guest of a called meeting, with the invitation."""
    facts = {"name": "Gun Gäst", "organisation": "Hyresgästföreningen", "email": "gast@example.org"}
    guest = Guest.objects.create(meeting=meeting, **facts | fields)
    Invitation.objects.create(meeting=meeting, guest=guest)
    return guest
