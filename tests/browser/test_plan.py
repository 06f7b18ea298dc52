"""The pages of planning: narrow and wide, in both languages, for those who plan and those who read."""

import pytest

pytestmark = pytest.mark.browser

PAGES = {
    "coordinator": [
        "/plan/",
        "/plan/reports/1/",
        "/plan/reports/new/",
        "/plan/problems/",
        "/plan/problems/1/",
        "/plan/problems/2/",
        "/plan/problems/1/measures/new/",
        "/plan/goals/1/indicators/new/",
        "/plan/measures/1/",
        "/plan/measures/2/close/",
        "/plan/programmes/",
        "/plan/programmes/1/",
        "/plan/programmes/1/review/",
        "/plan/programmes/new/",
        "/plan/methods/",
        "/plan/methods/2/",
        "/plan/methods/new/",
    ],
    "association": ["/plan/", "/plan/problems/2/", "/plan/programmes/1/", "/plan/methods/"],
}


@pytest.mark.parametrize(("language", "width"), [("sv", 320), ("en", 1280)])
def test_pages_of_planning_are_accessible_and_fit(sign_in, witness, language, width):
    for part, addresses in PAGES.items():
        page = sign_in(part, width=width, language=language)
        for address in addresses:
            assert page.goto(address).status == 200, address
            witness.judge(page)
