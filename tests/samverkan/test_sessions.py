"""Sessions that nobody uses end; what was typed in a page of ours when they did is given back."""

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import gettext as _

from samverkan.sessions import NOTED_EVERY
from tests.conftest import AppClient
from tests.factories_cases import make_case

HERE = {"HTTP_ORIGIN": "http://testserver"}
NOTE = {
    "statement": "fact",
    "occurred_on": "idag",
    "text": "En gulsparv i häcken",
    "csrfmiddlewaretoken": "x",
}


def last_used(browser, seconds_ago: int) -> None:
    session = browser.session
    session["used_at"] = int(time.time()) - seconds_ago
    session.save()


@pytest.fixture
def away(cast, signed_in, settings):
    """The case worker's browser, unused for as long as a session may be."""
    browser = signed_in(cast.case_worker)
    browser.get(reverse("today"))
    last_used(browser, settings.SESSION_IDLE_SECONDS)
    return browser


def test_an_unused_session_ends_and_the_log_in_says_so(away):
    answer = away.get(reverse("meetings"), follow=True)

    assert answer.redirect_chain == [(f"{reverse('account_login')}?next={reverse('meetings')}", 302)]
    assert "30 minuter" in answer.content.decode()
    assert away.get(reverse("today")).status_code == 302


def test_a_used_one_goes_on(cast, signed_in, settings):
    browser = signed_in(cast.case_worker)
    browser.get(reverse("today"))
    for _turn in range(3):
        last_used(browser, settings.SESSION_IDLE_SECONDS - NOTED_EVERY)
        assert browser.get(reverse("today")).status_code == 200
    assert time.time() - browser.session["used_at"] < NOTED_EVERY


def test_use_is_noted_once_a_minute_and_not_at_each_request(cast, signed_in):
    browser = signed_in(cast.traffic)
    browser.get(reverse("healthz"))

    def writes() -> int:
        with CaptureQueriesContext(connection) as found:
            browser.get(reverse("account_change_password"))
        return sum(query["sql"].startswith("UPDATE") for query in found.captured_queries)

    writes()
    assert writes() == 0
    last_used(browser, NOTED_EVERY)
    assert (writes(), writes()) == (1, 0)


def test_what_was_typed_when_the_session_had_ended_is_given_back_and_not_saved(cast, away):
    case = make_case(lead=cast.case_worker)
    where = reverse("note_new", args=[case.pk])

    answer = away.post(where, NOTE, **HERE)

    page = answer.content.decode()
    assert answer.status_code == 403
    assert page.count("En gulsparv i häcken") == 2, "to be read, and to be sent again"
    assert f'action="{where}"' in page and 'name="occurred_on" value="idag"' in page
    assert case.records.count() == 0
    away.force_login(cast.case_worker)
    assert away.post(where, NOTE, **HERE).status_code == 302
    assert case.records.count() == 1


def test_another_sites_form_is_not_given_a_key(cast, away):
    where = reverse("case_new")

    assert away.post(where, NOTE, HTTP_ORIGIN="https://elsewhere.example").status_code == 302
    assert AppClient().post(where, NOTE).status_code == 302
    strict = AppClient(enforce_csrf_checks=True)
    strict.force_login(cast.case_worker)
    answer = strict.post(where, NOTE, HTTP_ORIGIN="https://elsewhere.example")
    assert answer.status_code == 403 and "gulsparv" not in answer.content.decode()


def test_a_form_whose_key_is_old_is_given_back_too(cast):
    strict = AppClient(enforce_csrf_checks=True)
    strict.force_login(cast.case_worker)

    answer = strict.post(reverse("case_new"), NOTE, **HERE)

    assert answer.status_code == 403
    assert _("Send again") in answer.content.decode() and "gulsparv" in answer.content.decode()


def test_passwords_and_codes_are_never_repeated(cast):
    strict = AppClient(enforce_csrf_checks=True)
    sent = {"login": cast.traffic.email, "password": "hemligt med ord", "code": "123456"}

    page = strict.post(reverse("account_login"), sent, **HERE).content.decode()

    assert "hemligt" not in page and "123456" not in page


def test_a_session_ends_nine_hours_after_the_log_in_however_much_it_is_used(cast, signed_in, settings):
    browser = signed_in(cast.case_worker)
    assert browser.get(reverse("today")).status_code == 200
    session = browser.session
    session["began_at"] = int(time.time()) - settings.SESSION_COOKIE_AGE
    session.save()

    assert browser.get(reverse("today"))["Location"].startswith(reverse("account_login"))
    assert browser.get(reverse("today")).status_code == 302
