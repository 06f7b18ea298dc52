"""The pages of groups, people and agreements, and of the collaboration year and its law: narrow and wide, in both
languages."""

import subprocess

import pytest

from tests.browser.test_pages import VNU

pytestmark = pytest.mark.browser

PAGES = {
    "coordinator": [
        "/groups/",
        "/groups/styrgrupp/",
        "/groups/styrgrupp/edit/",
        "/groups/styrgrupp/below/new/",
        "/groups/styrgrupp/members/1/",
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


def test_pages_of_groups_and_agreements_are_valid_html(sign_in, tmp_path):
    saved = []
    for part, addresses in PAGES.items():
        page = sign_in(part)
        for address in addresses:
            file = tmp_path / f"{len(saved)}.html"
            file.write_bytes(page.request.get(address).body())
            saved.append(file)

    checked = subprocess.run(
        ["java", "-jar", VNU, "--errors-only", "--format", "gnu", *saved],
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.stderr == ""
