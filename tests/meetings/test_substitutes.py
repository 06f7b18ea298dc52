"""Who is announced as a substitute, from the answer to the tick, and mails that never go."""

import pytest
from django.urls import reverse

from meetings.live import open_meeting
from meetings.models import Attendance, Delivery, Invitation, Meeting
from meetings.reminders import plan_invitations
from meetings.representation import representation_of
from tests.factories import make_meeting


@pytest.fixture
def answered(cast):
    """The one from the traffic office does not come and has said who comes instead."""
    meeting = make_meeting(body=cast.steering, items=1, status=Meeting.Status.CALLED)
    Invitation.objects.update_or_create(
        meeting=meeting,
        user=cast.traffic,
        defaults={"answer": Invitation.Answer.DECLINED, "substitute_name": "Vera Vikarie"},
    )
    return meeting


def test_an_announced_substitute_speaks_for_the_agency(cast, answered, signed_in):
    found = representation_of(answered, invitations=answered.invitations.all())

    assert {line.agency: line.tone for line in found.lines}[cast.traffic_office] == "ok"
    page = signed_in(cast.secretary).get(reverse("meeting", args=[answered.pk])).content.decode()
    assert "Ersättare kommer" in page
    assert "1 skickar ersättare" in page


def test_an_announced_substitute_stands_on_the_row_and_is_ticked_with_one_press(cast, answered, signed_in):
    open_meeting(answered, by=cast.secretary)
    row = Attendance.objects.get(meeting=answered, user=cast.traffic)
    browser = signed_in(cast.secretary)

    page = browser.get(reverse("meeting_live", args=[answered.pk])).content.decode()
    form = page.split(f'id="attendance-{row.pk}"', 1)[1].split("</form>", 1)[0]
    assert "Vera Vikarie är här" in form
    assert 'name="substitute_name" value="Vera Vikarie"' in form

    sent = {"attendance": row.pk, "substitute_name": "Vera Vikarie", "status": "substitute"}
    browser.post(reverse("meeting_attendance", args=[answered.pk]), sent)
    row.refresh_from_db()
    assert (row.status, row.substitute_name) == ("substitute", "Vera Vikarie")


def test_mails_of_a_meeting_that_is_over_are_not_said_to_wait(cast, answered, signed_in):
    plan_invitations(answered)
    waiting = Delivery.objects.filter(meeting=answered, state=Delivery.State.DUE)
    address = reverse("meeting", args=[answered.pk])

    before = signed_in(cast.secretary).get(address).content.decode()
    Meeting.objects.filter(pk=answered.pk).update(status=Meeting.Status.HELD)
    after = signed_in(cast.secretary).get(address).content.decode()

    assert waiting.exists()
    assert "Väntar" in before.split('id="deliveries"', 1)[1]
    assert "Väntar" not in after.split('id="deliveries"', 1)[1]
    assert "Skickas inte" in after
