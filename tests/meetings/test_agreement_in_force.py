"""A meeting rests on the agreement in force on its day, or says why there is none."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from meetings.calling import call_meeting, change_meeting, plan_meeting
from meetings.models import Meeting
from tests.factories import at, make_meeting
from tests.factories_agreements import in_days, make_version


def plan(cast, day, **fields):
    return plan_meeting(
        cast.steering,
        starts_at=at(in_days(day), 13),
        ends_at=at(in_days(day), 15),
        by=cast.chair,
        link="https://video.example.org/rum",
        **fields,
    )


@pytest.fixture
def ended(cast):
    cast.agreement.valid_to = in_days(9)
    cast.agreement.save()
    return cast


def test_planning_past_the_end_asks_for_a_reason(ended):
    plan(ended, 9)
    with pytest.raises(ValidationError) as error:
        plan(ended, 10, reason="  ")
    assert list(error.value.error_dict) == ["reason"]

    meeting = plan(ended, 10, reason="Ny överenskommelse är ute för underskrift")
    meeting.items.create(position=1, title="Punkt")
    call_meeting(meeting, by=ended.chair)

    meeting.refresh_from_db()
    assert meeting.status == "called"
    assert meeting.reason_without_agreement == "Ny överenskommelse är ute för underskrift"


def test_calling_past_the_end_asks_for_a_reason(ended):
    meeting = make_meeting(
        body=ended.steering, status="draft", starts_at=at(in_days(12), 13), ends_at=at(in_days(12), 14)
    )
    meeting.items.create(position=1, title="Punkt")
    with pytest.raises(ValidationError) as error:
        call_meeting(meeting, by=ended.chair)
    assert list(error.value.error_dict) == ["reason"]

    call_meeting(Meeting.objects.get(pk=meeting.pk), by=ended.chair, reason="Övergång")

    assert Meeting.objects.get(pk=meeting.pk).reason_without_agreement == "Övergång"


def test_moving_back_into_force_forgets_the_reason(ended):
    meeting = plan(ended, 10, reason="Övergång")
    change_meeting(meeting, by=ended.chair, starts_at=at(in_days(8), 13), ends_at=at(in_days(8), 15))

    assert Meeting.objects.get(pk=meeting.pk).reason_without_agreement == ""


def test_moving_past_the_end_asks_for_a_reason(ended):
    meeting = plan(ended, 8)
    with pytest.raises(ValidationError) as error:
        change_meeting(meeting, by=ended.chair, starts_at=at(in_days(10), 13), ends_at=at(in_days(10), 15))

    assert list(error.value.error_dict) == ["reason"]


def test_meeting_keeps_the_version_that_holds_on_its_day(ended):
    version = make_version(ended.agreement, valid_from=in_days(5), signed=[in_days(-1), in_days(-1)])

    assert plan(ended, 4).agreement == ended.agreement
    assert plan(ended, 5).agreement == version
    assert plan(ended, 20).agreement == version


def test_database_refuses_a_called_meeting_without_agreement_or_reason(ended):
    meeting = make_meeting(body=ended.steering)
    late = {
        "starts_at": meeting.starts_at + timedelta(days=9),
        "ends_at": meeting.ends_at + timedelta(days=9),
    }

    with pytest.raises(DatabaseError), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(**late)
    with pytest.raises(DatabaseError), transaction.atomic():
        make_meeting(body=ended.steering, **late)
    Meeting.objects.filter(pk=meeting.pk).update(**late, reason_without_agreement="Övergång")
    make_meeting(body=ended.steering, **late, status="draft")
