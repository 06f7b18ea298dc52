"""Figures that were written wrong."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from groups.problems import write_goal
from tests.factories_programme import make_goal, make_indicator, make_problem, make_report, make_value


@pytest.fixture
def problem(cast):
    report = make_report(agreement=cast.agreement, by=cast.coordinator).report
    return make_problem(report=report, by=cast.coordinator)


def test_a_slip_in_a_figure_is_corrected_and_both_are_read(cast, problem, signed_in):
    indicator = make_indicator(
        goal=make_goal(problem=problem, by=cast.coordinator),
        by=cast.coordinator,
        responsible_agency=cast.police_agency,
    )
    row = make_value(indicator=indicator, by=cast.police, day=date(2026, 5, 1), value=300)
    address, page = reverse("value_correct", args=[row.pk]), reverse("problem", args=[problem.pk])
    browser = signed_in(cast.police)
    assert address in browser.get(page).content.decode()
    for wrong in ({"value": "300", "because": "Fel."}, {"value": "30", "because": " "}):
        assert browser.post(address, wrong).status_code == 422

    assert browser.post(address, {"value": "31", "because": "Fel."}).status_code == 302
    assert browser.post(address, {"value": "30", "because": "Skrivfel."}).url == page

    row.refresh_from_db()
    assert (row.value, row.was, row.corrected_by) == (30, 300, cast.police)
    text = " ".join(signed_in(cast.traffic).get(page).content.decode().split())
    assert "Stod 300; rättat av Police" in text
    assert address not in text
    with pytest.raises(IntegrityError), transaction.atomic():
        type(row).objects.update(corrected_because="")


def test_a_new_goal_is_for_a_day_to_come(cast, problem):
    with pytest.raises(ValidationError) as error:
        write_goal(problem, text="Mål", due=timezone.localdate() - timedelta(days=1), by=cast.coordinator)
    assert list(error.value.error_dict) == ["due"]
