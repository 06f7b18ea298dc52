"""Opening and closing cases, and giving and ending seats in them."""

import secrets
import uuid
from datetime import datetime

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Employment, Method, Unit, User
from groups.models.undertakings import has_undertaken
from groups.ordering import swedish
from interventions.models import Case, Seat
from samverkan.audit.log import record
from samverkan.audit.models import AccessEvent

#: Letters and digits that cannot be mistaken for one another when read aloud or written by hand.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_TRIES = 5


def new_reference() -> str:
    """A neutral reference such as ``SIG-2026-7KQF``: random, so that it does not tell how many cases there are."""
    year = timezone.localdate().year
    return f"SIG-{year}-{''.join(secrets.choice(_ALPHABET) for _index in range(4))}"


def seatable(case: Case, *, by: User) -> models.QuerySet[Employment]:
    """Where the people work today who could be given a seat: staff of authorities that ``by`` may see, seated or not
    elsewhere, but not in this case; in order of agency, unit and name. ``has_undertaken`` tells who has confirmed the
    confidentiality undertaking and so can be given one now."""
    seated = Seat.objects.visible_to(by).live().filter(case=case).values("user")
    return (
        Employment.objects.live()
        .annotate(has_undertaken=has_undertaken("user"))
        .filter(user__in=User.objects.get_queryset().visible_to(by).employed().at_authorities())
        .exclude(user__in=seated)
        .exclude(unit__branch=Unit.Branch.NONE)
        .select_related("user", "unit__agency")
        .order_by(swedish("unit__agency__name"), swedish("unit__name"), swedish("user__name"))
    )


def may_open(user: User) -> bool:
    """Social services lead social intervention groups; their staff open cases, but for administrators and log reviewers."""
    above = user.is_staff or user.is_superuser or user.is_log_reviewer
    return user.is_active and not above and user.unit is not None and user.unit.branch == Unit.Branch.SOCIAL


@transaction.atomic
def open_case(*, by: User, method: Method | None = None) -> Case:
    """Open a case led by the opener's unit, with the opener in its first seat.

    Raises:
        ValidationError: the opener does not work at a social services unit, or has not confirmed the confidentiality
            undertaking.
    """
    if not may_open(by):
        raise ValidationError(_("Only social services can open a case."))
    _refuse_without_undertaking(by, _("Read and confirm the confidentiality undertaking first."))
    unit = by.unit
    assert unit is not None
    case_id, opened_at = uuid.uuid4(), timezone.now()
    # The seat comes first: row-level security lets only the seated read the case, and so write it.
    Seat.objects.create(
        case_id=case_id, case_opened_at=opened_at, user=by, unit=unit, valid_from=Now(), seated_by=by
    )
    case = _create(case_id, unit=unit, method=method, by=by, opened_at=opened_at)
    record(by, AccessEvent.Act.WRITE, Case, [case.pk], case_id=case.pk)
    return case


def _create(case_id: uuid.UUID, *, unit: Unit, method: Method | None, by: User, opened_at: datetime) -> Case:
    for attempt in range(_TRIES):
        try:
            with transaction.atomic():
                return Case.objects.create(
                    pk=case_id,
                    reference=new_reference(),
                    lead_unit=unit,
                    method=method,
                    created_by=by,
                    opened_at=opened_at,
                )
        except IntegrityError:
            if attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


@transaction.atomic
def close_case(case: Case, *, by: User) -> None:
    """Close a case: nothing more is written in it; what was disclosed can still be revoked.

    Raises:
        ValidationError: it is closed already.
    """
    if not case.is_active:
        raise ValidationError(_("The case is already closed."))
    case.status, case.closed_at = Case.Status.CLOSED, timezone.now()
    case.save(update_fields=["status", "closed_at"])
    record(by, AccessEvent.Act.CHANGE, Case, [case.pk], case_id=case.pk)


@transaction.atomic
def seat(case: Case, user: User, *, by: User) -> Seat:
    """Give a person a seat for the unit where they work today. A seat alone shows no record.

    Raises:
        ValidationError: keyed ``user``: works nowhere today, not at an authority, administers or reviews the log, is
            seated already, or has not confirmed the confidentiality undertaking in force.
    """
    if not case.is_active:
        raise ValidationError(_("The case is closed."))
    if user.unit is None:
        raise ValidationError({"user": _("%(name)s does not work at any unit today.") % {"name": user.name}})
    if not user.unit.is_authority:
        raise ValidationError(
            {
                "user": _(
                    "Only staff of authorities can be given a seat: the case may contain data on offences (2018:218 3:8)."
                )
            }
        )
    if user.is_staff or user.is_superuser or user.is_log_reviewer:
        raise ValidationError(
            {
                "user": _(
                    "Nobody who administers Samverkan or reviews its log can have a seat in a case. Choose "
                    "somebody else."
                )
            }
        )
    if Seat.objects.visible_to(by).live().filter(case=case, user=user).exists():
        raise ValidationError({"user": _("%(name)s already has a seat in the case.") % {"name": user.name}})
    words = _(
        "%(name)s has not confirmed the confidentiality undertaking. It waits on their start page; when it is "
        "confirmed you can give the seat."
    )
    _refuse_without_undertaking(user, words % {"name": user.name}, "user")
    given = Seat.objects.create(
        case=case,
        case_opened_at=case.opened_at,
        user=user,
        unit=user.unit,
        valid_from=Now(),
        seated_by=by,
    )
    record(by, AccessEvent.Act.CHANGE, Seat, [given.pk], case_id=case.pk)
    return given


def _refuse_without_undertaking(user: User, words: str, field: str = NON_FIELD_ERRORS) -> None:
    """A seat is given to who has been told of the duty of silence. The duty itself follows from law (OSL 2:1), so a seat
    that is held already stays when a new text is published: taking it away would leave the young person without help."""
    if not User.objects.get_queryset().undertaken().filter(pk=user.pk).exists():
        raise ValidationError({field: words})


@transaction.atomic
def unseat(given: Seat, *, by: User) -> None:
    """End a seat now; the person sees nothing of the case from the next request on.

    Raises:
        ValidationError: it is the lead unit's last seat, which would leave the case with nobody who can open it. The
            database says so, since only there two people who end the last two at once meet (migration 0003).
    """
    try:
        with transaction.atomic():
            Seat.objects.filter(pk=given.pk).update(valid_until=Now())
    except IntegrityError as error:
        raise ValidationError(
            _("The lead unit must keep at least one seat. Give somebody else at the unit a seat first.")
        ) from error
    record(by, AccessEvent.Act.CHANGE, Seat, [given.pk], case_id=given.case_id)
