"""Disclosing records to another unit, and revoking it. The program records a person's judgement and computes none."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Unit, User
from interventions.models import Case, DisclosedRecord, Disclosure, LegalGround, Record, RecordGrant, Seat
from interventions.records import view_permission
from samverkan.audit.log import record
from samverkan.audit.models import AccessEvent


def receiving_units(case: Case, *, by: User) -> list[Unit]:
    """Other units with a live seat in the case: the only ones that anything can be disclosed to."""
    seats = Seat.objects.visible_to(by).live().filter(case=case).exclude(unit=by.unit_id)
    return list(Unit.objects.filter(pk__in=seats.values("unit")).select_related("agency").in_order())


@transaction.atomic
def disclose(
    case: Case,
    records: Sequence[Record],
    *,
    to: Unit,
    ground: LegalGround,
    by: User,
    reasoning: str = "",
    statute_reference: str = "",
    statements: Sequence[str] = (),
    reservation: str = "",
) -> Disclosure:
    """Open records of one's own unit to another unit: ledger, grants and log in one transaction.

    Raises:
        ValidationError: keyed by field where one is wrong: no record, a record of another unit, a unit without a
            seat, a ground that cannot apply between the two units today, statements not all confirmed, reasoning or
            law missing, a record that the unit already sees.
    """
    _check_records(case, records, to=to, by=by)
    _check_recipient(case, to, by=by)
    _check_ground(
        ground, to=to, by=by, reasoning=reasoning, reference=statute_reference, statements=statements
    )
    made = Disclosure.objects.create(
        case=case,
        from_unit=by.unit,
        to_unit=to,
        ground=ground,
        statute_reference=statute_reference.strip(),
        statements=list(ground.statements),
        reasoning=reasoning.strip(),
        reservation=reservation.strip(),
        decided_by=by,
        decided_at=timezone.now(),
    )
    permission = view_permission()
    for told in records:
        DisclosedRecord.objects.create(disclosure=made, record=told)
        RecordGrant.objects.create(
            content_object=told, group=to.group, permission=permission, disclosure=made
        )
    record(
        by,
        AccessEvent.Act.DISCLOSE,
        Record,
        [told.pk for told in records],
        case_id=case.pk,
        reason=ground.statute,
    )
    return made


def _check_records(case: Case, records: Sequence[Record], *, to: Unit, by: User) -> None:
    if not records:
        raise ValidationError({"records": _("Choose at least one record.")})
    if any(told.case_id != case.pk or told.owner_unit_id != by.unit_id for told in records):
        raise ValidationError(
            {"records": _("You can disclose only what your own unit has written in this case.")}
        )
    seen = RecordGrant.objects.visible_to(by).live().filter(group=to.group_id, content_object__in=records)
    if seen.exists():
        raise ValidationError({"records": _("%(unit)s already sees one of these records.") % {"unit": to}})


def _check_recipient(case: Case, to: Unit, *, by: User) -> None:
    if to not in receiving_units(case, by=by):
        raise ValidationError(
            {
                "to_unit": _("%(unit)s has no seat in the case. Give somebody there a seat first.")
                % {"unit": to}
            }
        )


def _check_ground(
    ground: LegalGround, *, to: Unit, by: User, reasoning: str, reference: str, statements: Sequence[str]
) -> None:
    assert by.unit is not None
    if ground not in LegalGround.objects.fitting(by.unit, to):
        raise ValidationError(
            {
                "ground": _("%(statute)s cannot apply from your unit to %(unit)s today.")
                % {"statute": ground.statute, "unit": to}
            }
        )
    if set(ground.statements) - set(statements):
        raise ValidationError({"statements": _("Every statement must be true for this ground to apply.")})
    if ground.reasoning_required and not reasoning.strip():
        raise ValidationError({"reasoning": _("Write how you reasoned.")})
    if ground.statute_reference_required and not reference.strip():
        raise ValidationError({"statute_reference": _("State the law and section that give the duty.")})


@transaction.atomic
def revoke(disclosure: Disclosure, *, reason: str, by: User) -> None:
    """End the access that a disclosure gave, now. The ledger keeps what was told, and why it was ended.

    Raises:
        ValidationError: no reason, or it has been revoked already.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Write why the disclosure is revoked.")})
    changed = Disclosure.objects.filter(pk=disclosure.pk, revoked_at=None).update(
        revoked_at=timezone.now(), revoked_by=by, revocation_reason=reason.strip()
    )
    if not changed:
        raise ValidationError(_("The disclosure has already been revoked."))
    RecordGrant.objects.filter(disclosure=disclosure).delete()
    told = DisclosedRecord.objects.filter(disclosure=disclosure).values_list("record", flat=True)
    record(by, AccessEvent.Act.REVOKE, Record, list(told), case_id=disclosure.case_id)
