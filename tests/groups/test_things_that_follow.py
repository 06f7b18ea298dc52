"""What belongs to an agency and to no person follows it into its successor; what names a person is received by name."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from groups import handover, leaving, reorganising
from groups.models import ContactPoint, HandOverItem, Membership, ReorganisationLine
from tests.conftest import acting
from tests.factories import make_membership, make_user
from tests.factories_bodies import make_contact
from tests.factories_duties import make_duty
from tests.factories_leaving import make_hand_over, make_reorganisation, make_thing
from tests.factories_programme import make_measure, make_problem, make_report

TODAY = timezone.localdate()
EVE = TODAY - timedelta(days=1)


@pytest.fixture
def change(cast):
    """The traffic office becomes part of the district, from today."""
    return make_reorganisation(agencies=[cast.traffic_office], successor=cast.district, by=cast.coordinator)


def carry_out(change, cast) -> None:
    with acting(cast.coordinator) as by:
        reorganising.carry_out(change, by=by)


def lines(kind: str) -> list[tuple[str, str, str]]:
    rows = ReorganisationLine.objects.filter(kind=kind)
    return list(rows.values_list("key", "former", "latter"))


def test_measures_under_way_get_the_successor_and_closed_ones_keep_who_did_them(cast, change):
    report = make_report(agreement=cast.steering.agreement, by=cast.coordinator).report
    problem = make_problem(report=report, by=cast.coordinator)
    ours = {"responsible_agency": cast.traffic_office, "by": cast.coordinator, "problem": problem}
    under_way = make_measure(title="Kameror vid Ringens tunnel", **ours)
    closed = make_measure(
        outcome="done", outcome_text="Klart.", closed_on=EVE, closed_by=cast.coordinator, **ours
    )

    carry_out(change, cast)

    under_way.refresh_from_db()
    closed.refresh_from_db()
    assert under_way.responsible_agency == cast.district
    assert closed.responsible_agency == cast.traffic_office
    assert lines("measure") == [(str(under_way.pk), cast.traffic_office.name, cast.district.name)]
    assert "Kameror" not in ReorganisationLine.objects.get(kind="measure").name


def test_duties_get_the_successor_and_those_that_are_over_stay(cast, change):
    goes_on = make_duty(body=cast.steering, agency=cast.traffic_office, person=cast.traffic)
    over = make_duty(body=cast.steering, agency=cast.traffic_office, valid_to=EVE)

    carry_out(change, cast)

    goes_on.refresh_from_db()
    over.refresh_from_db()
    assert (goes_on.agency, goes_on.person) == (cast.district, cast.traffic)
    assert over.agency == cast.traffic_office
    assert lines("duty") == [(str(goes_on.pk), cast.traffic_office.name, cast.district.name)]


def test_contact_points_are_the_successors_from_the_day_on(cast, change):
    point = make_contact(agency=cast.traffic_office, valid_from=TODAY - timedelta(days=90))

    carry_out(change, cast)

    before, after = ContactPoint.objects.filter(topic=point.topic).order_by("valid_from")
    assert (before.pk, before.agency, before.valid_to) == (point.pk, cast.traffic_office, EVE)
    assert (after.agency, after.valid_from, after.valid_to) == (cast.district, TODAY, None)


def test_a_substitute_for_the_agency_is_one_for_its_successor_from_the_day_on(cast, change):
    reserve = make_user(part="reserve")
    seat = make_membership(
        body=cast.steering,
        user=reserve,
        function="substitute",
        substitutes_for_agency=cast.traffic_office,
        valid_from=TODAY - timedelta(days=90),
    )

    carry_out(change, cast)

    before, after = Membership.objects.filter(user=reserve).order_by("valid_from")
    assert (before.pk, before.substitutes_for_agency, before.valid_to) == (seat.pk, cast.traffic_office, EVE)
    assert (after.substitutes_for_agency, after.valid_from) == (cast.district, TODAY)
    assert lines("substitute") == [(str(seat.pk), cast.traffic_office.name, cast.district.name)]


def test_what_waits_to_be_received_is_still_there_after_the_day(cast, change):
    """The row was split; the list names the one that goes on."""
    point = make_contact(
        agency=cast.traffic_office,
        kind="person",
        email=cast.traffic.email,
        valid_from=TODAY - timedelta(days=90),
    )
    left = make_hand_over(user=cast.traffic, agency=cast.traffic_office)
    thing = make_thing(hand_over=left, kind="contact", key=str(point.pk), body=None)

    carry_out(change, cast)

    thing.refresh_from_db()
    assert thing.key == str(ContactPoint.objects.get(topic=point.topic, valid_to=None).pk)


# Received by name


def test_a_contact_point_in_the_persons_name_is_received_by_a_colleague(cast):
    point = make_contact(
        agency=cast.traffic_office,
        kind="person",
        name=cast.traffic.name,
        email=cast.traffic.email,
        valid_from=TODAY - timedelta(days=90),
    )
    colleague = make_user(unit=cast.traffic.employments.get().unit, part="colleague")
    with acting(cast.coordinator) as by:
        made = leaving.end_employment(cast.traffic.employments.get(), by=by, last_day=TODAY)
        thing = made.items.get(kind=HandOverItem.Kind.CONTACT)
        able = set(handover.receivers(thing, by=by))
        assert colleague in able and not able & {cast.traffic, cast.police, cast.chair}
        handover.give_item(thing, to=colleague, by=by)
    with acting(colleague) as by:
        handover.accept_item(thing, by=by)

    before, after = ContactPoint.objects.filter(topic=point.topic).order_by("valid_from")
    assert (before.name, before.valid_to) == (cast.traffic.name, EVE)
    assert (after.name, after.email, after.valid_from) == (colleague.name, colleague.email, TODAY)
    assert after.agency == cast.traffic_office


def test_who_leaves_a_group_keeps_being_a_contact(cast):
    make_contact(agency=cast.traffic_office, kind="person", email=cast.traffic.email)
    seat = cast.steering.memberships.get(user=cast.traffic)
    with acting(cast.coordinator) as by:
        made = leaving.end_membership(seat, by=by)

    assert not made.items.filter(kind="contact").exists()


def test_a_duty_that_names_the_person_is_received_by_a_member_of_the_body(cast):
    duty = make_duty(body=cast.steering, person=cast.traffic)
    outsider = make_user(part="outsider")
    seat = cast.steering.memberships.get(user=cast.traffic)
    with acting(cast.coordinator) as by:
        made = leaving.end_membership(seat, by=by)
        thing = made.items.get(kind=HandOverItem.Kind.DUTY)
        assert handover.pages_of([thing], by)[thing.pk].text == duty.title
        with pytest.raises(ValidationError):
            handover.give_item(thing, to=outsider, by=by)
        handover.give_item(thing, to=cast.chair, by=by)
    duty.refresh_from_db()
    assert duty.person == cast.traffic
    with acting(cast.chair) as by:
        handover.accept_item(thing, by=by)

    duty.refresh_from_db()
    assert duty.person == cast.chair
