"""Seats: what they mean, how they change and end, and what the database refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from groups.memberships import Seat, add_member, change_member, raises
from groups.models import Body, Membership
from tests.conftest import acting
from tests.factories import LONG_AGO, make_membership
from tests.groups.test_bodies import complaints


def seat_of(user, body) -> Membership:
    return Membership.objects.get(body=body, user=user)


def test_change_from_a_day_keeps_what_was_before(cast):
    today = timezone.localdate()
    held = seat_of(cast.traffic, cast.steering)

    new = change_member(
        held,
        seat=Seat("vice_chair", "Mindre åtgärder", "within", "100 000 kr"),
        from_day=today,
        by=cast.chair,
    )

    held.refresh_from_db()
    assert (held.function, held.valid_to) == ("member", today - timedelta(days=1))
    assert (new.function, new.valid_from, new.valid_to, new.commits_within) == (
        "vice_chair",
        today,
        None,
        "100 000 kr",
    )


def test_change_from_the_first_day_corrects_the_seat(cast):
    held = seat_of(cast.traffic, cast.steering)

    change_member(held, seat=Seat("member", "Rättat"), from_day=LONG_AGO, by=cast.chair)

    assert seat_of(cast.traffic, cast.steering).mandate == "Rättat"


def test_second_chair_is_refused_by_verb_and_by_database(cast):
    held = seat_of(cast.traffic, cast.steering)

    assert complaints(
        change_member, held, seat=Seat("chair"), from_day=timezone.localdate(), by=cast.chair
    ) == ["function"]
    assert seat_of(cast.traffic, cast.steering).valid_to is None
    with pytest.raises(IntegrityError, match="membership_one_chair"), transaction.atomic():
        Membership.objects.filter(pk=held.pk).update(function="chair")


def test_several_may_coordinate(cast):
    make_membership(body=cast.steering, user=cast.stranger, function="coordinator")

    assert Membership.objects.filter(body=cast.steering, function="coordinator").count() == 2


def test_chair_may_follow_upon_a_chair(cast):
    today = timezone.localdate()
    Membership.objects.filter(body=cast.steering, user=cast.chair).update(valid_to=today)

    made = add_member(cast.steering, cast.stranger, function="chair", valid_from=today + timedelta(days=1))

    assert made.function == "chair"


@pytest.mark.parametrize(
    ("who", "agency", "field"),
    [
        ("police", "district", "substitutes_for"),
        ("traffic", "", "substitutes_for"),
        ("stranger", "", "substitutes_for"),
    ],
)
def test_substitute_stands_in_for_one_other_member_or_one_agency(who, agency, field, cast):
    named = {
        "substitutes_for": getattr(cast, who),
        "substitutes_for_agency": getattr(cast, agency) if agency else None,
    }
    held = seat_of(cast.traffic, cast.steering)

    assert complaints(
        change_member, held, seat=Seat("substitute", **named), from_day=LONG_AGO, by=cast.chair
    ) == [field]


def test_substitute_of_an_agency_and_of_a_person(cast):
    held = seat_of(cast.secretary, cast.steering)

    for named in ({"substitutes_for": cast.chair}, {"substitutes_for_agency": cast.district}):
        change_member(held, seat=Seat("substitute", **named), from_day=LONG_AGO, by=cast.chair)
    held.refresh_from_db()
    assert (held.substitutes_for, held.substitutes_for_agency) == (None, cast.district)
    change_member(held, seat=Seat("member", substitutes_for=cast.chair), from_day=LONG_AGO, by=cast.chair)
    held.refresh_from_db()
    assert (held.substitutes_for, held.substitutes_for_agency) == (None, None)


def test_limits_are_written_where_there_are_any(cast):
    held = seat_of(cast.traffic, cast.steering)

    assert complaints(
        change_member, held, seat=Seat("member", commits="within"), from_day=LONG_AGO, by=cast.chair
    ) == ["commits_within"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(pk=held.pk).update(commits="within")


def test_nobody_sits_in_a_closed_body(cast):
    today = timezone.localdate()
    with pytest.raises(IntegrityError, match="after its last day"), transaction.atomic():
        Body.objects.filter(pk=cast.places.pk).update(valid_to=today)
    Membership.objects.filter(body=cast.places).update(valid_to=today)
    Body.objects.filter(pk=cast.places.pk).update(valid_to=today)

    assert complaints(
        add_member, cast.places, cast.stranger, function="member", valid_from=today + timedelta(days=1)
    ) == ["valid_from"]


def test_nobody_gives_themselves_more_than_they_have(cast, signed_in):
    """A coordinator who wrote the minutes does not make themselves the chair who approves them."""
    with acting(cast.coordinator) as by:
        held = seat_of(by, cast.steering)
        wrong = {"seat": Seat("chair"), "from_day": LONG_AGO, "by": by}
        assert complaints(change_member, held, **wrong) == ["function"]
        assert not raises(by, cast.places, "chair"), "who manages the group above decides there"
        change_member(held, seat=Seat("secretary"), from_day=LONG_AGO, by=by)
    assert seat_of(cast.coordinator, cast.steering).function == "secretary"
