"""Seats and ends that are written afterwards. What the program then says of a day that has been must not contradict the
minutes of that day: those that are approved refuse it, and a meeting that was held asks whether it was really so."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Body, User


def refuse_early_seat(body: Body, user: User, first: date, *, late: bool) -> None:
    """A seat begins neither before its group nor on a day on which the person works nowhere in the structure.

    Raises:
        ValidationError: keyed ``valid_from``, or ``late`` where the group has met since and nobody has said that the
            person sat there then.
    """
    if body.valid_from and first < body.valid_from:
        words = {"group": body.name, "day": f"{body.valid_from:%Y-%m-%d}"}
        sentence = _("%(group)s begins on %(day)s. A seat cannot begin before that.")
        raise ValidationError({"valid_from": sentence % words})
    _refuse_workless(user, first)
    if first >= timezone.localdate():
        return
    held = _held([body.pk]).filter(starts_at__date__gte=first)
    if day := _last(held.filter(minutes__status="approved").exclude(attendances__user=user)):
        sentence = _("Approved minutes from %(day)s do not name %(name)s. The seat can begin after that day.")
        raise ValidationError({"valid_from": sentence % {"day": f"{day:%Y-%m-%d}", "name": user.name}})
    if not late and (day := _last(held)):
        sentence = _(
            "The group has met since, last on %(day)s. Tick this if %(name)s had the seat from the day above."
        )
        raise ValidationError({"late": sentence % {"day": f"{day:%Y-%m-%d}", "name": user.name}})


def refuse_early_end(user: User, bodies: Iterable[int], last_day: date, *, late: bool) -> None:
    """The seats of a person end no earlier than the minutes, approved or not, say that they sat there.

    Raises:
        ValidationError: keyed ``last_day``, or ``late`` where a group has met since and nobody has said that the person
            had left by then.
    """
    if last_day >= timezone.localdate():
        return
    held = _held(bodies).filter(starts_at__date__gt=last_day)
    sat = Q(minutes__status="approved") | Q(attendances__status__in=("present", "remote"))
    if day := _last(held.filter(Q(attendances__user=user) & sat)):
        sentence = _("%(name)s is in the minutes of %(day)s. Choose that day or a later one.")
        raise ValidationError({"last_day": sentence % {"day": f"{day:%Y-%m-%d}", "name": user.name}})
    if not late and (day := _last(held)):
        sentence = _("There was a meeting on %(day)s. Tick this if %(name)s had left by then.")
        raise ValidationError({"late": sentence % {"day": f"{day:%Y-%m-%d}", "name": user.name}})


def refuse_late_group(body: Body, first: date | None) -> None:
    """A group keeps a first day, and moves it past no meeting that it has held.

    Raises:
        ValidationError: keyed ``valid_from``.
    """
    if first == body.valid_from:
        return
    if first is None:
        raise ValidationError(
            {"valid_from": _("Enter the first day. The structure on past days depends on it.")}
        )
    held = _held([body.pk]).filter(starts_at__date__lt=first)
    if body.valid_from:
        held = held.filter(starts_at__date__gte=body.valid_from)
    if day := _first(held):
        sentence = _("The group met on %(day)s. Choose that day or an earlier one.")
        raise ValidationError({"valid_from": sentence % {"day": f"{day:%Y-%m-%d}"}})


def _refuse_workless(user: User, first: date) -> None:
    if user.employments.live(first).exists():
        return
    begins = user.employments.filter(valid_from__gt=first).order_by("valid_from").first()
    words = {"name": user.name, "day": f"{begins.valid_from if begins else first:%Y-%m-%d}"}
    if begins:
        sentence = _("%(name)s works in the structure from %(day)s. The seat can begin then.")
    else:
        sentence = _("%(name)s does not work in the structure on %(day)s. Choose another day.")
    raise ValidationError({"valid_from": sentence % words})


def _held(bodies: Iterable[int]) -> Any:
    """Their meetings that were held; asked by way of the relation, since meetings stand above groups."""
    meetings: Any = Body._meta.get_field("meetings").related_model
    return meetings._default_manager.filter(body__in=bodies, status__in=("held", "closed"))


def _last(rows: Any) -> date | None:
    moment = rows.order_by("-starts_at").values_list("starts_at", flat=True).first()
    return timezone.localdate(moment) if moment else None


def _first(rows: Any) -> date | None:
    moment = rows.order_by("starts_at").values_list("starts_at", flat=True).first()
    return timezone.localdate(moment) if moment else None
