"""Mail about hand-overs and reorganisations: to those concerned, asked again before it is sent, and saying nothing of
whom or what."""

from datetime import timedelta

import pytest
from django.utils import timezone

from groups import handover, leaving, reorganising
from groups.models import HandOverItem, Notice
from samverkan.outbox import send_due
from tests.conftest import acting
from tests.factories_leaving import make_hand_over, make_thing

TODAY = timezone.localdate()


def told(kind: str) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("recipient__email", flat=True))


@pytest.fixture
def thing(cast) -> HandOverItem:
    left = make_hand_over(user=cast.traffic, body=cast.steering, last_day=TODAY - timedelta(days=1))
    return make_thing(hand_over=left, function="secretary")


def test_who_is_asked_to_receive_is_told_once_a_day(cast, thing):
    other = make_thing(hand_over=thing.hand_over, function="secretary")
    with acting(cast.coordinator) as by:
        handover.give_item(thing, to=cast.police, by=by)
        handover.give_item(other, to=cast.police, by=by)

    assert Notice.objects.filter(kind="hand_over_receive").count() == 1
    assert told("hand_over_receive") == {cast.police.email}


def test_who_has_answered_meanwhile_is_not_told(cast, thing):
    with acting(cast.coordinator) as by:
        handover.give_item(thing, to=cast.police, by=by)
    with acting(cast.police) as by:
        handover.decline_item(thing, by=by)
    with acting(None):
        send_due()

    assert Notice.objects.get(kind="hand_over_receive").state == "cancelled"
    assert told("hand_over_nobody") == {cast.coordinator.email}
    assert Notice.objects.get(kind="hand_over_nobody").state == "sent"


def test_managers_hear_the_morning_after_of_what_has_nobody(cast):
    seat = cast.steering.memberships.get(user=cast.traffic)
    with acting(cast.coordinator) as by:
        leaving.end_membership(seat, by=by, last_day=TODAY)

    assert told("hand_over_nobody") == {cast.coordinator.email, cast.chair.email}
    assert all(notice.due_at.date() > TODAY for notice in Notice.objects.all())


def test_nobody_is_told_of_what_has_been_received_or_let_go(cast):
    seat = cast.steering.memberships.get(user=cast.traffic)
    with acting(cast.coordinator) as by:
        made = leaving.end_membership(seat, by=by)
        for item in made.items.all():
            handover.release_item(item, by=by, reason="Gruppen klarar sig.")
    Notice.objects.update(due_at=timezone.now())
    with acting(None):
        send_due()

    assert set(Notice.objects.values_list("state", flat=True)) == {"cancelled"}


def test_a_prepared_list_tells_nobody(cast):
    with acting(cast.traffic) as by:
        handover.prepare(by=by, last_day=TODAY)

    assert not Notice.objects.exists()


def plan(cast):
    with acting(cast.coordinator) as by:
        old = cast.traffic_office
        cast.district.kind = old.kind
        return reorganising.plan_reorganisation([old], successor=cast.district, on=TODAY, by=by)


def test_a_plan_is_told_to_those_who_work_there_unless_it_is_given_up(cast):
    planned = plan(cast)
    assert cast.traffic.email in told("reorganisation_planned")
    assert not told("reorganisation_planned") & {cast.police.email, cast.stranger.email}
    with acting(cast.coordinator) as by:
        reorganising.withdraw(planned, by=by)
    Notice.objects.update(due_at=timezone.now())
    with acting(None):
        send_due()

    assert set(Notice.objects.values_list("state", flat=True)) == {"cancelled"}


def test_what_was_carried_out_is_told_with_the_agency_and_the_day(cast):
    planned = plan(cast)
    with acting(cast.coordinator) as by:
        reorganising.pair_units(planned, {pairing.unit_id: "" for pairing in planned.pairings.all()}, by=by)
        reorganising.carry_out(planned, by=by)

    done = Notice.objects.filter(kind="reorganisation_done")
    assert cast.traffic.email in told("reorganisation_done")
    assert {notice.about for notice in done} == {f"{cast.district.name}, {TODAY}"}
    with acting(None):
        send_due()
    assert set(done.values_list("state", flat=True)) == {"sent"}
