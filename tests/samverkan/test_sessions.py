"""Sessions that nobody uses end; what was typed in a page of ours when they did is given back."""

import time
from urllib.parse import urlencode

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


def test_a_part_of_a_page_leaves_the_page_as_it_is_and_says_what_to_do(cast, away):
    """Before, the whole log-in page came in the place of the part, and what was being written was lost."""
    answer = away.post(reverse("action_finish", args=[1]), {"x": "y"}, **HERE, HTTP_HX_REQUEST="true")

    page = answer.content.decode()
    assert (answer.status_code, answer["HX-Retarget"]) == (401, "#messages")
    assert _("You have been logged out.") in page and "<html" not in page
    assert "HX-Trigger" not in answer, "no key for who is not signed in"


def test_a_part_whose_key_is_old_gives_the_page_a_new_one_and_other_sites_none(cast):
    strict = AppClient(enforce_csrf_checks=True)
    strict.force_login(cast.traffic)
    where = reverse("action_finish", args=[1])

    answer = strict.post(where, {"x": "y"}, **HERE, HTTP_HX_REQUEST="true")
    foreign = strict.post(where, {"x": "y"}, HTTP_ORIGIN="https://elsewhere.example", HTTP_HX_REQUEST="true")

    assert answer.status_code == 401 and "newKey" in answer["HX-Trigger"]
    assert foreign.status_code == 401 and "HX-Trigger" not in foreign


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [
        ("http://testserver/actions/?body=styrgrupp", "/actions/?body=styrgrupp"),
        ("http://testserver/meetings/3/live/5/decisions/", "/meetings/3/live/5/"),
        ("https://elsewhere.example/actions/", "/actions/"),
        ("", "/actions/"),
    ],
)
def test_a_button_pressed_after_the_end_leads_back_to_its_page_and_never_to_itself(away, came_from, leads_to):
    answer = away.post(reverse("action_finish", args=[2]), **HERE, HTTP_REFERER=came_from, follow=True)

    log_in = f"{reverse('account_login')}?{urlencode({'next': leads_to}, safe='/')}"
    assert answer.redirect_chain == [(log_in, 302)]
    assert (
        _("You had been logged out, so nothing was done. Log in, then press again.")
        in answer.content.decode()
    )


def test_a_log_in_page_that_is_too_old_is_given_afresh_and_leads_on_who_is_in_already(cast):
    """Two tabs: the first logs in, the second has the key of before."""
    strict = AppClient(enforce_csrf_checks=True)
    where = f"{reverse('account_login')}?next=/actions/"
    sent = {"login": cast.traffic.email, "password": "hemligt med ord"}

    again = strict.post(where, sent, **HERE, follow=True)
    strict.force_login(cast.traffic)
    onward = strict.post(where, sent, **HERE, follow=True)

    assert again.redirect_chain == [(where, 302)]
    assert _("The page had been open too long. Fill it in again.") in again.content.decode()
    assert onward.redirect_chain == [(where, 302), ("/actions/", 302)] and onward.status_code == 200
