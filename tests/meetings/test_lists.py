"""Every list can be taken away, and holds what its page would show."""

import csv
import io

import pytest
from django.urls import reverse

from meetings.models import DutyOccurrence
from tests.counting import queries
from tests.factories import make_action, make_item, make_meeting, make_membership, make_user
from tests.factories_duties import make_duty, make_turn


def rows_of(answer):
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))


def fetched(browser, address):
    return rows_of(browser.get(address, {"download": "csv"}))


def everything(cast):
    """Something for each list."""
    held = make_meeting(body=cast.steering, items=1, status="held", year=2026, number=1, title="=cmd()")
    make_action(item=held.items.get(), agency=cast.police_agency, by=cast.secretary, text="=cmd()")
    make_turn(duty=make_duty(body=cast.steering, title="=cmd()"))


def test_each_list_gives_both_kinds_of_file_and_no_formula(cast, signed_in):
    everything(cast)
    addresses = [reverse(name) for name in ("meetings", "actions", "law", "structure")]
    addresses += [
        reverse("body", args=["steering"]),
        f"{reverse('year')}?year={DutyOccurrence.objects.get().due.year}",
    ]
    browser = signed_in(cast.police)

    for address in addresses:
        assert "download=xlsx" in browser.get(address).content.decode(), address
        mark = "&" if "?" in address else "?"
        for kind in ("csv", "xlsx"):
            answer = browser.get(f"{address}{mark}download={kind}")
            assert answer["Content-Disposition"].startswith("attachment"), address
        found = rows_of(browser.get(f"{address}{mark}download=csv"))
        assert len(found) > 1, address
        assert not [value for row in found for value in row if value.startswith("=")], address


def test_a_list_holds_what_the_person_sees(cast, signed_in):
    make_meeting(body=cast.steering, title="Styrgruppens")
    make_meeting(body=cast.places, title="Platsernas")

    assert "Styrgruppens" not in str(fetched(signed_in(cast.association), reverse("meetings")))
    assert "Platsernas" in str(fetched(signed_in(cast.association), reverse("meetings")))
    assert len(fetched(signed_in(cast.stranger), reverse("meetings"))) == 1


def test_filters_of_the_page_are_the_files(cast, signed_in):
    make_meeting(body=cast.steering, title="Styrgruppens")
    make_meeting(body=cast.places, title="Platsernas")

    found = rows_of(
        signed_in(cast.coordinator).get(reverse("meetings"), {"body": "places", "download": "csv"})
    )

    assert [row[2] for row in found[1:]] == ["Platsernas"]


def test_an_item_that_is_not_open_to_one_gives_no_action(cast, signed_in):
    meeting = make_meeting(body=cast.steering, status="held", year=2026, number=1)
    kept = make_item(meeting=meeting, audience="units", units=[cast.safety_unit])
    make_action(item=kept, agency=cast.police_agency, by=cast.secretary, text="Hemligt")

    assert "Hemligt" not in str(fetched(signed_in(cast.police), reverse("actions")))


@pytest.mark.parametrize("name", ["stranger", "administrator"])
def test_members_are_given_to_nobody_outside(cast, signed_in, name):
    address = reverse("body", args=["steering"])

    assert signed_in(getattr(cast, name)).get(address, {"download": "csv"}).status_code == 404


def test_a_file_costs_as_much_of_three_rows_as_of_one(cast, signed_in):
    address = f"{reverse('body', args=['places'])}?download=csv"
    before = queries(signed_in(cast.coordinator), address)
    for _number in range(3):
        make_membership(body=cast.places, user=make_user(unit=cast.traffic_unit))

    assert queries(signed_in(cast.coordinator), address) == before == 10
