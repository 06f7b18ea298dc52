"""Two people who plan the same thing at the same moment, in two real transactions."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from groups.models import ReportVersion
from groups.reports import begin_version
from meetings.adopting import adopt
from meetings.models import Adoption
from tests.cast import make_cast
from tests.conftest import acting
from tests.factories import make_decision, make_item, make_meeting
from tests.factories_programme import make_measure, make_problem, make_programme, make_report

DEADLINE = 20


def at_once(verb, *users) -> list[str]:
    """What became of it for each, when all call the verb at the same moment."""
    ready = threading.Barrier(len(users))
    found: list[str] = []

    def run(user):
        try:
            ready.wait(DEADLINE)
            with acting(user):
                verb(user)
            found.append("done")
        except ValidationError:
            found.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    return sorted(found)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_adopt_at_once_one_does_and_the_other_is_told():
    cast = make_cast()
    version = make_report(agreement=cast.agreement, by=cast.coordinator)
    programme = make_programme(version=version, by=cast.coordinator)
    make_measure(
        problem=make_problem(report=version.report, by=cast.coordinator),
        programme=programme,
        by=cast.coordinator,
    )
    meeting = make_meeting(body=cast.steering, status="held", year=2026, number=1)
    decision = make_decision(item=make_item(meeting=meeting), by=cast.coordinator, year=2026, number=1)

    found = at_once(
        lambda user: adopt(programme, decision=decision, by=user), cast.coordinator, cast.secretary
    )

    assert found == ["done", "told"]
    assert Adoption.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_a_version_at_once_one_does_and_the_other_is_told():
    cast = make_cast()
    version = make_report(agreement=cast.agreement, by=cast.coordinator)

    found = at_once(lambda user: begin_version(version.report, by=user), cast.coordinator, cast.secretary)

    assert found == ["done", "told"]
    assert list(ReportVersion.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
