"""Closing a body: refused while something is open; then everything ends the same day."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from groups.models import Body, Membership
from meetings.calling import plan_meeting
from meetings.closing import close_body, hindrances
from meetings.models import Meeting
from tests.factories import make_action, make_body, make_item, make_meeting, make_membership


def close(cast, **changed) -> Body:
    return close_body(
        cast.places, **{"last_day": timezone.localdate(), "reason": "Klar", "by": cast.coordinator} | changed
    )


def test_seats_end_with_the_body_and_no_meeting_follows(cast):
    today = timezone.localdate()
    make_membership(body=cast.places, user=cast.police, valid_from=today + timedelta(days=3))

    close(cast)

    assert set(Membership.objects.filter(body=cast.places).values_list("valid_to", flat=True)) == {today}
    cast.places.refresh_from_db()
    start = timezone.now() + timedelta(days=2)
    with pytest.raises(ValidationError) as refused:
        plan_meeting(cast.places, starts_at=start, ends_at=start + timedelta(hours=1), by=cast.coordinator)
    assert list(refused.value.error_dict) == ["starts_at"]
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        make_meeting(body=cast.places)


@pytest.mark.parametrize("status", ["draft", "called", "in_progress", "held"])
def test_open_meeting_keeps_it_open(status, cast):
    meeting = make_meeting(body=cast.places, status=status)

    with pytest.raises(ValidationError):
        close(cast)

    [hindrance] = hindrances(cast.places, cast.coordinator)
    assert hindrance.url == f"/meetings/{meeting.pk}/"
    with pytest.raises(IntegrityError, match="open"), transaction.atomic():
        Membership.objects.filter(body=cast.places).update(valid_to=timezone.localdate())
        Body.objects.filter(pk=cast.places.pk).update(valid_to=timezone.localdate())


def test_commitment_keeps_it_open_and_says_nothing_to_those_who_may_not_read_it(cast):
    meeting = make_meeting(body=cast.places, status="closed")
    item = make_item(meeting=meeting, audience="units", units=[cast.traffic_unit])
    make_action(item=item, agency=cast.traffic_office, by=cast.traffic, text="Hemligt åtagande")

    assert [row.text for row in hindrances(cast.places, cast.traffic)] == ["Hemligt åtagande"]
    [row] = hindrances(cast.places, cast.coordinator)
    assert ("Hemligt" in row.text, row.url) == (False, "")
    with pytest.raises(ValidationError):
        close(cast)


def test_groups_below_keep_it_open(cast):
    make_body(parent=cast.places, agreement=cast.agreement, name="Under")

    assert [row.text for row in hindrances(cast.places, cast.coordinator)] == ["Under"]


def test_nothing_that_is_over_keeps_it_open(cast):
    for status in (Meeting.Status.CLOSED, Meeting.Status.CANCELLED):
        make_meeting(body=cast.places, status=status)

    assert hindrances(cast.places, cast.coordinator) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"reason": " "}, "reason"), ({"last_day": timezone.localdate() - timedelta(days=1)}, "last_day")],
)
def test_day_and_reason_are_asked_for(wrong, field, cast):
    with pytest.raises(ValidationError) as refused:
        close(cast, **wrong)

    assert list(refused.value.error_dict) == [field]


def test_closing_twice_is_refused(cast):
    close(cast)

    with pytest.raises(ValidationError, match="redan"):
        close(cast)
