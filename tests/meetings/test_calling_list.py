"""The list of meetings."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.counting import queries
from tests.factories import make_meeting


def test_the_list_shows_what_comes_and_what_has_been(cast, signed_in):
    coming = make_meeting(body=cast.steering)
    cancelled = make_meeting(body=cast.steering, status="cancelled")
    long_ago = make_meeting(
        body=cast.steering,
        status="held",
        starts_at=timezone.now() - timedelta(days=30),
        ends_at=timezone.now() - timedelta(days=30) + timedelta(hours=1),
    )
    make_meeting(body=cast.recruitment)

    page = signed_in(cast.traffic).get(reverse("meetings"))

    assert list(page.context["upcoming"]) == [coming]
    assert page.context["past"].rows == [cancelled, long_ago]


def test_the_list_is_filtered_by_body(cast, signed_in):
    make_meeting(body=cast.steering)
    mine = make_meeting(body=cast.recruitment)

    page = signed_in(cast.police).get(reverse("meetings"), {"body": "recruitment"})

    assert list(page.context["upcoming"]) == [mine]


def test_past_meetings_are_paged_by_key(cast, signed_in):
    start = timezone.now() - timedelta(days=100)
    past = [
        make_meeting(
            body=cast.steering,
            status="held",
            starts_at=start + timedelta(days=day // 2),
            ends_at=start + timedelta(days=day // 2, hours=1),
        )
        for day in range(30)
    ]
    browser = signed_in(cast.traffic)

    first = browser.get(reverse("meetings")).context["past"]
    second = browser.get(reverse("meetings"), {"before": first.next}).context["past"]

    assert [row.pk for row in first.rows + second.rows] == [row.pk for row in reversed(past)]
    assert (len(first.rows), second.next) == (25, "")


@pytest.mark.parametrize(
    "before", ["rubbish", "2026-01-01~x", "~", "2026-01-01T00:00:00+00:00~99999999999999999999"]
)
def test_an_unreadable_key_does_no_harm(cast, signed_in, before):
    assert signed_in(cast.traffic).get(reverse("meetings"), {"before": before}).status_code == 200


def test_the_list_costs_the_same_for_one_meeting_and_for_three(cast, signed_in):
    browser = signed_in(cast.traffic)
    make_meeting(body=cast.steering)
    one = queries(browser, reverse("meetings"))
    for body in (cast.steering, cast.places):
        make_meeting(body=body, room=cast.room)

    assert queries(browser, reverse("meetings")) == one == 9


def test_an_empty_list_names_the_next_step(cast, signed_in):
    officer = signed_in(cast.secretary).get(reverse("meetings")).content.decode()
    member = signed_in(cast.police).get(reverse("meetings")).content.decode()

    assert reverse("meeting_new") in officer
    assert reverse("meeting_new") not in member
    assert 'class="empty"' in member
