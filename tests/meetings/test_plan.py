"""Adopting a programme at a meeting, the thread on its pages, and what the pages cost."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation

from groups.charts import draw, finding
from groups.models import Indicator, Measure, Problem
from meetings.adopting import adopt, adopting, tie
from meetings.models import Adoption
from tests.counting import queries
from tests.factories import make_action, make_decision, make_item, make_meeting
from tests.factories_programme import (
    adopt_on,
    make_follow_up,
    make_goal,
    make_hours,
    make_indicator,
    make_measure,
    make_method,
    make_method_note,
    make_problem,
    make_programme,
    make_report,
    make_use,
    make_value,
)


@pytest.fixture
def version(cast):
    return make_report(agreement=cast.agreement, by=cast.coordinator)


@pytest.fixture
def problem(cast, version):
    return make_problem(report=version.report, by=cast.coordinator)


@pytest.fixture
def programme(cast, version, problem):
    programme = make_programme(version=version, by=cast.coordinator)
    make_measure(problem=problem, programme=programme, by=cast.coordinator)
    return programme


def decided(cast, body, number=1):
    meeting = make_meeting(body=body, status="held", year=2026, number=number)
    return make_decision(item=make_item(meeting=meeting), by=cast.coordinator, year=2026, number=number)


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_programme_is_adopted_once_by_a_decision_of_the_steering_group(cast, programme):
    decision = decided(cast, cast.steering)
    assert list(adopting(programme, cast.coordinator)) == [decision]

    adopt(programme, decision=decision, by=cast.secretary)

    programme.refresh_from_db()
    assert programme.adopted_on == timezone.localdate(decision.item.meeting.starts_at)
    with pytest.raises(ValidationError):
        adopt(programme, decision=decision, by=cast.secretary)
    for change in (
        lambda: Adoption.objects.update(decision=decision),
        lambda: Adoption.objects.get().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_a_decision_adopts_one_programme(cast, version, problem, programme, signed_in):
    decision = decided(cast, cast.steering)
    other = make_programme(version=version, by=cast.coordinator)
    make_measure(problem=problem, programme=other, by=cast.coordinator)
    adopt(programme, decision=decision, by=cast.secretary)

    assert list(adopting(other, cast.coordinator)) == []
    page = text_of(signed_in(cast.coordinator).get(reverse("programme_adopt", args=[other.pk])))
    assert f"”{programme.title}” gäller idag och ersätts" in page
    with pytest.raises(ValidationError) as error:
        adopt(other, decision=decision, by=cast.secretary)
    assert list(error.value.error_dict) == ["decision"]
    with pytest.raises(IntegrityError, match="one_programme"), transaction.atomic():
        Adoption.objects.create(programme=other, decision=decision, recorded_by=cast.secretary)


def test_other_decisions_adopt_nothing(cast, version, programme):
    below = decided(cast, cast.places)
    unnumbered = make_decision(item=make_item(meeting=make_meeting(body=cast.steering)), by=cast.coordinator)
    for decision in (below, unnumbered):
        with pytest.raises(ValidationError) as error:
            adopt(programme, decision=decision, by=cast.coordinator)
        assert list(error.value.error_dict) == ["decision"]
    with pytest.raises(PermissionDenied):
        adopt(programme, decision=decided(cast, cast.steering), by=cast.police)
    with pytest.raises(ValidationError):
        adopt(
            make_programme(version=version, by=cast.coordinator),
            decision=decided(cast, cast.steering, number=2),
            by=cast.coordinator,
        )


def test_the_database_adopts_nothing_without_a_decision(cast, programme):
    with pytest.raises(IntegrityError, match="adopted by a decision"), transaction.atomic():
        type(programme).objects.filter(pk=programme.pk).update(adopted_on=date(2026, 1, 1))
        with transaction.get_connection().cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_thread_leads_down_to_the_outcome_and_up_from_the_measure(cast, version, problem, signed_in):
    goal = make_goal(problem=problem, by=cast.coordinator)
    indicator = make_indicator(goal=goal, by=cast.coordinator)
    make_value(indicator=indicator, by=cast.coordinator, day=date(2026, 1, 1), value=30)
    measure = make_measure(problem=problem, goal=goal, cause="Dåliga lås", by=cast.coordinator)
    make_hours(measure=measure, by=cast.coordinator)
    decision = decided(cast, cast.steering, number=12)
    action = make_action(item=decision.item, agency=cast.district, by=cast.coordinator)
    tie(action, measure=measure, by=cast.coordinator)
    minutes = reverse("minutes", args=[decision.item.meeting_id])
    browser = signed_in(cast.police)

    down = text_of(browser.get(reverse("problem", args=[problem.pk])))
    up = text_of(browser.get(reverse("measure", args=[measure.pk])))

    for shown in (
        version.report.title,
        "Dåliga lås",
        goal.text,
        "<svg",
        reverse("measure", args=[measure.pk]),
        minutes,
    ):
        assert shown in down, shown
    assert "kommer från beslut § 12" in up
    for shown in (
        reverse("problem", args=[problem.pk]),
        reverse("report", args=[version.report_id]),
        minutes,
    ):
        assert shown in up, shown
    assert minutes not in text_of(signed_in(cast.association).get(reverse("measure", args=[measure.pk])))
    with pytest.raises(ValidationError):
        tie(action, measure=measure, by=cast.coordinator)


@pytest.mark.parametrize(
    ("values", "sentence", "tone"),
    [
        ((), "Anmälda inbrott: inget värde sedan utgångsvärdet, 40 per kvartal", "plain"),
        ((30,), "Anmälda inbrott: ner från 40 till 30 per kvartal, målet är 20", "info"),
        ((30, 18), "Anmälda inbrott: ner från 40 till 18 per kvartal, målet 20 är nått", "ok"),
        ((45,), "Anmälda inbrott: upp från 40 till 45 per kvartal, bort från målet 20", "warn"),
        ((40,), "Anmälda inbrott: fortfarande 40 per kvartal, målet är 20", "warn"),
    ],
)
def test_the_picture_says_its_finding(values, sentence, tone, cast, problem):
    goal = make_goal(problem=problem, by=cast.coordinator)
    made = make_indicator(goal=goal, by=cast.coordinator)
    for month, value in enumerate(values, 1):
        make_value(indicator=made, by=cast.coordinator, day=date(2026, month, 1), value=value)

    found = Problem.objects.with_thread().get(pk=problem.pk).goals.all()[0].indicators.all()[0]
    with translation.override("sv"):
        assert finding(found) == sentence
        chart = draw(found)

    assert (chart.tone, len(chart.points)) == (tone, len(values) + 1)
    assert all(0 <= point.x <= chart.width and 0 <= point.y <= chart.height for point in chart.points)
    assert chart.baseline.y < chart.target.y


def test_a_form_asks_before_it_takes_what_looks_like_a_person(cast, problem, signed_in):
    address = reverse("goal_new", args=[problem.pk])
    sent = {"text": "Hjälp 811218-9876", "due": "2027-12-31"}
    browser = signed_in(cast.coordinator)

    refused = browser.post(address, sent)

    assert refused.status_code == 422
    assert "Hjälp 811218-9876" in text_of(refused)
    assert 'name="something_else"' in text_of(refused)
    assert not problem.goals.exists()
    assert browser.post(address, sent | {"something_else": "on"}).status_code == 302
    assert problem.goals.exists()


def test_a_measure_is_closed_from_its_page_by_the_agency_that_answers(cast, problem, signed_in):
    measure = make_measure(problem=problem, by=cast.coordinator, responsible_agency=cast.police_agency)
    browser = signed_in(cast.police)
    address = reverse("measure_close", args=[measure.pk])
    today = timezone.localdate().isoformat()

    assert browser.post(address, {"outcome": "", "text": "Klart", "day": today}).status_code == 422
    assert browser.post(address, {"outcome": "done", "text": "Klart", "day": today}).status_code == 302

    assert Measure.objects.get().outcome == "done"


def more(cast, version, problem):
    """One more of everything that the pages list."""
    number = Problem.objects.count() + 10
    other = make_problem(report=version.report, by=cast.coordinator, title=f"Problem {number}")
    goal = make_goal(problem=problem, by=cast.coordinator)
    make_goal(problem=other, by=cast.coordinator)
    indicator = make_indicator(goal=goal, by=cast.coordinator)
    make_value(indicator=indicator, by=cast.coordinator, day=date(2026, 1, 1), value=30)
    method = make_method(name=f"Metod {number}", proposed_by=cast.police_agency)
    main = make_method(name="Metod") if number == 11 else type(method).objects.get(name="Metod")
    programme = (
        problem.measures.first().programme
        if problem.measures.exists()
        else make_programme(version=version, by=cast.coordinator)
    )
    measure = make_measure(problem=problem, programme=programme, method=main, by=cast.coordinator)
    make_hours(measure=measure, by=cast.coordinator)
    make_follow_up(measure=measure, by=cast.coordinator)
    decision = decided(cast, cast.steering, number=number)
    make_action(item=decision.item, agency=cast.district, by=cast.coordinator, measure=measure)
    make_use(method=method, body=cast.places)
    make_use(
        method=main,
        body=cast.places,
        valid_from=date(2000 + number, 1, 1),
        valid_to=date(2000 + number, 2, 1),
    )
    make_method_note(method=main, by=cast.coordinator)
    make_report(agreement=cast.agreement, by=cast.coordinator)


@pytest.mark.parametrize(
    "name",
    ["reports", "report", "problems", "problem", "measure", "programmes", "programme", "methods", "method"],
)
def test_pages_ask_as_often_with_one_row_as_with_three(name, cast, version, problem, signed_in):
    browser = signed_in(cast.coordinator)
    more(cast, version, problem)
    measure = problem.measures.get()
    keys = {
        "report": version.report_id,
        "problem": problem.pk,
        "measure": measure.pk,
        "programme": measure.programme_id,
        "method": measure.method_id,
    }
    address = reverse(name, args=[keys[name]] if name in keys else [])
    one = queries(browser, address)
    for _turn in range(2):
        more(cast, version, problem)

    assert queries(browser, address) == one <= 24


def test_the_board_tells_what_is_late_and_what_is_silent(cast, version, programme, problem, signed_in):
    today = timezone.localdate()
    late = make_measure(
        problem=problem,
        programme=programme,
        title="Sen åtgärd",
        by=cast.coordinator,
        valid_to=today - timedelta(days=3),
    )
    make_follow_up(measure=late, by=cast.coordinator)
    make_measure(
        problem=problem,
        programme=programme,
        title="Glömd",
        by=cast.coordinator,
        valid_from=today - timedelta(days=184),
    )
    adopt_on(today, programme, body=cast.steering, by=cast.secretary)

    board = signed_in(cast.association).get(reverse("programme", args=[programme.pk])).context["board"]

    assert board.overdue == [late]
    assert [measure.title for measure in board.silent] == ["Glömd"]
    assert Indicator.objects.count() == len(board.goals) == 0
