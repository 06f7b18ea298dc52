"""Mail about duties of the year."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from meetings.duty_notices import notify_due
from meetings.models import Meeting
from meetings.tasks import remind_of_duties
from tests.factories import at, make_item, make_meeting
from tests.factories_duties import make_duty, make_turn
from tests.post import Postbox
from tests.scan import mailed

TODAY = timezone.localdate()
CANARY = "Kanariefågel"


def due_in(cast, days: int, **fields):
    duty = make_duty(body=cast.steering, title=CANARY, **fields)
    return make_turn(duty=duty, due=TODAY + timedelta(days=days))


def told(letters) -> set[str]:
    return {letter["To"] for letter in letters}


@pytest.mark.parametrize(
    ("days", "subject"),
    [
        (15, None),
        (14, "En uppgift ska vara gjord senast"),
        (-1, "En uppgift skulle ha varit gjord senast"),
        (-31, None),
    ],
)
def test_those_who_answer_are_told_once(days, subject, cast, postbox: Postbox):
    turn = due_in(cast, days)

    for _turn in range(2):
        remind_of_duties()
    letters = mailed(postbox)

    assert told(letters) == ({cast.chair.email, cast.coordinator.email} if subject else set())
    assert len(letters) == (2 if subject else 0)
    for letter in letters:
        text = letter.get_body(("plain",)).get_content()
        assert str(letter["Subject"]) == f"{subject} {turn.due}"
        assert f"/plan/year/duties/{turn.duty_id}/" in text
        assert CANARY not in text


def test_the_person_who_is_named_is_told_instead(cast, postbox: Postbox):
    due_in(cast, 3, person=cast.police)
    call_command("remind_of_duties", verbosity=0)

    assert told(mailed(postbox)) == {cast.police.email}


def test_a_meeting_that_takes_it_up_in_time_is_word_enough(cast, postbox: Postbox):
    turn = due_in(cast, 10)
    day = TODAY + timedelta(days=9)
    meeting = make_meeting(body=cast.steering, status="called", starts_at=at(day, 13), ends_at=at(day, 15))
    turn.item = make_item(meeting=meeting)
    turn.save()
    assert notify_due() == 0

    Meeting.objects.filter(pk=meeting.pk).update(status="cancelled")

    assert notify_due() == 1


def test_what_is_done_before_it_is_sent_is_not_sent(cast, postbox: Postbox):
    turn = due_in(cast, -2)
    assert notify_due() == 1

    turn.done_on, turn.note = TODAY, "Klart."
    turn.save()

    assert mailed(postbox) == []


def test_who_has_left_is_not_told(cast, postbox: Postbox):
    due_in(cast, -2)
    notify_due()

    cast.coordinator.memberships.update(valid_to=TODAY - timedelta(days=1))

    assert told(mailed(postbox)) == {cast.chair.email}
