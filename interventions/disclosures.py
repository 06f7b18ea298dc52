"""Disclosing records to another unit, and revoking it. The program records a person's judgement and computes none."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from groups.models import Unit, User
from groups.models.agencies import UnitQuerySet
from interventions.models import Case, DisclosedRecord, Disclosure, LegalGround, Record, RecordGrant, Seat
from interventions.records import view_permission
from samverkan.audit.log import record
from samverkan.audit.models import AccessEvent

# What a form says beside the field, too; it names nobody, so that a forged answer teaches nothing.
NO_RECORDS = gettext_lazy("Choose at least one record.")
NOT_YOURS = gettext_lazy("You can disclose only what your own unit has written in this case.")
NO_SEAT = gettext_lazy("The unit has no seat in the case. Give somebody there a seat first.")
NO_FIT = gettext_lazy("This ground cannot apply from your unit to the receiving unit today.")
NOT_CONFIRMED = gettext_lazy("Every statement must be true for this ground to apply.")
NO_REASONING = gettext_lazy("Enter your reasoning.")
NO_REFERENCE = gettext_lazy("State the law and section that give the duty.")


def receiving_units(case: Case, *, by: User) -> UnitQuerySet:
    """Other units where somebody has a seat in force: the only ones that anything can be disclosed to."""
    seats = Seat.objects.visible_to(by).in_force().filter(case=case).exclude(unit=by.unit_id)
    return Unit.objects.filter(pk__in=seats.values("unit")).select_related("agency").in_order()


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
    check_records(case, records, to=to, by=by)
    _check_recipient(case, to, by=by)
    _check_ground(
        ground, to=to, by=by, reasoning=reasoning, reference=statute_reference, statements=statements
    )
    made = _write_ledger(
        case,
        to=to,
        ground=ground,
        by=by,
        reasoning=reasoning,
        reference=statute_reference,
        reservation=reservation,
    )
    _open_records(made, records)
    told = [shown.pk for shown in records]
    record(by, AccessEvent.Act.DISCLOSE, Record, told, case_id=case.pk, reason=ground.statute)
    return made


def _write_ledger(
    case: Case, *, to: Unit, ground: LegalGround, by: User, reasoning: str, reference: str, reservation: str
) -> Disclosure:
    assert by.unit is not None
    return Disclosure.objects.create(
        case=case,
        from_unit=by.unit,
        to_unit=to,
        ground=ground,
        statute_reference=reference.strip(),
        statements=ground.to_confirm(by.unit),
        reasoning=reasoning.strip(),
        reservation=reservation.strip(),
        decided_by=by,
        decided_at=timezone.now(),
    )


def _open_records(made: Disclosure, records: Sequence[Record]) -> None:
    """Write what was told, and the grants that let the receiving unit see it."""
    permission = view_permission()
    for told in records:
        DisclosedRecord.objects.create(disclosure=made, record=told)
        RecordGrant.objects.create(
            content_object=told,
            case_id=made.case_id,
            record_created_at=told.created_at,
            group=made.to_unit.group,
            permission=permission,
            disclosure=made,
        )


def check_records(case: Case, records: Sequence[Record], *, to: Unit, by: User) -> None:
    """Refuse, keyed ``records``, what is not the discloser's own unit's, or what the receiving unit already sees."""
    if not records:
        raise ValidationError({"records": NO_RECORDS})
    if any(told.case_id != case.pk or told.owner_unit_id != by.unit_id for told in records):
        raise ValidationError({"records": NOT_YOURS})
    seen = RecordGrant.objects.visible_to(by).live().filter(group=to.group_id, content_object__in=records)
    if seen.exists():
        raise ValidationError(
            {"records": _("%(unit)s already sees one of these records. Leave it out.") % {"unit": to}}
        )


def _check_recipient(case: Case, to: Unit, *, by: User) -> None:
    if to not in receiving_units(case, by=by):
        raise ValidationError({"to_unit": NO_SEAT})


def _check_ground(
    ground: LegalGround, *, to: Unit, by: User, reasoning: str, reference: str, statements: Sequence[str]
) -> None:
    assert by.unit is not None
    if ground not in LegalGround.objects.fitting(by.unit, to):
        raise ValidationError({"ground": NO_FIT})
    if set(ground.to_confirm(by.unit)) - set(statements):
        raise ValidationError({"statements": NOT_CONFIRMED})
    if ground.asks_for_reasoning and not reasoning.strip():
        raise ValidationError({"reasoning": NO_REASONING})
    if ground.statute_reference_required and not reference.strip():
        raise ValidationError({"statute_reference": NO_REFERENCE})


@transaction.atomic
def revoke(disclosure: Disclosure, *, reason: str, by: User) -> None:
    """End the access that a disclosure gave, now. The ledger keeps what was told, and why it was ended.

    Raises:
        ValidationError: no reason, or it has been revoked already.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Enter why the disclosure is being revoked.")})
    changed = Disclosure.objects.filter(pk=disclosure.pk, revoked_at=None).update(
        revoked_at=timezone.now(), revoked_by=by, revocation_reason=reason.strip()
    )
    if not changed:
        raise ValidationError(_("The disclosure has already been revoked."))
    RecordGrant.objects.filter(disclosure=disclosure).delete()
    told = DisclosedRecord.objects.filter(disclosure=disclosure).values_list("record", flat=True)
    record(by, AccessEvent.Act.REVOKE, Record, list(told), case_id=disclosure.case_id)
