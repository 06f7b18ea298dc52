"""The pages of leaving, of reorganisation and of the structure on a day: narrow and wide, in both languages."""

import pytest

from tests.browser.html import mistakes_in

pytestmark = pytest.mark.browser

PAGES = {
    "coordinator": [
        "/groups/on-a-day/?day=2024-01-01",
        "/groups/hand-overs/",
        "/groups/hand-overs/1/",
        "/groups/hand-overs/things/1/give/",
        "/groups/hand-overs/things/1/release/",
        "/groups/seats/1/end/",
        "/groups/employments/1/end/",
        "/groups/reorganisations/",
        "/groups/reorganisations/new/",
        "/groups/reorganisations/1/",
        "/groups/reorganisations/1/units/",
        "/groups/reorganisations/1/carry-out/",
    ],
    "secretary": ["/groups/hand-overs/", "/groups/hand-overs/prepare/"],
    "district case worker": ["/groups/hand-overs/", "/groups/reorganisations/1/"],
}


@pytest.mark.parametrize(("language", "width"), [("sv", 320), ("en", 1280)])
def test_pages_of_change_are_accessible_and_fit(sign_in, witness, language, width):
    for part, addresses in PAGES.items():
        page = sign_in(part, width=width, language=language)
        for address in addresses:
            assert page.goto(address).status == 200, address
            witness.judge(page)


def test_bad_input_is_kept_and_linked(sign_in, witness):
    page = sign_in("coordinator", width=320)
    page.goto("/groups/reorganisations/new/")
    page.locator("input[name=on]").fill("snart")
    page.locator("main form button[type=submit]").click()
    page.locator(".mistakes a[href='#id_on']").click()

    assert page.locator("input[name=on]").input_value() == "snart"
    assert page.evaluate("document.activeElement.name") == "on"
    witness.judge(page)


@pytest.mark.java
def test_pages_of_change_are_valid_html(sign_in, tmp_path):
    assert mistakes_in(PAGES, sign_in, tmp_path) == ""
