"""What the pages of groups and people cost, and who manages the group below."""

import pytest
from django.urls import reverse

from groups.models import Membership
from groups.undertakings import confirm_undertaking, publish_undertaking
from tests.conftest import acting
from tests.counting import queries
from tests.factories import make_agency, make_body, make_membership, make_unit, make_user
from tests.factories_bodies import make_contact


def _inventory(cast) -> None:
    body = make_body(parent=cast.steering, agreement=cast.agreement, origin="before", found_in="Ett PM")
    body.required_agencies.set([make_agency()])
    make_membership(body=body, user=make_user(unit=make_unit()))


def _agencies(cast) -> None:
    unit = make_unit()
    make_contact(agency=unit.agency)
    make_membership(body=cast.places, user=make_user(unit=unit))


def _undertakings(cast) -> None:
    confirmed = make_user(unit=make_unit())
    for user in (confirmed, make_user(unit=make_unit())):
        make_membership(body=cast.places, user=user)
    confirm_undertaking(_undertakings.text, by=confirmed)


@pytest.mark.parametrize(
    ("name", "grow", "count"),
    [("inventory", _inventory, 7), ("agencies", _agencies, 11), ("undertakings", _undertakings, 9)],
)
def test_pages_cost_the_same_for_one_row_and_three(name, grow, count, cast, signed_in):
    _undertakings.text = publish_undertaking("Text")
    browser = signed_in(cast.coordinator)
    counts = []
    for more in (1, 2):
        for _index in range(more):
            grow(cast)
        counts.append(queries(browser, reverse(name)))

    assert counts == [count, count]


def test_who_manages_a_group_gives_the_one_below_its_first_member_and_sees_none_of_its_meetings(cast):
    """One level, and never a case group (docs/decisions/0018)."""
    low = make_body(key="low", kind="working", parent=cast.recruitment, agreement=cast.agreement)
    case = make_body(key="case-group", kind="case", parent=cast.steering, agreement=cast.agreement)
    with acting(cast.chair) as chair:
        below, two_below, of_case = (body.acts_of(chair) for body in (cast.recruitment, low, case))

    assert (below, two_below, of_case) == ({"manage"}, frozenset(), frozenset())


def test_the_first_member_comes_from_the_group_above(cast, signed_in):
    empty = make_body(key="empty", kind="working", parent=cast.steering, agreement=cast.agreement)
    browser = signed_in(cast.chair)

    typed = {"user": cast.traffic.pk, "function": "chair", "valid_from": "idag", "commits": "unsaid"}
    browser.post(reverse("member_add", args=["empty"]), typed)

    assert Membership.objects.get(body=empty).user == cast.traffic
    assert "manage" not in empty.acts_of(cast.secretary)


def test_the_page_of_a_group_opens_the_call_of_a_meeting_with_the_group_chosen(cast, signed_in):
    browser = signed_in(cast.coordinator)

    page = browser.get(reverse("body", args=["recruitment"])).content.decode()
    address = f"{reverse('meeting_new')}?body={cast.recruitment.pk}"

    assert f'href="{address}"' in page
    assert str(browser.get(address).context["form"]["body"].value()) == str(cast.recruitment.pk)
