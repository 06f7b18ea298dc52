"""An action programme on paper: what stands in it, for whom, and that the validators are content."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from groups.models import ActionProgramme, Agency
from meetings.programme_paper import print_data
from tests.factories import make_agency
from tests.factories_programme import (
    adopt_on,
    make_goal,
    make_indicator,
    make_measure,
    make_method,
    make_problem,
    make_programme,
    make_report,
)
from tests.papers import findings, read


@pytest.fixture
def programme(cast):
    version = make_report(agreement=cast.agreement, by=cast.coordinator)
    programme = make_programme(
        version=version, by=cast.coordinator, summary="Vi byter **lås**.\n\n- först\n- sedan"
    )
    for number in range(1, 4):
        problem = make_problem(report=version.report, by=cast.coordinator, title=f"Inbrott {number}")
        goal = make_goal(problem=problem, by=cast.coordinator)
        make_indicator(goal=goal, by=cast.coordinator, baseline=Decimal("40.5"))
        make_goal(problem=problem, by=cast.coordinator, text="Ett mål utan indikator")
        make_measure(
            problem=problem,
            goal=goal,
            programme=programme,
            cause="Dåliga lås",
            method=make_method(name=f"Platsvandring {number}"),
            by=cast.coordinator,
        )
    make_measure(problem=problem, by=cast.coordinator, title="Utanför planen")
    return programme


def fetch(browser, programme):
    return browser.get(reverse("programme_file", args=[programme.pk]))


def test_an_adopted_programme_says_what_was_decided_and_the_validators_are_content(
    cast, programme, signed_in, tmp_path
):
    adopt_on(date(2026, 9, 1), programme, body=cast.steering, by=cast.secretary)

    answer = fetch(signed_in(cast.coordinator), programme)

    assert answer["Content-Disposition"].startswith("attachment")
    assert findings(answer.content, tmp_path) == []
    text = read(answer.content)
    for shown in (
        "Åtgärdsplan",
        "2026-09-01",
        "Styrgruppen",
        "Vi byter lås.",
        "3. Inbrott 3",
        "40,5",
        "Mot: Dåliga lås",
        "Metod: Platsvandring 2",
        "Ingen indikator är bestämd.",
        "2028-09-01",
    ):
        assert shown in text, shown
    assert "Utanför planen" not in text
    assert "Utkast" not in text


def test_a_draft_says_so_and_an_empty_one_is_a_paper_too(cast, signed_in, programme, tmp_path):
    empty = make_programme(version=programme.version, by=cast.coordinator)
    browser = signed_in(cast.coordinator)

    assert "Utkast – inte antagen" in read(fetch(browser, programme).content)
    assert findings(fetch(browser, empty).content, tmp_path) == []


def test_who_does_not_see_the_decision_reads_the_day_alone(cast, programme, signed_in):
    adopt_on(date(2026, 9, 1), programme, body=cast.steering, by=cast.secretary)

    text = read(fetch(signed_in(cast.association), programme).content)

    assert "Antagen 2026-09-01" in text
    assert "Styrgruppen" not in text
    assert fetch(signed_in(cast.stranger), programme).status_code == 404


def test_the_letterhead_names_who_has_taken_over_by_the_first_day_of_the_plan(cast, programme):
    old, older, gone = (
        make_agency(name=name, valid_to=date(2023, 6, 30)) for name in ("Gamla", "Äldre", "Försvunna")
    )
    Agency.objects.filter(pk=older.pk).update(successor=old)
    Agency.objects.filter(pk=old.pk).update(successor=cast.police_agency)
    for agency in (older, old, gone):
        cast.agreement.parties.create(agency=agency)

    names = print_data(programme, cast.coordinator)["organisation"].split(" · ")

    assert not {"Gamla", "Äldre", "Försvunna"} & set(names)
    assert names.count(cast.police_agency.name) == 1
    ActionProgramme.objects.filter(pk=programme.pk).update(valid_from=date(2023, 1, 1))
    programme.refresh_from_db()
    assert {"Gamla", "Äldre"} <= set(print_data(programme, cast.coordinator)["organisation"].split(" · "))
