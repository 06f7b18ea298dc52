"""Keyword factories for cases: each makes one valid row, as the owner, with the least that the test did not name."""

import uuid
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.utils import timezone

from groups.models import Unit, User
from interventions.models import (
    Case,
    DisclosedRecord,
    Disclosure,
    LegalGround,
    Note,
    Record,
    RecordGrant,
    Seat,
)
from tests.factories import next_number


def make_case(*, lead: User, **fields: Any) -> Case:
    """A case led by this person's unit, with this person seated."""
    case = Case.objects.create(
        **{
            "reference": f"SIG-{uuid.uuid4().hex[:12]}",
            "lead_unit": lead.unit,
            "created_by": lead,
            "opened_at": timezone.now(),
        }
        | fields
    )
    make_seat(case=case, user=lead, seated_by=lead)
    return case


def make_seat(*, case: Case, user: User, **fields: Any) -> Seat:
    return Seat.objects.create(
        **{
            "case": case,
            "case_opened_at": case.opened_at,
            "user": user,
            "unit": user.unit,
            "seated_by": case.created_by,
            "valid_from": timezone.now() - timedelta(minutes=1),
        }
        | fields
    )


def make_note(*, case: Case, by: User, text: str = "Anteckning", **fields: Any) -> Record:
    """A note of this person's unit, seen by that unit alone."""
    record = Record.objects.create(
        **{
            "case": case,
            "owner_unit": by.unit,
            "statement": "fact",
            "occurred_on": timezone.localdate(),
            "created_by": by,
            "created_at": timezone.now(),
        }
        | fields
    )
    Note.objects.create(record=record, text=text)
    make_grant(record=record, unit=record.owner_unit)
    return record


def make_grant(*, record: Record, unit: Unit, **fields: Any) -> RecordGrant:
    permission = Permission.objects.get(codename="view_record", content_type__app_label="interventions")
    return RecordGrant.objects.create(
        content_object=record,
        case_id=record.case_id,
        record_created_at=record.created_at,
        group=unit.group,
        permission=permission,
        **fields,
    )


def make_ground(**fields: Any) -> LegalGround:
    number = next_number()
    return LegalGround.objects.create(
        **{
            "key": f"ground-{number}",
            "statute": f"OSL 10:{number}",
            "name_sv": "Grund",
            "name_en": "Ground",
            "from_kinds": ["any_authority"],
            "to_kinds": ["any"],
            "test_sv": "Prövning.",
        }
        | fields
    )


def make_disclosure(*, record: Record, to: Unit, by: User, **fields: Any) -> Disclosure:
    """A disclosure in force of one record, with its grant."""
    if "ground" not in fields:
        fields["ground"] = make_ground()
    disclosure = Disclosure.objects.create(
        **{
            "case": record.case,
            "from_unit": record.owner_unit,
            "to_unit": to,
            "reasoning": "Behövs.",
            "decided_by": by,
            "decided_at": timezone.now(),
        }
        | fields
    )
    DisclosedRecord.objects.create(disclosure=disclosure, record=record)
    make_grant(record=record, unit=to, disclosure=disclosure, valid_until=disclosure.valid_until)
    return disclosure
