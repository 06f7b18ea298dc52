"""Days and times that a meeting may have, and what hinders calling its members."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from meetings.models import Booking, Meeting
from tests.factories import last_sunday, make_meeting
from tests.meetings.test_calling_pages import typed

#: The night when summer time ends, next year.
AUTUMN = f"{last_sunday(timezone.localdate().year + 1, 10):%Y-%m-%d}"


def test_a_time_that_comes_twice_is_the_first_and_that_is_said(cast, signed_in):
    browser = signed_in(cast.secretary)

    sent = typed(
        cast, room="", link="https://video.example.org", day=AUTUMN, starts_at="02.15", ends_at="02.45"
    )
    answer = browser.post(reverse("meeting_new"), sent, follow=True)

    meeting = Meeting.objects.get()
    assert (f"{meeting.starts_at:%H:%M}", f"{meeting.ends_at:%H:%M}") == ("00:15", "00:45"), (
        "UTC, in summer time"
    )
    assert "Den natten slutar sommartiden" in answer.content.decode()


def test_the_database_refuses_days_that_its_own_answers_fall_over(cast):
    far = datetime(9999, 12, 30, 12, tzinfo=UTC)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_meeting(body=cast.steering, starts_at=far, ends_at=far + timedelta(hours=1))


def test_what_hinders_calling_is_said_before_and_after_the_press_and_leads_to_where_it_is_mended(
    cast, signed_in
):
    browser = signed_in(cast.secretary)
    other = make_meeting(body=cast.places, room=cast.room)
    Booking.objects.create(room=cast.room, meeting=other, starts_at=other.starts_at, ends_at=other.ends_at)
    past = timezone.now() - timedelta(days=1)
    drafts = {
        "taken": make_meeting(body=cast.steering, status="draft", room=cast.room, items=1),
        "bare": make_meeting(body=cast.steering, status="draft", link=""),
        "passed": make_meeting(
            body=cast.steering, status="draft", items=1, starts_at=past, ends_at=past + timedelta(hours=1)
        ),
    }
    leads_to = {
        "taken": ["edit/#id_room"],
        "bare": ["edit/#id_room", "items/new/"],
        "passed": ["edit/#id_day"],
    }

    for name, draft in drafts.items():
        url = reverse("meeting_call", args=[draft.pk])
        for answer, status in ((browser.get(url), 200), (browser.post(url), 422)):
            page = answer.content.decode()
            assert answer.status_code == status
            assert [f'href="/meetings/{draft.pk}/{way}"' in page for way in leads_to[name]] == [True] * len(
                leads_to[name]
            )
            assert "#id_acknowledged" not in page and "btn btn-primary" not in page
        draft.refresh_from_db()
        assert draft.status == "draft"
