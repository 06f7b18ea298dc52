"""Numbers of meetings and decisions: per body and year, in the order of the agenda, without gaps, also at once."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from meetings.live import decide, hold, open_meeting, tick_remaining
from meetings.models import Decision, Meeting
from tests.cast import make_cast
from tests.conftest import acting
from tests.factories import make_decision, make_item, make_meeting, make_minutes


def ready(body, by, *, decisions=1, starts_at=datetime(2026, 3, 12, 12, tzinfo=UTC)):
    """A meeting about to end, everybody present."""
    meeting = make_meeting(
        body=body,
        items=decisions,
        status="in_progress",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=2),
    )
    make_minutes(meeting=meeting)
    meeting.attendances.update(status="present")
    for item in meeting.items.order_by("-position"):
        make_decision(item=item, by=by, text=f"Beslut under punkt {item.position}")
    return meeting


def end(meeting, user):
    with acting(user):
        hold(meeting, by=user)


def numbers(meeting):
    return [
        (decision.item.position, decision.year, decision.number)
        for decision in Decision.objects.filter(item__meeting=meeting).order_by("item__position", "pk")
    ]


def test_decisions_are_numbered_in_the_order_of_the_agenda_and_run_on(cast):
    first = ready(cast.steering, cast.secretary, decisions=2)
    second = ready(cast.steering, cast.secretary, decisions=2)
    hidden = make_item(meeting=second, position=9, audience="units", units=[cast.youth_unit])
    make_decision(item=hidden, by=cast.police)

    end(first, cast.secretary)
    end(second, cast.coordinator)

    assert (first.designation, second.designation) == ("1/2026", "2/2026")
    assert numbers(first) == [(1, 2026, 1), (2, 2026, 2)]
    assert numbers(second) == [(1, 2026, 3), (2, 2026, 4), (9, 2026, 5)]


def test_each_body_and_each_year_begins_with_one(cast):
    # Half past eleven at night in London, the next year in Sweden.
    new_year = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    meetings = [
        ready(cast.steering, cast.secretary),
        ready(cast.steering, cast.secretary, starts_at=new_year - timedelta(hours=1)),
        ready(cast.steering, cast.secretary, starts_at=new_year),
        ready(cast.places, cast.coordinator),
    ]

    for meeting in meetings:
        end(meeting, cast.coordinator)

    assert [meeting.designation for meeting in meetings] == ["1/2026", "2/2026", "1/2027", "1/2026"]
    assert [numbers(meeting) for meeting in meetings] == [
        [(1, 2026, 1)],
        [(1, 2026, 2)],
        [(1, 2027, 1)],
        [(1, 2026, 1)],
    ]


def test_a_whole_meeting_from_opening_to_number(cast):
    meeting = make_meeting(body=cast.steering, items=1)

    with acting(cast.secretary) as secretary:
        open_meeting(meeting, by=secretary)
        decide(meeting.items.get(), text="Beslut", by=secretary)
        tick_remaining(meeting, by=secretary)
        hold(meeting, by=secretary)

    assert meeting.status == "held"
    assert (meeting.number, Decision.objects.get().label) == (1, "§\u00a01")


def at_once(*acts):
    """Run each in its own thread and connection, all let go at the same moment; the errors that came of it."""
    start = threading.Barrier(len(acts))
    errors = []

    def run(act):
        try:
            start.wait(timeout=10)
            act()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return errors


@pytest.mark.django_db(transaction=True)
def test_meetings_that_end_at_once_share_no_number_and_skip_none():
    cast = make_cast()
    meetings = [ready(cast.steering, cast.secretary, decisions=3) for _ in range(6)]
    late = ready(cast.steering, cast.secretary, decisions=1)
    end(late, cast.secretary)
    people = [type(cast.secretary).objects.get(pk=cast.secretary.pk) for _ in meetings]

    def decide_late():
        with acting(type(cast.secretary).objects.get(pk=cast.coordinator.pk)) as user:
            decide(late.items.get(), text="Glömt beslut", by=user)

    errors = at_once(
        *(
            lambda meeting=meeting, user=user: end(meeting, user)
            for meeting, user in zip(meetings, people, strict=True)
        ),
        decide_late,
    )

    assert errors == []
    held = Meeting.objects.filter(body=cast.steering).values_list("number", flat=True)
    assert sorted(held) == list(range(1, 8))
    given = Decision.objects.filter(body=cast.steering).values_list("number", flat=True)
    assert sorted(given) == list(range(1, 21))
    for meeting in meetings:
        mine = [number for _, _, number in numbers(meeting)]
        assert mine == list(range(mine[0], mine[0] + 3))


@pytest.mark.django_db(transaction=True)
def test_a_meeting_that_two_end_at_once_ends_once():
    cast = make_cast()
    meeting = ready(cast.steering, cast.secretary)

    def ending(person):
        user = type(person).objects.get(pk=person.pk)
        return lambda: end(Meeting.objects.get(pk=meeting.pk), user)

    errors = at_once(ending(cast.secretary), ending(cast.coordinator))

    assert [type(error).__name__ for error in errors] == ["ValidationError"]
    assert Meeting.objects.get(pk=meeting.pk).number == 1
    assert date(2026, 3, 12) == Meeting.objects.get(pk=meeting.pk).starts_at.date()
