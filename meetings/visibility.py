"""Who sees a meeting or an agenda item, and why: the other side of ``visible_to``, for the strip and its page."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.models import Agency, Body, Employment, Membership, Unit, User
from groups.models.agencies import UnitQuerySet
from groups.roles import OFFICERS
from meetings.models import AgendaItem, Meeting
from samverkan.audience import Chip, Reason, Sees


@dataclass(frozen=True)
class Viewer:
    """One person who sees it, where they work, and the memberships that give it to them."""

    user: User
    unit: Unit
    memberships: tuple[Membership, ...]


def viewers_of(meeting: Meeting) -> list[Viewer]:
    """Everyone to whom the meeting is visible today, by agency and name; two queries. Works on an unsaved meeting."""
    held: dict[int, list[Membership]] = {}
    for membership in _memberships_behind(meeting):
        held.setdefault(membership.user_id, []).append(membership)
    employments = Employment.objects.live().filter(user__in=held).select_related("unit__agency")
    viewers = [
        Viewer(memberships[0].user, employment.unit, tuple(memberships))
        for employment in employments
        if (memberships := held[employment.user_id]) and _agency_may_see(meeting, employment, memberships)
    ]
    return sorted(viewers, key=lambda viewer: (viewer.unit.agency.name, viewer.user.name))


def viewers_of_item(item: AgendaItem, viewers: Iterable[Viewer]) -> list[Viewer]:
    """Those of the meeting's viewers who also see this item."""
    if item.audience == AgendaItem.Audience.MEETING:
        return list(viewers)
    return _viewers_in(item.units.all(), item.meeting, viewers)


def _viewers_in(units: Iterable[Unit], meeting: Meeting, viewers: Iterable[Viewer]) -> list[Viewer]:
    named = {unit.pk for unit in units}
    return [viewer for viewer in viewers if viewer.unit.pk in named and _sits_in(meeting, viewer)]


#: So many reasons are read in the strip itself; more have the page “Who sees this” to themselves.
FEW = 20


def reasons_for(meeting: Meeting, viewers: list[Viewer]) -> tuple[Reason, ...]:
    """For each person the membership that gives them the meeting."""
    return tuple(_reason(meeting, viewer) for viewer in viewers)


def sees_meeting(meeting: Meeting, viewers: list[Viewer] | None = None) -> Sees:
    """The strip of a meeting. Without a primary key it says what will be true once the meeting is called."""
    viewers = viewers_of(meeting) if viewers is None else viewers
    return Sees(
        lead=_lead(meeting, len(viewers)),
        chips=_chips(viewers),
        note=_note(meeting),
        reasons=reasons_for(meeting, viewers) if len(viewers) <= FEW else (),
        reasons_url=reverse("meeting_who", args=[meeting.pk]) if meeting.pk else "",
    )


def sees_minutes(meeting: Meeting, viewers: list[Viewer] | None = None) -> Sees:
    """The strip of a meeting's minutes, which only the body's members read before they are approved."""
    viewers = viewers_of(meeting) if viewers is None else viewers
    minutes = getattr(meeting, "minutes", None)
    if meeting.audience == Meeting.Audience.BODY or (minutes is not None and minutes.locked):
        return sees_meeting(meeting, viewers)
    members = [viewer for viewer in viewers if _sits_in(meeting, viewer)]
    return Sees(
        lead=_members(meeting, len(members)),
        chips=_chips(members),
        note=_("Others who can see the meeting can read the minutes once they are approved."),
        reasons=reasons_for(meeting, members) if len(members) <= FEW else (),
        reasons_url=reverse("meeting_who", args=[meeting.pk]),
    )


def sees_item(item: AgendaItem, viewers: list[Viewer] | None = None) -> Sees:
    """The strip of an agenda item; ``viewers`` are the meeting's, where the page has them already."""
    if item.audience == AgendaItem.Audience.MEETING:
        return sees_meeting(item.meeting, viewers)
    return sees_units(item.meeting, item.units.all(), viewers)


def sees_units(meeting: Meeting, units: Iterable[Unit], viewers: list[Viewer] | None = None) -> Sees:
    """The strip of an item that is, or will be, kept to these units; before any is chosen it says so and counts nobody."""
    units = list(units)
    if not units:
        return Sees(lead=_("Choose the units that see the item."), narrow=True)
    mine = _viewers_in(units, meeting, viewers_of(meeting) if viewers is None else viewers)
    names = ", ".join(unit.name for unit in units)
    return Sees(
        lead=ngettext("%(count)s member in %(units)s", "%(count)s members in %(units)s", len(mine))
        % {"count": len(mine), "units": names},
        chips=_chips(mine),
        narrow=True,
        note=_("Only members of the group who work in these units see the item, now and later."),
        reasons=reasons_for(meeting, mine) if len(mine) <= FEW else (),
        reasons_url=reverse("meeting_who", args=[meeting.pk]),
    )


@dataclass(frozen=True)
class Line:
    """A line of the agenda as one person sees it: the item, or only that there is one."""

    position: int
    item: AgendaItem | None


def agenda_for(user: User, meeting: Meeting) -> list[Line]:
    """The whole agenda in order; an item that this person may not see keeps its number and says nothing else."""
    rows = AgendaItem.objects.visible_to(user).filter(meeting=meeting)
    rows = rows.select_related("duty_occurrence__duty").prefetch_related("units__agency")
    seen = {item.position: item for item in rows}
    numbers = (
        AgendaItem.objects.filter(meeting=meeting).order_by("position").values_list("position", flat=True)
    )
    return [Line(number, seen.get(number)) for number in numbers]


def units_in(body: Body) -> UnitQuerySet:
    """The units whose people sit in a body today: those to which an item of its meetings can be kept."""
    members = Employment.objects.live().filter(user__in=body.memberships.live().values("user"))
    return Unit.objects.filter(pk__in=members.values("unit")).select_related("agency")


def _memberships_behind(meeting: Meeting) -> Iterable[Membership]:
    live = Membership.objects.live().filter(user__is_active=True).select_related("user", "body").in_order()
    if meeting.pk and not meeting.was_called:
        return live.filter(body=meeting.body_id, function__in=OFFICERS)
    if meeting.audience != Meeting.Audience.BODY:
        return live  # who sits in case groups alone as well; see _reason
    return live.filter(Q(body=meeting.body_id) | Q(body=_body_above(meeting)))


def _body_above(meeting: Meeting) -> int | None:
    """The body that sees the meeting because its minutes are approved."""
    if meeting.body.kind == Body.Kind.CASE:
        return None
    minutes = getattr(meeting, "minutes", None)
    return meeting.body.parent_id if minutes is not None and minutes.locked else None


def _agency_may_see(meeting: Meeting, employment: Employment, memberships: list[Membership]) -> bool:
    if meeting.audience != Meeting.Audience.AUTHORITIES or employment.unit.agency.is_authority:
        return True
    return any(membership.body_id in (meeting.body_id, _body_above(meeting)) for membership in memberships)


def _sits_in(meeting: Meeting, viewer: Viewer) -> bool:
    return any(membership.body_id == meeting.body_id for membership in viewer.memberships)


def _members(meeting: Meeting, count: int) -> str:
    values = {"count": count, "body": meeting.body.name}
    return ngettext("%(count)s member of %(body)s", "%(count)s members of %(body)s", count) % values


def _lead(meeting: Meeting, count: int) -> str:
    values = {"count": count, "body": meeting.body.name}
    if meeting.pk and not meeting.was_called:
        return (
            ngettext(
                "%(count)s person who prepares meetings of %(body)s",
                "%(count)s people who prepare meetings of %(body)s",
                count,
            )
            % values
        )
    if meeting.audience == Meeting.Audience.BODY:
        return _members(meeting, count)
    if meeting.audience == Meeting.Audience.AUTHORITIES:
        return (
            ngettext(
                "%(count)s person at the authorities in the structure",
                "%(count)s people at the authorities in the structure",
                count,
            )
            % values
        )
    return ngettext("%(count)s person in the structure", "%(count)s people in the structure", count) % values


def _note(meeting: Meeting) -> str:
    if meeting.pk and not meeting.was_called:
        return _("Others see the meeting once the members have been invited.") if meeting.may_change else ""
    if meeting.body.kind == Body.Kind.CASE:
        return ""
    if meeting.audience == Meeting.Audience.BODY and meeting.body.parent and not _body_above(meeting):
        return _("Members of %(body)s see it once its minutes are approved.") % {
            "body": meeting.body.parent.name
        }
    return ""


def _chips(viewers: Iterable[Viewer]) -> tuple[Chip, ...]:
    agencies: dict[int, Agency] = {}
    counts: Counter[int] = Counter()
    for viewer in viewers:
        agencies[viewer.unit.agency_id] = viewer.unit.agency
        counts[viewer.unit.agency_id] += 1
    return tuple(Chip(agencies[pk].label, agencies[pk].hue, count) for pk, count in counts.most_common())


def _reason(meeting: Meeting, viewer: Viewer) -> Reason:
    """The membership that matters most: in the body itself, else in the body above, else any but one in a case group, of
    which only its members know."""
    order = {meeting.body_id: 0, _body_above(meeting): 1}
    told = [held for held in viewer.memberships if held.body_id in order or held.body.kind != Body.Kind.CASE]
    who = f"{viewer.user.name}, {viewer.unit}"
    if not told:
        return Reason(who=who, hue=viewer.unit.agency.hue, why=_("Takes part in the collaboration"))
    membership = min(told, key=lambda held: order.get(held.body_id, 2))
    return Reason(
        who=who,
        hue=viewer.unit.agency.hue,
        why=_("%(function)s in %(body)s since %(day)s")
        % {
            "function": membership.get_function_display(),
            "body": membership.body.name,
            "day": f"{membership.valid_from:%Y-%m-%d}",
        },
    )
