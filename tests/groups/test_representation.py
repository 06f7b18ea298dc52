"""Which agencies are represented, with which mandate, and what the law asks of the council."""

from django.utils import translation

from groups.models import Agency, Body, Membership
from groups.representation import required_with_members, warnings, without_mandate
from tests.factories import make_body, make_membership


def council(cast) -> Body:
    body = make_body(kind="council", agreement=cast.agreement)
    make_membership(body=body, user=cast.chair, function="chair", leading=True)
    make_membership(body=body, user=cast.police)
    return body


def whole(body: Body) -> Body:
    return Body.objects.with_whole().get(pk=body.pk)


def test_council_led_by_the_municipality_and_by_leading_people_warns_of_nothing(cast):
    body = council(cast)
    Membership.objects.filter(body=body).update(leading=True)

    assert warnings(whole(body)) == []


def test_council_warns_of_members_without_the_mark(cast):
    with translation.override("en"):
        [warning] = warnings(whole(council(cast)))

    assert cast.police.name in warning
    assert cast.chair.name not in warning


def test_council_warns_of_a_chair_from_elsewhere_and_of_none(cast):
    body = council(cast)
    Membership.objects.filter(body=body).update(leading=True)
    Membership.objects.filter(body=body, function="chair").delete()
    with translation.override("en"):
        assert "Nobody leads" in warnings(whole(body))[0]
        Membership.objects.filter(body=body).update(function="chair")
        assert "not from the municipality" in warnings(whole(body))[0]
        Agency.objects.filter(pk=cast.police_agency.pk).update(municipal=True)
        assert warnings(whole(body)) == []


def test_other_groups_are_not_held_to_the_councils_rules(cast):
    assert warnings(whole(cast.places)) == []


def test_members_stand_under_the_agency_they_come_from(cast):
    found = {
        row.agency: [member.user for member in row.members]
        for row in required_with_members(whole(cast.steering))
    }

    assert found[cast.police_agency] == [cast.police]
    assert found[cast.district] == [cast.chair, cast.coordinator, cast.secretary]


def test_mandate_is_missing_until_something_is_said(cast):
    Membership.objects.filter(body=cast.places, user=cast.traffic).update(commits="no")

    assert [member.user for member in without_mandate(whole(cast.places))] == [cast.coordinator]
