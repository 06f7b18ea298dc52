"""The way back to a page, and the page for an address that has none."""

import pytest
from django.urls import reverse

from samverkan.ways import answers_get, page_above
from tests.conftest import AppClient


@pytest.mark.parametrize(
    ("path", "shows"),
    [
        ("/", True),
        ("/meetings/3/", True),
        ("/meetings/3/live/attendance/", False),
        ("/actions/2/finish/", False),
        ("/language/", False),
        ("/account/login/", True),
        ("/admin/", True),
        ("/nowhere/", False),
    ],
)
def test_it_is_known_which_addresses_show_a_page(path, shows):
    assert answers_get(path) is shows


def test_the_nearest_page_above_is_found():
    found = [
        page_above(path) for path in ("/actions/2/finish/", "/meetings/3/live/rest/", "/nowhere/at/all/", "/")
    ]

    assert found == ["/actions/", "/meetings/3/live/rest/", "/", "/"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"), [("sv", "Här finns inget att visa"), ("en", "Nothing to show here")]
)
def test_an_address_of_a_button_has_a_page_of_ours_that_leads_to_one(cast, signed_in, language, words):
    known, unknown = signed_in(cast.traffic), AppClient()
    for browser in (known, unknown):
        browser.cookies["language"] = language

    pages = [known.get(reverse("action_finish", args=[2])), unknown.get(reverse("language"))]

    assert [page.status_code for page in pages] == [405, 405]
    assert [words in page.content.decode() for page in pages] == [True, True]
    assert pages[0]["Allow"] == "POST" and 'href="/actions/"' in pages[0].content.decode()
