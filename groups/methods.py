"""The register of methods: proposing one, saying which body uses it, and telling how it went."""

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Agency, Body, Method, MethodNote, MethodUse, User
from groups.models.planning import FOLLOW_UP, PLAN
from samverkan.personal_numbers import refuse_personal_numbers


@transaction.atomic
def write_method(
    *,
    name: str,
    description: str = "",
    proposed_by: Agency | None,
    by: User,
    method: Method | None = None,
    answered: bool = False,
) -> Method:
    """Propose a method, as everyone in the structure may, or change one.

    Raises:
        ValidationError: keyed ``name`` (empty or taken) or by a text with something like a personal number.
    """
    allowed = by.in_structure if method is None else PLAN in method.acts_of(by)
    if not allowed:
        raise PermissionDenied("plan is not allowed here.")
    refuse_personal_numbers({"name": name, "description": description}, answered=answered)
    if not name.strip():
        raise ValidationError({"name": _("Enter the name of the method.")})
    method = method or Method()
    method.name, method.proposed_by = name.strip(), proposed_by
    method.description = description.replace("\r\n", "\n").strip()
    try:
        with transaction.atomic():
            method.save()
    except IntegrityError as error:
        raise ValidationError({"name": _("There is already a method with this name.")}) from error
    return method


@transaction.atomic
def use(method: Method, *, body: Body, valid_from: date, valid_to: date | None = None, by: User) -> MethodUse:
    """Say that a body works by the method, from day to day.

    Raises:
        ValidationError: keyed ``body`` (uses it already on one of the days) or ``valid_to``.
    """
    if PLAN not in method.acts_of(by):
        raise PermissionDenied("plan is not allowed here.")
    if body.kind == Body.Kind.CASE:
        raise ValidationError({"body": _("Do not write about the work of a case group here.")})
    if valid_to and valid_to < valid_from:
        raise ValidationError({"valid_to": _("The last day must not be before the first.")})
    try:
        with transaction.atomic():
            return MethodUse.objects.create(
                method=method, body=body, valid_from=valid_from, valid_to=valid_to
            )
    except IntegrityError as error:
        raise ValidationError({"body": _("The group already uses the method during these days.")}) from error


@transaction.atomic
def end_use(used: MethodUse, *, day: date, by: User) -> MethodUse:
    """Say the last day on which a body used the method.

    Raises:
        ValidationError: keyed ``valid_to`` where it is before the first day.
    """
    if PLAN not in used.method.acts_of(by):
        raise PermissionDenied("plan is not allowed here.")
    if day < used.valid_from:
        raise ValidationError({"valid_to": _("The last day must not be before the first.")})
    used.valid_to = day
    used.save(update_fields=["valid_to"])
    return used


@transaction.atomic
def tell(method: Method, *, day: date, text: str, by: User, answered: bool = False) -> MethodNote:
    """Tell how the method went, with one's agency.

    Raises:
        ValidationError: keyed ``text`` (empty) or ``day`` (to come).
    """
    if FOLLOW_UP not in method.acts_of(by):
        raise PermissionDenied("follow_up is not allowed here.")
    refuse_personal_numbers({"text": text}, answered=answered)
    if not text.strip():
        raise ValidationError({"text": _("Enter how it went.")})
    if day > timezone.localdate():
        raise ValidationError({"day": _("That day is in the future. Choose today or an earlier day.")})
    return MethodNote.objects.create(
        method=method,
        day=day,
        text=text.replace("\r\n", "\n").strip(),
        written_by=by,
        agency_id=by.agency_id,
    )
