"""Duties of the year put themselves on agendas."""

import threading
import time
from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from groups.models import AnnualDuty
from groups.programme import review
from meetings.calling import cancel_meeting, change_meeting, plan_meeting
from meetings.live import decide, hold, open_meeting, tick_remaining, write_item
from meetings.models import AgendaItem, DutyOccurrence, Meeting
from meetings.placing import EARLIEST, lacks_meeting, place_duties
from tests.cast import make_cast
from tests.conftest import acting, as_app
from tests.factories import at, make_agreement, make_body, make_meeting
from tests.factories_duties import make_duty, make_duty_on, make_turn
from tests.factories_programme import adopt_on, make_programme, make_report


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def meeting_in(body, days, **fields):
    day = in_days(days)
    return make_meeting(
        body=body, **{"starts_at": at(day, 13), "ends_at": at(day, 15), "status": "draft"} | fields
    )


def place():
    with as_app():
        return place_duties()


def where(duty):
    """The meeting on whose agenda the duty's next turn stands."""
    turn = duty.occurrences.order_by("due").select_related("item__meeting").first()
    return turn.item.meeting if turn.item else None


def test_a_duty_stands_on_the_last_meeting_in_time(cast):
    duty = make_duty_on(
        body=cast.steering, day=in_days(60), lead_days=10, agenda_title="Rapport", agency=cast.school
    )
    meeting_in(cast.steering, 20)
    last = meeting_in(cast.steering, 50)
    meeting_in(cast.steering, 51)
    meeting_in(cast.recruitment, 50)

    place()

    assert where(duty) == last
    item = last.items.get()
    assert (item.title, item.presenter, item.status) == ("Rapport", "Utbildningsförvaltningen", "open")


def test_placing_twice_changes_nothing(cast):
    make_duty_on(body=cast.steering, day=in_days(60))
    meeting_in(cast.steering, 20)

    place()
    again = place()

    assert (again["made"], again["placed"]) == (0, 0)
    assert AgendaItem.objects.count() == 1


def test_a_duty_is_not_taken_up_months_before_its_time(cast):
    duty = make_duty_on(body=cast.steering, day=in_days(300), lead_days=0)
    meeting_in(cast.steering, 299 - EARLIEST.days)

    place()

    assert where(duty) is None


def test_without_a_meeting_in_time_it_waits_and_after_that_takes_the_next(cast):
    in_time = make_duty_on(body=cast.steering, day=in_days(60), lead_days=30)
    late = make_duty_on(body=cast.steering, day=in_days(20), lead_days=30)
    next_one = meeting_in(cast.steering, 40)
    meeting_in(cast.steering, 45)

    place()

    # The day for both has passed before any meeting: the first one by the last day of each takes it up, or the next one.
    assert where(in_time) == next_one
    assert where(late) == next_one


def test_a_meeting_between_the_deadline_and_the_last_day_takes_it_up_until_a_better_is_planned(cast):
    duty = make_duty_on(body=cast.steering, day=in_days(60), lead_days=30)
    beyond = make_duty_on(body=cast.steering, day=in_days(39), lead_days=5)
    between = meeting_in(cast.steering, 40)

    place()

    assert where(beyond) is None
    assert where(duty) == between
    assert lacks_meeting(duty.occurrences.with_duty().get(due=in_days(60)))
    better = meeting_in(cast.steering, 20)
    place()
    assert where(duty) == better
    assert not lacks_meeting(duty.occurrences.with_duty().get(due=in_days(60)))


def test_on_a_draft_it_moves_on_to_a_later_meeting_in_time(cast):
    duty = make_duty_on(body=cast.steering, day=in_days(60), lead_days=10)
    first = meeting_in(cast.steering, 20)
    place()
    assert where(duty) == first
    later = meeting_in(cast.steering, 40)

    place()

    assert where(duty) == later
    assert not first.items.exists()


def test_on_a_called_meeting_it_stays(cast):
    duty = make_duty_on(body=cast.steering, day=in_days(60), lead_days=10)
    called = meeting_in(cast.steering, 20, status="called")
    place()
    meeting_in(cast.steering, 40)

    place()

    assert where(duty) == called


def test_when_the_meeting_is_cancelled_it_places_itself_anew(cast):
    duty = make_duty_on(body=cast.steering, day=in_days(60), lead_days=10)
    other, chosen = meeting_in(cast.steering, 20), meeting_in(cast.steering, 40, status="called")
    place()
    assert where(duty) == chosen
    with acting(cast.secretary) as secretary:
        cancel_meeting(chosen, by=secretary)

    place()

    assert where(duty) == other


def test_when_the_meeting_moves_past_the_day_it_places_itself_anew(cast):
    duty = make_duty_on(body=cast.steering, day=in_days(60), lead_days=10)
    other, chosen = meeting_in(cast.steering, 20), meeting_in(cast.steering, 40)
    place()
    with acting(cast.secretary) as secretary:
        change_meeting(chosen, starts_at=at(in_days(55), 13), ends_at=at(in_days(55), 15), by=secretary)

    place()

    assert where(duty) == other
    assert not chosen.items.exists()


def test_with_no_other_meeting_it_stays_on_one_that_moves_past_the_day(cast):
    duty = make_duty_on(body=cast.steering, day=in_days(60), lead_days=10)
    chosen = meeting_in(cast.steering, 40)
    place()
    with acting(cast.secretary) as secretary:
        change_meeting(chosen, starts_at=at(in_days(55), 13), ends_at=at(in_days(55), 15), by=secretary)

    place()

    assert where(duty) == chosen


def test_who_plans_a_meeting_finds_the_duty_on_its_agenda(cast, django_capture_on_commit_callbacks):
    duty = make_duty_on(body=cast.steering, day=in_days(60), lead_days=10)

    with django_capture_on_commit_callbacks(execute=True), acting(cast.secretary) as secretary:
        planned = plan_meeting(
            cast.steering, starts_at=at(in_days(40), 13), ends_at=at(in_days(40), 15), by=secretary
        )

    assert where(duty) == planned


def held(cast, meeting, status, decision=""):
    Meeting.objects.filter(pk=meeting.pk).update(status="called")
    meeting.refresh_from_db()
    with acting(cast.secretary) as secretary:
        open_meeting(meeting, by=secretary)
        item = meeting.items.get()
        if decision:
            decide(item, text=decision, by=secretary)
            item.refresh_from_db()
        write_item(item, text="", status=status, version=item.version, by=secretary)
        tick_remaining(meeting, by=secretary)
        hold(meeting, by=secretary)


def test_treated_in_a_held_meeting_it_is_done_with_that_as_evidence(cast):
    duty = make_duty_on(body=cast.steering, day=in_days(30), lead_days=10)
    meeting = meeting_in(cast.steering, 10)
    place()

    held(cast, meeting, "decided", "Rapporten godkänns.")

    turn = duty.occurrences.order_by("due").first()
    assert turn.done_on == in_days(10)
    assert turn.meeting == meeting
    assert turn.decision.text == "Rapporten godkänns."


def test_left_untreated_it_stays_until_the_minutes_are_approved_and_then_goes_on(cast):
    duty = make_duty_on(body=cast.steering, day=in_days(30), lead_days=10)
    meeting = meeting_in(cast.steering, 10)
    place()
    following = meeting_in(cast.steering, 15)
    held(cast, meeting, "postponed")
    place()
    assert where(duty) == meeting
    Meeting.objects.filter(pk=meeting.pk).update(status="closed")

    place()

    assert where(duty) == following


def test_turns_that_a_duty_no_longer_asks_for_leave_the_agenda(cast):
    duty = make_duty_on(body=cast.steering, day=in_days(60), lead_days=10)
    meeting = meeting_in(cast.steering, 20)
    place()
    AnnualDuty.objects.filter(pk=duty.pk).update(valid_to=in_days(30))

    place()

    assert not duty.occurrences.exists()
    assert not meeting.items.exists()


def test_what_was_done_stays_when_a_duty_ends(cast):
    duty = make_duty_on(body=cast.steering, day=in_days(60))
    done = make_turn(duty=duty, done_on=timezone.localdate(), note="Klart.")
    AnnualDuty.objects.filter(pk=duty.pk).update(valid_to=in_days(30))

    place()

    assert list(duty.occurrences.all()) == [done]


def test_the_agreements_last_day_counts_backwards(cast):
    agreement = make_agreement(valid_to=date(2027, 8, 31))
    duty = make_duty(body=make_body(agreement=agreement), counting="agreement_end", months=6)

    assert duty.due_days(date(2026, 1, 1), date(2027, 12, 31)) == [date(2027, 2, 28)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"quarter": 1}, [date(2026, 3, 31), date(2027, 3, 31), date(2028, 3, 31)]),
        ({"month": 2}, [date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]),
        ({"month": 2, "day": 30}, [date(2026, 2, 28), date(2027, 2, 28), date(2028, 2, 29)]),
        ({"month": 6, "day": 1, "every_years": 2, "first_year": 2025}, [date(2027, 6, 1)]),
        ({"month": 6, "valid_to": date(2027, 1, 1)}, [date(2026, 6, 30)]),
        ({"month": 6, "valid_from": date(2027, 1, 1)}, [date(2027, 6, 30), date(2028, 6, 30)]),
    ],
)
def test_last_days(cast, fields, expected):
    duty = make_duty(body=cast.steering, **fields)

    assert duty.due_days(date(2026, 1, 1), date(2028, 12, 31)) == expected


def test_only_the_newest_programme_counts(cast):
    duty = make_duty(body=cast.steering, counting="programme", months=24)
    adopted = [date(2024, 11, 20), date(2025, 2, 3)]

    assert duty.due_days(date(2026, 1, 1), date(2028, 1, 1), adopted) == [date(2027, 2, 3)]


def test_the_two_years_of_6_paragraph_put_themselves_on_an_agenda_and_begin_anew_with_a_review(cast):
    since = timezone.localdate() - timedelta(days=670)
    version = make_report(
        agreement=cast.agreement, by=cast.coordinator, published_at=timezone.now() - timedelta(days=600)
    )
    programme = make_programme(version=version, by=cast.coordinator)
    adopt_on(since, programme, body=cast.steering, by=cast.secretary)
    duty = make_duty(body=cast.steering, counting="programme", months=24, lead_days=14)
    elsewhere = make_duty(
        body=make_body(agreement=make_agreement(), name="Annan"), counting="programme", months=24
    )
    meeting = meeting_in(cast.steering, 20)

    place()

    # Adopted before the report was updated: the programme's own two years end first.
    assert [turn.due for turn in duty.occurrences.all()] == [since + relativedelta(months=24)]
    assert where(duty) == meeting
    assert not elsewhere.occurrences.exists()

    review(programme, day=timezone.localdate(), text="Uppföljd.", by=cast.coordinator)
    place()

    report_due = timezone.localdate(version.published_at) + relativedelta(months=24)
    assert [turn.due for turn in duty.occurrences.all()] == [report_due]


def test_the_command_says_what_it_did(cast, capsys):
    make_duty_on(body=cast.steering, day=in_days(60))
    meeting_in(cast.steering, 20)

    call_command("place_duties")

    assert capsys.readouterr().out == "made: 1\nplaced: 1\n"


@pytest.mark.django_db(transaction=True)
def test_two_workers_put_a_duty_on_one_agenda():
    cast = make_cast()
    make_duty_on(body=cast.steering, day=in_days(60))
    meeting = meeting_in(cast.steering, 20)

    def work():
        with as_app():
            place_duties()
        connection.close()

    with transaction.atomic():
        place()
        worker = threading.Thread(target=work)
        worker.start()
        deadline = time.monotonic() + 20
        while not _waiting() and time.monotonic() < deadline:
            worker.join(0.02)
        assert _waiting(), "The second worker should wait for the first."
    worker.join(20)

    assert meeting.items.count() == 1
    assert DutyOccurrence.objects.filter(item__isnull=False).count() == 1


def _waiting() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted)")
        return cursor.fetchone()[0]
