"""The accessibility statement and its feedback, open to everybody."""

import pytest
from django.core import mail
from django.urls import reverse

WHERE = "accessibility"


def test_it_is_open_to_everybody_and_linked_in_every_foot(cast, client, signed_in):
    assert client.get(reverse(WHERE)).status_code == 200
    link = f'href="{reverse(WHERE)}"'
    for page in (client.get(reverse("account_login")), signed_in(cast.traffic).get(reverse("today"))):
        assert link in page.content.decode()


def test_what_somebody_writes_is_mailed_to_the_contact(db, client, settings):
    settings.CONTACT_ADDRESS = "kontakt@example.org"

    answer = client.post(reverse(WHERE), {"text": "Kartan <går> inte att läsa", "email": "jag@example.org"})

    assert answer.status_code == 302
    [letter] = mail.outbox
    assert letter.to == ["kontakt@example.org"]
    assert "Kartan <går> inte att läsa" in letter.body and "jag@example.org" in letter.body
    assert "Kartan &lt;går&gt;" in letter.alternatives[0][0]


@pytest.mark.parametrize(
    ("sent", "field"), [({"text": ""}, "text"), ({"text": "x", "email": "nej"}, "email")]
)
def test_what_is_wrong_is_said_at_the_field(sent, field, db, client):
    answer = client.post(reverse(WHERE), sent)

    assert answer.status_code == 422
    assert f'href="#id_{field}"' in answer.content.decode()
    assert mail.outbox == []


def test_it_cannot_be_used_to_send_mail_without_end(db, client):
    statuses = [client.post(reverse(WHERE), {"text": "x"}).status_code for _turn in range(6)]

    assert statuses == [302] * 5 + [429]


def test_a_mail_server_that_does_not_answer_is_said_and_the_text_kept(db, client, settings):
    settings.EMAIL_BACKEND = "samverkan.mail.Backend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    answer = client.post(reverse(WHERE), {"text": "Kartan"})

    assert answer.status_code == 422
    assert settings.CONTACT_ADDRESS in answer.content.decode() and "Kartan" in answer.content.decode()
