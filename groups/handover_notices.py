"""Mail about hand-overs: somebody is asked to receive, or something has nobody. A mail names no thing and no person; what
it is about stands behind the link, and is asked again in the moment before it is sent."""

from datetime import datetime, time, timedelta

from django.urls import reverse
from django.utils import timezone

from groups.models import HandOver, HandOverItem, Membership, Notice, User
from groups.notices import Kind, notify
from groups.roles import ALLOWS, MANAGE, Function

#: When a manager hears in the morning of what nobody was asked to receive the day before.
MORNING = time(7)
MANAGING = tuple(function for function, acts in ALLOWS.items() if MANAGE in acts)
UNASKED = (HandOverItem.State.OPEN, HandOverItem.State.DECLINED)


def tell_receiver(item: HandOverItem) -> None:
    """One mail for each list and day, however many things are given."""
    assert item.receiver is not None
    key = f"{item.hand_over_id}:{timezone.localdate()}"
    notify("hand_over_receive", item.receiver, key=key, path=reverse("hand_overs"))


def tell_of_orphans(made: HandOver) -> None:
    """Those who manage the bodies concerned hear of it on the morning after the last day, if it is so still."""
    day = max(made.last_day, timezone.localdate()) + timedelta(days=1)
    due = timezone.make_aware(datetime.combine(day, MORNING))
    bodies = made.items.exclude(body=None).values("body")
    seats = Membership.objects.live()
    managers = seats.filter(body__in=bodies, function__in=MANAGING).values("user")
    people = User.objects.get_queryset().employed().exclude(pk=made.user_id).filter(pk__in=managers)
    if made.items.filter(body=None).exists():
        coordinators = seats.filter(function=Function.COORDINATOR).values("user")
        at_agency = (
            User.objects.get_queryset()
            .employed()
            .filter(pk__in=coordinators, employments__unit__agency=made.agency)
        )
        people = people | at_agency.exclude(pk=made.user_id)
    for person in people.distinct():
        path = reverse("hand_over", args=[made.pk])
        notify("hand_over_nobody", person, key=f"{made.pk}", path=path, due_at=due)


def tell_of_refusal(item: HandOverItem) -> None:
    """Whoever asked hears that they must ask somebody else; one mail for each list and day."""
    if item.given_by is not None:
        path = reverse("hand_over", args=[item.hand_over_id])
        key = f"{item.hand_over_id}:{timezone.localdate()}"
        notify("hand_over_nobody", item.given_by, key=key, path=path)


def _items(notice: Notice) -> list[HandOverItem]:
    """Those of the list that the recipient may see today."""
    assert notice.recipient is not None
    rows = HandOverItem.objects.visible_to(notice.recipient).with_whole()
    return list(rows.filter(hand_over=int(notice.subject.partition(":")[0])))


def _is_asked(notice: Notice) -> bool:
    return any(
        item.state == HandOverItem.State.OFFERED and item.receiver_id == notice.recipient_id
        for item in _items(notice)
    )


def _has_nobody(notice: Notice) -> bool:
    assert notice.recipient is not None
    recipient = notice.recipient
    return any(item.state in UNASKED and "give" in item.acts_of(recipient) for item in _items(notice))


RECEIVE = Kind(is_wanted=_is_asked)
NOBODY = Kind(is_wanted=_has_nobody)
