"""The structure as one whole: which body reports to which, what that amounts to in a sentence, and as a picture."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.models import Agency, Agreement, Body
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


def overview(agreement: Agreement, bodies: Sequence[Body]) -> Overview:
    """Needs ``with_parties`` and ``with_members``."""
    groups = tree(bodies)
    return Overview(
        agreement=agreement,
        groups=groups,
        finding=finding(agreement, bodies),
        picture=draw(_root(agreement, groups)),
        lacks_somebody=any(body.lacking for body in bodies),
    )


def tree(bodies: Sequence[Body]) -> list[Group]:
    """Bodies below the body they report to; one whose parent is not among them stands on top.

    Bodies that report to each other in a circle, which nothing but the administration prevents, stand on top too.
    """
    groups = {body.pk: Group(body) for body in bodies}
    tops = []
    for group in groups.values():
        parent = groups.get(group.body.parent_id or 0)
        if parent is None or _is_above(group.body, parent.body, groups):
            tops.append(group)
        else:
            parent.below.append(group)
    return tops


def _is_above(body: Body, start: Body, groups: dict[int, Group]) -> bool:
    """Whether the way up from ``start`` meets ``body``, or goes round."""
    seen = {body.pk}
    here: Group | None = groups[start.pk]
    while here is not None:
        if here.body.pk in seen:
            return True
        seen.add(here.body.pk)
        here = groups.get(here.body.parent_id or 0)
    return False


def finding(agreement: Agreement, bodies: Sequence[Body]) -> str:
    """What the picture shows, as a sentence without a full stop."""
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
    lacking = {agency.pk for agency in group.body.lacking}
    return Node(
        title=group.body.name,
        note=group.body.meets,
        labels=tuple(_label(agency, missing=agency.pk in lacking) for agency in group.body.agencies),
        children=tuple(_node(below) for below in group.below),
    )


def _label(agency: Agency, *, missing: bool = False) -> Label:
    return Label(agency.label, agency.hue, missing)
