"""The pages of groups, people and agreements, and of the collaboration year and its law: narrow and wide, in both
languages."""

import pytest

from tests.browser.html import mistakes_in

pytestmark = pytest.mark.browser

PAGES = {
    "coordinator": [
        "/groups/",
        "/groups/styrgrupp/",
        "/groups/styrgrupp/edit/",
        "/groups/styrgrupp/below/new/",
        "/groups/styrgrupp/members/1/",
        "/groups/otrygga-platser/",
        "/groups/otrygga-platser/guests/add/",
        "/groups/otrygga-platser/guests/1/",
        "/groups/inventory/",
        "/groups/agencies/",
        "/groups/agencies/jarva/services/",
        "/groups/agencies/jarva/contacts/add/",
        "/groups/undertaking/",
        "/groups/undertaking/all/",
        "/groups/agreements/",
        "/groups/agreements/new/",
        "/groups/agreements/rk-2020-196/",
        "/groups/agreements/rk-2020-196/report/",
        "/groups/agreements/rk-2020-196/terminate/",
        "/plan/year/",
        "/plan/year/duties/new/",
        "/plan/year/duties/1/",
        "/plan/law/",
        "/plan/law/4/judge/",
        "/plan/law/4/show/",
        "/plan/year/turns/1/done/",
    ],
    "administrator": ["/groups/import/"],
}


@pytest.mark.parametrize(("language", "width"), [("sv", 320), ("en", 1280)])
def test_pages_of_groups_and_agreements_are_accessible_and_fit(sign_in, witness, language, width):
    for part, addresses in PAGES.items():
        page = sign_in(part, width=width, language=language)
        for address in addresses:
            assert page.goto(address).status == 200, address
            witness.judge(page)


def test_an_agreement_goes_from_draft_to_signature(sign_in, witness):
    """Every page of the way, with what is missing and what is wrong."""
    page = sign_in("coordinator", width=320)

    def send() -> None:
        page.locator("main form button[type=submit]").last.click()
        witness.judge(page)

    page.goto("/groups/agreements/new/")
    page.fill("[name=title]", "Prov av vägen")
    send()
    way = page.url
    for step in ("discard/", "send/", "edit/"):
        page.goto(way + step)
        witness.judge(page)
    page.locator("[name=parties]").nth(1).check()
    page.locator("[name=parties]").nth(2).check()
    page.fill("[name=purposes]", "Trygghet")
    page.fill("[name=areas]", "Platser")
    send()
    page.goto(way + "send/")
    send()
    page.locator("a[href$='/sign/']").first.click()
    send()
    assert page.locator(".mistakes li").count() == 2
    page.fill("[name=signatory]", "Anna Prov")
    page.fill("[name=signed_on]", "idag")
    send()

    assert page.url == way
    assert page.locator("a[href$='/sign/']").count() == 1


@pytest.mark.java
def test_pages_of_groups_and_agreements_are_valid_html(sign_in, tmp_path):
    assert mistakes_in(PAGES, sign_in, tmp_path) == ""
