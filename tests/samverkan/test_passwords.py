"""Choosing a new password, by mail and when signed in."""

import re
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from groups.accounts import ASKED_FOR
from groups.models import Notice
from samverkan.embedded import ports
from tests.cast import Cast
from tests.conftest import AppClient
from tests.factories import PASSWORD
from tests.post import Postbox
from tests.samverkan.test_sign_in import bare, log_in
from tests.scan import mailed, scan

RESET, CHANGE, TODAY = "/account/password/reset/", "/account/password/change/", "/"
NEW = "sju-sorters-kakor-i-skapet"


def ask(client: AppClient, email: str, **more: Any) -> Any:
    return client.post(RESET, {"email": email}, **more)


def text_of(letter: EmailMessage) -> str:
    part = letter.get_body(("plain",))  # type: ignore[attr-defined]
    return str(part.get_content())


def link_in(letter: EmailMessage) -> str:
    """The first address in a mail's text."""
    found = re.search(r"https?://\S+", text_of(letter))
    assert found, text_of(letter)
    return found[0]


def follow(client: AppClient, link: str) -> Any:
    """Open a mailed link; the page that it ends at."""
    return client.get(urlsplit(link).path, follow=True)


def choose(client: AppClient, page: Any, password: str = NEW) -> Any:
    return client.post(page.request["PATH_INFO"], {"password1": password, "password2": password})


def test_link_in_a_mail_gives_a_new_password(client: AppClient, cast: Cast, postbox: Postbox) -> None:
    assert ask(client, cast.police.email)["Location"] == "/account/password/reset/done/"
    [letter] = mailed(postbox)
    assert letter["To"] == cast.police.email
    assert letter["Subject"] == "Välj ett nytt lösenord till Samverkan"

    response = choose(client, follow(client, link_in(letter)))

    assert response["Location"] == "/account/password/reset/key/done/"
    assert client.get(TODAY).status_code == 302  # a link signs nobody in
    assert log_in(client, cast.police.email).status_code == 422
    assert log_in(client, cast.police.email, NEW).status_code == 302


def test_person_is_told_of_the_change(client: AppClient, cast: Cast, postbox: Postbox) -> None:
    ask(client, cast.police.email)
    choose(client, follow(client, link_in(mailed(postbox)[0])))

    assert [letter["Subject"] for letter in mailed(postbox)] == [
        "Välj ett nytt lösenord till Samverkan",
        "Ditt konto i Samverkan har ändrats",
    ]
    assert "Du har valt ett nytt lösenord via en länk i ett mejl." in text_of(mailed(postbox)[1])


def test_link_works_once(client: AppClient, cast: Cast, postbox: Postbox) -> None:
    ask(client, cast.police.email)
    link = link_in(mailed(postbox)[0])
    choose(client, follow(client, link))

    page = follow(AppClient(), link)

    assert "<h1>Länken fungerar inte längre</h1>" in page.content.decode()
    assert choose(client, page, "ett-tredje-losenord-har").status_code == 200
    assert log_in(client, cast.police.email, NEW).status_code == 302


def test_link_stops_working_when_the_person_logs_in(client: AppClient, cast: Cast, postbox: Postbox) -> None:
    ask(client, cast.police.email)
    link = link_in(mailed(postbox)[0])
    log_in(AppClient(), cast.police.email)

    page = follow(client, link)

    assert "<h1>Länken fungerar inte längre</h1>" in page.content.decode()


def test_new_password_ends_every_session(
    client: AppClient, signed_in: Any, cast: Cast, postbox: Postbox
) -> None:
    elsewhere = signed_in(cast.police)
    ask(client, cast.police.email)
    link = link_in(mailed(postbox)[0])
    assert elsewhere.get(TODAY).status_code == 200

    choose(client, follow(client, link))

    assert elsewhere.get(TODAY).status_code == 302


def test_nothing_tells_whether_an_address_is_known(client: AppClient, cast: Cast, postbox: Postbox) -> None:
    known, unknown = ask(client, cast.police.email), ask(client, "nobody@example.org")

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert len(mailed(postbox)) == 1
    assert bare(client.get(known["Location"])) == bare(client.get(unknown["Location"]))


def test_closed_account_gets_no_link(client: AppClient, cast: Cast, postbox: Postbox) -> None:
    cast.police.is_active = False
    cast.police.save()

    assert ask(client, cast.police.email).status_code == 302
    assert mailed(postbox) == []


def test_former_address_gets_no_link(client: AppClient, cast: Cast, postbox: Postbox) -> None:
    former = cast.police.email
    ask(client, former)
    assert len(mailed(postbox)) == 1
    log_in(client, former)
    client.post("/account/logout/")
    cast.police.email = "new@example.org"
    cast.police.save()

    ask(client, former)

    assert len(mailed(postbox)) == 1
    assert log_in(client, former).status_code == 422


def asked_of(client: AppClient, email: str) -> list[str]:
    """The statements of one request for a link, without what differs from one request to the next in any case."""
    with CaptureQueriesContext(connection) as queries:
        ask(client, email)
    return [re.sub(r"'[^']*'|\d+", "_", query["sql"]) for query in queries.captured_queries]


def test_known_and_unknown_address_cost_the_same(client: AppClient, cast: Cast) -> None:
    asked_of(client, "first@example.org")

    known, unknown = asked_of(client, cast.police.email), asked_of(client, "nobody@example.org")

    assert known == unknown
    assert any("groups_notice" in statement for statement in known)
    assert not any("groups_user" in statement for statement in known)


def test_link_is_made_when_it_is_sent_and_lies_nowhere(client: AppClient, cast: Cast) -> None:
    ask(client, cast.police.email)

    [row] = Notice.objects.all()
    assert (row.recipient, row.path, row.about) == (None, "", "")


def test_late_link_is_not_sent(client: AppClient, cast: Cast, postbox: Postbox) -> None:
    ask(client, cast.police.email)
    Notice.objects.update(created_at=timezone.now() - ASKED_FOR)

    assert mailed(postbox) == []


def test_mail_server_that_is_down_does_not_show(client: AppClient, cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "samverkan.mail.Backend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", ports.free()

    assert ask(client, cast.police.email)["Location"] == ask(client, "nobody@example.org")["Location"]
    assert scan() == {}
    assert set(Notice.objects.values_list("state", "attempts")) == {("due", 0)}


def test_link_begins_with_our_own_address(
    client: AppClient, cast: Cast, postbox: Postbox, settings: Any
) -> None:
    settings.BASE_URL = "https://samverkan.example.org"

    ask(client, cast.police.email, headers={"host": "localhost"})

    assert link_in(mailed(postbox)[0]).startswith("https://samverkan.example.org/account/password/reset/key/")


def test_mail_is_in_the_persons_language(client: AppClient, cast: Cast, postbox: Postbox) -> None:
    cast.police.language = "en"
    cast.police.save()

    ask(client, cast.police.email)

    assert mailed(postbox)[0]["Subject"] == "Choose a new password for Samverkan"
    assert mailed(postbox)[0]["Content-Language"] == "en"


def test_asking_is_limited_for_each_address(client: AppClient, cast: Cast, postbox: Postbox) -> None:
    for _ in range(5):
        assert ask(client, cast.police.email).status_code == 302

    assert ask(client, cast.police.email).status_code == 429
    assert len(mailed(postbox)) == 5


@pytest.mark.parametrize(
    ("password", "complaint"),
    [
        ("kort", "minst 15 tecken"),
        ("1q2w3e4r5t6y7u8i9o0p", "vanligt"),
        ("police@example.org", "likt"),
    ],
)
def test_weak_password_is_refused(signed_in: Any, cast: Cast, password: str, complaint: str) -> None:
    browser = signed_in(cast.police)

    response = browser.post(CHANGE, {"oldpassword": PASSWORD, "password1": password, "password2": password})

    assert response.status_code == 422
    assert complaint in response.content.decode()


def test_change_ends_other_sessions_and_is_mailed(signed_in: Any, cast: Cast, postbox: Postbox) -> None:
    here, elsewhere = signed_in(cast.police), signed_in(cast.police)

    response = here.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})

    assert response["Location"] == TODAY
    assert "Det nya lösenordet är sparat." in here.get(TODAY).content.decode()
    assert elsewhere.get(TODAY).status_code == 302
    assert "Ditt lösenord har bytts." in text_of(mailed(postbox)[0])


def test_change_needs_the_present_password(signed_in: Any, cast: Cast) -> None:
    browser = signed_in(cast.police)

    response = browser.post(
        CHANGE, {"oldpassword": "fel-losenord-for-test", "password1": NEW, "password2": NEW}
    )

    assert response.status_code == 422
    assert "Lösenordet är fel." in response.content.decode()
    assert log_in(AppClient(), cast.police.email).status_code == 302


def test_passwords_are_kept_as_argon2id(cast: Cast) -> None:
    cast.police.set_password(NEW)

    assert cast.police.password.startswith("argon2$argon2id$")
