"""Mail about agreements that near their end, to those who may make the next version."""

from django.db.models import Q
from django.urls import reverse

from groups.models import Agreement, Membership, Notice, User
from groups.models.agreements import managed_lines
from groups.notices import Kind, notify
from groups.seats import look_up


def warn_of_ends() -> int:
    """Tell those who act for them of the agreements that near their end; safe to run twice, and days late.

    Only the nearest threshold is told of: a worker that lay still for months sends one mail and not three. The key
    holds the last day, so that an agreement whose end moves is warned of anew.

    Returns:
        How many agreements are warned of today.
    """
    warned = [agreement for agreement in Agreement.objects.in_force().with_parties() if agreement.warning]
    managers = {user: managed_lines(user) for user in _may_manage()} if warned else {}
    for agreement in warned:
        for user, lines in managers.items():
            if agreement.line_id in lines:
                _warn(user, agreement)
    return len(warned)


def _may_manage() -> list[User]:
    """Members of groups that answer for agreements, with where they work and sit."""
    answers = Q(body__parent=None, body__agreement__isnull=False) | Q(body__prepares__isnull=False)
    seats = Membership.objects.live().filter(answers, user__is_active=True)
    return list(look_up(set(seats.values_list("user", flat=True))).values())


def _warn(user: User, agreement: Agreement) -> None:
    notify(
        "agreement_ends",
        user,
        key=f"{agreement.pk}:{agreement.ends}:{agreement.warning}",
        path=reverse("agreement", args=[agreement.key]),
        about=agreement.short_name[:200],
    )


def _is_wanted(notice: Notice) -> bool:
    """Whether it still ends that day, nothing nearer has been told of, and the recipient still acts for it."""
    assert notice.recipient is not None
    pk, ends, threshold = notice.subject.split(":")
    agreement = Agreement.objects.visible_to(notice.recipient).with_parties().filter(pk=pk).first()
    if agreement is None or (str(agreement.ends), str(agreement.warning)) != (ends, threshold):
        return False
    return agreement.line_id in managed_lines(notice.recipient)


ENDS = Kind(is_wanted=_is_wanted, more=lambda notice, recipient: {"last_day": notice.subject.split(":")[1]})
