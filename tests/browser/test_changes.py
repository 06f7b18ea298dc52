"""What goes otherwise than planned: a meeting is moved and cancelled, a substitute comes, an account is closed."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_story import POLICE, SECRETARY, UNSEATED, press

pytestmark = pytest.mark.browser


def plan(page, day: str) -> str:
    """A called meeting of the steering group; its address."""
    page.goto("/meetings/new/")
    page.get_by_label("Grupp").select_option(label="Styrgruppen")
    page.get_by_label("Dag").fill(day)
    page.get_by_label("Börjar").fill("9")
    page.get_by_label("Slutar").fill("10.30")
    page.locator("[name=link]").fill("https://video.example.org/rum")
    press(page, "Spara utkastet")
    address = page.url
    page.goto(f"{address}call/")
    page.locator("main .btn-primary").click()
    expect(page.locator("h1")).to_contain_text("Kallat")
    return str(address)


def test_a_called_meeting_is_answered_for_by_a_substitute_then_moved_and_cancelled(site, sign_in, witness):
    secretary = sign_in(SECRETARY)
    address = plan(secretary, "2027-01-18")
    officer = site.logins[POLICE]["email"]
    letter = site.wait_for_letter(officer, "18 januari")
    link = re.search(rf"{re.escape(site.url)}(/answer/\S+)", letter.get_body(("plain",)).get_content())[1]

    visitor = sign_in("", javascript=False, width=320)
    visitor.goto(link)
    visitor.locator("input[type=radio][value=declined]").check()
    visitor.locator("[name=substitute_name]").fill("Stina Ställföreträdare")
    press(visitor, "Skicka svaret")
    expect(visitor.locator("main")).to_contain_text("Stina Ställföreträdare kommer i stället")
    secretary.goto(address)
    expect(secretary.locator("main")).to_contain_text("Stina Ställföreträdare")
    witness.judge(secretary)

    secretary.goto(f"{address}edit/")
    secretary.get_by_label("Dag").fill("2027-01-19")
    press(secretary, "Spara ändringarna")
    expect(secretary.locator("h1")).to_contain_text("19 jan")
    moved = site.wait_for_letter(officer, "19 januari")
    part = next(part for part in moved.walk() if part.get_content_type() == "text/calendar")
    assert re.search(r"SEQUENCE:[1-9]", part.get_content())

    secretary.goto(f"{address}cancel/")
    witness.judge(secretary)
    press(secretary, "Ställ in mötet")
    expect(secretary.locator("h1")).to_contain_text("Inställt")
    witness.judge(secretary)
    gone = site.wait_for_letter(officer, "nställt")
    part = next(part for part in gone.walk() if part.get_content_type() == "text/calendar")
    assert "METHOD:CANCEL" in part.get_content() and "STATUS:CANCELLED" in part.get_content()
    visitor.goto(link)
    expect(visitor.locator("main")).to_contain_text("inställt")


def test_a_closed_account_is_signed_out_at_the_next_click_and_opened_again(site, sign_in, witness):
    officer, administrator = sign_in(UNSEATED), sign_in("administrator")
    administrator.goto(f"/admin/groups/user/?q={site.logins[UNSEATED]['email']}")
    administrator.locator("#result_list tbody th a").click()
    box = administrator.locator("[name=is_active]")

    box.uncheck()
    administrator.locator("[name=_save]").click()
    officer.goto("/meetings/")
    officer.wait_for_url("**/account/login/**")
    officer.locator("input[name=login]").fill(site.logins[UNSEATED]["email"])
    officer.locator("input[name=password]").fill(site.logins[UNSEATED]["password"])
    officer.locator("main form button[type=submit]").first.click()
    complaint = officer.get_by_role("alert").get_by_role("link")
    expect(complaint).to_have_attribute("href", "#id_login")
    expect(officer.get_by_role("alert")).to_be_focused()
    complaint.click()
    expect(officer.locator("#id_login")).to_be_focused()
    witness.judge(officer)

    administrator.locator("#result_list tbody th a").first.click()
    administrator.locator("[name=is_active]").check()
    administrator.locator("[name=_save]").click()
    officer.locator("input[name=password]").fill(site.logins[UNSEATED]["password"])
    officer.locator("main form button[type=submit]").first.click()
    officer.wait_for_url("**/meetings/")


def test_new_pages_are_accessible_and_fit(sign_in, witness):
    for language in ("sv", "en"):
        page = sign_in("", width=320, language=language)
        page.goto("/accessibility/")
        witness.judge(page)
        page.locator("main form .btn-primary").click()
        witness.judge(page)
