"""Seats, ends and groups that are written afterwards never contradict the minutes of a day that has been."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from groups import leaving
from groups.bodies import add_body, change_body
from groups.memberships import Seat, add_member, change_member
from groups.models import Body, HandOverItem, Membership
from meetings.models import Attendance, Minutes
from tests.conftest import acting
from tests.factories import at, make_action, make_item, make_meeting, make_membership, make_minutes
from tests.groups.test_bodies import complaints, facts

TODAY = timezone.localdate()
MET = TODAY - timedelta(days=30)
BEFORE = MET - timedelta(days=30)


@pytest.fixture
def held(cast):
    """A meeting of the steering group a month ago, with everybody's attendance and minutes being written."""
    meeting = make_meeting(body=cast.steering, status="held", starts_at=at(MET, 13), ends_at=at(MET, 15))
    make_item(meeting=meeting)
    make_minutes(meeting=meeting)
    return meeting


def approve(meeting, by) -> None:
    Minutes.objects.filter(meeting=meeting).update(
        status="approved", approved_at=timezone.now(), approved_by=by, fingerprint="0" * 64
    )


def note(meeting, user, status: str) -> None:
    Attendance.objects.update_or_create(
        meeting=meeting, user=user, defaults={"name": user.name, "function": "member", "status": status}
    )


def seat_of(user, body) -> Membership:
    return Membership.objects.get(body=body, user=user)


def end(cast, last_day, **told) -> list[str]:
    with acting(cast.coordinator) as by:
        seat = seat_of(cast.traffic, cast.steering)
        return complaints(leaving.end_membership, seat, by=by, last_day=last_day, **told)


# Ends


@pytest.mark.parametrize("late", [False, True])
def test_no_seat_ends_before_a_meeting_at_which_the_person_was(late, cast, held):
    note(held, cast.traffic, "present")

    assert end(cast, BEFORE, late=late) == ["last_day"]
    assert seat_of(cast.traffic, cast.steering).valid_to is None


def test_no_seat_ends_before_approved_minutes_that_name_the_person(cast, held):
    note(held, cast.traffic, "absent")
    approve(held, cast.chair)

    assert end(cast, BEFORE, late=True) == ["last_day"]


def test_an_end_before_a_meeting_is_asked_about_and_the_tick_answers(cast, held):
    Attendance.objects.filter(user=cast.traffic).delete()

    assert end(cast, BEFORE, late=False) == ["late"]
    with acting(cast.coordinator) as by:
        leaving.end_membership(seat_of(cast.traffic, cast.steering), by=by, last_day=BEFORE, late=True)
    assert seat_of(cast.traffic, cast.steering).valid_to == BEFORE


def test_an_employment_that_carries_the_seat_is_held_by_the_same_minutes(cast, held):
    note(held, cast.traffic, "remote")

    with acting(cast.coordinator) as by:
        work = cast.traffic.employments.get()
        assert complaints(leaving.end_employment, work, by=by, last_day=BEFORE, late=True) == ["last_day"]
        leaving.end_employment(work, by=by, last_day=MET, late=True)
    assert seat_of(cast.traffic, cast.steering).valid_to == MET


def test_the_page_asks_and_keeps_what_was_typed(cast, held, signed_in):
    Attendance.objects.filter(user=cast.traffic).delete()
    browser = signed_in(cast.coordinator)
    address = reverse("membership_end", args=[seat_of(cast.traffic, cast.steering).pk])
    data = {"when": "day", "last_day": f"{BEFORE}"}
    tick = 'type="checkbox" name="late"'
    assert tick not in browser.get(address).content.decode()

    asked = browser.post(address, data)
    assert asked.status_code == 422
    assert list(asked.context["form"].errors) == ["late"]
    assert f"{BEFORE}" in asked.content.decode()
    assert tick in asked.content.decode()
    assert browser.post(address, data | {"late": "on"}).status_code == 302


# Beginnings


def add(cast, first, **told) -> list[str]:
    return complaints(add_member, cast.steering, cast.stranger, function="member", valid_from=first, **told)


def test_no_seat_begins_before_its_group(cast):
    Body.objects.filter(pk=cast.steering.pk).update(valid_from=MET)
    cast.steering.refresh_from_db()

    assert add(cast, MET - timedelta(days=1), late=True) == ["valid_from"]


def test_no_seat_begins_while_the_person_works_nowhere(cast):
    cast.stranger.employments.update(valid_from=MET)

    assert add(cast, MET - timedelta(days=1), late=True) == ["valid_from"]
    assert add_member(cast.steering, cast.stranger, function="member", valid_from=MET)


def test_no_seat_begins_before_approved_minutes_that_do_not_name_the_person(cast, held):
    approve(held, cast.chair)

    assert add(cast, BEFORE, late=True) == ["valid_from"]
    assert add_member(
        cast.steering, cast.stranger, function="member", valid_from=MET + timedelta(days=1), late=True
    )


def test_a_seat_from_before_a_meeting_is_asked_about_and_the_tick_answers(cast, held):
    assert add(cast, BEFORE) == ["late"]
    assert add_member(cast.steering, cast.stranger, function="member", valid_from=BEFORE, late=True)


# Groups


def test_a_new_group_begins_today_unless_said_otherwise(cast):
    with acting(cast.chair) as by:
        assert add_body(cast.steering, by=by, **facts(name="Skola")).valid_from == TODAY
        assert add_body(cast.steering, by=by, **facts(name="Torg", valid_from=MET)).valid_from == MET


@pytest.mark.parametrize("first", [None, TODAY])
def test_a_group_keeps_a_first_day_that_its_meetings_allow(first, cast, held):
    Body.objects.filter(pk=cast.steering.pk).update(valid_from=BEFORE)
    told = facts(name="Styrgruppen", kind="steering", valid_from=first)

    with acting(cast.chair) as by:
        wrong = complaints(change_body, cast.steering, required_agencies=[], by=by, **told)
    assert wrong == ["valid_from"]


@pytest.mark.parametrize("below", ["steering", "places"])
def test_the_same_name_twice_below_one_group_is_refused(below, cast):
    parent = getattr(cast, below)
    with acting(cast.chair) as by:
        made = add_body(parent, by=by, **facts(name="Skola"))
        assert complaints(add_body, parent, by=by, **facts(name=" skola ")) == ["name"]
        other = add_body(parent, by=by, **facts(name="Torg"))
        renamed = facts(name="Skola", parent=parent)
        assert complaints(change_body, other, required_agencies=[], by=by, **renamed) == ["name"]
        change_body(made, required_agencies=[], by=by, **facts(name="Skola", parent=parent, valid_from=TODAY))


def test_the_name_of_a_case_group_is_told_to_nobody(cast):
    with acting(cast.chair) as by:
        add_body(cast.recruitment, lead=cast.case_worker, by=by, **facts(name="SIG 1", kind="case"))

        assert add_body(cast.recruitment, by=by, **facts(name="SIG 1"))


# Substitutes


@pytest.mark.parametrize(
    ("named", "field"),
    [("police", "substitutes_for"), ("police_agency", "substitutes_for_agency")],
)
def test_a_substitute_works_at_the_agency_that_is_represented(named, field, cast):
    seat = Seat("substitute", **{field: getattr(cast, named)})
    held = seat_of(cast.traffic, cast.steering)

    assert complaints(change_member, held, seat=seat, from_day=TODAY, by=cast.chair) == [field]


# Commitments that name nobody


def left(user) -> list[str]:
    rows = HandOverItem.objects.filter(hand_over__user=user, kind="commitment")
    return list(rows.values_list("key", flat=True))


def test_what_an_agency_answers_for_goes_with_its_last_member_to_be_received(cast, held):
    item = held.items.first()
    action = make_action(item=item, agency=cast.traffic_office, by=cast.coordinator)
    make_action(item=item, agency=cast.police_agency, by=cast.coordinator)

    with acting(cast.coordinator) as by:
        leaving.end_membership(seat_of(cast.traffic, cast.steering), by=by)

    assert left(cast.traffic) == [str(action.pk)]


def test_while_a_colleague_sits_there_it_stays_with_the_agency(cast, held):
    make_action(item=held.items.first(), agency=cast.traffic_office, by=cast.coordinator)
    make_membership(body=cast.steering, user=cast.stranger)

    with acting(cast.coordinator) as by:
        leaving.end_membership(seat_of(cast.traffic, cast.steering), by=by)

    assert left(cast.traffic) == []
