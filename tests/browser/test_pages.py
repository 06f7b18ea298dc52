"""Every page that a part can reach: narrow, in both languages, without JavaScript, by keyboard; valid HTML."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.browser.html import mistakes_in

pytestmark = pytest.mark.browser

#: What each part looks at, besides what the stories visit.
PAGES = {
    "secretary": [
        "/",
        "/groups/",
        "/groups/styrgrupp/",
        "/meetings/",
        "/meetings/new/",
        "/actions/",
        "/cases/",
    ],
    "coordinator": ["/", "/groups/nyrekrytering/", "/groups/styrgrupp/members/add/"],
    "district case worker": ["/", "/cases/", "/cases/new/"],
    "log reviewer": ["/", "/cases/log/"],
    "association": ["/", "/groups/", "/meetings/"],
    "administrator": ["/", "/groups/", "/account/password/change/", "/account/2fa/"],
    "": ["/account/login/", "/account/password/reset/", "/nowhere/"],
}


def held_meeting(page: Page) -> str:
    """The address of the last meeting in the list: one that was held, whose minutes are there to read."""
    page.goto("/meetings/")
    links = page.locator("main a[href^='/meetings/']")
    found = links.evaluate_all("links => links.map(link => link.getAttribute('href'))")
    return str([address for address in found if re.fullmatch(r"/meetings/\d+/", address)][-1])


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_fits_320_pixels(sign_in, witness, language):
    for part, addresses in PAGES.items():
        page = sign_in(part, width=320, language=language)
        for address in addresses:
            page.goto(address)
            assert page.locator("html").get_attribute("lang") == language
            witness.judge(page)


def test_a_meeting_and_its_minutes_fit_320_pixels(sign_in, witness):
    page = sign_in("secretary", width=320)
    address = held_meeting(page)
    for path in ("", "who/", "minutes/"):
        answer = page.goto(address + path)
        assert answer.status == 200, path
        witness.judge(page)


def test_pages_work_without_javascript(sign_in, witness):
    page = sign_in("secretary", javascript=False)
    page.goto("/meetings/new/")
    page.locator("main form button.btn-primary").click()

    expect(page.get_by_role("alert")).to_be_visible()
    page.locator(".me summary").click()
    page.locator(".me").get_by_role("button", name="English").or_(
        page.locator(".me").get_by_label("English")
    ).first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.locator(".me summary").click()
    page.locator(".me").get_by_role("button", name="Svenska").click()
    expect(page.locator("html")).to_have_attribute("lang", "sv")


def test_english_says_nothing_in_swedish(sign_in):
    page = sign_in("secretary", language="en")

    for address in PAGES["secretary"]:
        page.goto(address)
        frame = page.locator("header").inner_text() + page.locator("h1").inner_text()
        assert not [word for word in ("Idag", "Möten", "Åtaganden", "Insatser") if word in frame.split()], (
            address
        )


def tab_to(page: Page, selector: str, most: int = 80) -> None:
    """Press Tab until the element has the focus; it must be seen to have it."""
    for _press in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
            style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert style != "none", f"{selector} has the focus and does not show it."
            return
    raise AssertionError(f"{selector} cannot be reached with Tab on {page.url}.")


def test_log_in_and_agenda_by_keyboard_alone(site, sign_in):
    page = sign_in("")
    page.goto("/account/login/")
    login = site.logins["secretary"]
    tab_to(page, "input[name=login]")
    page.keyboard.type(login["email"])
    tab_to(page, "input[name=password]")
    page.keyboard.type(login["password"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.url}/")

    page.goto("/meetings/new/")
    tab_to(page, "[name=day]")
    page.keyboard.type("30 dec")
    tab_to(page, "[name=starts_at]")
    page.keyboard.type("9")
    tab_to(page, "[name=ends_at]")
    page.keyboard.type("10.30")
    page.keyboard.press("Enter")
    page.wait_for_url("**/meetings/*/")
    first = page.locator("form[action$='/move/']").first
    before = page.locator("#agenda-card ol > li").nth(0).inner_text()
    assert first.count() == 1
    tab_to(page, "form[action$='/move/'] button:not([disabled])")
    page.keyboard.press("Enter")
    expect(page.locator("#agenda-card ol > li").nth(0)).not_to_have_text(before)


@pytest.mark.java
def test_every_page_is_valid_html(sign_in, tmp_path):
    own = held_meeting(sign_in("secretary"))
    pages = PAGES | {"secretary": [*PAGES["secretary"], own, f"{own}minutes/"]}
    assert mistakes_in(pages, sign_in, tmp_path, missing="/nowhere/") == ""


def test_picture_for_the_readme(sign_in):
    """The start page of the secretary, as the README shows it."""
    page = sign_in("secretary")
    page.goto("/")
    expect(page.locator("h1")).to_have_text("Idag")
    picture = Path(settings.BASE_DIR) / "docs" / "pictures" / "today.png"

    taken = page.screenshot()

    assert taken[:8] == b"\x89PNG\r\n\x1a\n"
    if not picture.exists():
        picture.write_bytes(taken)
