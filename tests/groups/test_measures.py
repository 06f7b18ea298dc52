"""Days and hours of measures: what makes no sense is refused or asked about."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from groups.forms_measures import HoursForm
from groups.measures import close, spend_hours
from groups.models import FollowUp, Hours
from tests.factories_programme import make_measure, make_problem, make_report


@pytest.fixture
def problem(cast):
    version = make_report(agreement=cast.agreement, by=cast.coordinator)
    return make_problem(report=version.report, by=cast.coordinator)


def test_a_measure_is_not_closed_before_its_first_day_unless_it_never_began(cast, problem):
    measure = make_measure(problem=problem, by=cast.coordinator)
    early = measure.valid_from - timedelta(days=1)

    for outcome in ("done", "partly"):
        with pytest.raises(ValidationError) as error:
            close(measure, day=early, outcome=outcome, text="Klart", by=cast.coordinator)
        assert list(error.value.message_dict) == ["day"]
    assert not FollowUp.objects.exists()

    assert close(measure, day=early, outcome="not_done", text="Ställdes in", by=cast.coordinator).is_closed


def test_more_hours_than_the_days_have_are_asked_about(cast, problem, signed_in):
    today = timezone.localdate()
    measure = make_measure(problem=problem, by=cast.coordinator, valid_from=today - timedelta(days=1))
    with pytest.raises(ValidationError) as error:
        spend_hours(
            measure, agency=cast.coordinator.agency, day=today, hours=Decimal("48.5"), by=cast.coordinator
        )
    assert list(error.value.message_dict) == ["hours"]
    url = reverse("measure_hours", args=[measure.pk])
    typed = {"agency": str(cast.coordinator.agency.pk), "day": today.isoformat(), "hours": "2000"}

    asked = signed_in(cast.coordinator).post(url, typed)

    assert (asked.status_code, Hours.objects.count()) == (422, 0)
    assert "sure" in asked.context["form"].fields
    for few in ("48", "två", "0"):
        assert "sure" not in HoursForm(typed | {"hours": few}, by=cast.coordinator, measure=measure).fields
    signed_in(cast.coordinator).post(url, typed | {"sure": "on"})
    assert Hours.objects.get().hours == 2000
