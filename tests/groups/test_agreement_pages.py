"""The pages of agreements: what they say, what they cost, and the paper."""

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation

from groups.agreement_paper import agreement_pdf
from groups.agreement_words import waiting_for
from groups.models import Agreement, BoardReport, RegistryReference
from groups.timeline import events_of, timeline_of
from tests.conftest import acting
from tests.counting import queries
from tests.factories import make_agreement, make_body
from tests.factories_agreements import in_days, make_signed_agreement, make_version
from tests.papers import findings, read


def url(name: str, agreement: Agreement, **more) -> str:
    return reverse(name, kwargs={"key": agreement.key, **more})


@pytest.fixture
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def ending(cast):
    """In force under the steering group, with 29 days left."""
    agreement = make_signed_agreement(
        parties=[cast.district, cast.police_agency], valid_to=in_days(29), title="Lokal överenskommelse"
    )
    cast.steering.agreement = agreement
    cast.steering.save()
    return agreement


def page(browser, address: str) -> str:
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return browser.get(address).content.decode()


def test_warning_stands_on_its_page_the_structure_and_today(cast, ending, signed_in):
    browser = signed_in(cast.chair)

    assert "The agreement ends in 29 days" in page(browser, url("agreement", ending))
    assert "29 days left" in page(browser, reverse("structure"))
    assert "29 days left" in page(browser, reverse("today"))


def test_warning_waits_for_those_who_manage_and_nobody_else(cast, ending):
    for person, tasks in ((cast.chair, 1), (cast.coordinator, 1), (cast.secretary, 0), (cast.stranger, 0)):
        with acting(person):
            assert len(waiting_for(person)) == tasks


def test_what_ends_first_waits_first(cast, ending):
    parties = [cast.district, cast.police_agency]
    for title, days in (("Platser", 36), ("Skolor", 5)):
        make_signed_agreement(parties=parties, prepared_in=cast.steering, valid_to=in_days(days), title=title)

    with acting(cast.coordinator):
        waiting = [task.text for task in waiting_for(cast.coordinator)]

    assert waiting == ["Skolor", "Lokal överenskommelse", "Platser"]


def test_draft_says_what_it_lacks(cast, signed_in):
    draft = make_agreement(original_kept="", purposes=[], areas=["Platser"])

    text = page(signed_in(cast.secretary), url("agreement", draft))

    assert "Still needed before it can be sent for signing" in text
    assert "Enter what the collaboration is for (2023:196 § 9)." in text
    assert "Send for signing" not in text


def test_whole_way_by_pages(cast, signed_in):
    browser = signed_in(cast.coordinator)
    browser.post(
        reverse("agreement_new"),
        {
            "prepared_in": cast.steering.pk,
            "title": "Ny överenskommelse",
            "parties": [cast.district.pk, cast.school.pk],
            "purposes": "Trygghet, och lugn\nSamordning",
            "areas": "Platser",
            "valid_to": in_days(300).isoformat(),
        },
    )
    draft = Agreement.objects.get(key="ny-overenskommelse")
    assert draft.purposes == ["Trygghet, och lugn", "Samordning"]
    browser.post(url("agreement_send", draft))
    for party in draft.parties.all():
        browser.post(
            url("agreement_sign", draft, party=party.pk),
            {"signatory": "Namn", "signed_on": in_days(0).isoformat()},
        )
    browser.post(url("agreement_report", draft), {"board": "Nämnden", "reported": "2020-04"})
    browser.post(url("agreement_number", draft), {"agency": cast.district.pk, "reference": "JÄ 1"})

    assert Agreement.objects.in_force().filter(pk=draft.pk).exists()
    assert BoardReport.objects.get().reported == "2020-04"
    assert RegistryReference.objects.get().reference == "JÄ 1"

    browser.post(url("agreement_new_version", draft))
    version = Agreement.objects.get(replaces=draft)
    assert browser.get(url("agreement_edit", version)).status_code == 200
    browser.post(
        url("agreement_terminate", draft),
        {
            "terminated_by": cast.school.pk,
            "terminated_on": in_days(0).isoformat(),
            "last_day": in_days(9).isoformat(),
            "reason": "Nya uppdrag",
        },
    )
    draft.refresh_from_db()
    assert (draft.last_day, draft.termination_reason) == (in_days(9), "Nya uppdrag")


def test_wrong_input_keeps_what_was_typed(cast, signed_in):
    response = signed_in(cast.coordinator).post(
        reverse("agreement_new"),
        {
            "prepared_in": cast.steering.pk,
            "title": "T",
            "purposes": "Syftet",
            "valid_from": "2026-05-01",
            "valid_to": "2026-04-01",
        },
    )

    assert response.status_code == 422
    assert "Syftet" in response.content.decode()
    assert 'href="#id_valid_to"' in response.content.decode()
    assert not Agreement.objects.filter(title="T").exists()


def test_a_page_that_comes_too_late_leads_back_with_the_reason(cast, ending, signed_in):
    browser = signed_in(cast.coordinator)
    party = ending.parties.all()[0]
    late = [url("agreement_edit", ending), url("agreement_send", ending), url("agreement_discard", ending)]
    for address in [*late, url("agreement_sign", ending, party=party.pk)]:
        response = browser.get(address, follow=True)
        assert response.redirect_chain == [(url("agreement", ending), 302)]
        assert [message.level_tag for message in response.context["messages"]] == ["info"]


def test_draft_is_thrown_away_after_a_question(cast, signed_in):
    browser = signed_in(cast.coordinator)
    signed = make_signed_agreement(parties=[cast.district, cast.school], prepared_in=cast.steering)
    browser.post(url("agreement_new_version", signed))
    draft = Agreement.objects.get(replaces=signed)

    assert "This cannot be undone." in page(browser, url("agreement_discard", draft))
    response = browser.post(url("agreement_discard", draft))

    assert response["Location"] == url("agreement", signed)
    assert not Agreement.objects.filter(pk=draft.pk).exists()


def test_the_file_is_asked_for_again_where_something_else_is_wrong(cast, signed_in):
    agreement = make_signed_agreement(
        parties=[cast.district, cast.school], signed=[None, None], prepared_in=cast.steering
    )
    party = agreement.parties.all()[0]
    sent = {"signatory": "Namn", "paper": SimpleUploadedFile("a.pdf", b"%PDF-1.7\n")}

    late = signed_in(cast.chair).post(
        url("agreement_sign", agreement, party=party.pk), sent | {"signed_on": in_days(3).isoformat()}
    )

    assert late.status_code == 422
    assert list(late.context["form"].errors) == ["signed_on", "paper"]


def test_a_month_that_is_none_is_refused(cast, ending, signed_in):
    response = signed_in(cast.chair).post(
        url("agreement_report", ending), {"board": "Nämnden", "reported": "2025-13"}
    )

    assert list(response.context["form"].errors) == ["reported"]


def test_structure_shows_the_bodies_under_the_version_in_force(cast, signed_in):
    version = make_version(cast.agreement, signed=[in_days(-1), in_days(-1)], title="Andra versionen")

    text = page(signed_in(cast.police), reverse("structure"))

    assert "Andra versionen" in text
    assert cast.agreement.title not in text
    assert "Nyrekrytering" in text
    assert version.state == "in_force"


@pytest.mark.parametrize(("name", "count"), [("agreements", 10), ("agreement", 21)])
def test_pages_cost_the_same_for_one_row_and_three(name, count, cast, signed_in):
    browser = signed_in(cast.chair)

    def furnish(number: int) -> None:
        for index in range(number):
            below = make_signed_agreement(parent=cast.agreement, title=f"Under {index}")
            RegistryReference.objects.create(
                agreement=below, agency=cast.district, reference=f"{number} {index}"
            )
            BoardReport.objects.create(
                agreement=cast.agreement, board=f"{number} {index}", reported="2020-04"
            )
            make_body(agreement=cast.agreement)

    address = reverse("agreements") if name == "agreements" else url("agreement", cast.agreement)
    furnish(1)
    one = queries(browser, address)
    furnish(2)

    assert [one, queries(browser, address)] == [count, count]


def test_timeline_tells_what_happened_and_what_is_to_come(cast, ending, english):
    BoardReport.objects.create(agreement=ending, board="Nämnden", reported=f"{in_days(-300):%Y-%m}")
    agreement = Agreement.objects.with_parties().get(pk=ending.pk)

    events = events_of(agreement)
    picture = timeline_of(agreement)

    assert [event.what for event in events[-2:]] == ["Recorded in Samverkan", "Last day"]
    assert "Reported to Nämnden" in [event.what for event in events]
    assert [mark.number for mark in picture.marks] == list(range(1, len(events) + 1))
    assert picture.bar and picture.bar[0] < (picture.today or 0) < picture.bar[1]
    places = [(mark.x, mark.y) for mark in picture.marks]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("kind", ["draft", "half", "signed", "afterwards", "terminated"])
def test_paper_is_pdf_a_and_ua(kind, cast, tmp_path):
    frame = make_agreement(title="Ramöverenskommelsen")
    parties = [cast.district, cast.police_agency, cast.school]
    facts = {
        "draft": {"sent_on": None, "signed": [None] * 3, "purposes": [], "areas": []},
        "half": {"signed": [in_days(-3), None, None], "valid_from": in_days(9), "valid_to": in_days(400)},
        "signed": {"signed": [in_days(-3)] * 3, "geographic_areas": ["Rinkeby", "Tensta"]},
        "afterwards": {"sent_on": None, "signed": [None] * 3, "original_kept": "Diariet"},
        "terminated": {
            "terminated_on": in_days(-1),
            "terminated_by": cast.school,
            "last_day": in_days(30),
            "termination_reason": "Nya uppdrag",
        },
    }[kind]
    agreement = make_signed_agreement(
        parties=parties, parent=frame, title="Överenskommelse 😀 " + "x" * 90, **facts
    )
    RegistryReference.objects.create(agreement=agreement, agency=cast.district, reference="3.2-669/2012")
    BoardReport.objects.create(agreement=agreement, board="Nämnden", reported="2020-04")

    content = agreement_pdf(Agreement.objects.with_parties().get(pk=agreement.pk))

    assert findings(content, tmp_path) == []
    text = read(content)
    for words in (
        "Stadsdelen",
        "Polisen",
        "3.2-669/2012",
        "2020-04",
        "Sida 1",
        "Ramöverenskommelsen",
        "2023:196",
    ):
        assert words in text
    assert ("Ort och datum" in text) == (kind in ("draft", "half"))
    assert ("Nya uppdrag" in text) == (kind == "terminated")


def test_signed_copy_is_an_attachment(cast, signed_in):
    agreement = make_signed_agreement(
        parties=[cast.district, cast.school], signed=[None, None], prepared_in=cast.steering
    )
    party = agreement.parties.all()[0]
    browser = signed_in(cast.chair)
    from_file = {"signatory": "Namn", "signed_on": in_days(0).isoformat()}
    paper = SimpleUploadedFile("avtal.exe", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    browser.post(url("agreement_sign", agreement, party=party.pk), from_file | {"paper": paper})
    party.refresh_from_db()

    response = signed_in(cast.association).get(reverse("agreement_copy", kwargs={"pk": party.signed_copy.pk}))

    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response.content.startswith(b"\x89PNG")
