"""Writing the agenda of a meeting before it begins."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from groups.models import Unit, User
from meetings.models import AgendaItem, Meeting


@transaction.atomic
def add_item(
    meeting: Meeting,
    *,
    title: str,
    by: User | None,
    presenter: str = "",
    minutes_planned: int | None = None,
    audience: str = AgendaItem.Audience.MEETING,
    units: Collection[Unit] = (),
) -> AgendaItem:
    """Add an item last on the agenda, before the headings that close the meeting; nobody in person where a duty of the
    year puts itself there.

    Raises:
        ValidationError: keyed ``units`` (narrowed without the writer's own unit); without a key when the meeting has
            begun.
    """
    _hold(meeting)
    _refuse_audience(audience, units, by)
    item = AgendaItem.objects.create(
        meeting=meeting,
        position=_make_room(meeting),
        title=title,
        presenter=presenter,
        minutes_planned=minutes_planned,
        audience=audience,
    )
    item.units.set(units if audience == AgendaItem.Audience.UNITS else [])
    return item


@transaction.atomic
def change_item(
    item: AgendaItem,
    *,
    title: str,
    by: User,
    presenter: str = "",
    minutes_planned: int | None = None,
    audience: str = AgendaItem.Audience.MEETING,
    units: Collection[Unit] = (),
) -> AgendaItem:
    """Rewrite an item's heading, presenter, time and audience; raises as ``add_item`` does."""
    _hold(item.meeting)
    _refuse_audience(audience, units, by)
    item.title, item.presenter, item.minutes_planned = title, presenter, minutes_planned
    item.audience = audience
    item.save(update_fields=["title", "presenter", "minutes_planned", "audience"])
    item.units.set(units if audience == AgendaItem.Audience.UNITS else [])
    return item


@transaction.atomic
def move_item(item: AgendaItem, *, up: bool, by: User) -> None:
    """Let an item change places with the one before it or after it; the first goes no higher, the last no lower.

    Raises:
        ValidationError: the meeting has begun.
    """
    _hold(item.meeting)
    item.refresh_from_db(fields=["position"])
    items = item.meeting.items
    if up:
        other = items.filter(position__lt=item.position).order_by("-position").first()
    else:
        other = items.filter(position__gt=item.position).order_by("position").first()
    if other is None:
        return
    # The numbers are unique from the end of the transaction on (a deferred constraint).
    AgendaItem.objects.filter(pk=item.pk).update(position=other.position)
    AgendaItem.objects.filter(pk=other.pk).update(position=item.position)


@transaction.atomic
def remove_item(item: AgendaItem, *, by: User | None) -> None:
    """Take an item off the agenda and close the gap in the numbers.

    Raises:
        ValidationError: the meeting has begun.
    """
    _hold(item.meeting)
    item.refresh_from_db(fields=["position"])
    later = item.meeting.items.filter(position__gt=item.position)
    item.delete()
    later.update(position=F("position") - 1)


def _make_room(meeting: Meeting) -> int:
    """The number of the next item; the headings that close the meeting move down to let it in."""
    last = meeting.items.filter(closes=False).aggregate(last=Max("position"))["last"] or 0
    meeting.items.filter(position__gt=last).update(position=F("position") + 1)
    return last + 1


def _hold(meeting: Meeting) -> None:
    """Keep others from changing the agenda until the transaction ends."""
    if not Meeting.objects.select_for_update().get(pk=meeting.pk).may_change:
        raise ValidationError(_("The agenda can no longer be changed: the meeting has begun."))


def _refuse_audience(audience: str, units: Collection[Unit], by: User | None) -> None:
    if audience == AgendaItem.Audience.UNITS and (by is None or by.unit not in units):
        raise ValidationError({"units": _("Your own unit must be among those that see the item.")})
