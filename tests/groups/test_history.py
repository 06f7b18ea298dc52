"""The structure as it was on a day, before and after agencies became another."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from groups import history, reorganising
from tests.conftest import acting
from tests.counting import queries
from tests.factories import make_body, make_membership, make_unit, make_user
from tests.factories_leaving import make_reorganisation

TODAY = timezone.localdate()
EVE = TODAY - timedelta(days=1)
PAGE = reverse("structure_on")


def moved(cast) -> None:
    """The traffic office became part of the district today, with its people."""
    cast.steering.required_agencies.set([cast.traffic_office])
    change = make_reorganisation(agencies=[cast.traffic_office], successor=cast.district, by=cast.coordinator)
    for pairing in change.pairings.all():
        pairing.new_name = pairing.unit.name
        pairing.save()
    with acting(cast.coordinator) as by:
        reorganising.carry_out(change, by=by)


def test_each_day_has_its_own_agencies_and_workplaces(cast):
    moved(cast)
    with acting(cast.police) as user:
        before, after = history.groups_on(EVE, user), history.groups_on(TODAY, user)
        old, new = history.agencies_on(EVE, user), history.agencies_on(TODAY, user)

    assert cast.traffic_office in old
    assert cast.traffic_office not in new
    for groups, agency in ((before, cast.traffic_office), (after, cast.district)):
        [steering] = [group for group in groups if group.body == cast.steering]
        [seat] = [seat for seat in steering.seats if seat.membership.user == cast.traffic]
        assert seat.work.unit.agency == agency
        assert (steering.required, steering.lacking) == ([agency], [])


def test_an_agency_that_has_not_begun_is_not_missed(cast):
    cast.steering.required_agencies.set([cast.district])
    cast.district.valid_from = TODAY
    cast.district.save()
    with acting(cast.police) as user:
        for day, required in ((EVE, []), (TODAY, [cast.district])):
            [steering] = [group for group in history.groups_on(day, user) if group.body == cast.steering]
            assert steering.required == required


def test_who_left_is_shown_until_the_last_day(cast, signed_in):
    cast.steering.memberships.filter(user=cast.traffic).update(valid_to=EVE)
    browser = signed_in(cast.police)

    assert cast.traffic.name in browser.get(PAGE, {"day": f"{EVE}"}).content.decode()
    assert cast.traffic.name not in {
        seat.membership.user.name
        for group in browser.get(PAGE).context["groups"]
        for seat in group.seats
        if group.body == cast.steering
    }


def test_a_case_group_is_shown_to_its_members_alone(cast):
    hidden = make_body(kind="case", agreement=cast.steering.agreement)
    make_membership(body=hidden, user=cast.chair)
    with acting(cast.police) as user:
        assert hidden not in [group.body for group in history.groups_on(TODAY, user)]
    with acting(cast.chair) as user:
        assert hidden in [group.body for group in history.groups_on(TODAY, user)]


def test_what_is_no_day_is_kept_and_linked(cast, signed_in):
    page = signed_in(cast.police).get(PAGE, {"day": "förr"})

    assert page.status_code == 422
    assert 'value="förr"' in page.content.decode()
    assert 'href="#id_day"' in page.content.decode()


def test_the_page_costs_the_same_with_one_group_and_with_three(cast, signed_in):
    browser = signed_in(cast.police)
    one = queries(browser, PAGE)
    for _each in range(2):
        body = make_body(agreement=cast.steering.agreement)
        person = make_user(unit=make_unit(agency=cast.district))
        make_membership(body=body, user=person)
        body.required_agencies.add(cast.traffic_office)

    assert queries(browser, PAGE) == one
