"""Signing in and out with e-mail and password."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import Cast
from tests.conftest import AppClient
from tests.factories import PASSWORD

LOGIN, LOGOUT, TODAY = "/account/login/", "/account/logout/", "/"
WRONG = "E-postadressen eller lösenordet är fel."
TOO_MANY = "För många felaktiga försök. Vänta fem minuter och försök igen."


def log_in(client: Client, email: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post(LOGIN, {"login": email, "password": password}, **more)


def bare(response: Any, *typed: str) -> str:
    """The page without what differs from one request to the next."""
    text = re.sub(r"csrfmiddlewaretoken\" value=\"\w+|x-csrftoken\": \"\w+", "", response.content.decode())
    for word in typed:
        text = text.replace(word, "")
    return text


def test_password_lets_in(client: AppClient, cast: Cast) -> None:
    response = log_in(client, cast.police.email)

    assert (response.status_code, response["Location"]) == (302, TODAY)
    assert client.get(TODAY).status_code == 200


def test_address_may_be_typed_in_capitals(client: AppClient, cast: Cast) -> None:
    assert log_in(client, cast.police.email.upper()).status_code == 302


def test_stranger_is_led_to_log_in_and_back(client: AppClient, cast: Cast) -> None:
    response = client.get("/meetings/")

    assert response["Location"] == f"{LOGIN}?next=/meetings/"
    assert log_in(client, cast.police.email, QUERY_STRING="next=/meetings/")["Location"] == "/meetings/"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
    ],
)
def test_next_never_leads_to_another_site(client: AppClient, cast: Cast, elsewhere: str) -> None:
    response = client.post(LOGIN, {"login": cast.police.email, "password": PASSWORD, "next": elsewhere})

    assert (response.status_code, response["Location"]) == (302, TODAY)


def test_session_key_changes_at_log_in(client: AppClient, cast: Cast) -> None:
    before = client.session.session_key

    log_in(client, cast.police.email)

    assert client.session.session_key != before


def test_old_cookie_is_refused_after_log_out(client: AppClient, cast: Cast) -> None:
    log_in(client, cast.police.email)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value

    response = client.post(LOGOUT)
    client.cookies[settings.SESSION_COOKIE_NAME] = cookie

    assert response["Location"] == LOGIN
    assert client.get(TODAY).status_code == 302


def test_get_logs_nobody_out(client: AppClient, cast: Cast) -> None:
    log_in(client, cast.police.email)

    assert client.get(LOGOUT).status_code == 200
    assert client.head(LOGOUT).status_code == 200
    assert client.get(TODAY).status_code == 200


def test_log_out_needs_the_form(cast: Cast) -> None:
    strict = AppClient(enforce_csrf_checks=True)
    strict.force_login(cast.police)

    assert strict.post(LOGOUT).status_code == 403
    assert strict.get(TODAY).status_code == 200


def test_log_out_clears_what_the_browser_keeps(signed_in: Any, cast: Cast) -> None:
    assert signed_in(cast.police).post(LOGOUT, secure=True)["Clear-Site-Data"] == '"cache", "storage"'


def test_closed_account_is_out_at_once(client: AppClient, cast: Cast) -> None:
    log_in(client, cast.police.email)
    cast.police.is_active = False
    cast.police.save()

    assert client.get(TODAY).status_code == 302


def test_nothing_tells_whether_an_address_is_known(client: AppClient, cast: Cast) -> None:
    cast.traffic.is_active = False
    cast.traffic.save()

    wrong = log_in(client, cast.police.email, "fel-losenord-for-test")
    unknown = log_in(client, "nobody@example.org", "fel-losenord-for-test")
    closed = log_in(client, cast.traffic.email)

    assert [response.status_code for response in (wrong, unknown, closed)] == [422, 422, 422]
    assert WRONG in wrong.content.decode()
    assert 'href="#id_login"' in wrong.content.decode(), "the summary leads to the first field"
    assert "autofocus" not in wrong.content.decode(), "which must not take the focus from the summary"
    assert bare(wrong, cast.police.email) == bare(unknown, "nobody@example.org")
    assert bare(wrong, cast.police.email) == bare(closed, cast.traffic.email)


def test_mistake_keeps_the_address_and_not_the_password(client: AppClient, cast: Cast) -> None:
    text = log_in(client, cast.police.email, "fel-losenord-for-test").content.decode()

    assert f'value="{cast.police.email}"' in text
    assert "fel-losenord-for-test" not in text


def test_guessing_at_one_account_is_stopped(client: AppClient, cast: Cast) -> None:
    for _ in range(5):
        assert WRONG in log_in(client, cast.police.email, "fel-losenord-for-test").content.decode()

    # The right one is refused as well, and from any address.
    response = log_in(client, cast.police.email, REMOTE_ADDR="127.0.0.9")

    assert response.status_code == 422
    assert TOO_MANY in response.content.decode()
    assert log_in(client, cast.traffic.email).status_code == 302


def test_nobody_is_kept_out_of_their_own_browser_by_somebody_who_guesses(
    client: AppClient, cast: Cast
) -> None:
    """Where the owner has logged in before, guesses from elsewhere do not count; guesses there do."""
    own = AppClient()
    log_in(own, cast.police.email)
    own.post(LOGOUT)
    for _ in range(6):
        log_in(client, cast.police.email, "fel-losenord-for-test", REMOTE_ADDR="127.0.0.9")

    assert TOO_MANY in log_in(AppClient(), cast.police.email).content.decode()
    assert log_in(own, cast.police.email).status_code == 302
    own.post(LOGOUT)
    assert cast.police.email not in own.cookies["known"].value
    for _ in range(5):
        log_in(own, cast.police.email, "fel-losenord-for-test", REMOTE_ADDR="127.0.0.8")
    assert TOO_MANY in log_in(own, cast.police.email).content.decode()


def test_guessing_at_an_unknown_account_is_stopped_alike(client: AppClient, cast: Cast) -> None:
    for _ in range(5):
        log_in(client, "nobody@example.org", "fel-losenord-for-test")

    assert TOO_MANY in log_in(client, "nobody@example.org").content.decode()


def test_guessing_from_one_address_is_stopped_whatever_it_says_of_itself(
    client: AppClient, cast: Cast
) -> None:
    for number in range(10):
        log_in(client, f"guess-{number}@example.org", headers={"x-forwarded-for": f"203.0.113.{number}"})

    response = log_in(client, cast.police.email, headers={"x-forwarded-for": "203.0.113.99"})

    assert TOO_MANY in response.content.decode()
    assert log_in(client, cast.police.email, REMOTE_ADDR="127.0.0.9").status_code == 302


def test_flood_of_log_ins_is_told_to_wait(client: AppClient, cast: Cast) -> None:
    for _ in range(30):
        client.post(LOGIN, {"login": "", "password": ""})

    response = client.post(LOGIN, {"login": "", "password": ""})

    assert response.status_code == 429
    assert response["Retry-After"] == "300"
    assert "<h1>För många försök</h1>" in response.content.decode()


def test_log_in_page_is_swedish_and_says_that_the_second_factor_is_off(client: AppClient, cast: Cast) -> None:
    text = client.get(LOGIN).content.decode()

    assert '<html lang="sv">' in text
    assert "<h1>Logga in</h1>" in text
    assert "Demo: tvåfaktorsinloggning är avstängd." in text


def test_administration_has_the_same_door(client: AppClient, cast: Cast) -> None:
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith(LOGIN)

    log_in(client, cast.administrator.email)
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    "address", ["signup/", "email/", "confirm-email/", "inactive/", "login/code/", "social/signup/"]
)
def test_pages_that_are_not_used_are_not_there(
    client: AppClient, signed_in: Any, cast: Cast, address: str
) -> None:
    assert client.get(f"/account/{address}").status_code == 404
    assert client.post(f"/account/{address}", {"email": "new@example.org"}).status_code == 404
    assert signed_in(cast.police).get(f"/account/{address}").status_code == 404


def test_cookies_are_closed_to_scripts_and_other_sites(client: AppClient, cast: Cast) -> None:
    log_in(client, cast.police.email)

    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert client.cookies[name]["httponly"] is True
        assert client.cookies[name]["samesite"] == "Lax"


def test_signed_in_pages_are_kept_by_nobody(signed_in: Any, cast: Cast) -> None:
    assert "no-store" in signed_in(cast.police).get(TODAY)["Cache-Control"]
