"""The second factor: required, no way around it, each code once."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from tests.cast import Cast
from tests.conftest import AppClient
from tests.factories import PASSWORD
from tests.post import Postbox
from tests.samverkan.test_passwords import NEW, ask, choose, follow, link_in, text_of
from tests.samverkan.test_sign_in import log_in
from tests.scan import mailed

ACTIVATE, AUTHENTICATE = "/account/2fa/totp/activate/", "/account/2fa/authenticate/"
CODES, TODAY = "/account/2fa/recovery-codes/", "/"
WRONG = "Koden är fel, för gammal eller redan använd."


class Clock:
    """Time that stands still until it is moved, so that a code cannot grow old in the middle of a test."""

    def __init__(self) -> None:
        self.now = time.time() // 30 * 30 + 10

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "time", clock)
    return clock


@pytest.fixture
def required(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


def code_for(secret: str, clock: Clock) -> str:
    """RFC 6238, as an authenticator app computes it."""
    return str(format_hotp_value(hotp_value(secret, int(clock.now) // 30)))


def turn_on(client: AppClient, clock: Clock) -> str:
    """Set up the app; its secret."""
    page = client.get(ACTIVATE).content.decode()
    found = re.search(r'class="secret">([A-Z2-7]+)<', page)
    assert found, page
    response = client.post(ACTIVATE, {"code": code_for(found[1], clock)})
    assert (response.status_code, response["Location"]) == (302, CODES)
    clock.now += 30
    return found[1]


def newcomer(cast: Cast, clock: Clock) -> str:
    """The police officer has an app from an earlier day; its secret."""
    client = AppClient()
    log_in(client, cast.police.email)
    return turn_on(client, clock)


@pytest.mark.parametrize("address", [TODAY, "/meetings/", "/account/password/change/", "/account/2fa/"])
def test_person_without_one_is_led_to_set_it_up(
    client: AppClient, cast: Cast, required: None, address: str
) -> None:
    log_in(client, cast.police.email)

    assert client.get(address)["Location"] == ACTIVATE
    assert client.post(address)["Location"] == ACTIVATE


def test_administrator_is_led_there_as_well(client: AppClient, cast: Cast, required: None) -> None:
    log_in(client, cast.administrator.email)

    assert client.get("/admin/")["Location"] == ACTIVATE
    assert client.get("/admin/groups/user/")["Location"] == ACTIVATE


def test_person_without_one_can_still_log_out_and_change_language(
    client: AppClient, cast: Cast, required: None
) -> None:
    log_in(client, cast.police.email)

    assert client.post("/language/", {"language": "en", "next": ACTIVATE})["Location"] == ACTIVATE
    assert client.post("/account/logout/")["Location"] == "/account/login/"


def test_setting_it_up_opens_the_rest(client: AppClient, cast: Cast, required: None, clock: Clock) -> None:
    log_in(client, cast.police.email)

    turn_on(client, clock)

    assert client.get(TODAY).status_code == 200
    assert len(re.findall(r"<li>[\d-]{8,}</li>", client.get(CODES).content.decode())) == 10


def test_wrong_code_turns_nothing_on(client: AppClient, cast: Cast, required: None, clock: Clock) -> None:
    log_in(client, cast.police.email)
    client.get(ACTIVATE)

    response = client.post(ACTIVATE, {"code": "000000"})

    assert response.status_code == 422
    assert WRONG in response.content.decode()
    assert client.get(TODAY)["Location"] == ACTIVATE


def test_code_is_asked_for_after_the_password(
    client: AppClient, cast: Cast, required: None, clock: Clock
) -> None:
    secret = newcomer(cast, clock)

    assert log_in(client, cast.police.email)["Location"] == AUTHENTICATE
    assert client.get(TODAY).status_code == 302
    assert client.get("/admin/").status_code == 302

    response = client.post(AUTHENTICATE, {"code": code_for(secret, clock)})

    assert response["Location"] == TODAY
    assert client.get(TODAY).status_code == 200


def test_session_key_changes_with_the_code(
    client: AppClient, cast: Cast, required: None, clock: Clock
) -> None:
    secret = newcomer(cast, clock)
    log_in(client, cast.police.email)
    before = client.session.session_key

    client.post(AUTHENTICATE, {"code": code_for(secret, clock)})

    assert client.session.session_key != before


def test_code_works_once(client: AppClient, cast: Cast, required: None, clock: Clock) -> None:
    secret = newcomer(cast, clock)
    for_both = {"code": code_for(secret, clock)}
    log_in(client, cast.police.email)
    assert client.post(AUTHENTICATE, for_both)["Location"] == TODAY

    second = AppClient()
    log_in(second, cast.police.email)
    response = second.post(AUTHENTICATE, for_both)

    assert response.status_code == 422
    assert WRONG in response.content.decode()
    assert second.get(TODAY).status_code == 302


def test_old_code_is_refused(client: AppClient, cast: Cast, required: None, clock: Clock) -> None:
    secret = newcomer(cast, clock)
    log_in(client, cast.police.email)
    code = code_for(secret, clock)

    clock.now += 30

    assert client.post(AUTHENTICATE, {"code": code}).status_code == 422


def test_guessing_codes_is_stopped(client: AppClient, cast: Cast, required: None, clock: Clock) -> None:
    secret = newcomer(cast, clock)
    log_in(client, cast.police.email)
    for guess in range(5):
        assert client.post(AUTHENTICATE, {"code": f"{guess:06}"}).status_code == 422

    response = client.post(AUTHENTICATE, {"code": code_for(secret, clock)})

    assert response.status_code == 422
    assert "För många felaktiga försök." in response.content.decode()


def test_recovery_code_lets_in_once(client: AppClient, cast: Cast, required: None, clock: Clock) -> None:
    newcomer_client = AppClient()
    log_in(newcomer_client, cast.police.email)
    turn_on(newcomer_client, clock)
    code = newcomer_client.get(f"{CODES}download/").content.decode().split("\n")[2]

    log_in(client, cast.police.email)
    assert client.post(AUTHENTICATE, {"code": code})["Location"] == TODAY

    second = AppClient()
    log_in(second, cast.police.email)
    assert second.post(AUTHENTICATE, {"code": code}).status_code == 422


def test_new_password_by_mail_does_not_skip_the_code(
    client: AppClient, cast: Cast, required: None, clock: Clock, postbox: Postbox
) -> None:
    newcomer(cast, clock)
    ask(client, cast.police.email)
    choose(client, follow(client, link_in(mailed(postbox)[-1])))

    assert log_in(client, cast.police.email, NEW)["Location"] == AUTHENTICATE
    assert client.get(TODAY).status_code == 302


def test_recovery_codes_alone_are_no_second_factor(
    client: AppClient, cast: Cast, required: None, clock: Clock
) -> None:
    log_in(client, cast.police.email)
    turn_on(client, clock)
    Authenticator.objects.filter(user=cast.police, type=Authenticator.Type.TOTP).delete()

    assert client.get(TODAY)["Location"] == ACTIVATE


def test_turning_it_off_leads_to_setting_it_up_again(
    client: AppClient, cast: Cast, required: None, clock: Clock, postbox: Postbox
) -> None:
    log_in(client, cast.police.email)
    turn_on(client, clock)

    client.post("/account/2fa/totp/deactivate/")

    assert client.get(TODAY)["Location"] == ACTIVATE
    assert "Tvåfaktorsinloggning har stängts av." in text_of(mailed(postbox)[-1])


def test_change_long_after_log_in_needs_a_code_again(
    client: AppClient, cast: Cast, required: None, clock: Clock
) -> None:
    """The password alone neither shows the recovery codes nor takes the second factor away."""
    log_in(client, cast.police.email)
    secret = turn_on(client, clock)
    clock.now += 600
    away = "/account/2fa/totp/deactivate/"

    for address in (away, CODES):
        assert client.get(address)["Location"].startswith("/account/reauthenticate/")
    asked = client.post(f"/account/reauthenticate/?next={away}", {"password": PASSWORD})
    assert asked["Location"] == f"/account/2fa/reauthenticate/?next={away}"
    assert client.get(CODES).status_code == 302

    wrong = client.post(asked["Location"], {"code": "000000"})
    assert (wrong.status_code, WRONG in wrong.content.decode()) == (422, True)
    right = client.post(asked["Location"], {"code": code_for(secret, clock)}, follow=True)
    assert "<h1>Stäng av tvåfaktorsinloggning</h1>" in right.content.decode()


def test_secret_is_encrypted_in_the_database(client: AppClient, cast: Cast, clock: Clock) -> None:
    log_in(client, cast.police.email)
    secret = turn_on(client, clock)

    kept = str(list(Authenticator.objects.filter(user=cast.police).values_list("data", flat=True)))

    assert "secret" in kept
    assert secret not in kept
    assert kept.count("gAAAA") == 2


def test_secret_outlives_a_new_key_of_the_installation(
    client: AppClient, cast: Cast, clock: Clock, settings: Any
) -> None:
    secret = newcomer(cast, clock)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-key-" * 5, [settings.SECRET_KEY]
    log_in(client, cast.police.email)

    assert client.post(AUTHENTICATE, {"code": code_for(secret, clock)})["Location"] == TODAY


def test_person_is_told_that_it_was_turned_on(
    client: AppClient, cast: Cast, clock: Clock, postbox: Postbox, django_capture_on_commit_callbacks: Any
) -> None:
    log_in(client, cast.police.email)
    with django_capture_on_commit_callbacks(execute=True):
        turn_on(client, clock)

    assert "Tvåfaktorsinloggning har slagits på." in text_of(mailed(postbox)[0])


def test_it_is_asked_for_in_the_demo_too_once_it_is_on(client: AppClient, cast: Cast, clock: Clock) -> None:
    newcomer(cast, clock)

    assert log_in(client, cast.police.email)["Location"] == AUTHENTICATE


def test_a_session_that_showed_no_code_ends_when_the_person_sets_up_an_app(
    cast: Cast, required: None, clock: Clock
) -> None:
    """Somebody who knows the password waits for the owner to set one up; or has shown an app that is no more."""
    waiting, owner = AppClient(), AppClient()
    for browser in (waiting, owner):
        log_in(browser, cast.police.email)
    assert waiting.get(TODAY)["Location"] == ACTIVATE
    secret = turn_on(owner, clock)

    for address in (CODES, TODAY, ACTIVATE):
        assert waiting.get(address)["Location"].startswith("/account/login/")
    assert owner.get(TODAY).status_code == 200

    other = AppClient()
    log_in(other, cast.police.email)
    other.post(AUTHENTICATE, {"code": code_for(secret, clock)})
    assert other.get(TODAY).status_code == 200
    Authenticator.objects.filter(user=cast.police).delete()
    clock.now += 400
    log_in(owner := AppClient(), cast.police.email)
    turn_on(owner, clock)
    assert other.get(TODAY)["Location"].startswith("/account/login/")
