"""What people answer for in meetings, as things to hand over (``groups.handover_sources``): commitments that name them,
meetings that they prepare and minutes that they write."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from groups.handover_sources import Page, Thing
from groups.models import Body, Employment, HandOverItem, Membership, User
from groups.models.people import UserQuerySet
from groups.roles import ALLOWS, CALL, WRITE
from groups.waiting import Task
from meetings.models import ActionItem, AgendaItem, Meeting, Minutes
from meetings.models.actions import answered_for_by, names

KINDS = frozenset({HandOverItem.Kind.COMMITMENT, HandOverItem.Kind.DRAFT, HandOverItem.Kind.MINUTES})


def held_by(user: User, body: Body | None) -> list[Thing]:
    """Commitments not done that name the person, or that name nobody and whose agency has nobody else in the group;
    meetings not yet held, and minutes not yet approved, that the person prepares, or called where nobody is said to
    prepare them."""
    actions = ActionItem.objects.outstanding().filter(names(user) | _left_alone(user))
    mine = Meeting.objects.filter(Q(prepared_by=user) | Q(prepared_by=None, called_by=user)).order_by(
        "starts_at"
    )
    if body is not None:
        actions, mine = actions.filter(item__meeting__body=body), mine.filter(body=body)
    coming = mine.filter(status__in=(Meeting.Status.DRAFT, Meeting.Status.CALLED))
    begun = mine.filter(status__in=(Meeting.Status.IN_PROGRESS, Meeting.Status.HELD))
    unwritten = begun.exclude(minutes__status=Minutes.Status.APPROVED)
    kinds = HandOverItem.Kind
    return [
        *(
            Thing(kinds.COMMITMENT, str(pk), body_id, due)
            for pk, body_id, due in actions.values_list("pk", "item__meeting__body", "due")
        ),
        *(_meeting(kinds.DRAFT, meeting) for meeting in coming),
        *(_meeting(kinds.MINUTES, meeting) for meeting in unwritten),
    ]


def _left_alone(user: User) -> Q:
    """What the person's agency answers for without naming anybody, in groups where the person is the last from there:
    it would otherwise be in nobody's list."""
    agency = user.agency_id
    if agency is None:
        return Q(pk=None)
    people = Employment.objects.live().filter(unit__agency=agency, user__is_active=True).exclude(user=user)
    others = Membership.objects.live().filter(user__in=people.values("user"))
    mine = Membership.objects.not_over().filter(user=user).exclude(body__in=others.values("body"))
    nobody = Q(moved_to_person=None, responsible_person=None)
    return answered_for_by(agency) & nobody & Q(item__meeting__body__in=mine.values("body"))


def _meeting(kind: str, meeting: Meeting) -> Thing:
    return Thing(kind, str(meeting.pk), meeting.body_id, meeting.starts_at.date())


def receivers(item: HandOverItem, people: UserQuerySet) -> UserQuerySet:
    """A commitment goes to a member of the body at the agency that answers for it; a meeting and its minutes to somebody
    whose function in the body allows that."""
    if item.kind == HandOverItem.Kind.COMMITMENT:
        return _at_its_agency(item, people)
    act = CALL if item.kind == HandOverItem.Kind.DRAFT else WRITE
    able = [function for function, acts in ALLOWS.items() if act in acts]
    officers = Membership.objects.live().filter(body=item.body_id, function__in=able)
    return people.filter(pk__in=officers.values("user"))


def _at_its_agency(item: HandOverItem, people: UserQuerySet) -> UserQuerySet:
    action = ActionItem.objects.filter(pk=item.key).select_related("item").first()
    if action is None:
        return people.none()
    work = Employment.objects.live().filter(unit__agency=action.agency_id)
    if action.item.audience == AgendaItem.Audience.UNITS:
        work = work.filter(unit__in=action.item.units.all())
    members = Membership.objects.live().filter(body=item.body_id)
    able = people.filter(pk__in=work.values("user")).filter(pk__in=members.values("user"))
    return able.exclude(pk=action.person_id) if action.person_id else able


def keeps_from_giver(item: HandOverItem, giver: User) -> bool:
    return False


def hand(item: HandOverItem, *, to: User, by: User) -> None:
    """Name the receiver in the person's place; what approved minutes say stays as it was agreed."""
    if item.kind == HandOverItem.Kind.COMMITMENT:
        moved = ActionItem.objects.filter(pk=item.key, done_at=None).update(moved_to_person=to)
    else:
        moved = (
            Meeting.objects.filter(pk=item.key)
            .exclude(status=Meeting.Status.CANCELLED)
            .update(prepared_by=to)
        )
    if not moved:
        raise ValidationError(_("This is already done. Nobody needs to take it over."))


def pages(items: Sequence[HandOverItem], user: User) -> dict[int, Page]:
    """Of commitments and meetings that the reader may see."""
    actions = [item.key for item in items if item.kind == HandOverItem.Kind.COMMITMENT]
    rows = ActionItem.objects.visible_to(user).filter(pk__in=actions, done_at=None).select_related("item")
    said = {str(row.pk): Page(row.text, reverse("meeting", args=[row.item.meeting_id])) for row in rows}
    meetings = [item.key for item in items if item.kind != HandOverItem.Kind.COMMITMENT]
    seen = Meeting.objects.visible_to(user).filter(pk__in=meetings).select_related("body")
    named = {str(row.pk): Page(str(row), reverse("meeting", args=[row.pk])) for row in seen}
    chosen = ((item, said if item.kind == HandOverItem.Kind.COMMITMENT else named) for item in items)
    return {item.pk: pages[item.key] for item, pages in chosen if item.key in pages}


def own(user: User) -> list[Page]:
    return []


def waiting(user: User) -> list[Task]:
    return []
