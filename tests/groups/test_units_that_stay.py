"""A unit that stays for now: its agency goes on with it and is represented by it, until a later plan lets it follow; and
what a page says of each thing that moves."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from groups import reorganising
from groups.models import Employment, Reorganisation, Unit, User
from meetings.models import ActionItem
from tests.conftest import acting
from tests.factories import make_action, make_agency, make_item, make_meeting, make_unit
from tests.factories_programme import make_measure, make_problem, make_report

TODAY = timezone.localdate()


@pytest.fixture
def office(cast):
    return make_agency(kind="authority", name="Trafikverksamheten")


@pytest.fixture
def other_unit(cast):
    """A second unit at the traffic office, with nobody in it."""
    return make_unit(agency=cast.traffic_office, name="Belysningen")


@pytest.fixture
def commitment(cast):
    item = make_item(meeting=make_meeting(body=cast.steering, status="held"))
    return make_action(item=item, agency=cast.traffic_office, by=cast.coordinator, text="Mäta belysningen")


def carried_out(cast, office, *staying: Unit) -> Reorganisation:
    with acting(cast.coordinator) as by:
        planned = reorganising.plan_reorganisation([cast.traffic_office], successor=office, on=TODAY, by=by)
        reorganising.pair_units(planned, {unit.pk: "" for unit in staying}, by=by)
        reorganising.carry_out(planned, by=by)
    planned.refresh_from_db()
    return planned


def works_at(user: User) -> object:
    return Employment.objects.live(TODAY).get(user=user).unit.agency


def required(cast) -> set[object]:
    return set(cast.steering.required_agencies.all())


def test_the_agency_goes_on_and_its_people_represent_it(cast, office, other_unit, commitment):
    carried_out(cast, office, cast.traffic_unit)

    cast.traffic_office.refresh_from_db()
    assert (cast.traffic_office.valid_to, cast.traffic_office.successor) == (None, None)
    assert works_at(cast.traffic) == cast.traffic_office
    assert {cast.traffic_office} <= required(cast)
    assert office not in required(cast)
    assert ActionItem.objects.get(pk=commitment.pk).agency == cast.traffic_office


def test_where_people_follow_the_successor_is_required(cast, office, other_unit, commitment):
    """A unit without people in the group stays; those of the group follow."""
    carried_out(cast, office, other_unit)

    cast.traffic_office.refresh_from_db()
    assert cast.traffic_office.valid_to is None
    assert office in required(cast)
    assert cast.traffic_office not in required(cast)
    assert ActionItem.objects.get(pk=commitment.pk).agency == office


def test_the_unit_follows_by_a_later_plan_and_then_the_agency_ends(cast, office, other_unit, signed_in):
    done = carried_out(cast, office, cast.traffic_unit)
    browser = signed_in(cast.coordinator)
    page = browser.get(reverse("reorganisation", args=[done.pk]))
    assert page.context["left"] == [cast.traffic_unit]
    later = reverse("reorganisation_new") + f"?after={done.pk}"
    assert later in page.content.decode()
    form = browser.get(later).context["form"]
    assert form.initial == {"agencies": [cast.traffic_office.pk], "successor": office.pk}

    data = {"agencies": form.initial["agencies"], "successor": office.pk, "on": f"{TODAY}"}
    planned = browser.post(later, data)
    row = Reorganisation.objects.get(state="planned")
    assert [pairing.unit for pairing in row.pairings.all()] == [cast.traffic_unit]
    assert reverse("reorganisation", args=[row.pk]) in browser.get(page.request["PATH_INFO"]).content.decode()
    browser.post(reverse("reorganisation_carry_out", args=[row.pk]))

    assert planned.status_code == 302
    cast.traffic_office.refresh_from_db()
    eve = TODAY - timedelta(days=1)
    assert (cast.traffic_office.valid_to, cast.traffic_office.successor) == (eve, office)
    assert works_at(cast.traffic) == office
    assert office in required(cast)
    assert not browser.get(reverse("reorganisation", args=[done.pk])).context["left"]


def test_what_is_previewed_of_units_that_stay_is_what_is_written(cast, office, other_unit, commitment):
    with acting(cast.coordinator) as by:
        planned = reorganising.plan_reorganisation([cast.traffic_office], successor=office, on=TODAY, by=by)
        reorganising.pair_units(planned, {cast.traffic_unit.pk: ""}, by=by)
        said = [(line.kind, line.outcome, line.why, line.key) for line in reorganising.preview(planned)]
        reorganising.carry_out(planned, by=by)

    assert list(planned.lines.values_list("kind", "outcome", "why", "key")) == said
    assert ("agency", "stays", "unit", str(cast.traffic_office.pk)) in said
    assert ("commitment", "stays", "unit", str(commitment.pk)) in said


@pytest.mark.parametrize("after", ["0", "x", "99999999999999999999", "-1"])
def test_an_address_that_names_no_plan_prefills_nothing(after, cast, signed_in):
    page = signed_in(cast.coordinator).get(reverse("reorganisation_new"), {"after": after})

    assert page.status_code == 200
    assert page.context["form"].initial == {}


def test_lines_say_what_they_are_about_to_those_who_may_read_it(cast, office, commitment, signed_in):
    report = make_report(agreement=cast.agreement, by=cast.coordinator, audience="authorities").report
    problem = make_problem(report=report, by=cast.coordinator)
    make_measure(
        title="Kameror i tunneln",
        responsible_agency=cast.traffic_office,
        by=cast.coordinator,
        problem=problem,
    )
    with acting(cast.coordinator) as by:
        planned = reorganising.plan_reorganisation([cast.traffic_office], successor=office, on=TODAY, by=by)
    address = reverse("reorganisation", args=[planned.pk])

    insider, outsider = (
        signed_in(user).get(address).content.decode() for user in (cast.coordinator, cast.association)
    )

    for text in ("Kameror i tunneln", "Mäta belysningen"):
        assert text in insider
        assert text not in outsider


def test_what_follows_the_person_is_not_said_to_stay(cast, office, signed_in):
    with acting(cast.coordinator) as by:
        planned = reorganising.plan_reorganisation([cast.traffic_office], successor=office, on=TODAY, by=by)
    browser, address = signed_in(cast.coordinator), reverse("reorganisation", args=[planned.pk])

    before = browser.get(address).content.decode()
    assert "Platser i grupper: 2 följer personen" in before
    browser.post(reverse("reorganisation_carry_out", args=[planned.pk]))
    after = browser.get(address).content.decode()
    assert "Platser i grupper: 2 följde personen" in after
    assert "Anställningar: 2 flyttades" in after
