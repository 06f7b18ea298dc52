"""From situation report to effect: who may do what, what the verbs refuse, and what the database holds."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from groups.measures import close, follow_up, spend_hours, write_measure
from groups.methods import tell, use, write_method
from groups.models import (
    ActionProgramme,
    FollowUp,
    Goal,
    Hours,
    Indicator,
    IndicatorValue,
    Measure,
    MethodUse,
    Problem,
    ReportFile,
    ReportLink,
    ReportVersion,
    SituationReport,
)
from groups.problems import write_goal, write_indicator, write_problem, write_value
from groups.programme import clock, clocks_of, review, waiting_for, write_programme
from groups.reports import begin_version, publish, start_report, write_version
from tests.factories import make_agreement, make_body
from tests.factories_programme import (
    adopt_on,
    make_follow_up,
    make_goal,
    make_hours,
    make_indicator,
    make_measure,
    make_method,
    make_problem,
    make_programme,
    make_report,
    make_value,
)

PERSON = "811218-9876"
FILES = {"name": "a.pdf", "kind": "application/pdf", "content": b"1", "sha256": "0" * 64, "size": 1}


@pytest.fixture
def version(cast):
    return make_report(agreement=cast.agreement, by=cast.coordinator)


@pytest.fixture
def problem(cast, version):
    return make_problem(report=version.report, by=cast.coordinator)


@pytest.fixture
def adopted(cast, version, problem):
    """A programme adopted today with one measure for a goal with an indicator, all by the coordinator."""
    goal = make_goal(problem=problem, by=cast.coordinator)
    make_indicator(goal=goal, by=cast.coordinator)
    programme = make_programme(version=version, by=cast.coordinator)
    make_measure(problem=problem, goal=goal, programme=programme, by=cast.coordinator)
    adopt_on(timezone.localdate(), programme, body=cast.steering, by=cast.secretary)
    return programme


def refused(error) -> list[str]:
    return sorted(error.value.error_dict) if hasattr(error.value, "error_dict") else []


# Reports


def test_a_draft_is_for_planners_and_a_published_report_for_its_audience(cast):
    draft = make_report(agreement=cast.agreement, by=cast.coordinator, published=False)
    narrow = make_report(agreement=cast.agreement, by=cast.coordinator, audience="authorities")
    wide = make_report(agreement=cast.agreement, by=cast.coordinator)

    def seen(user):
        return set(ReportVersion.objects.visible_to(user))

    assert seen(cast.coordinator) == {draft, narrow, wide}
    assert seen(cast.police) == {narrow, wide}
    assert seen(cast.association) == {wide}
    assert seen(cast.stranger) == seen(cast.administrator) == set()


def test_a_new_draft_of_a_published_report_is_seen_by_planners_only(cast, version):
    fresh = begin_version(version.report, by=cast.secretary)

    assert fresh in ReportVersion.objects.visible_to(cast.secretary)
    assert fresh not in ReportVersion.objects.visible_to(cast.police)
    assert (fresh.number, fresh.mapping, fresh.is_published) == (2, version.mapping, False)
    with pytest.raises(ValidationError):
        begin_version(version.report, by=cast.secretary)


def test_another_agreements_officers_do_not_plan_here(cast, version):
    other = make_body(agreement=make_agreement(), key="other")
    cast.police.memberships.create(body=other, function="coordinator", valid_from=date(2024, 1, 1))
    cast.police.forget()

    assert version.acts_of(cast.police) == frozenset()
    with pytest.raises(PermissionDenied):
        publish(version, by=cast.police)


def test_officers_of_a_case_group_alone_do_not_plan(cast, version):
    group = make_body(agreement=cast.agreement, kind="case", key="case-group")
    cast.police.memberships.create(body=group, function="coordinator", valid_from=date(2024, 1, 1))
    cast.police.forget()

    assert version.acts_of(cast.police) == frozenset()


def test_a_report_is_published_with_its_three_parts_and_then_stays(cast):
    draft = start_report(
        cast.agreement,
        title=" Järva 2026 ",
        areas=["Rinkeby"],
        audience="structure",
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 6, 30),
        by=cast.coordinator,
    )
    with pytest.raises(ValidationError) as error:
        publish(draft, by=cast.coordinator)
    assert refused(error) == ["analysis", "mapping", "other"]
    dates = {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 6, 30)}
    texts = {"mapping": "A", "other": "B", "analysis": "C"}
    write_version(draft, **texts, **dates, links=[("Enkät", "https://example.org/e")], by=cast.coordinator)

    published = publish(draft, by=cast.coordinator)

    assert published.published_by == cast.coordinator
    assert draft.report.title == "Järva 2026"
    with pytest.raises(ValidationError):
        write_version(published, **texts, **dates, by=cast.coordinator)
    with pytest.raises(ValidationError):
        publish(published, by=cast.coordinator)


@pytest.mark.parametrize(
    "change",
    [
        lambda version: ReportVersion.objects.filter(pk=version.pk).update(analysis="Annat"),
        lambda version: ReportVersion.objects.filter(pk=version.pk).update(
            published_at=None, published_by=None
        ),
        lambda version: version.delete(),
        lambda version: ReportLink.objects.create(version=version, title="Ny", url="https://example.org/"),
        lambda version: ReportFile.objects.create(version=version, uploaded_by=version.written_by, **FILES),
    ],
)
def test_the_database_keeps_a_published_report(change, version):
    with pytest.raises(IntegrityError, match="published situation report"), transaction.atomic():
        change(version)


def test_the_database_publishes_no_report_that_lacks_a_part(cast):
    draft = make_report(agreement=cast.agreement, by=cast.coordinator, published=False)

    with pytest.raises(IntegrityError), transaction.atomic():
        ReportVersion.objects.filter(pk=draft.pk).update(
            published_at=timezone.now(), published_by=cast.coordinator, other=""
        )


# Problems, goals, indicators


def test_what_hangs_on_a_report_is_seen_where_the_report_is(cast):
    narrow = make_report(agreement=cast.agreement, by=cast.coordinator, audience="authorities")
    problem = make_problem(report=narrow.report, by=cast.coordinator)
    goal = make_goal(problem=problem, by=cast.coordinator)
    indicator = make_indicator(goal=goal, by=cast.coordinator)
    make_value(indicator=indicator, by=cast.coordinator, day=date(2026, 1, 1), value=30)
    measure = make_measure(problem=problem, by=cast.coordinator)
    make_hours(measure=measure, by=cast.coordinator)
    make_follow_up(measure=measure, by=cast.coordinator)
    make_programme(version=narrow, by=cast.coordinator)
    models = (
        SituationReport, ReportVersion, Problem, Goal, Indicator, IndicatorValue, Measure, Hours, FollowUp,
        ActionProgramme,
    )  # fmt: skip

    for model in models:
        assert model.objects.visible_to(cast.police).count() == 1, model
        assert not model.objects.visible_to(cast.association).exists(), model
        assert not model.objects.visible_to(cast.stranger).exists(), model


def test_a_problem_lies_in_an_area_of_the_agreement(cast, version):
    with pytest.raises(ValidationError) as error:
        write_problem(version.report, title="Inbrott", causes=[], area="Månen", by=cast.coordinator)

    assert refused(error) == ["area"]


def test_texts_about_areas_hold_no_people_unless_it_is_answered(cast, version):
    words = {"title": f"Se {PERSON}", "causes": [f"{PERSON} drar in andra"], "area": "Platser"}
    with pytest.raises(ValidationError) as error:
        write_problem(version.report, **words, by=cast.coordinator)
    assert refused(error) == ["causes", "title"]
    assert not Problem.objects.exists()

    assert write_problem(version.report, **words, by=cast.coordinator, answered=True).pk


@pytest.mark.parametrize(("direction", "target"), [("down", 50), ("up", 30), ("down", 40)])
def test_a_target_lies_in_its_direction(direction, target, cast, problem):
    goal = make_goal(problem=problem, by=cast.coordinator)
    fields = {
        "name": "Inbrott",
        "unit": "st",
        "source": "Polisen",
        "direction": direction,
        "baseline": Decimal(40),
        "baseline_day": date(2026, 1, 1),
        "target": Decimal(target),
        "responsible_agency": cast.police_agency,
    }
    with pytest.raises(ValidationError) as error:
        write_indicator(goal, **fields, by=cast.coordinator)
    assert refused(error) == ["target"]
    with pytest.raises(IntegrityError), transaction.atomic():
        make_indicator(goal=goal, by=cast.coordinator, direction=direction, target=Decimal(target))


def test_values_are_written_by_the_agency_that_measures_once_a_day(cast, problem):
    goal = make_goal(problem=problem, by=cast.coordinator)
    indicator = make_indicator(goal=goal, by=cast.coordinator, responsible_agency=cast.police_agency)
    day = timezone.localdate() - timedelta(days=1)

    write_value(indicator, day=day, value=Decimal(30), by=cast.police)

    for wrong in (day, timezone.localdate() + timedelta(days=1), indicator.baseline_day):
        with pytest.raises(ValidationError) as error:
            write_value(indicator, day=wrong, value=Decimal(31), by=cast.police)
        assert refused(error) == ["day"]
    with pytest.raises(PermissionDenied):
        write_value(indicator, day=day, value=Decimal(29), by=cast.traffic)


def test_a_goal_stands_as_its_indicators_do(cast, problem):
    goal = make_goal(problem=problem, by=cast.coordinator)
    indicator = make_indicator(goal=goal, by=cast.coordinator)

    def status():
        return Problem.objects.with_thread().get(pk=problem.pk).goals.all()[0].status

    assert status() == "unmeasured"
    make_value(indicator=indicator, by=cast.coordinator, day=date(2026, 1, 1), value=30)
    assert status() == "open"
    Goal.objects.filter(pk=goal.pk).update(due=date(2026, 6, 1))
    assert status() == "missed"
    make_value(indicator=indicator, by=cast.coordinator, day=date(2026, 2, 1), value=20)
    assert status() == "reached"


# Measures


def plan(problem, by, **fields):
    values = {
        "title": "Byt lås",
        "purpose": "Trygghet",
        "responsible_agency": by.agency,
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2026, 12, 31),
    } | fields
    return write_measure(problem, by=by, **values)


def test_a_measure_answers_a_problem_with_what_belongs_to_it(cast, version, problem):
    elsewhere = make_problem(report=version.report, by=cast.coordinator, title="Annat")
    goal = make_goal(problem=elsewhere, by=cast.coordinator)
    wrongs = {
        "purpose": "Vinst",
        "cause": "Fullmåne",
        "goal": goal,
        "valid_to": date(2025, 1, 1),
        "title": f"Besök {PERSON}",
    }

    for name, value in wrongs.items():
        with pytest.raises(ValidationError) as error:
            plan(problem, cast.coordinator, **{name: value})
        assert refused(error) == [name]

    assert plan(problem, cast.coordinator, cause="Dåliga lås").status == "running"


@pytest.mark.parametrize(
    "fields",
    [
        {"outcome": "done"},
        {"outcome": "", "outcome_text": "Klart"},
        {"closed_on": date(2026, 1, 1)},
        {"problem": None},
        {"valid_to": date(2020, 1, 1)},
    ],
)
def test_the_database_keeps_no_measure_without_problem_or_closed_without_outcome(fields, cast, problem):
    measure = make_measure(problem=problem, by=cast.coordinator)

    with pytest.raises(IntegrityError), transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(**fields)


def test_the_database_keeps_no_goal_of_another_problem(cast, version, problem):
    elsewhere = make_problem(report=version.report, by=cast.coordinator, title="Annat")
    goal = make_goal(problem=elsewhere, by=cast.coordinator)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_measure(problem=problem, goal=goal, by=cast.coordinator)


def test_a_measure_is_followed_up_and_closed_once_by_the_agency_that_answers(cast, problem):
    measure = make_measure(problem=problem, by=cast.coordinator, responsible_agency=cast.police_agency)
    today = timezone.localdate()
    with pytest.raises(PermissionDenied):
        close(measure, day=today, outcome="done", text="Klart", by=cast.traffic)
    follow_up(measure, day=today, standing="delayed", text="Låsen dröjer", by=cast.police)
    for wrong in ({"outcome": ""}, {"text": " "}, {"day": today + timedelta(days=1)}):
        with pytest.raises(ValidationError) as error:
            close(measure, **{"day": today, "outcome": "done", "text": "Klart"} | wrong, by=cast.police)
        assert refused(error) == list(wrong)

    closed = close(measure, day=today, outcome="partly", text="Hälften bytta", by=cast.police)

    assert (closed.outcome, closed.status, closed.closed_by) == ("partly", "closed", cast.police)
    assert list(FollowUp.objects.order_by("pk").values_list("standing", flat=True)) == ["delayed", "ended"]
    with pytest.raises(ValidationError):
        close(measure, day=today, outcome="done", text="Igen", by=cast.police)
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUp.objects.update(text="Skrivet om")


def test_status_comes_from_dates(cast, problem):
    today = timezone.localdate()
    late = make_measure(problem=problem, by=cast.coordinator, valid_to=today - timedelta(days=1))
    coming = make_measure(
        problem=problem,
        by=cast.coordinator,
        valid_from=today + timedelta(days=1),
        valid_to=today + timedelta(days=9),
    )

    assert (late.status, coming.status) == ("overdue", "planned")
    assert list(Measure.objects.overdue()) == [late]


def test_hours_are_ones_own_agencys_and_never_negative(cast, problem):
    measure = make_measure(problem=problem, by=cast.coordinator, responsible_agency=cast.police_agency)
    day = timezone.localdate()

    spend_hours(measure, agency=cast.police_agency, day=day, hours=Decimal("7.5"), by=cast.police)
    spend_hours(measure, agency=cast.traffic_office, day=day, hours=Decimal(2), by=cast.coordinator)

    with pytest.raises(ValidationError) as error:
        spend_hours(measure, agency=cast.traffic_office, day=day, hours=Decimal(1), by=cast.police)
    assert refused(error) == ["agency"]
    with pytest.raises(ValidationError) as error:
        spend_hours(measure, agency=cast.police_agency, day=day, hours=Decimal(0), by=cast.police)
    assert refused(error) == ["hours"]
    with pytest.raises(IntegrityError), transaction.atomic():
        make_hours(measure=measure, by=cast.police, hours=-1)


# Programmes


def test_a_programme_rests_on_a_published_report_and_takes_its_measures(cast, version, problem):
    draft = make_report(agreement=cast.agreement, by=cast.coordinator, published=False)
    mine, other = (make_measure(problem=problem, by=cast.coordinator) for _index in range(2))
    dates = {"valid_from": date(2026, 7, 1), "valid_to": date(2028, 6, 30)}
    with pytest.raises(ValidationError) as error:
        write_programme(draft, title="Plan", **dates, by=cast.coordinator)
    assert refused(error) == ["version"]

    programme = write_programme(version, title="Plan", **dates, measures=[mine, other], by=cast.coordinator)
    write_programme(version, title="Plan", **dates, measures=[mine], by=cast.coordinator, programme=programme)

    assert list(programme.measures.all()) == [mine]


@pytest.mark.parametrize(
    "change",
    [
        lambda programme: ActionProgramme.objects.update(title="Annan"),
        lambda programme: ActionProgramme.objects.update(adopted_on=None),
        lambda programme: programme.delete(),
        lambda programme: Measure.objects.update(title="Annan"),
        lambda programme: Measure.objects.update(programme=None),
        lambda programme: Measure.objects.update(valid_to=date(2030, 1, 1)),
        lambda programme: programme.measures.get().delete(),
        lambda programme: Problem.objects.update(title="Annat"),
        lambda programme: Goal.objects.update(due=date(2030, 1, 1)),
        lambda programme: Indicator.objects.update(target=Decimal(39)),
        lambda programme: Indicator.objects.get().delete(),
    ],
)
def test_an_adopted_programme_is_frozen_in_the_database(change, adopted):
    with pytest.raises(IntegrityError), transaction.atomic():
        change(adopted)


def test_an_adopted_programme_takes_follow_up_all_the_same(cast, adopted):
    measure = adopted.measures.get()
    today = timezone.localdate()

    spend_hours(measure, agency=cast.district, day=today, hours=Decimal(3), by=cast.coordinator)
    follow_up(measure, day=today, standing="as_planned", text="Går bra", by=cast.coordinator)
    write_value(Indicator.objects.get(), day=today, value=Decimal(30), by=cast.coordinator)
    close(measure, day=today, outcome="done", text="Klart", by=cast.coordinator)
    review(adopted, day=today, text="Ett av ett mål på väg", by=cast.coordinator)

    assert adopted.reviews.count() == 1


def test_verbs_say_that_what_is_adopted_is_not_changed(cast, version, problem, adopted):
    goal = Goal.objects.get()
    with pytest.raises(ValidationError):
        write_goal(problem, text="Annat", due=goal.due, goal=goal, by=cast.coordinator)
    with pytest.raises(ValidationError) as error:
        write_problem(
            version.report, title="Nytt", causes=[], area="Platser", problem=problem, by=cast.coordinator
        )
    assert refused(error) == ["title"]
    with pytest.raises(ValidationError):
        plan(problem, cast.coordinator, measure=adopted.measures.get())
    with pytest.raises(ValidationError) as error:
        plan(problem, cast.coordinator, programme=adopted)
    assert refused(error) == ["programme"]


def test_two_years_are_counted_from_the_last_follow_up_and_the_last_version(cast, version, adopted):
    assert clock(date(2024, 2, 29)).due == date(2026, 2, 28)
    report, followed = clocks_of(ActionProgramme.objects.with_clocks().get(pk=adopted.pk))
    today = timezone.localdate()
    assert (report.since, followed.since, followed.tone) == (today, today, "ok")
    assert followed.from_adoption
    assert not report.from_adoption
    fresh = begin_version(version.report, by=cast.coordinator)
    assert clocks_of(ActionProgramme.objects.with_clocks().get(pk=adopted.pk))[0].since == today
    assert not fresh.is_published


@pytest.mark.parametrize(("months", "tone"), [(12, None), (19, "info"), (22, "warn"), (25, "danger")])
def test_the_clocks_of_section_6_wait_for_those_who_plan(months, tone, cast):
    since = timezone.now() - timedelta(days=months * 30.5)
    version = make_report(agreement=cast.agreement, by=cast.coordinator, published_at=since)
    programme = make_programme(version=version, by=cast.coordinator)
    adopt_on(since.date(), programme, body=cast.steering, by=cast.secretary)

    tasks = waiting_for(cast.coordinator)

    assert [task.tone for task in tasks] == ([tone] * 2 if tone else [])
    assert waiting_for(cast.police) == waiting_for(cast.association) == waiting_for(cast.stranger) == []
    review(programme, day=timezone.localdate(), text="Uppföljd", by=cast.coordinator)
    assert len(waiting_for(cast.coordinator)) == len(tasks) // 2


def test_only_the_programme_in_force_is_counted(cast, version):
    day = date(2020, 1, 1)
    old, new = (make_programme(version=version, by=cast.coordinator) for _index in range(2))
    adopt_on(day, old, body=cast.steering, by=cast.secretary)
    adopt_on(timezone.localdate(), new, body=cast.steering, by=cast.secretary)

    assert list(ActionProgramme.objects.in_force()) == [new]
    assert waiting_for(cast.coordinator) == []


# Methods


def test_anybody_in_the_structure_proposes_a_method_and_planners_say_who_uses_it(cast):
    method = write_method(name="Panther", proposed_by=cast.police_agency, by=cast.police)
    with pytest.raises(ValidationError) as error:
        write_method(name="Panther", proposed_by=None, by=cast.association)
    assert refused(error) == ["name"]
    with pytest.raises(PermissionDenied):
        write_method(name="Egen", proposed_by=None, by=cast.stranger)

    use(method, body=cast.recruitment, valid_from=date(2026, 1, 1), by=cast.police)
    tell(method, day=date(2026, 5, 1), text="Gick bra", by=cast.association)

    with pytest.raises(ValidationError) as error:
        use(method, body=cast.recruitment, valid_from=date(2026, 6, 1), by=cast.coordinator)
    assert refused(error) == ["body"]
    with pytest.raises(PermissionDenied):
        use(method, body=cast.places, valid_from=date(2026, 6, 1), by=cast.association)
    assert method.notes.get().agency == cast.association_agency


def test_that_a_case_group_uses_a_method_is_not_written(cast):
    group = make_body(agreement=cast.agreement, kind="case", key="case-group")
    method = make_method()
    with pytest.raises(ValidationError):
        use(method, body=group, valid_from=date(2026, 1, 1), by=cast.coordinator)

    MethodUse.objects.create(method=method, body=group, valid_from=date(2026, 1, 1))

    assert not MethodUse.objects.visible_to(cast.coordinator).exists()
