"""The checklist of 2023:196."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from groups.models import Body, Demand, Membership
from groups.models.programme import REVIEW_WITHIN
from groups.programme import review
from meetings.law import checklist_for, finding, judge, show, withdraw
from meetings.models import DemandEvidence, DemandJudgement
from tests.conftest import acting
from tests.counting import queries
from tests.factories import make_agreement, make_decision, make_item, make_meeting
from tests.factories_duties import make_duty, make_turn
from tests.factories_law import PDF, make_evidence, make_evidence_file
from tests.factories_programme import adopt_on, make_programme, make_report

URL = reverse("law")


def entry(user, demand):
    with acting(user), translation.override("en"):
        return next(found for found in checklist_for(user) if found.demand == demand)


def facts(user, demand):
    return [(fact.text, fact.holds) for fact in entry(user, demand).facts]


def test_what_the_structure_itself_shows(cast):
    assert facts(cast.police, "8") == [(f"In force: {cast.agreement}", True)]
    assert facts(cast.police, "9") == [(f"{cast.agreement} states 1 purpose and 1 area.", True)]
    assert facts(cast.police, "10") == [
        ("No group is marked as strategic council. Top group: Styrgruppen.", False),
        ("Styrgruppen is led by the municipality: Stadsdelsdirektör, Stadsdelen.", True),
    ]
    assert facts(cast.police, "11-12") == [("Coordinator coordinates Styrgruppen.", True)]
    assert facts(cast.police, "7") == []


def test_what_is_lacking_is_told(cast):
    cast.agreement.valid_to = timezone.localdate() - timedelta(days=1)
    cast.agreement.save()
    Body.objects.filter(pk=cast.steering.pk).update(kind="council")
    Membership.objects.filter(function="coordinator").update(function="member")
    Membership.objects.filter(function="chair").update(function="member")
    Membership.objects.filter(user=cast.police, body=cast.steering).update(function="chair")

    assert facts(cast.police, "8") == [("No agreement is in force.", False)]
    assert facts(cast.police, "9") == []
    assert facts(cast.police, "10") == [
        ("Strategic council: Styrgruppen", True),
        ("Styrgruppen is led by Polis, Polisen. Check that this is the municipality.", False),
    ]
    assert facts(cast.police, "11-12") == [("Nobody is coordinator of a council or steering group.", False)]


def test_a_duty_that_was_done_is_evidence_for_two_years(cast):
    today = timezone.localdate()
    report, old, late = (
        make_duty(body=cast.steering, demand="13", title=title) for title in ("Rapport", "Gammal", "Sen")
    )
    make_turn(
        duty=report, due=today - timedelta(days=400), done_on=today - timedelta(days=401), note="Klart."
    )
    make_turn(duty=report, due=today - timedelta(days=30), done_on=today - timedelta(days=31), note="Klart.")
    make_turn(duty=old, due=today - timedelta(days=800), done_on=today - timedelta(days=800), note="Klart.")
    make_turn(duty=late, due=today - timedelta(days=10))

    assert facts(cast.police, "13") == [
        (f"Should have been done {today - timedelta(days=10)}: Sen", False),
        (f"Done {today - timedelta(days=31)}: Rapport", True),
    ]


def test_the_finding_counts_demands_with_evidence(cast):
    def said():
        with acting(cast.police), translation.override("en"):
            return finding(checklist_for(cast.police))

    assert said() == "Three of nine requirements have evidence"
    make_evidence(by=cast.chair)
    assert said() == "Four of nine requirements have evidence"


def test_a_demand_with_something_lacking_is_not_counted_and_its_tile_says_so(cast, signed_in):
    council = entry(cast.police, "10")
    assert (council.is_lacking, council.has_evidence, council.tile_tone) == (True, False, "warn")

    page = signed_in(cast.police).get(URL).content.decode()

    tile = page[page.index('href="#demand-10"') :]
    assert "Något saknas" in tile[: tile.index("</a>")]
    judge("10", state="met", reason="Styrgruppen är rådet.", by=cast.chair)
    assert entry(cast.police, "10").tile_tone == "ok"


def test_a_plan_that_is_only_adopted_is_not_called_followed_up(cast):
    today = timezone.localdate()
    version = make_report(agreement=cast.agreement, by=cast.coordinator)
    programme = make_programme(version=version, by=cast.coordinator)
    adopt_on(today - timedelta(days=300), programme, body=cast.steering, by=cast.secretary)
    due = today - timedelta(days=300) + REVIEW_WITHIN

    assert facts(cast.police, "6") == [
        (f"The situation report was updated {today}.", True),
        (
            f"The action programme was adopted {today - timedelta(days=300)} and has not been followed up yet; "
            f"the last day is {due}.",
            True,
        ),
    ]
    review(programme, day=today, text="Allt är genomgånget.", by=cast.coordinator)
    assert facts(cast.police, "6")[1] == (f"The action programme was followed up {today}.", True)
    found = {fact.url for demand in "568" for fact in entry(cast.police, demand).facts}
    assert found == {
        reverse("report", args=[version.report_id]),
        reverse("programme", args=[programme.pk]),
        reverse("agreement", args=[cast.agreement.key]),
    }


def test_the_newest_judgement_holds_and_the_earlier_stay(cast):
    with acting(cast.chair) as chair:
        judge("7", state="missing", reason="Inte gjort.", by=chair)
        judge("7", state="partly", reason="Påbörjat.", by=chair)

    found = entry(cast.police, "7")

    assert found.judgement.state == "partly"
    assert [row.reason for row in found.judgements] == ["Påbörjat.", "Inte gjort."]
    assert not found.has_evidence


def test_only_those_who_lead_add_and_judge(cast):
    with acting(cast.case_worker) as worker:
        with pytest.raises(PermissionDenied):
            judge("7", state="met", reason="Klart.", by=worker)
        with pytest.raises(PermissionDenied):
            show("7", day=timezone.localdate(), note="Klart.", by=worker)


def test_meetings_and_decisions_are_named_to_who_sees_them(cast):
    held = make_meeting(body=cast.steering, status="held", year=2026, number=1)
    item = make_item(meeting=held)
    decision = make_decision(item=item, by=cast.secretary, year=2026, number=1)
    make_evidence(by=cast.chair, meeting=held, decision=decision)

    inside, outside = entry(cast.police, "7").shown[0], entry(cast.association, "7").shown[0]

    assert (inside.meeting, inside.decision) == (held, decision)
    assert (outside.meeting, outside.decision) == (None, None)


def test_the_page_says_everything_of_a_demand(cast, signed_in):
    make_evidence_file(by=cast.chair)
    DemandJudgement.objects.create(demand="7", state="met", reason="Samordnat.", judged_by=cast.chair)

    page = signed_in(cast.association).get(URL).content.decode()

    for words in (
        "Fyra av nio krav har underlag",
        "Samordnat med budgeten.",
        "rapport.pdf",
        "Uppfyllt",
        "Samordnat.",
    ):
        assert words in page
    assert reverse("law_show", args=["7"]) not in page


def test_a_person_outside_sees_nothing_of_it(cast, signed_in):
    make_evidence(by=cast.chair)

    page = signed_in(cast.stranger).get(URL).content.decode()

    assert "Samordnat med budgeten." not in page
    assert "demand-7" not in page


def test_evidence_with_a_file_is_added_and_sent_as_an_attachment(cast, signed_in):
    browser = signed_in(cast.coordinator)
    sent = {
        "note": "Rapport till nämnden.",
        "day": "2026-11-01",
        "file": SimpleUploadedFile("rapport.exe", PDF),
    }

    answer = browser.post(reverse("law_show", args=["13"]), sent)

    assert answer.url == f"{URL}#demand-13"
    row = DemandEvidence.objects.get()
    assert (row.demand, row.added_by) == ("13", cast.coordinator)
    given = signed_in(cast.police).get(reverse("law_file", args=[row.file.pk]))
    assert (given.content, given["X-Content-Type-Options"]) == (PDF, "nosniff")
    assert 'attachment; filename="rapport.pdf"' in given["Content-Disposition"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"note": " "},
        {"day": "2099-01-01"},
        {"link": "javascript:alert(1)"},
        {"file": SimpleUploadedFile("a.pdf", b"MZ program")},
    ],
)
def test_evidence_that_makes_no_sense_is_refused(cast, signed_in, wrong):
    sent = {"note": "Rapport.", "day": "2026-11-01"} | wrong

    assert signed_in(cast.chair).post(reverse("law_show", args=["13"]), sent).status_code == 422
    assert not DemandEvidence.objects.exists()


def test_evidence_is_withdrawn_once_and_leaves_its_trace(cast, signed_in):
    file = make_evidence_file(by=cast.chair)
    address, given = reverse("law_withdraw", args=[file.evidence_id]), reverse("law_file", args=[file.pk])
    browser = signed_in(cast.coordinator)
    assert "rapport.pdf" in browser.get(address).content.decode()
    assert browser.post(address, {"because": " "}).status_code == 422
    assert browser.get(given).status_code == 200

    assert browser.post(address, {"because": "Gäller ett annat år."}).url == f"{URL}#demand-7"

    row = DemandEvidence.objects.get()
    assert (row.withdrawn_by, row.withdrawn_because) == (cast.coordinator, "Gäller ett annat år.")
    assert row.withdrawn_file == f"rapport.pdf (SHA-256 {file.sha256})"
    assert browser.get(given).status_code == browser.get(address).status_code == 404
    found = entry(cast.police, "7")
    assert (found.shown, found.withdrawn, found.has_evidence) == ([], [row], False)
    page = signed_in(cast.association).get(URL).content.decode()
    for words in ("Samordnat med budgeten.", "Gäller ett annat år.", "återtaget av Coordinator"):
        assert words in page
    with acting(cast.chair) as chair, pytest.raises(ValidationError):
        withdraw(row, because="Igen.", by=chair)


def test_the_database_keeps_evidence_and_judgements(cast):
    row = make_evidence(by=cast.chair)
    judgement = DemandJudgement.objects.create(demand="7", state="met", reason="Klart.", judged_by=cast.chair)
    for change in (
        row.delete,
        lambda: DemandEvidence.objects.update(note="Annat"),
        lambda: DemandEvidence.objects.update(withdrawn_at=timezone.now()),
        judgement.delete,
        lambda: DemandJudgement.objects.update(reason="Annat"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_an_unknown_demand_is_not_there(cast, signed_in):
    assert signed_in(cast.chair).get(reverse("law_judge", args=["14"])).status_code == 404


def test_the_checklist_asks_as_much_of_one_row_as_of_three(cast, signed_in):
    def more():
        make_agreement()
        make_evidence_file(by=cast.chair)
        held = make_meeting(body=cast.steering, status="held")
        decision = make_decision(item=make_item(meeting=held), by=cast.secretary)
        make_evidence(by=cast.chair, demand="13", meeting=held, decision=decision)
        DemandJudgement.objects.create(demand="7", state="met", reason="Klart.", judged_by=cast.chair)
        make_turn(
            duty=make_duty(body=cast.steering, demand="13"), due=timezone.localdate() - timedelta(days=3)
        )

    more()
    assert queries(signed_in(cast.chair), URL) == COST
    more()
    more()
    assert queries(signed_in(cast.chair), URL) == COST


COST = 20


def test_there_is_a_plain_word_for_every_demand(cast):
    with acting(cast.chair):
        assert [found.demand for found in checklist_for(cast.chair)] == list(Demand)
