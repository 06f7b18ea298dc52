"""The start page: what now? For everyone who signs in."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.models import Invitation, Meeting
from tests.factories import at, make_action, make_item, make_meeting, make_membership, make_minutes
from tests.factories_cases import make_case, make_note
from tests.meetings.pages import counted

TODAY = timezone.localdate()
NOW = timezone.now()


def meeting_in(body, days=0, hour=13, **fields):
    day = TODAY + timedelta(days=days)
    return make_meeting(body=body, starts_at=at(day, hour), ends_at=at(day, hour + 2), **fields)


def page_of(browser):
    page = browser.get(reverse("today"))
    assert page.status_code == 200
    return page


def waiting(browser):
    found = page_of(browser).context["waiting"]
    return {name: list(getattr(found, name)) for name in ("approve", "write", "call", "answer")}


NOTHING = {"approve": [], "write": [], "call": [], "answer": []}


@pytest.mark.parametrize("part", ["administrator", "log_reviewer", "stranger"])
def test_who_sits_nowhere_gets_a_calm_page(cast, signed_in, part):
    meeting_in(cast.steering, 1, title="Kanariefågel")

    page = page_of(signed_in(getattr(cast, part)))

    assert "Kanariefågel" not in page.content.decode()
    assert page.content.decode().count("<h1") == 1


def test_who_has_left_a_body_is_not_asked_to_answer(cast, signed_in):
    called = meeting_in(cast.recruitment, 1)
    assert [row.meeting for row in waiting(signed_in(cast.police))["answer"]] == [called]

    cast.police.memberships.filter(body=cast.recruitment).update(valid_to=TODAY - timedelta(days=1))

    assert waiting(signed_in(cast.police)) == NOTHING
    assert reverse("meeting", args=[called.pk]) not in page_of(signed_in(cast.police)).content.decode()


def test_a_member_with_nothing_ahead_gets_the_empty_states(cast, signed_in):
    page = page_of(signed_in(cast.police))

    assert page.context["next"] is None
    assert page.content.decode().count('class="empty"') == 3


def test_the_next_meeting_is_the_first_of_mine(cast, signed_in):
    meeting_in(cast.places, 1)
    meeting_in(cast.steering, 2, status="draft")
    meeting_in(cast.steering, 1, status="cancelled")
    later = meeting_in(cast.steering, 5, items=2)
    first = meeting_in(cast.recruitment, 3, items=2)
    make_item(meeting=first, position=3, audience="units", units=[cast.social_unit])
    first.invitations.filter(user=cast.police).update(answer=Invitation.Answer.ACCEPTED)

    found = page_of(signed_in(cast.police)).context

    assert (found["next"].meeting, found["later"]) == (first, [later])
    assert (found["next"].items, found["next"].invited, found["next"].answered) == (2, 5, 1)
    assert (found["next"].mine, found["next"].may_write) == ("accepted", False)
    assert page_of(signed_in(cast.association)).context["next"].meeting.body == cast.places


def test_a_meeting_that_is_going_on_is_opened_from_here(cast, signed_in):
    running = make_meeting(
        body=cast.steering,
        status="in_progress",
        starts_at=NOW - timedelta(minutes=5),
        ends_at=NOW + timedelta(hours=1),
    )
    make_minutes(meeting=running)
    where = reverse("meeting_live", args=[running.pk])

    assert where in page_of(signed_in(cast.secretary)).content.decode()
    assert where not in page_of(signed_in(cast.police)).content.decode()


def test_each_is_told_what_waits_for_them_and_nobody_else(cast, signed_in):
    invitation = meeting_in(cast.steering, 3).invitations.get(user=cast.police)
    Invitation.objects.exclude(pk=invitation.pk).update(answer="accepted")
    draft = meeting_in(cast.steering, 9, status="draft")
    held = meeting_in(cast.steering, -3, status="held", year=2026, number=1)
    make_minutes(meeting=held)
    forgotten = meeting_in(cast.steering, -1, status="in_progress")
    make_minutes(meeting=forgotten)
    sent = meeting_in(cast.steering, -9, status="held", year=2026, number=2)
    minutes = make_minutes(meeting=sent, status="review", submitted_at=NOW, submitted_by=cast.secretary)
    Invitation.objects.filter(meeting__in=[draft, held, forgotten, sent]).delete()

    assert waiting(signed_in(cast.police)) == NOTHING | {"answer": [invitation]}
    assert waiting(signed_in(cast.secretary)) == NOTHING | {"write": [held, forgotten], "call": [draft]}
    assert waiting(signed_in(cast.chair)) == NOTHING | {"approve": [minutes], "call": [draft]}
    assert waiting(signed_in(cast.traffic)) == NOTHING
    assert waiting(signed_in(cast.case_worker)) == NOTHING


def test_what_is_over_waits_for_nobody(cast, signed_in):
    meeting_in(cast.steering, -1)
    Meeting.objects.update(status="cancelled")
    held = meeting_in(cast.steering, -3, status="held", year=2026, number=1)
    make_minutes(meeting=held, status="review", submitted_at=NOW, submitted_by=cast.secretary)

    assert waiting(signed_in(cast.secretary)) == NOTHING
    assert waiting(signed_in(cast.police)) == NOTHING


def test_my_action_items_the_latest_first_and_not_all_of_them(cast, signed_in):
    item = meeting_in(cast.steering, -1, items=1, status="in_progress").items.get()
    for days in (3, -4, 1, 9, 10, 11):
        make_action(
            item=item,
            agency=cast.traffic_office,
            by=cast.secretary,
            due=TODAY + timedelta(days=days),
            text=f"Om {days}",
        )

    page = page_of(signed_in(cast.traffic))

    assert [row.text for row in page.context["actions"]] == ["Om -4", "Om 1", "Om 3", "Om 9", "Om 10"]
    assert page.content.decode().count("▲") == 1
    assert reverse("actions") in page.content.decode()
    assert page_of(signed_in(cast.chair)).context["actions"] == []


def test_the_week_holds_what_one_may_see(cast, signed_in):
    mine = meeting_in(cast.steering, 2)
    meeting_in(cast.steering, 8)
    meeting_in(cast.steering, 3, status="draft")
    meeting_in(cast.places, 4)
    opened = meeting_in(cast.places, 5, audience="structure")

    assert page_of(signed_in(cast.police)).context["week"] == [mine, opened]


def test_nothing_of_cases_is_here(cast, signed_in):
    case = make_case(lead=cast.case_worker)
    make_note(case=case, by=cast.case_worker, text="Kanariefågel")

    content = page_of(signed_in(cast.case_worker)).content.decode()

    assert "Kanariefågel" not in content and case.reference not in content


def test_the_page_asks_as_much_of_one_row_as_of_three(cast, signed_in):
    make_membership(body=cast.recruitment, user=cast.chair, function="convener")

    def more():
        meeting = meeting_in(cast.steering, 2, items=1, title="Möte")
        make_action(item=meeting.items.get(), agency=cast.district, by=cast.secretary)
        meeting_in(cast.steering, 9, status="draft")
        number = Meeting.objects.count() + 1
        for status in ("review", "writing"):
            held = meeting_in(cast.recruitment, -2, status="held", year=2026, number=number)
            make_minutes(meeting=held, status=status, submitted_at=NOW, submitted_by=cast.coordinator)
            number += 1

    assert counted(signed_in(cast.chair), reverse("today"), more) == 31
