"""Who plans: the bodies whose officers write situation reports, problems, measures and programmes of an agreement."""

from django.db.models import Exists, OuterRef, Q

from groups.models.agreements import Agreement
from groups.models.bodies import Body
from groups.models.people import User
from groups.roles import MANAGE, WRITE

#: What planning calls its acts.
PLAN, FOLLOW_UP = "plan", "follow_up"


def planning_bodies(user: User) -> list[int]:
    """Keys of the bodies in which this person may write or manage."""
    return [body for body in user.bodies() if user.acts_in(body) & {WRITE, MANAGE}]


def planned_by(user: User) -> Q:
    """The condition for rows with ``agreement``: somebody who writes or manages in any body under it, case groups not
    counted."""
    bodies = Body.objects.exclude(kind=Body.Kind.CASE).filter(pk__in=planning_bodies(user))
    return Q(Exists(bodies.filter(agreement=OuterRef("agreement"))))


def plans(user: User) -> frozenset[int]:
    """Keys of the agreements under which this person plans; asked once for each set of memberships."""
    kept = user.__dict__.get("_plans")
    if not user.in_structure:
        return frozenset()
    if kept is None or kept[0] is not user.functions:
        bodies = Body.objects.exclude(kind=Body.Kind.CASE).filter(pk__in=planning_bodies(user))
        kept = (user.functions, frozenset(bodies.values_list("agreement_id", flat=True)))
        user.__dict__["_plans"] = kept
    return frozenset(kept[1])


def agreements_planned_by(user: User) -> "list[Agreement]":
    """The agreements under which this person plans, the newest first."""
    return list(Agreement.objects.visible_to(user).filter(pk__in=plans(user)).newest())
