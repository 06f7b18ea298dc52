"""Writing what an import of people planned, and rehearsing it: the check does the same and takes it back, so that whatever
a verb or the database would refuse is said, with its row, before anything is confirmed.
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from groups.leaving import end_employment, end_membership
from groups.memberships import Seat, change_member
from groups.models import Employment, Membership, User
from groups.people_plan import Plan, people_with
from groups.people_rows import Wrong

BATCH = 2000


def rehearse(plan: Plan, *, by: User, day: date) -> None:
    """Write everything and take it back; what is refused is put in ``plan.wrong``."""
    try:
        with transaction.atomic():
            write_plan(plan, by=by, day=day)
            transaction.set_rollback(True)
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""
        plan.wrong.append(
            Wrong(0, "", _("The database refuses the rows together (%(rule)s).") % {"rule": name})
        )


def write_plan(plan: Plan, *, by: User, day: date) -> None:
    """People, workplaces and seats that are new, then mandates, then those who leave, each by its verb."""
    people = _write_people(plan)
    for email, employment in plan.new_employments.items():
        employment.user_id = people[email]
    Employment.objects.bulk_create(plan.new_employments.values(), batch_size=BATCH)
    for (email, _body), seat in plan.new_seats.items():
        seat.user_id = people[email]
    Membership.objects.bulk_create(plan.new_seats.values(), batch_size=BATCH)
    changed = _write_mandates(plan, by=by, day=day)
    for ending in plan.ended_seats:
        seat = changed.get(ending.standing.pk, ending.standing)
        verb = partial(end_membership, seat, by=by, last_day=ending.last_day)
        _tried(plan, ending.row, "seat_to", verb)
    for ending in plan.ended_employments:
        verb = partial(end_employment, ending.standing, by=by, last_day=ending.last_day)
        _tried(plan, ending.row, "employed_to", verb)


def _write_people(plan: Plan) -> dict[str, int]:
    """Keys by address of everybody in the file."""
    for user in plan.new_people.values():
        user.password = make_password(None)
    User.objects.bulk_create(plan.new_people.values(), batch_size=BATCH)
    User.objects.bulk_update(plan.changed_people.values(), ["name", "phone"], batch_size=BATCH)
    return dict(people_with(set(plan.first)).values_list("address", "pk"))


def _write_mandates(plan: Plan, *, by: User, day: date) -> dict[int, Membership]:
    """From the day of the check on: what a seat meant before stays as a former seat. The new ones, by the old key."""
    found = {}
    for mandate in plan.mandates:
        old = mandate.standing
        seat = Seat(
            function=old.function,
            mandate=mandate.text,
            commits=old.commits,
            commits_within=old.commits_within,
            leading=old.leading,
            substitutes_for=old.substitutes_for,
            substitutes_for_agency=old.substitutes_for_agency,
        )
        made = _tried(
            plan, mandate.row, "mandate", partial(change_member, old, seat=seat, from_day=day, by=by)
        )
        if made is not None:
            found[old.pk] = made
    return found


def _tried(plan: Plan, row: int, column: str, verb: Callable[[], Any]) -> Any:
    try:
        return verb()
    except ValidationError as error:
        plan.wrong += [Wrong(row, column, message) for message in error.messages]
        return None
