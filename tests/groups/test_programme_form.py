"""Drawing up a programme: the report that it rests on is chosen, and measures of that report alone."""

import pytest
from django.urls import reverse

from groups.models import ActionProgramme
from tests.factories_programme import make_measure, make_problem, make_report

FIELDS = {"title": "Plan", "valid_from": "2026-01-01", "valid_to": "2027-12-31"}
URL = reverse("programme_new")


@pytest.fixture
def version(cast):
    return make_report(agreement=cast.agreement, by=cast.coordinator, title="Rinkeby")


def measure_of(cast, version):
    return make_measure(problem=make_problem(report=version.report, by=cast.coordinator), by=cast.coordinator)


def test_the_only_report_is_chosen_from_the_start_and_one_of_several_is_not(cast, version, signed_in):
    browser = signed_in(cast.coordinator)
    page = browser.get(URL)
    assert page.context["form"].initial == {"version": version}
    assert "Det finns ingen att välja än." in page.content.decode()
    make_report(agreement=cast.agreement, by=cast.coordinator, title="Tensta")

    assert browser.get(URL).context["form"].initial == {}
    assert browser.post(URL, FIELDS).status_code == 422


def test_measures_are_offered_with_their_report_and_taken_for_it_alone(cast, version, signed_in):
    other = make_report(agreement=cast.agreement, by=cast.coordinator, title="Tensta")
    right, wrong = measure_of(cast, version), measure_of(cast, other)
    browser = signed_in(cast.coordinator)
    page = browser.get(URL).content.decode()
    assert "(Rinkeby)" in page
    assert "(Tensta)" in page

    sent = FIELDS | {"version": version.pk}
    assert browser.post(URL, sent | {"measures": [wrong.pk]}).status_code == 422
    assert browser.post(URL, sent | {"measures": [right.pk]}).status_code == 302

    assert list(ActionProgramme.objects.get().measures.all()) == [right]
