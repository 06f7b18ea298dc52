"""Premises, booking and the open page: narrow and wide, both languages, by keyboard, and for residents."""

import pytest
from playwright.sync_api import expect

from tests.browser.html import mistakes_in
from tests.browser.test_pages import tab_to

pytestmark = pytest.mark.browser

PAGES = {
    "coordinator": [
        "/premises/",
        "/premises/1/",
        "/premises/1/edit/",
        "/premises/1/times/",
        "/premises/1/hours/new/",
        "/premises/1/shifts/new/",
        "/premises/1/shifts/1/",
        "/premises/1/closures/new/",
        "/premises/1/rooms/new/",
        "/rooms/1/",
        "/rooms/1/book/",
        "/premises/open-page/",
        "/premises/open-page/premises/1/",
        "/premises/open-page/body/1/",
    ],
    "association": ["/premises/", "/premises/1/", "/rooms/1/"],
    "": ["/open/", "/open/en/"],
}


@pytest.mark.parametrize(("language", "width"), [("sv", 320), ("en", 1280)])
def test_pages_of_premises_are_accessible_and_fit(sign_in, witness, language, width):
    for part, addresses in PAGES.items():
        page = sign_in(part, width=width, language=language)
        for address in addresses:
            assert page.goto(address).status == 200, address
            witness.judge(page)


@pytest.mark.java
def test_pages_of_premises_are_valid_html(sign_in, tmp_path):
    assert mistakes_in(PAGES, sign_in, tmp_path) == ""


def test_a_room_is_booked_and_given_back_by_keyboard(sign_in, witness):
    page = sign_in("police officer")
    page.goto("/rooms/1/")
    tab_to(page, "a[rel=next]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rooms/1/?week=*")
    tab_to(page, "li:nth-child(7) > a[href*='/book/?day=']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rooms/1/book/*")
    tab_to(page, "[name=purpose]")
    page.keyboard.type("Vandring")
    tab_to(page, "[name=starts_at]")
    page.keyboard.type("13")
    tab_to(page, "[name=ends_at]")
    page.keyboard.type("14.30")
    page.keyboard.press("Enter")

    # Sunday: the door is shut, which is said before anything is booked.
    expect(page.get_by_role("alert")).to_be_focused()
    witness.judge(page)
    tab_to(page, "[name=acknowledged]")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rooms/1/?week=*")
    expect(page.locator(".bookings")).to_contain_text(["Vandring"])

    tab_to(page, ".bookings a[href$='/cancel/']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cancel/")
    witness.judge(page)
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/rooms/1/?week=*")
    expect(page.get_by_text("Vandring")).to_have_count(0)


def test_residents_need_neither_cookies_nor_javascript(sign_in, site):
    page = sign_in("", width=320, javascript=False)
    page.context.clear_cookies()

    answer = page.goto("/open/")

    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "public, max-age=30"
    assert page.context.cookies() == []
    expect(page.locator("h1")).to_have_text("Mötesplatser")
    expect(page.locator("script, form")).to_have_count(0)
    page.get_by_role("link", name="In English").click()
    page.wait_for_url("**/open/en/")
    assert page.context.cookies() == []
    expect(page.locator("html")).to_have_attribute("lang", "en")
