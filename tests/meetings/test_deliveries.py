"""Sending what is due: who gets it, once, and what happens when a server says no."""

import logging
from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from groups.roles import OFFICERS
from groups.seats import look_up
from meetings.calling import call_meeting, cancel_meeting, change_meeting
from meetings.deliveries import OUTBOX
from meetings.models import Delivery, Invitation, Meeting
from meetings.reminders import plan_invitations
from samverkan import outbox as sending
from samverkan.embedded import ports
from samverkan.outbox import BATCH, TRIES, Outbox, claim, send_due
from samverkan.tasks import send_due as task
from tests.conftest import acting
from tests.factories import make_meeting, make_membership, make_user
from tests.post import postbox

PEOPLE = ["chair", "coordinator", "police", "secretary", "traffic", "welfare-officer"]


@pytest.fixture
def meeting(cast):
    """A called meeting of the steering group: six invitations due now, six reminders later."""
    meeting = make_meeting(
        body=cast.steering, items=1, status="draft", title="Hemlig rubrik", room=cast.room, link=""
    )
    with acting(cast.secretary) as secretary:
        call_meeting(meeting, by=secretary)
    return meeting


@pytest.fixture
def box(settings):
    """A real SMTP server, and a mail back-end that really talks to it."""
    settings.EMAIL_BACKEND = "samverkan.mail.Backend"
    settings.EMAIL_HOST = ports.HOST
    with postbox() as (box, port):
        settings.EMAIL_PORT = port
        yield box


def send():
    with acting(None):
        return send_due()


def state_of(user, kind="invitation"):
    return Delivery.objects.filter(recipient=user, kind=kind).latest("pk").state


def addresses(box):
    return sorted(str(message["To"]).split("@")[0] for message in box.mails())


def make_due(meeting, kind="reminder"):
    meeting.deliveries.filter(kind=kind).update(due_at=timezone.now())


# What is sent


def test_everyone_invited_gets_one_mail(meeting, box):
    assert send() == {"sent": 6}

    assert addresses(box) == PEOPLE
    assert send() == {}
    assert len(box.contents) == 6


def test_one_connection_carries_the_batch(meeting, box):
    send()

    assert len(box.sessions) == 1


def test_an_invitation_carries_text_html_and_a_calendar_request(cast, meeting, box):
    send()

    message = next(message for message in box.mails() if "police" in message["To"])
    invitation = Invitation.objects.get(meeting=meeting, user=cast.police)
    kinds = [part.get_content_type() for part in message.walk()]
    calendar = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
    text = message.get_body(("plain",)).get_content()
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
    ]
    assert calendar.get_param("method") == "REQUEST"
    assert "METHOD:REQUEST" in calendar.get_content()
    assert "ATTENDEE" in calendar.get_content()
    assert invitation.token in text
    assert "13.00" in text
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == "sv"


def test_nothing_of_the_content_is_mailed(meeting, box):
    send()
    make_due(meeting)
    send()

    everything = b"".join(message.as_bytes() for message in box.mails())
    parts = [
        part.get_content() if part.get_content_maintype() == "text" else ""
        for message in box.mails()
        for part in message.walk()
    ]
    assert len(box.contents) == 12
    assert b"Hemlig" not in everything
    assert not any("Hemlig" in part or "Punkt 1" in part for part in parts)


def test_the_message_id_is_the_same_each_time_the_row_is_sent(meeting, box):
    send()
    meeting.deliveries.filter(kind="invitation").update(state="due")
    send()

    ids = [message["Message-ID"] for message in box.mails()]
    assert len(ids) == 12
    assert len(set(ids)) == 6


def test_mail_is_in_the_recipients_language(cast, meeting, box):
    cast.police.language = "en"
    cast.police.save()

    send()

    texts = {
        message["To"].split("@")[0]: (message["Content-Language"], message.get_body(("plain",)).get_content())
        for message in box.mails()
    }
    assert texts["police"][0] == "en"
    assert "13:00" in texts["police"][1]
    assert texts["chair"][0] == "sv"
    assert "13.00" in texts["chair"][1]


def test_a_name_cannot_start_a_header(cast, meeting, box):
    cast.steering.name = "Styr\r\nBcc: evil@example.org"
    cast.steering.save()

    send()

    assert all(message["Bcc"] is None for message in box.mails())
    assert addresses(box) == PEOPLE


def test_a_moved_meeting_is_mailed_anew_and_old_mail_is_dropped(cast, meeting, box):
    day = timezone.now() + timedelta(days=20)
    with acting(cast.secretary) as secretary:
        change_meeting(meeting, starts_at=day, ends_at=day + timedelta(hours=1), by=secretary)

    assert send() == {"sent": 6}
    [calendar] = {
        part.get_content().split("SEQUENCE:")[1][0]
        for message in box.mails()
        for part in message.walk()
        if part.get_content_type() == "text/calendar"
    }
    assert calendar == "1"


def test_a_cancelled_meeting_leaves_the_calendars(cast, meeting, box):
    send()
    with acting(cast.secretary) as secretary:
        cancel_meeting(meeting, by=secretary)

    assert send() == {"sent": 6}
    last = box.mails()[-1]
    calendar = next(part for part in last.walk() if part.get_content_type() == "text/calendar")
    assert calendar.get_param("method") == "CANCEL"
    assert "STATUS:CANCELLED" in calendar.get_content()


# Who no longer gets it


def leave(user):
    user.memberships.update(valid_to=timezone.localdate() - timedelta(days=1))


@pytest.mark.parametrize("reason", ["inactive", "left the body", "left the agency"])
def test_the_right_is_checked_again_when_the_mail_is_sent(cast, meeting, box, reason):
    if reason == "inactive":
        type(cast.police).objects.filter(pk=cast.police.pk).update(is_active=False)
    elif reason == "left the body":
        leave(cast.police)
    else:
        cast.police.employments.update(valid_to=timezone.localdate() - timedelta(days=1))

    assert send() == {"sent": 5, "cancelled": 1}
    assert "police" not in addresses(box)
    assert state_of(cast.police) == "cancelled"


@pytest.mark.parametrize("status", Meeting.Status.values)
@pytest.mark.parametrize("called", [True, False])
def test_members_know_what_they_see(cast, meeting, status, called):
    """The question asked of many at once has the answer of ``visible_to``."""
    Meeting.objects.update(status=status, called_at=timezone.now() if called else None)
    leave(cast.traffic)
    meeting.refresh_from_db()
    people = look_up([user.pk for user in cast.everyone().values()])

    for user in people.values():
        sees = Meeting.objects.visible_to(user).filter(pk=meeting.pk).exists()
        officer = meeting.body_id in user.bodies(*OFFICERS)
        assert meeting.is_known_to_member(user) == (sees and (meeting.was_called or not officer))


def test_nothing_is_mailed_about_a_meeting_that_has_started(meeting, box):
    Meeting.objects.update(starts_at=timezone.now() - timedelta(minutes=1))

    assert send() == {"cancelled": 6}
    assert box.contents == []


def test_who_has_said_no_is_not_reminded(cast, meeting, box):
    send()
    Invitation.objects.filter(user=cast.traffic).update(answer="declined")
    make_due(meeting)

    assert send() == {"sent": 5, "cancelled": 1}
    assert state_of(cast.traffic, "reminder") == "cancelled"


def test_what_is_not_due_waits(meeting, box):
    Delivery.objects.update(due_at=timezone.now() + timedelta(seconds=60))

    assert send() == {}


def test_planning_twice_plans_once(meeting):
    plan_invitations(meeting)

    assert Delivery.objects.count() == 12


# Claiming


def test_a_claimed_row_is_nobody_elses_until_its_lease_ends(meeting):
    first, second = claim(OUTBOX), claim(OUTBOX)
    Delivery.objects.filter(state="leased").update(lease_until=timezone.now() - timedelta(seconds=1))
    third = claim(OUTBOX)

    assert (len(first), len(second), len(third)) == (6, 0, 6)


def test_a_row_taken_over_by_another_is_not_sent_by_the_first(meeting, box):
    mine = claim(OUTBOX)
    Delivery.objects.filter(state="leased").update(lease_until=timezone.now() + timedelta(seconds=99))

    counts = sending._send_batch(OUTBOX, mine, timezone.now() + timedelta(seconds=60))

    assert counts == {"taken over": 6}
    assert box.contents == []


def test_a_batch_is_at_most_a_hundred(cast, meeting):
    Delivery.objects.bulk_create(
        Delivery(
            key=f"k{number}", kind="invitation", meeting=meeting, recipient=cast.chair, due_at=timezone.now()
        )
        for number in range(150)
    )

    assert len(claim(OUTBOX)) == BATCH == 100


def test_a_scan_that_has_run_long_enough_gives_the_rest_back(meeting, box):
    claimed = claim(OUTBOX)

    sending._send_batch(OUTBOX, claimed, timezone.now() - timedelta(seconds=1))

    assert set(meeting.deliveries.filter(kind="invitation").values_list("state", "lease_until")) == {
        ("due", None)
    }


# Servers that say no


def test_one_refused_recipient_does_not_stop_the_rest(cast, meeting, box, caplog):
    box.refuses = {cast.police.email}

    with caplog.at_level(logging.INFO):
        assert send() == {"sent": 5, "due": 1}

    row = Delivery.objects.get(recipient=cast.police, kind="invitation")
    assert addresses(box) == sorted(set(PEOPLE) - {"police"})
    assert (row.state, row.attempts, row.lease_until) == ("due", 1, None)
    assert row.last_error == "SMTPRecipientsRefused 550"
    assert timedelta(seconds=50) < row.due_at - timezone.now() <= timedelta(minutes=1)
    ours = [record.getMessage() for record in caplog.records if record.name == "samverkan.outbox"]
    assert ours == ["Mail: due 1, sent 5."]


def test_a_refused_mail_waits_longer_each_time_and_is_given_up(cast, meeting, box):
    box.refuses = {cast.police.email}
    waits = []
    row = Delivery.objects.get(recipient=cast.police, kind="invitation")
    for _try in range(TRIES):
        Delivery.objects.filter(pk=row.pk).update(due_at=timezone.now())
        before = timezone.now()
        send()
        row.refresh_from_db()
        waits.append(round((row.due_at - before).total_seconds() / 60))

    assert waits[:-1] == [1, 2, 4, 8, 16, 30, 30]
    assert (row.state, row.attempts) == ("failed", TRIES)


def test_a_server_that_is_down_costs_no_try(meeting, box, settings):
    settings.EMAIL_PORT = ports.free()

    assert send() == {}

    rows = set(meeting.deliveries.filter(kind="invitation").values_list("state", "attempts", "lease_until"))
    assert rows == {("due", 0, None)}


def test_a_mail_that_cannot_be_made_does_not_stop_the_rest(cast, meeting, box):
    type(cast.police).objects.filter(pk=cast.police.pk).update(email="not an\r\naddress")

    assert send() == {"sent": 5, "due": 1}


def test_a_mail_that_breaks_its_transaction_does_not_stop_the_rest(meeting, box):
    def divide() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    def wanted(rows):
        return OUTBOX.wanted(rows) | {first: divide}

    first = meeting.deliveries.filter(kind="invitation").order_by("due_at", "pk")[0].pk
    broken = Outbox(Delivery, wanted)

    counts = sending._send_batch(broken, claim(broken), timezone.now() + timedelta(seconds=60))

    assert counts == {"sent": 5, "due": 1}
    row = Delivery.objects.get(pk=first)
    assert (row.state, row.attempts, row.lease_until, row.last_error) == ("due", 1, None, "DataError")


# The same scan without a broker


def test_the_task_and_the_command_send_the_same(meeting, capsys):
    with acting(None):
        task()
    meeting.deliveries.update(state="due", due_at=timezone.now())
    with acting(None):
        call_command("send_due")

    assert len(outbox.outbox) == 6 + 12
    assert "sent: 12" in capsys.readouterr().out


def test_the_scan_costs_the_same_for_each_mail(cast, meeting, django_assert_max_num_queries):
    for number in range(3):
        make_membership(
            body=cast.steering, user=make_user(part=f"more-{number}", unit=cast.youth_unit), function="member"
        )

    with acting(None), django_assert_max_num_queries(8 * 6 + 12):
        assert send_due() == {"sent": 6}
