"""What no plan may say: a circle, a second plan for one agency, a successor that has ended or is of another kind."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from groups import reorganising
from groups.models import Agency, Reorganisation
from tests.conftest import acting
from tests.factories import (
    make_action,
    make_agency,
    make_item,
    make_meeting,
    make_minutes,
    make_unit,
    make_user,
)

TODAY = timezone.localdate()


@pytest.fixture
def office(cast):
    """Another authority, which the traffic office may become."""
    return make_agency(kind="authority", name="Trafikverksamheten")


def plan(cast, *ending, successor, on=TODAY):
    with acting(cast.coordinator) as by:
        return reorganising.plan_reorganisation(ending, successor=successor, on=on, by=by)


def refused(cast, *ending, successor, on=TODAY):
    """The fields that the refusal names, and what it says."""
    with pytest.raises(ValidationError) as found:
        plan(cast, *ending, successor=successor, on=on)
    return found.value.message_dict


def test_a_circle_is_refused_however_long(cast, office):
    third = make_agency(kind="authority", successor=cast.traffic_office)
    Agency.objects.filter(pk=office.pk).update(successor=third)

    said = refused(cast, cast.traffic_office, successor=office)

    assert list(said) == ["successor"]
    assert cast.traffic_office.name in said["successor"][0]


def test_a_circle_of_two_plans_is_refused_and_one_made_meanwhile_is_not_carried_out(cast, office):
    planned = plan(cast, cast.traffic_office, successor=office)

    assert list(refused(cast, office, successor=cast.traffic_office)) == ["successor"]
    Agency.objects.filter(pk=office.pk).update(successor=cast.traffic_office)
    with acting(cast.coordinator) as by, pytest.raises(ValidationError, match="Trafikverksamheten"):
        reorganising.carry_out(planned, by=by)


def test_the_database_refuses_a_circle(cast, office):
    Agency.objects.filter(pk=office.pk).update(successor=cast.traffic_office)

    with pytest.raises(DatabaseError, match="in a circle"), transaction.atomic():
        Agency.objects.filter(pk=cast.traffic_office.pk).update(successor=office)


def test_one_plan_at_a_time_for_an_agency(cast, office):
    planned = plan(cast, cast.traffic_office, successor=office)

    said = refused(cast, cast.traffic_office, successor=office, on=TODAY + timedelta(days=30))

    assert f"{TODAY}" in said["agencies"][0]
    with acting(cast.coordinator) as by:
        reorganising.withdraw(planned, by=by)
    assert plan(cast, cast.traffic_office, successor=office)


def test_an_ended_successor_is_refused(cast, office):
    Agency.objects.filter(pk=office.pk).update(valid_to=TODAY - timedelta(days=1))
    office.refresh_from_db()

    said = refused(cast, cast.traffic_office, successor=office, on=TODAY - timedelta(days=90))

    assert list(said) == ["successor"]


def test_the_sentence_names_the_kind_that_is_meant(cast, office):
    assert str(office.get_kind_display()) in refused(cast, office, successor=cast.school)["successor"][0]
    assert list(refused(cast, office, cast.district, successor=cast.traffic_office)) == ["agencies"]


def test_the_form_offers_what_can_be_chosen(cast, office, signed_in):
    over = make_agency(kind="authority", name="Gamla kontoret", valid_to=TODAY - timedelta(days=1))
    left = make_agency(kind="authority", name="Kvarkontoret", valid_to=TODAY - timedelta(days=1))
    make_user(unit=make_unit(agency=left))
    plan(cast, cast.traffic_office, successor=office)

    form = signed_in(cast.coordinator).get(reverse("reorganisation_new")).context["form"]

    ending, successors = (set(form.fields[name].queryset) for name in ("agencies", "successor"))
    assert {office, left} <= ending
    assert not {over, cast.traffic_office} & ending
    assert not {over, left} & successors
    headings = [label for label, rows in form.fields["successor"].choices if isinstance(rows, list)]
    assert str(office.get_kind_display()) in headings


def test_what_cannot_stand_in_the_file_is_said_in_the_readers_language(cast, office, signed_in):
    Agency.objects.filter(pk=office.pk).update(key="Stora_Bokstäver")

    browser = signed_in(cast.coordinator)
    page = browser.get(reverse("structure_file"), follow=True).content.decode()

    assert "Trafikverksamheten" in page
    assert "agencies[" not in page
    assert not Reorganisation.objects.exists()


@pytest.mark.parametrize("carried_out", [False, True])
def test_what_happens_in_a_meeting_is_for_those_who_see_it_there(cast, office, signed_in, carried_out):
    """That an item is kept to a unit, who is invited, what was agreed."""
    meeting = make_meeting(body=cast.steering, items=1)
    make_minutes(meeting=meeting)
    item = make_item(meeting=meeting, position=7, audience="units", units=[cast.traffic_unit])
    make_action(item=item, agency=cast.traffic_office, by=cast.secretary, text="Åtagandet rödbena")
    planned = plan(cast, cast.traffic_office, successor=office)
    if carried_out:
        with acting(cast.coordinator) as by:
            reorganising.carry_out(planned, by=by)
    address = reverse("reorganisation", args=[planned.pk])

    def lines(user):
        page = signed_in(user).get(address)
        return {line.kind for kind in page.context["kinds"] for line in kind.lines}

    in_meetings = {"item", "invitation", "commitment"}
    assert in_meetings <= lines(cast.traffic)
    assert in_meetings & lines(cast.police) == {"invitation"}
    assert in_meetings & lines(cast.association) == set()
