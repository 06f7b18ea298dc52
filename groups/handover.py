"""Hand-overs: listing what somebody answers for, and having each thing received by name.

Nothing moves until its receiver says yes, and nothing leaves a list but by being received or let go with a reason.
"""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.handover_notices import tell_of_orphans, tell_of_refusal, tell_receiver
from groups.handover_sources import Page, Thing, source_of, sources
from groups.models import Agency, Body, HandOver, HandOverItem, User
from groups.models.people import UserQuerySet
from groups.waiting import Task


@transaction.atomic
def hand_over(
    user: User,
    *,
    why: str,
    last_day: date,
    by: User,
    body: Body | None = None,
    ended: str = "",
    agency: Agency | None = None,
    things: Iterable[Thing] | None = None,
) -> HandOver | None:
    """List what the person answers for; None where there is nothing. Safe to repeat: what waits in an earlier list
    stays there, with whoever was asked.

    ``things`` are what was held before an end that has already been written.
    """
    User.objects.select_for_update().get(pk=user.pk)
    held = held_by(user, body) if things is None else list(things)
    waits = set(HandOverItem.objects.unsettled().filter(hand_over__user=user).values_list("kind", "key"))
    if body is None:
        HandOver.objects.filter(user=user, why=HandOver.Why.PREPARED).update(last_day=last_day)
    new = [thing for thing in held if (thing.kind, thing.key) not in waits]
    if not new:
        return None
    agency = agency or user.agency
    made = HandOver.objects.create(
        user=user, why=why, last_day=last_day, created_by=by, body=body, ended=ended, agency=agency
    )
    HandOverItem.objects.bulk_create(
        HandOverItem(
            hand_over=made,
            kind=thing.kind,
            key=thing.key,
            body_id=thing.body_id,
            function=thing.function,
            day=thing.day,
        )
        for thing in new
    )
    if why != HandOver.Why.PREPARED:
        tell_of_orphans(made)
    return made


def held_by(user: User, body: Body | None = None) -> list[Thing]:
    """Everything that the person answers for, or what of it belongs to one body."""
    return [thing for source in sources() for thing in source.held_by(user, body)]


@transaction.atomic
def prepare(*, by: User, last_day: date) -> HandOver | None:
    """Begin one's own list before the last day; nothing ends by it. Repeated, it adds what has come since.

    Raises:
        ValidationError: keyed ``last_day``: has passed.
    """
    if last_day < timezone.localdate():
        raise ValidationError({"last_day": _("Choose today or a later day.")})
    prepared = HandOver.objects.select_for_update().filter(user=by, why=HandOver.Why.PREPARED).first()
    if prepared is None:
        return hand_over(by, why=HandOver.Why.PREPARED, last_day=last_day, by=by)
    prepared.last_day = last_day
    prepared.save(update_fields=["last_day"])
    waits = set(HandOverItem.objects.unsettled().filter(hand_over__user=by).values_list("kind", "key"))
    listed = set(prepared.items.values_list("kind", "key"))
    HandOverItem.objects.bulk_create(
        HandOverItem(
            hand_over=prepared,
            kind=thing.kind,
            key=thing.key,
            body_id=thing.body_id,
            function=thing.function,
            day=thing.day,
        )
        for thing in held_by(by)
        if (thing.kind, thing.key) not in waits | listed
    )
    return prepared


def receivers(item: HandOverItem, *, by: User) -> UserQuerySet:
    """The people whom ``by`` may ask to receive it: they work in the structure, and are not the one who leaves."""
    people = User.objects.get_queryset().visible_to(by).employed().exclude(pk=item.hand_over.user_id)
    if source_of(item).keeps_from_giver(item, by):
        people = people.exclude(pk=by.pk)
    return source_of(item).receivers(item, people)


@transaction.atomic
def give_item(item: HandOverItem, *, to: User, by: User) -> None:
    """Ask somebody to receive it; a second asking replaces the first.

    Raises:
        ValidationError: keyed ``receiver``: not one who may receive it; without a key: received or let go already.
    """
    item = _unsettled(item)
    if not receivers(item, by=by).filter(pk=to.pk).exists():
        raise ValidationError({"receiver": _("%(name)s cannot take this over.") % {"name": to.name}})
    item.receiver, item.given_by, item.given_at = to, by, timezone.now()
    item.state, item.answered_at, item.reason = HandOverItem.State.OFFERED, None, ""
    item.save()
    tell_receiver(item)


@transaction.atomic
def accept_item(item: HandOverItem, *, by: User) -> None:
    """Receive it: the thing moves in this transaction.

    Raises:
        ValidationError: somebody else is asked now, or the thing is no longer there to receive.
    """
    item = _asked(item, by)
    if not source_of(item).receivers(item, User.objects.get_queryset().filter(pk=by.pk)).exists():
        raise ValidationError(
            _("You can no longer take this over. Decline, so that somebody else can be asked.")
        )
    source_of(item).hand(item, to=by, by=by)
    _settle(item, HandOverItem.State.ACCEPTED, by=by)


@transaction.atomic
def decline_item(item: HandOverItem, *, by: User, reason: str = "") -> None:
    """Say no; the item is then shown to those who may ask somebody else.

    Raises:
        ValidationError: somebody else is asked now.
    """
    item = _asked(item, by)
    item.state, item.answered_at, item.reason = HandOverItem.State.DECLINED, timezone.now(), reason.strip()
    item.save(update_fields=["state", "answered_at", "reason"])
    tell_of_refusal(item)


@transaction.atomic
def release_item(item: HandOverItem, *, by: User, reason: str) -> None:
    """Let it go: nobody needs to receive it, and this is why.

    Raises:
        ValidationError: keyed ``reason`` (none); without a key: received or let go already.
    """
    item = _unsettled(item)
    if not reason.strip():
        raise ValidationError({"reason": _("Enter why nobody needs to take over.")})
    item.reason = reason.strip()
    _settle(item, HandOverItem.State.RELEASED, by=by)


def _settle(item: HandOverItem, state: HandOverItem.State, *, by: User) -> None:
    item.state, item.settled_by, item.answered_at = state, by, timezone.now()
    item.save(update_fields=["state", "settled_by", "answered_at", "reason"])


def _unsettled(item: HandOverItem) -> HandOverItem:
    stored = HandOverItem.objects.select_for_update(of=("self",)).with_whole().get(pk=item.pk)
    if stored.is_settled:
        raise ValidationError(_("Somebody has already taken this over, or decided that nobody needs to."))
    return stored


def _asked(item: HandOverItem, by: User) -> HandOverItem:
    stored = _unsettled(item)
    if stored.receiver_id != by.pk or stored.state != HandOverItem.State.OFFERED:
        raise ValidationError(_("Somebody else has been asked to take this over."))
    return stored


def pages_of(items: Iterable[HandOverItem], user: User) -> dict[int, Page]:
    """What each item says to this reader, by its key; a number of queries that does not grow with the items. An item
    whose thing the reader may not see, or that is gone, is left out."""
    items = list(items)
    found: dict[int, Page] = {}
    for source in sources():
        mine = [item for item in items if item.kind in source.KINDS]
        found |= source.pages(mine, user) if mine else {}
    return found


def own_lines(user: User) -> list[Page]:
    """What is the person's own and stands in no list: seats in cases."""
    return [page for source in sources() for page in source.own(user)]


def waiting_for(user: User) -> list[Task]:
    """Things to receive, things that nobody has received, and what the apps ask for themselves."""
    if not user.in_structure:
        return []
    state, gone = HandOverItem.State, Q(hand_over__last_day__lt=timezone.localdate())
    givable = Q(body__in=user.managed()) | ~Q(hand_over__user=user)
    unasked = Q(state__in=(state.OPEN, state.DECLINED))
    counts = HandOverItem.objects.visible_to(user).aggregate(
        offered=Count("pk", filter=Q(receiver=user, state=state.OFFERED)),
        orphans=Count("pk", filter=unasked & gone & givable),
    )
    offered, orphans = counts["offered"], counts["orphans"]
    url = reverse("hand_overs")
    tasks = [task for source in sources() for task in source.waiting(user)]
    if orphans:
        tasks.append(
            Task(_("Nobody has it"), "danger", _("Left behind and not taken over: %d") % orphans, url)
        )
    if offered:
        tasks.append(
            Task(_("Take over"), "warn", _("Handed over to you: %d") % offered, url, action=_("Answer"))
        )
    return tasks
