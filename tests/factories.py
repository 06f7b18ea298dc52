"""Keyword factories: each makes one valid row, as the owner, with the least that the test did not name."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from groups.models import (
    Agency,
    Agreement,
    AgreementParty,
    Body,
    Employment,
    Membership,
    Premises,
    Room,
    Unit,
    User,
)
from meetings.models import ActionItem, AgendaItem, Attendance, Decision, Invitation, Meeting, Minutes

PASSWORD = "ett-langt-losenord-for-test"
LONG_AGO = date(2024, 1, 1)
_numbers = count(1)


def next_number() -> int:
    """A number that no other factory has used in this run."""
    return next(_numbers)


def make_agency(**fields: Any) -> Agency:
    number = next_number()
    return Agency.objects.create(
        **{"key": f"agency-{number}", "name": f"Myndighet {number}", "kind": "authority"} | fields
    )


def make_unit(**fields: Any) -> Unit:
    fields.setdefault("agency", None)
    fields["agency"] = fields["agency"] or make_agency()
    return Unit.objects.create(**{"name": f"Enhet {next_number()}", "branch": "authority"} | fields)


def make_user(*, part: str = "", unit: Unit | None = None, title: str = "Handläggare", **fields: Any) -> User:
    """A person with a working password (PASSWORD); employed since long ago where a unit is given."""
    part = part or f"person-{next_number()}"
    user = User(email=f"{part}@example.org", name=part.replace("-", " ").capitalize(), **fields)
    user.password = _hashed()
    user.save()
    if unit is not None:
        Employment.objects.create(user=user, unit=unit, title=title, valid_from=LONG_AGO)
    return user


def _hashed(cache: dict[str, str] = {}) -> str:  # noqa: B006 - one argon2 hash for all tests
    if not cache:
        user = User()
        user.set_password(PASSWORD)
        cache["hash"] = user.password
    return cache["hash"]


def make_agreement(*, parties: Iterable[Agency] = (), **fields: Any) -> Agreement:
    """In force, since it was recorded after it had been signed; ``original_kept=""`` makes a draft."""
    number = next_number()
    agreement = Agreement.objects.create(
        **{
            "key": f"agreement-{number}",
            "title": f"Överenskommelse {number}",
            "purposes": ["Trygghet"],
            "areas": ["Platser"],
            "original_kept": "Arkivet",
        }
        | fields
    )
    for agency in parties:
        AgreementParty.objects.create(agreement=agreement, agency=agency)
    return agreement


def make_body(**fields: Any) -> Body:
    number = next_number()
    if "agreement" not in fields:
        fields["agreement"] = make_agreement()
    return Body.objects.create(
        **{"key": f"body-{number}", "name": f"Grupp {number}", "kind": "working"} | fields
    )


def make_membership(**fields: Any) -> Membership:
    return Membership.objects.create(**{"function": "member", "valid_from": LONG_AGO} | fields)


def make_room(**fields: Any) -> Room:
    if "premises" not in fields:
        number = next_number()
        fields["premises"] = Premises.objects.create(name=f"Lokal {number}", agency=make_agency())
    return Room.objects.create(**{"name": "Sammanträdesrummet"} | fields)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment by the clock in Sweden."""
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour, minute))


def last_sunday(year: int, month: int) -> date:
    """When summer time begins (March) or ends (October)."""
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def make_meeting(*, body: Body, items: int = 0, **fields: Any) -> Meeting:
    """A meeting a week from now, 13–15, called, with every live member invited and ``items`` agenda items."""
    day = timezone.localdate() + timedelta(days=7)
    meeting = Meeting.objects.create(
        **{
            "body": body,
            "agreement": body.agreement,
            "starts_at": at(day, 13),
            "ends_at": at(day, 15),
            "link": "https://video.example.org/rum",
            "status": Meeting.Status.CALLED,
            "called_at": None if fields.get("status") == Meeting.Status.DRAFT else timezone.now(),
        }
        | fields
    )
    for member in body.memberships.live().select_related("user"):
        Invitation.objects.create(meeting=meeting, user=member.user)
    for position in range(1, items + 1):
        make_item(meeting=meeting, position=position)
    return meeting


def make_item(*, units: Iterable[Unit] = (), **fields: Any) -> AgendaItem:
    item = AgendaItem.objects.create(
        **{"position": 1, "title": f"Punkt {fields.get('position', 1)}"} | fields
    )
    item.units.set(units)
    return item


def make_minutes(*, meeting: Meeting, **fields: Any) -> Minutes:
    """Minutes being written, with an attendance row for every member."""
    for member in meeting.body.memberships.live().select_related("user"):
        Attendance.objects.get_or_create(
            meeting=meeting,
            user=member.user,
            defaults={"name": member.user.name, "agency": member.user.agency, "function": member.function},
        )
    return Minutes.objects.create(meeting=meeting, **fields)


def make_decision(*, item: AgendaItem, by: User, **fields: Any) -> Decision:
    return Decision.objects.create(
        **{"item": item, "body": item.meeting.body, "text": "Gruppen beslutar.", "created_by": by} | fields
    )


def make_action(*, item: AgendaItem, agency: Agency, by: User, **fields: Any) -> ActionItem:
    """An action item with a week left."""
    return ActionItem.objects.create(
        **{
            "item": item,
            "text": "Mäta belysningen",
            "responsible_agency": agency,
            "due": timezone.localdate() + timedelta(days=7),
            "created_by": by,
        }
        | fields
    )
