"""Leaving: what ends access, and the list of what somebody must receive, in one transaction.

A last day holds to its end; an end *at once* makes yesterday the last day, so that the next request sees nothing. A
period that never held a whole day is taken away instead; the hand-over says what it was.
"""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.afterwards import refuse_early_end
from groups.handover import hand_over, held_by
from groups.models import Employment, HandOver, Membership, User


@transaction.atomic
def end_membership(
    membership: Membership, *, by: User, last_day: date | None = None, late: bool | None = None
) -> HandOver | None:
    """End a seat in a body; at once where no last day is given. ``late`` says whether an end that is only now written
    was on a day that has been; None is for who has seen to that already.

    Raises:
        ValidationError: keyed ``last_day``: before the first day, after the day on which the seat ends anyway, or while
            minutes say that the person sat there; ``late`` where the group has met since; without a key where it has
            ended.
    """
    membership = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("user", "body")
        .get(pk=membership.pk)
    )
    day = _day(membership, last_day)
    user = membership.user
    if last_day is not None and late is not None:
        refuse_early_end(user, [membership.body_id], day, late=late)
    things = held_by(user, membership.body)
    ended = f"{membership.get_function_display()}, {membership.body}"
    _cut(membership, day)
    return hand_over(
        user,
        why=HandOver.Why.MEMBERSHIP,
        last_day=day,
        by=by,
        body=membership.body,
        ended=ended,
        things=things,
    )


@transaction.atomic
def end_employment(
    employment: Employment,
    *,
    by: User,
    last_day: date | None = None,
    goes_on: bool = False,
    late: bool | None = None,
) -> HandOver | None:
    """End where a person works; at once where no last day is given. Seats in bodies end with it, unless the person goes
    on at the same agency (``goes_on`` where that is not yet written), in which case nothing of theirs needs a new hand.

    Raises:
        ValidationError: as for ``end_membership``.
    """
    employment = (
        Employment.objects.select_for_update(of=("self",))
        .select_related("user", "unit__agency")
        .get(pk=employment.pk)
    )
    day = _day(employment, last_day)
    user, agency = employment.user, employment.unit.agency
    further = Employment.objects.filter(user=user, valid_from__gt=day, unit__agency=agency)
    if last_day is not None and late is not None:
        seats = Membership.objects.filter(user=user).exclude(valid_to__lte=day)
        refuse_early_end(user, seats.values_list("body", flat=True), day, late=late)
    stays = goes_on or further.exclude(pk=employment.pk).exists()
    things = [] if stays else held_by(user)
    _cut(employment, day)
    if stays:
        return None
    for membership in Membership.objects.select_for_update().filter(user=user).exclude(valid_to__lte=day):
        _cut(membership, day)
    return hand_over(
        user,
        why=HandOver.Why.EMPLOYMENT,
        last_day=day,
        by=by,
        ended=f"{employment.title}, {employment.unit}",
        agency=agency,
        things=things,
    )


@transaction.atomic
def close_account(user: User, *, by: User) -> HandOver | None:
    """Let nobody sign in as this person, from this moment: an open session ends at its next request. The rows of where
    they worked and sat stay, so that the account can be opened again."""
    things = held_by(user)
    agency = user.agency
    User.objects.filter(pk=user.pk).update(is_active=False)
    today = timezone.localdate()
    return hand_over(
        user,
        why=HandOver.Why.ACCOUNT,
        last_day=today - timedelta(days=1),
        by=by,
        agency=agency,
        things=things,
    )


def _day(row: Membership | Employment, last_day: date | None) -> date:
    """The last day that is meant."""
    today = timezone.localdate()
    if row.valid_to and row.valid_to < today:
        raise ValidationError(_("This has already ended."))
    if last_day is None:
        return today - timedelta(days=1)
    if last_day < row.valid_from:
        raise ValidationError({"last_day": _("The last day must not be before the first.")})
    if row.valid_to and last_day > row.valid_to:
        raise ValidationError({"last_day": _("It ends earlier than that already.")})
    return last_day


def _cut(row: Membership | Employment, day: date) -> None:
    """Let the row end that day; one that would then never have held a whole day goes."""
    if row.valid_from > day:
        row.delete()
        return
    row.valid_to = day
    row.save(update_fields=["valid_to"])
