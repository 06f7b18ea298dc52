"""Guests: invited to one meeting without an account, answer by link, attend and stand in the minutes."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from meetings.calling import call_meeting, cancel_meeting, change_meeting
from meetings.exports import document_for
from meetings.guests import invite_guest, remove_guest
from meetings.live import missing_agencies, open_meeting
from meetings.models import Attendance, Delivery, Guest, Invitation
from samverkan.outbox import send_due
from tests.factories import make_body, make_meeting, make_membership
from tests.factories_bodies import make_guest

GUEST = {"name": "Gun Gäst", "organisation": "Hyresgästföreningen", "email": "gast@example.org"}


def invite(meeting, by, **changed) -> Guest:
    return invite_guest(meeting, by=by, **GUEST | changed)


def test_guest_of_a_draft_is_invited_with_the_members(cast):
    meeting = make_meeting(body=cast.steering, status="draft", items=1)
    meeting.invitations.all().delete()

    guest = invite(meeting, cast.secretary)
    assert not Invitation.objects.filter(guest=guest).exists()
    call_meeting(meeting, by=cast.secretary)

    assert Invitation.objects.get(guest=guest).meeting == meeting
    assert {row.kind for row in Delivery.objects.filter(guest=guest)} == {"invitation", "reminder"}


def test_guest_is_mailed_a_calendar_part_and_a_link_and_no_page(cast, postbox, client):
    meeting = make_meeting(body=cast.steering)
    guest = invite(meeting, cast.secretary)
    Delivery.objects.exclude(guest=guest).delete()

    send_due()

    [letter] = postbox.mails()
    text = letter.get_body(("plain",)).get_content()
    whole = letter.as_string()
    assert guest.email in str(letter["To"])
    assert "text/calendar" in whole
    assert f"/meetings/{meeting.pk}/" not in text
    path = reverse("answer", args=[guest.invitation.token])
    assert path in text
    page = client.get(path)
    assert page.status_code == 200
    assert guest.name in page.content.decode()
    assert client.post(path, {"answer": "accepted", "substitute_name": ""}).status_code == 302
    assert Invitation.objects.get(guest=guest).answer == "accepted"


def test_reminder_of_a_guest_is_not_that_of_the_members(cast, postbox):
    meeting = make_meeting(body=cast.steering)
    guest = invite(meeting, cast.secretary)
    Delivery.objects.exclude(kind="reminder").delete()
    Delivery.objects.update(due_at=timezone.now())

    send_due()

    told = {str(letter["To"]): letter.get_body(("plain",)).get_content() for letter in postbox.mails()}
    assert len(told) == 7
    page = f"/meetings/{meeting.pk}/"
    assert [address for address, text in told.items() if page not in text] == [guest.email]


def test_link_and_mail_end_with_the_invitation(cast, client):
    meeting = make_meeting(body=cast.steering)
    guest = invite(meeting, cast.secretary)
    path = reverse("answer", args=[guest.invitation.token])

    remove_guest(guest, by=cast.secretary)

    assert client.get(path).status_code == 404
    assert not Delivery.objects.filter(kind="invitation", guest__isnull=False).exists()


def test_moved_and_cancelled_meetings_are_told_to_guests(cast):
    meeting = make_meeting(body=cast.steering)
    guest = invite(meeting, cast.secretary)

    change_meeting(meeting, by=cast.secretary, starts_at=meeting.starts_at + timedelta(minutes=15))
    cancel_meeting(meeting, by=cast.secretary)

    waiting = Delivery.objects.filter(guest=guest, state="due")
    assert [row.kind for row in waiting] == ["cancellation"]


def test_guest_attends_and_stands_in_the_minutes_with_the_organisation(cast):
    meeting = make_meeting(body=cast.steering, items=1)
    invite(meeting, cast.secretary)
    minutes = open_meeting(meeting, by=cast.secretary)
    invite(meeting, cast.secretary, email="sen@example.org", name="Sen Gäst")
    Attendance.objects.filter(guest__isnull=False).update(status="present")

    meeting.minutes = minutes
    rows = document_for(meeting, cast.secretary).attendance

    assert [(row.name, row.organisation, row.group) for row in rows if row.group == "co_opted"] == [
        ("Gun Gäst", "Hyresgästföreningen", "co_opted"),
        ("Sen Gäst", "Hyresgästföreningen", "co_opted"),
    ]
    assert cast.traffic_office in missing_agencies(
        meeting, Attendance.objects.filter(meeting=meeting).exclude(user=cast.traffic)
    )


def test_nobody_is_invited_twice_nor_a_member_as_guest(cast):
    meeting = make_meeting(body=cast.steering)
    invite(meeting, cast.secretary)

    for wrong in ("GAST@example.org", cast.police.email):
        with pytest.raises(ValidationError) as refused:
            invite(meeting, cast.secretary, email=wrong)
        assert list(refused.value.error_dict) == ["email"]


@pytest.mark.parametrize("status", ["held", "closed", "cancelled"])
def test_nobody_is_a_guest_of_what_is_over(status, cast):
    meeting = make_meeting(body=cast.steering, status=status)

    with pytest.raises(ValidationError):
        invite(meeting, cast.secretary)


def test_nobody_is_a_guest_in_a_case(cast):
    body = make_body(kind="case", agreement=cast.agreement)
    make_membership(body=body, user=cast.case_worker, function="convener")

    with pytest.raises(ValidationError):
        invite(make_meeting(body=body), cast.case_worker)


def test_guest_who_has_been_there_is_not_removed(cast):
    meeting = make_meeting(body=cast.steering)
    guest = invite(meeting, cast.secretary)
    open_meeting(meeting, by=cast.secretary)

    with pytest.raises(ValidationError):
        remove_guest(guest, by=cast.secretary)


def test_row_is_of_a_member_or_of_a_guest(cast):
    meeting = make_meeting(body=cast.steering)
    guest = make_guest(meeting=meeting, invited_by=cast.secretary)

    with pytest.raises(IntegrityError, match="user_or_guest"), transaction.atomic():
        Invitation.objects.filter(guest=guest).update(user=cast.stranger)
    with pytest.raises(IntegrityError, match="user_or_guest"), transaction.atomic():
        Attendance.objects.create(meeting=meeting, name="Ingen", function="member")


def test_officers_invite_on_the_meetings_page(cast, signed_in):
    meeting = make_meeting(body=cast.steering, starts_at=timezone.now() + timedelta(days=3))
    browser = signed_in(cast.secretary)

    response = browser.post(reverse("guest_add", args=[meeting.pk]), GUEST | {"language": "sv"})

    assert response.status_code == 302
    page = browser.get(reverse("meeting", args=[meeting.pk])).content.decode()
    assert page.count("Gun Gäst") >= 2
    assert "Hyresgästföreningen" in page
