"""One case from end to end, in the pages, as each part sees them."""

import pytest
from django.apps import apps
from django.db.models import F
from django.urls import reverse
from django.utils.translation import pgettext

from groups.models import User
from interventions.models import Case, Disclosure, Record, Seat
from samverkan.reader import CaseData
from tests.cast import Cast
from tests.factories_cases import make_ground

TOLD, KEPT = "rödhake", "kanariefågel"
OUTSIDE = (
    "unseated_police",
    "coordinator",
    "association",
    "administrator",
    "log_reviewer",
    "stranger",
    "traffic",
)

CASE_DATA = [
    model._meta.label_lower.replace(".", "/") for model in apps.get_models() if issubclass(model, CaseData)
]


@pytest.fixture
def story(cast: Cast, signed_in) -> Case:
    """Opened, police and school seated, two notes written, one disclosed to the police: all by the case worker's clicks."""
    ground = make_ground(
        from_kinds=["social"],
        to_kinds=["police"],
        statute="OSL 10:18 a",
        statements=["Konkreta omständigheter visar risk"],
        max_age=20,
    )
    browser = signed_in(cast.case_worker)
    opened = browser.post(reverse("case_new"), {"method": ""})
    case = Case.objects.get()
    assert opened["Location"] == reverse("case", args=[case.pk])
    for person in (cast.police, cast.welfare_officer):
        assert browser.post(reverse("seat_new", args=[case.pk]), {"user": person.pk}).status_code == 302
    for text, statement in ((KEPT, "assessment"), (TOLD, "fact")):
        sent = {"statement": statement, "occurred_on": "idag", "text": text}
        assert browser.post(reverse("note_new", args=[case.pk]), sent).status_code == 302
    answers = {
        "records": Record.objects.get(note__text=TOLD).pk,
        "to_unit": cast.youth_unit.pk,
        "ground": ground.pk,
        "statements": ground.to_confirm(cast.social_unit),
        "reasoning": "domherre",
    }
    checked = browser.post(reverse("disclose", args=[case.pk]), answers | {"step": 4})
    assert checked.status_code == 200 and not Disclosure.objects.exists()
    done = browser.post(reverse("disclose", args=[case.pk]), answers | {"step": 5})
    assert done["Location"] == reverse("disclosure", args=[case.pk, Disclosure.objects.get().pk])
    return case


def addresses(case: Case) -> list[str]:
    seat, told = Seat.objects.filter(case=case).first(), Disclosure.objects.get()
    return [
        *(
            reverse(name, args=[case.pk])
            for name in ("case", "case_close", "seat_new", "note_new", "disclose")
        ),
        reverse("seat_end", args=[case.pk, seat.pk]),
        *(reverse("record", args=[case.pk, record.pk]) for record in Record.objects.filter(case=case)),
        *(reverse(name, args=[case.pk, told.pk]) for name in ("disclosure", "disclosure_revoke")),
    ]


def said(browser, url: str) -> str:
    return browser.get(url).content.decode()


def test_police_see_exactly_the_note_that_was_disclosed(cast: Cast, signed_in, story: Case):
    page = said(signed_in(cast.police), reverse("case", args=[story.pk]))

    assert TOLD in page
    assert KEPT not in page
    assert "domherre" not in page
    assert "OSL 10:18 a" in page


def test_the_owning_unit_sees_both_and_who_sees_each(cast: Cast, signed_in, story: Case):
    page = said(signed_in(cast.case_worker), reverse("case", args=[story.pk]))

    assert TOLD in page and KEPT in page and "domherre" in page


def test_school_is_seated_and_sees_no_note(cast: Cast, signed_in, story: Case):
    browser = signed_in(cast.welfare_officer)
    page = said(browser, reverse("case", args=[story.pk]))

    assert story.reference in page
    assert TOLD not in page and KEPT not in page and "OSL 10:18 a" not in page
    for record in Record.objects.all():
        assert browser.get(reverse("record", args=[story.pk, record.pk])).status_code == 404
    assert browser.get(reverse("disclosure", args=[story.pk, Disclosure.objects.get().pk])).status_code == 404


@pytest.mark.parametrize("part", OUTSIDE)
def test_others_get_404_and_nothing_in_the_list(part: str, cast: Cast, signed_in, story: Case):
    browser = signed_in(getattr(cast, part))

    for url in addresses(story):
        for answer in (browser.get(url), browser.post(url, {"reason": "x", "step": "5"})):
            assert answer.status_code in (404, 405), url  # 405 where nobody may post, seated or not
            assert story.reference not in answer.content.decode()
    assert story.reference not in said(browser, reverse("cases"))
    assert Disclosure.objects.get().revoked_at is None


def test_the_list_is_the_same_page_for_everyone_without_a_seat(cast: Cast, signed_in, story: Case):
    """Nothing in it may hint at cases: it reads as it did before there were any."""
    browser = signed_in(cast.stranger)
    before = said(browser, reverse("cases"))
    assert story.reference in said(signed_in(cast.police), reverse("cases"))

    Seat.objects.exclude(user=cast.case_worker).update(valid_until=F("valid_from"))

    assert _bare(said(browser, reverse("cases"))) == _bare(before)


def _bare(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrf" not in line)


def test_the_admin_knows_no_case(cast: Cast, signed_in, story: Case):
    browser = signed_in(cast.administrator)

    for url in (
        "/admin/",
        f"/admin/groups/user/?q={story.reference}",
        f"/admin/groups/unit/?q={story.reference}",
    ):
        answer = browser.get(url)
        assert answer.status_code == 200, url
        page = answer.content.decode()
        for echo in (f"q={story.reference}", f"q%3D{story.reference}", f'value="{story.reference}"'):
            page = page.replace(echo, "")
        for hidden in (story.reference, TOLD, *(f"/admin/{name}/" for name in CASE_DATA)):
            assert hidden not in page, url
    for name in CASE_DATA:
        assert browser.get(f"/admin/{name}/").status_code == 404, name


def test_revoking_ends_access_at_the_next_request_and_leaves_the_ledger(cast: Cast, signed_in, story: Case):
    police, made = signed_in(cast.police), Disclosure.objects.get()
    record = Record.objects.get(note__text=TOLD)
    assert police.get(reverse("record", args=[story.pk, record.pk])).status_code == 200

    revoked = signed_in(cast.case_worker).post(
        reverse("disclosure_revoke", args=[story.pk, made.pk]), {"reason": "steglits"}
    )

    assert revoked.status_code == 302
    assert TOLD not in said(police, reverse("case", args=[story.pk]))
    assert police.get(reverse("record", args=[story.pk, record.pk])).status_code == 404
    ledger = said(police, reverse("disclosure", args=[story.pk, made.pk]))
    assert pgettext("disclosure", "Revoked") in ledger and TOLD not in ledger
    assert "steglits" not in ledger, "why it was revoked is for the unit that told"
    assert "steglits" in said(signed_in(cast.case_worker), reverse("disclosure", args=[story.pk, made.pk]))


def test_a_new_colleague_with_a_seat_sees_what_the_unit_was_told(cast: Cast, signed_in, story: Case):
    colleague: User = cast.unseated_police
    browser = signed_in(cast.case_worker)

    browser.post(reverse("seat_new", args=[story.pk]), {"user": colleague.pk})

    page = said(signed_in(colleague), reverse("case", args=[story.pk]))
    assert TOLD in page and KEPT not in page
