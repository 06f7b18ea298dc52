"""Answering an invitation by the link in the mail, and signed in."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.signing import Signer
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from meetings.answers import answer_invitation, invitation_behind
from meetings.calling import cancel_meeting, change_meeting
from meetings.models import Invitation, Meeting
from samverkan.access import NotVisible
from tests.conftest import AppClient, acting
from tests.factories import at, make_body, make_meeting, make_membership


@pytest.fixture
def invitation(cast):
    meeting = make_meeting(body=cast.steering, items=1, title="Hemlig rubrik", room=cast.room)
    return Invitation.objects.get(meeting=meeting, user=cast.police)


def link(invitation):
    return reverse("answer", args=[invitation.token])


def stored(invitation):
    invitation.refresh_from_db()
    return invitation.answer, invitation.substitute_name


def test_the_link_answers_without_signing_in(client, invitation):
    response = client.post(link(invitation), {"answer": "accepted"})

    assert response.url == link(invitation)
    assert stored(invitation) == ("accepted", "")
    assert invitation.answered_at is not None


def test_the_last_answer_counts(client, invitation):
    client.post(link(invitation), {"answer": "accepted"})
    client.post(link(invitation), {"answer": "declined", "substitute_name": "Ersättare D"})

    assert stored(invitation) == ("declined", "Ersättare D")


def test_looking_changes_nothing(client, invitation):
    before = Invitation.objects.filter(pk=invitation.pk).values().get()

    client.get(link(invitation), {"answer": "accepted"})
    client.head(link(invitation))

    assert Invitation.objects.filter(pk=invitation.pk).values().get() == before


def test_the_page_says_when_where_and_which_body_only(cast, client, invitation):
    page = client.get(link(invitation)).content.decode()

    assert "Styrgruppen" in page
    assert cast.room.name in page
    assert "13.00" in page
    assert "Hemlig rubrik" not in page
    assert "Punkt 1" not in page
    assert cast.chair.name not in page


def test_the_body_of_a_case_is_not_named(cast, client):
    body = make_body(kind="case", name="Ärendegruppen", agreement=cast.agreement)
    make_membership(body=body, user=cast.police)
    invitation = make_meeting(body=body, items=1).invitations.get()

    text = client.get(link(invitation)).content.decode()

    assert "csrfmiddlewaretoken" in text
    assert "Ärendegruppen" not in text


def test_the_address_is_kept_from_others(client, invitation):
    for response in (client.get(link(invitation)), client.post(link(invitation), {"answer": "accepted"})):
        assert response["Referrer-Policy"] == "same-origin"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in response["Cache-Control"]


def test_the_page_is_the_invited_persons_whoever_is_signed_in(cast, signed_in, client, invitation):
    other = signed_in(cast.chair)

    mine, theirs = client.get(link(invitation)), other.get(link(invitation))
    other.post(link(invitation), {"answer": "accepted"})

    assert cast.chair.name not in theirs.content.decode()
    assert "csrfmiddlewaretoken" in mine.content.decode()
    assert stored(invitation) == ("accepted", "")
    assert Invitation.objects.get(meeting=invitation.meeting, user=cast.chair).answer == "none"


def test_the_page_speaks_the_invited_persons_language(cast, client, invitation):
    cast.police.language = "en"
    cast.police.save()

    page = client.get(link(invitation)).content.decode()

    assert '<html lang="en">' in page
    assert "Send the answer" in page


def test_an_answer_from_another_site_is_refused(invitation):
    browser = Client(enforce_csrf_checks=True)

    assert browser.post(link(invitation), {"answer": "accepted"}).status_code == 403
    assert stored(invitation) == ("none", "")


def spoiled(invitation):
    good = invitation.token
    other_salt = Signer(salt="another", sep=".").sign(str(invitation.pk))
    return [
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        good.replace(str(invitation.pk), str(invitation.pk + 1), 1),
        str(invitation.pk),
        other_salt,
        "rubbish",
        "." * 20,
        "å" * 9,
        "9" * 400,
        Signer(salt="meetings.answer", sep=".").sign("x"),
        Signer(salt="meetings.answer", sep=".").sign("9" * 30),
        Signer(salt="meetings.answer", sep=".").sign(str(invitation.pk + 999)),
    ]


def test_a_spoiled_link_gives_one_neutral_page(client, invitation):
    pages = set()
    for token in spoiled(invitation):
        for answer in (client.get, client.post):
            response = answer(reverse("answer", args=[token]), {"answer": "accepted"})
            assert response.status_code == 404, token
            pages.add(
                response.content.decode().replace(str(response.context["csrf_token"]), "").replace(token, "")
            )

    assert len(pages) <= 2
    assert all(reverse("meetings") in page and "Styrgruppen" not in page for page in pages)
    assert stored(invitation) == ("none", "")


def test_the_link_ends_with_the_meeting(client, invitation):
    Meeting.objects.update(
        starts_at=timezone.now() - timedelta(hours=2), ends_at=timezone.now() - timedelta(minutes=1)
    )

    assert client.get(link(invitation)).status_code == 404


@pytest.mark.parametrize("reason", ["inactive", "left the body", "left the agency"])
def test_the_link_ends_when_the_person_leaves(cast, client, invitation, reason):
    yesterday = timezone.localdate() - timedelta(days=1)
    if reason == "inactive":
        cast.police.is_active = False
        cast.police.save()
    elif reason == "left the body":
        cast.police.memberships.update(valid_to=yesterday)
    else:
        cast.police.employments.update(valid_to=yesterday)

    assert client.get(link(invitation)).status_code == 404
    with pytest.raises(NotVisible):
        invitation_behind(invitation.token)


def test_an_old_link_answers_for_the_meeting_where_it_is_now(cast, client, invitation):
    old = link(invitation)
    day = timezone.localdate() + timedelta(days=9)
    with acting(cast.secretary) as secretary:
        change_meeting(invitation.meeting, starts_at=at(day, 9, 15), ends_at=at(day, 10), by=secretary)

    page = client.get(old).content.decode()
    client.post(old, {"answer": "tentative"})

    assert "9.15" in page
    assert stored(invitation) == ("tentative", "")


def test_an_answer_to_a_cancelled_meeting_is_refused_kindly(cast, client, invitation):
    with acting(cast.secretary) as secretary:
        cancel_meeting(invitation.meeting, by=secretary)

    looked, answered = client.get(link(invitation)), client.post(link(invitation), {"answer": "accepted"})

    assert (looked.status_code, answered.status_code) == (200, 422)
    assert "<form" not in looked.content.decode()
    assert 'role="alert"' in answered.content.decode()
    assert stored(invitation) == ("none", "")


@pytest.mark.parametrize("status", ["in_progress", "held", "draft", "closed"])
def test_no_answer_is_taken_once_it_has_begun(cast, invitation, status):
    Meeting.objects.update(status=status)

    with pytest.raises(ValidationError):
        answer_invitation(invitation, answer="accepted")

    assert stored(invitation) == ("none", "")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({}, "answer"),
        ({"answer": "none"}, "answer"),
        ({"answer": "perhaps"}, "answer"),
        ({"answer": "accepted", "substitute_name": "Ersättare"}, "substitute_name"),
        ({"answer": "declined", "substitute_name": "x" * 151}, "substitute_name"),
        ({"answer": "declined", "substitute_name": "a\x00b"}, "substitute_name"),
    ],
)
def test_a_wrong_answer_is_said_beside_its_field(client, invitation, data, field):
    response = client.post(link(invitation), data)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert stored(invitation) == ("none", "")


def test_answering_signed_in(cast, signed_in, invitation):
    url = reverse("meeting_answer", args=[invitation.meeting_id])

    response = signed_in(cast.police).post(url, {"answer": "declined", "substitute_name": "Ersättare D"})

    assert response.url == reverse("meeting", args=[invitation.meeting_id])
    assert stored(invitation) == ("declined", "Ersättare D")


def test_nobody_answers_for_another_and_strangers_find_nothing(cast, signed_in, invitation):
    url = reverse("meeting_answer", args=[invitation.meeting_id])

    assert signed_in(cast.association).post(url, {"answer": "accepted"}).status_code == 404
    assert AppClient().post(url, {"answer": "accepted"}).status_code == 302
    assert signed_in(cast.chair).post(url, {"answer": "accepted"}).status_code == 302
    assert stored(invitation) == ("none", "")


def test_the_link_costs_few_queries(client, invitation, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        client.get(link(invitation))
