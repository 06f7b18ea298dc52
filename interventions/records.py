"""Writing records. A record belongs to the writer's unit and is seen by nobody else until it is disclosed."""

import uuid
from datetime import date

from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import User
from interventions.models import Case, Note, Record, RecordGrant
from samverkan.audit.log import record
from samverkan.audit.models import AccessEvent


def view_permission() -> Permission:
    """The one permission that a grant carries."""
    return Permission.objects.select_related("content_type").get(
        content_type__app_label="interventions", content_type__model="record", codename="view_record"
    )


@transaction.atomic
def write_note(case: Case, *, text: str, statement: str, occurred_on: date, by: User) -> Record:
    """Write a note for one's own unit alone.

    Raises:
        ValidationError: the case is closed, the text empty or the day in the future.
    """
    if not case.is_active:
        raise ValidationError({"text": _("The case is closed. Nothing more can be written in it.")})
    if not text.strip():
        raise ValidationError({"text": _("Enter the note.")})
    if occurred_on > timezone.localdate():
        raise ValidationError(
            {"occurred_on": _("That day is in the future. Choose today or an earlier day.")}
        )
    unit = by.unit
    assert unit is not None
    written = Record(
        pk=uuid.uuid4(),
        case=case,
        owner_unit=unit,
        statement=statement,
        occurred_on=occurred_on,
        created_by=by,
        created_at=timezone.now(),
    )
    # The grant comes first: row-level security lets the unit read what it holds a grant on, and nothing else.
    RecordGrant.objects.create(
        content_object=written,
        case=case,
        record_created_at=written.created_at,
        group=unit.group,
        permission=view_permission(),
    )
    written.save(force_insert=True)
    Note.objects.create(record=written, text=text.strip())
    record(by, AccessEvent.Act.WRITE, Record, [written.pk], case_id=case.pk)
    return written
