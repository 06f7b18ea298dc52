"""Who plans: the bodies whose officers write situation reports, problems, measures and programmes of an agreement."""

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from groups.models.agreements import Agreement, AgreementQuerySet
from groups.models.bodies import Body
from groups.models.people import User
from groups.roles import MANAGE, WRITE

#: What planning calls its acts.
PLAN, FOLLOW_UP = "plan", "follow_up"


def planning_bodies(user: User) -> list[int]:
    """Keys of the bodies in which this person may write or manage."""
    return [body for body in user.bodies() if user.acts_in(body) & {WRITE, MANAGE}]


def _planned(user: User) -> AgreementQuerySet:
    """The agreements that have a body, case groups not counted, in which this person writes or manages. A body stands
    under every version of its agreement: a new one takes no report from those who keep it."""
    bodies = Body.objects.exclude(kind=Body.Kind.CASE).filter(pk__in=planning_bodies(user))
    lines = bodies.annotate(line=Coalesce("agreement__first", "agreement")).values("line")
    return Agreement.objects.filter(Q(pk__in=lines) | Q(first__in=lines))


def planned_by(user: User) -> Q:
    """The condition for rows with ``agreement``: this person plans under it."""
    return Q(Exists(_planned(user).filter(pk=OuterRef("agreement"))))


def plans(user: User) -> frozenset[int]:
    """Keys of the agreements under which this person plans; asked once for each set of memberships."""
    kept = user.__dict__.get("_plans")
    if not user.in_structure:
        return frozenset()
    if kept is None or kept[0] is not user.functions:
        kept = (user.functions, frozenset(_planned(user).values_list("pk", flat=True)))
        user.__dict__["_plans"] = kept
    return frozenset(kept[1])
