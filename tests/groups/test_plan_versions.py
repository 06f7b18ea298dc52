"""A plan lives on when its agreement gets a new version, and is then written against that one."""

import pytest
from django.core.exceptions import ValidationError

from groups.forms_measures import MeasureForm
from groups.forms_problems import ProblemForm
from groups.forms_reports import ReportForm
from groups.models import ActionProgramme
from groups.models.planning import PLAN
from groups.problems import write_problem
from meetings.adopting import adopting
from tests.factories import make_decision, make_item, make_meeting
from tests.factories_agreements import in_days, make_version
from tests.factories_programme import adopt_on, make_measure, make_problem, make_programme, make_report


@pytest.fixture
def report(cast):
    return make_report(agreement=cast.agreement, by=cast.coordinator)


@pytest.fixture
def later(cast):
    """A version in force with other purposes and areas; the groups still point at the first."""
    return make_version(
        cast.agreement, purposes=["Tryggare torg"], areas=["Torget"], valid_from=in_days(-30), valid_to=None
    )


def test_purposes_and_areas_are_those_of_the_version_in_force(cast, report, later):
    problem = make_problem(report=report.report, by=cast.coordinator, area="Otrygga platser")
    measure = make_measure(problem=problem, by=cast.coordinator, purpose="Samordna")

    def offered(form, name):
        return [value for value, _label in form.fields[name].choices]

    by = cast.coordinator
    assert offered(ProblemForm(by=by, report=report.report), "area") == ["Torget"]
    assert offered(ProblemForm(by=by, report=report.report, problem=problem), "area") == [
        "Torget",
        "Otrygga platser",
    ]
    assert offered(MeasureForm(by=by, problem=problem), "purpose") == ["Tryggare torg"]
    assert offered(MeasureForm(by=by, problem=problem, measure=measure), "purpose") == [
        "Tryggare torg",
        "Samordna",
    ]
    with pytest.raises(ValidationError) as error:
        write_problem(report.report, title="Nytt", causes=[], area="Otrygga platser", by=by)
    assert list(error.value.error_dict) == ["area"]


def test_a_new_report_begins_under_the_version_in_force(cast, later):
    assert list(ReportForm(by=cast.coordinator).fields["agreement"].queryset) == [later]


def test_who_plans_plans_under_every_version(cast, report, later):
    newer = make_report(agreement=later, by=cast.coordinator)

    assert PLAN in report.report.acts_of(cast.coordinator)
    assert PLAN in newer.report.acts_of(cast.coordinator)
    assert PLAN not in newer.report.acts_of(cast.police)


def test_one_programme_is_in_force_whichever_version_it_was_adopted_under(cast, report, later):
    newer = make_report(agreement=later, by=cast.coordinator)
    first = make_programme(version=report, by=cast.coordinator)
    second = make_programme(version=newer, by=cast.coordinator)
    adopt_on(in_days(-60), first, body=cast.steering, by=cast.coordinator)
    adopt_on(in_days(-10), second, body=cast.steering, by=cast.coordinator)
    meeting = make_meeting(body=cast.steering, status="held", year=2026, number=900)
    decision = make_decision(item=make_item(meeting=meeting), by=cast.coordinator, year=2026, number=900)

    assert list(ActionProgramme.objects.in_force()) == [second]
    assert decision in adopting(make_programme(version=newer, by=cast.coordinator), cast.coordinator)
