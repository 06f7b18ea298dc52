"""The structure as one whole: which body reports to which, what that amounts to in a sentence, and as a picture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.models import Agency, Agreement, Body, State
from groups.picture import Label, Node, Picture, draw


@dataclass
class Group:
    """A body and those that report to it."""

    body: Body
    below: list["Group"] = field(default_factory=list)


@dataclass(frozen=True)
class Overview:
    """One agreement with everything that works under it."""

    agreement: Agreement
    groups: list[Group]
    finding: str
    picture: Picture
    lacks_somebody: bool


def whole_structure(
    agreements: Sequence[Agreement], bodies: Sequence[Body]
) -> list[tuple[Agreement, list[Body]]]:
    """The version that counts of each agreement, with the bodies under any version of it. A frame, a draft or an ended
    agreement under which no body works is left to the page of agreements, and so is every such one where others have
    bodies."""
    lines = {agreement.pk: agreement.line_id for agreement in agreements}
    frames = {lines.get(agreement.parent_id) for agreement in agreements if agreement.parent_id}
    current = current_by_line(agreements)
    found = []
    for agreement in agreements:
        below = [body for body in bodies if lines.get(body.agreement_id) == agreement.line_id]
        awaits = not bodies and agreement.state == State.IN_FORCE and agreement.line_id not in frames
        if current[agreement.line_id] is agreement and (below or awaits):
            found.append((agreement, below))
    return found


def current_by_line(agreements: Sequence[Agreement]) -> dict[int, Agreement]:
    """For each agreement the version that counts today: the one in force, else the newest. By the first version's key."""
    found: dict[int, Agreement] = {}
    for agreement in sorted(agreements, key=lambda row: row.version):
        before = found.get(agreement.line_id)
        if before is None or before.state != State.IN_FORCE or agreement.state == State.IN_FORCE:
            found[agreement.line_id] = agreement
    return found


def overview(agreement: Agreement, bodies: Sequence[Body]) -> Overview:
    """Needs ``with_parties`` and ``with_members``."""
    groups = tree(bodies)
    return Overview(
        agreement=agreement,
        groups=groups,
        finding=finding(agreement, bodies),
        picture=draw(_root(agreement, groups)),
        lacks_somebody=any(body.lacking for body in bodies if not body.is_closed),
    )


def tree(bodies: Sequence[Body]) -> list[Group]:
    """Bodies below the body they report to; one whose parent is not among them stands on top."""
    groups = {body.pk: Group(body) for body in bodies}
    tops = []
    for group in groups.values():
        parent = groups.get(group.body.parent_id or 0)
        if parent is None:
            tops.append(group)
        else:
            parent.below.append(group)
    return tops


def finding(agreement: Agreement, bodies: Sequence[Body]) -> str:
    """What the picture shows, as a sentence without a full stop; closed groups are not counted."""
    bodies = [body for body in bodies if not body.is_closed]
    known = {body.pk for body in bodies}
    tops = [body for body in bodies if body.parent_id not in known]
    if not bodies:
        return _("No group works under the agreement %(agreement)s yet") % {"agreement": agreement.short_name}
    if len(tops) == 1 and len(bodies) > 1:
        sentence = ngettext(
            "%(top)s and one group work under the agreement %(agreement)s",
            "%(top)s and %(count)s groups work under the agreement %(agreement)s",
            len(bodies) - 1,
        )
        count = len(bodies) - 1
    else:
        sentence = ngettext(
            "One group works under the agreement %(agreement)s",
            "%(count)s groups work under the agreement %(agreement)s",
            len(bodies),
        )
        count = len(bodies)
    top = tops[0].name if tops else ""
    return capfirst(sentence % {"top": top, "count": apnumber(count), "agreement": agreement.short_name})


def _root(agreement: Agreement, groups: Iterable[Group]) -> Node:
    return Node(
        title=_("Agreement %(agreement)s") % {"agreement": agreement.short_name},
        labels=tuple(_label(party.agency) for party in agreement.parties.all()),
        children=tuple(_node(group) for group in groups),
    )


def _node(group: Group) -> Node:
    body = group.body
    below = tuple(_node(child) for child in group.below)
    if body.is_closed:
        return Node(
            title=body.name, mark=_("Closed %(day)s") % {"day": body.valid_to}, closed=True, children=below
        )
    lacking = {agency.pk for agency in body.lacking}
    return Node(
        title=body.name,
        note=body.meets,
        lead=_("Chair: %(name)s") % {"name": body.chair.user.name} if body.chair else "",
        mark=_stale(body),
        labels=tuple(_label(agency, missing=agency.pk in lacking) for agency in body.agencies),
        children=below,
    )


def _stale(body: Body) -> str:
    if not body.is_stale:
        return ""
    if body.last_met is None:
        return _("◆ No meeting recorded")
    return _("◆ Not met since %(day)s") % {"day": timezone.localdate(body.last_met)}


def _label(agency: Agency, *, missing: bool = False) -> Label:
    return Label(agency.label, agency.hue, missing)
