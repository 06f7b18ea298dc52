"""The choice of language, the health page, and pages for what went wrong."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import include, path

from samverkan import urls
from tests.cast import Cast
from tests.conftest import AppClient

POLICY = "Content-Security-Policy"
LOGIN = "/account/login/"


def fail(request: HttpRequest) -> HttpResponse:
    raise ValueError("secret-detail")


def lose_database(request: HttpRequest) -> HttpResponse:
    raise OperationalError("secret-detail")


def refuse(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied("secret-detail")


urlpatterns = [
    path("fail/", fail),
    path("lose/", lose_database),
    path("refuse/", refuse),
    path("", include(urls)),
]
handler400, handler403, handler404, handler500 = (
    urls.handler400,
    urls.handler403,
    urls.handler404,
    urls.handler500,
)


@pytest.fixture
def broken(cast: Cast) -> Any:
    """A signed-in client of an installation with a page for each way to fail."""
    browser = AppClient(raise_request_exception=False)
    browser.force_login(cast.police)
    with override_settings(ROOT_URLCONF=__name__):
        yield browser


def test_swedish_is_spoken_whatever_the_browser_asks_for(client: AppClient, cast: Cast) -> None:
    response = client.get(LOGIN, headers={"accept-language": "en"})

    assert '<html lang="sv">' in response.content.decode()
    assert response["Content-Language"] == "sv"


def test_language_is_chosen_before_signing_in(client: AppClient, cast: Cast) -> None:
    response = client.post("/language/", {"language": "en", "next": LOGIN})

    assert response["Location"] == LOGIN
    assert client.cookies["language"]["httponly"] is True
    assert "<h1>Log in</h1>" in client.get(LOGIN).content.decode()


def test_language_follows_the_person(signed_in: Any, cast: Cast) -> None:
    signed_in(cast.police).post("/language/", {"language": "en"})

    cast.police.refresh_from_db()
    assert cast.police.language == "en"
    assert '<html lang="en">' in signed_in(cast.police).get("/nothing/").content.decode()


def test_unknown_language_changes_nothing(signed_in: Any, cast: Cast) -> None:
    browser = signed_in(cast.police)

    assert browser.post("/language/", {"language": "xx"}).status_code == 302

    cast.police.refresh_from_db()
    assert cast.police.language == "sv"
    assert "language" not in browser.cookies


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_language_never_leads_to_another_site(client: AppClient, cast: Cast, elsewhere: str) -> None:
    assert client.post("/language/", {"language": "en", "next": elsewhere})["Location"] == "/"


def test_language_is_changed_by_a_form_only(client: AppClient, cast: Cast) -> None:
    assert client.get("/language/?language=en").status_code == 405


def test_health_says_ok_and_nothing_more(client: AppClient, cast: Cast) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")
    assert client.post("/healthz").status_code == 405


def test_missing_page_says_what_to_do(signed_in: Any, cast: Cast) -> None:
    response = signed_in(cast.police).get("/nothing/")

    assert response.status_code == 404
    assert "<h1>Sidan hittades inte</h1>" in response.content.decode()
    assert "Grupper" in response.content.decode()
    assert POLICY in response


def test_missing_page_shows_a_stranger_no_menu(client: AppClient, cast: Cast) -> None:
    response = client.get("/nothing/")

    assert response.status_code == 404
    assert "Huvudmeny" not in response.content.decode()


@pytest.mark.parametrize(
    ("address", "status", "heading"),
    [
        ("/fail/", 500, "Något gick fel"),
        ("/lose/", 503, "Samverkan går inte att nå just nu"),
        ("/refuse/", 403, "Du får inte göra det här"),
    ],
)
def test_failure_says_what_to_do_and_not_why(
    broken: AppClient, address: str, status: int, heading: str
) -> None:
    response = broken.get(address)

    assert response.status_code == status
    assert f"<h1>{heading}</h1>" in response.content.decode()
    assert "secret-detail" not in response.content.decode()
    assert POLICY in response
    assert "no-store" in response["Cache-Control"]


def test_failure_is_told_in_the_persons_language(broken: AppClient) -> None:
    broken.cookies["language"] = "en"

    assert "<h1>Something went wrong</h1>" in broken.get("/fail/").content.decode()


def test_lost_database_says_when_to_come_back(broken: AppClient) -> None:
    assert broken.get("/lose/")["Retry-After"] == "30"


def test_unknown_host_is_refused_with_the_policy(client: AppClient, cast: Cast) -> None:
    response = client.get(LOGIN, headers={"host": "evil.example"})

    assert response.status_code == 400
    assert "<h1>Begäran gick inte att läsa</h1>" in response.content.decode()
    assert POLICY in response


def test_form_from_elsewhere_is_refused(cast: Cast) -> None:
    strict = AppClient(enforce_csrf_checks=True)

    response = strict.post(LOGIN, {"login": cast.police.email, "password": "x"})

    assert response.status_code == 403
    assert "<h1>Formuläret är för gammalt</h1>" in response.content.decode()
    assert POLICY in response


def test_policy_allows_nothing_inline_and_no_evaluation() -> None:
    policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]

    assert policy["script-src"] == policy["style-src"] == ["'self'"]
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == ["'none'"]


@pytest.mark.parametrize(
    ("part", "entries"),
    [
        ("police", ["Idag", "Grupper", "Möten", "Åtaganden", "Plan", "Lokaler", "Insatser"]),
        ("association", ["Idag", "Grupper", "Möten", "Åtaganden", "Plan", "Lokaler"]),
        ("log_reviewer", ["Idag", "Grupper", "Möten", "Åtaganden", "Plan", "Lokaler", "Åtkomstlogg"]),
        ("administrator", ["Idag", "Grupper", "Möten", "Åtaganden", "Plan", "Lokaler", "Administration"]),
    ],
)
def test_menu_holds_what_the_person_can_open(
    signed_in: Any, cast: Cast, part: str, entries: list[str]
) -> None:
    text = signed_in(getattr(cast, part)).get("/nothing/").content.decode()
    menu = text.split('aria-label="Huvudmeny"')[1].split("</nav>")[0]
    wide, folded = menu.split("<details", 1)

    assert re.findall(r"<a [^>]+>([^<]+)</a>", wide) == entries
    assert re.findall(r"<a [^>]+>([^<]+)</a>", folded) == entries


def test_a_folded_menu_is_named_for_where_one_is(signed_in: Any, cast: Cast) -> None:
    text = signed_in(cast.coordinator).get("/groups/inventory/").content.decode()

    assert re.findall(r"<span>([^<]+): </span><strong>([^<]+)</strong></span></summary>", text) == [
        ("Meny", "Grupper"),
        ("Grupper", "Kartläggning"),
    ]
