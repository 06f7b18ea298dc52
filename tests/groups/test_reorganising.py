"""Agencies that become another: Rinkeby-Kista and Spånga-Tensta → Järva on 2023-07-01, with history left as it was."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from groups import reorganising
from groups.history import required_on
from groups.importing import import_structure
from groups.models import (
    Agency,
    Body,
    Employment,
    Reorganisation,
    ReorganisationLine,
    StaffedShift,
    Unit,
    User,
)
from meetings.models import ActionItem, Attendance, Meeting
from tests.conftest import acting
from tests.counting import queries
from tests.factories import (
    at,
    make_action,
    make_body,
    make_decision,
    make_item,
    make_meeting,
    make_membership,
    make_minutes,
    make_room,
    make_user,
)
from tests.factories_cases import make_case
from tests.factories_leaving import make_reorganisation

DAY = date(2023, 7, 1)
EVE = date(2023, 6, 30)
BEFORE = date(2023, 3, 2)
JARVA = Path(settings.BASE_DIR) / "groups" / "data" / "jarva.toml"
SAFETY = "Avdelningen för trygghet och stadsmiljö"
SOCIAL = "Socialtjänsten barn och unga"


class Districts:
    """The structure of Järva with people in the two old districts, a meeting before the day and one after."""

    def __init__(self) -> None:
        import_structure(JARVA)
        self.old = [Agency.objects.get(key=key) for key in ("rinkeby-kista", "spanga-tensta")]
        self.jarva = Agency.objects.get(key="jarva")
        self.steering = Body.objects.get(key="styrgrupp")
        self.steering.required_agencies.set([*self.old, Agency.objects.get(key="lpo-rinkeby")])
        self.lead = self.employ("lead", "rinkeby-kista", SAFETY, function="coordinator")
        self.other = self.employ("other", "spanga-tensta", SAFETY)
        self.social = self.employ("social", "spanga-tensta", SOCIAL)
        self.former = self.employ("former", "rinkeby-kista", SAFETY, valid_to=BEFORE)
        self.held = self.meeting(BEFORE, "held")
        self.later = self.meeting(DAY + timedelta(days=20), "in_progress")
        self.decision = make_decision(item=self.held.items.get(), by=self.lead)
        self.action = make_action(
            item=self.held.items.get(), agency=self.old[1], by=self.lead, responsible_person=self.other
        )
        minutes = self.held.minutes
        minutes.status, minutes.approved_at, minutes.approved_by = "approved", timezone.now(), self.lead
        minutes.fingerprint = "0" * 64
        minutes.save()
        premises = make_room().premises
        premises.agency = self.old[0]
        premises.save()
        self.premises = premises

    def employ(self, part: str, agency: str, unit: str, function: str = "member", **dates: date) -> User:
        user = make_user(part=part)
        place = Unit.objects.get(agency__key=agency, name=unit)
        Employment.objects.create(
            user=user, unit=place, title="Handläggare", valid_from=date(2020, 1, 1), **dates
        )
        make_membership(
            body=self.steering, user=user, function=function, valid_from=date(2020, 1, 1), **dates
        )
        return user

    def meeting(self, day: date, status: str) -> Meeting:
        meeting = make_meeting(body=self.steering, status=status, starts_at=at(day, 13), ends_at=at(day, 15))
        make_item(meeting=meeting)
        make_minutes(meeting=meeting)
        Attendance.objects.filter(user=self.lead).update(agency=self.old[0])
        return meeting

    def planned(self, **fields: object) -> Reorganisation:
        with acting(self.lead) as by:
            return reorganising.plan_reorganisation(self.old, successor=self.jarva, on=DAY, by=by, **fields)


@pytest.fixture
def districts(db: None) -> Districts:
    return Districts()


def carried_out(districts: Districts) -> Reorganisation:
    planned = districts.planned()
    with acting(districts.lead) as by:
        reorganising.carry_out(planned, by=by)
    planned.refresh_from_db()
    return planned


def works_on(user: User, day: date) -> str:
    return str(Employment.objects.live(day).get(user=user).unit)


def everything() -> list[object]:
    """All that a reorganisation may touch."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (Agency, Unit, Employment, StaffedShift, ActionItem, Attendance, ReorganisationLine)
    ] + [list(Body.required_agencies.through.objects.order_by("pk").values())]


def test_people_units_and_commitments_move_on_the_day(districts):
    done = carried_out(districts)

    assert works_on(districts.lead, DAY) == f"{SAFETY}, Järva stadsdelsförvaltning"
    assert works_on(districts.other, DAY) == f"{SAFETY}, Järva stadsdelsförvaltning"
    assert works_on(districts.social, DAY) == f"{SOCIAL}, Järva stadsdelsförvaltning"
    districts.action.refresh_from_db()
    assert (districts.action.agency, districts.action.person) == (districts.jarva, districts.other)
    districts.premises.refresh_from_db()
    assert districts.premises.agency == districts.jarva
    assert {agency.key for agency in districts.steering.required_agencies.all()} == {"jarva", "lpo-rinkeby"}
    assert [(agency.valid_to, agency.successor) for agency in done.agencies.all()] == [
        (EVE, districts.jarva)
    ] * 2
    assert (done.state, done.carried_out_by) == ("carried_out", districts.lead)
    later = Attendance.objects.get(meeting=districts.later, user=districts.lead)
    assert later.agency == districts.jarva


def test_history_before_the_day_is_unchanged(districts):
    attendance = list(Attendance.objects.filter(meeting=districts.held).order_by("pk").values())
    minutes = type(districts.held.minutes).objects.filter(meeting=districts.held).values().get()
    decision = type(districts.decision).objects.values().get()
    former = districts.former.employments.values().get()

    carried_out(districts)

    assert list(Attendance.objects.filter(meeting=districts.held).order_by("pk").values()) == attendance
    assert type(districts.held.minutes).objects.filter(meeting=districts.held).values().get() == minutes
    assert type(districts.decision).objects.values().get() == decision
    assert districts.former.employments.values().get() == former
    assert works_on(districts.lead, EVE) == f"{SAFETY}, Rinkeby-Kista stadsdelsförvaltning"
    assert works_on(districts.other, EVE) == f"{SAFETY}, Spånga-Tensta stadsdelsförvaltning"
    districts.action.refresh_from_db()
    assert districts.action.responsible_agency == districts.old[1]
    assert {agency.key for agency in Agency.objects.live(EVE)} >= {"rinkeby-kista", "spanga-tensta"}
    assert "jarva" not in {agency.key for agency in Agency.objects.live(EVE)}
    assert {agency.key for agency in required_on(EVE, [districts.steering])[districts.steering.pk]} == {
        "rinkeby-kista",
        "spanga-tensta",
        "lpo-rinkeby",
    }
    assert {agency.key for agency in required_on(DAY, [districts.steering])[districts.steering.pk]} == {
        "jarva",
        "lpo-rinkeby",
    }


def test_what_was_previewed_is_what_is_written_down(districts):
    planned = districts.planned()
    said = [
        (line.kind, line.outcome, line.key, line.former, line.latter)
        for line in reorganising.preview(planned)
    ]

    with acting(districts.lead) as by:
        reorganising.carry_out(planned, by=by)

    fields = ("kind", "outcome", "key", "former", "latter")
    assert list(ReorganisationLine.objects.values_list(*fields)) == said
    kinds = {kind for kind, *_rest in said}
    assert kinds >= {
        "agency",
        "unit",
        "employment",
        "membership",
        "required",
        "premises",
        "party",
        "commitment",
    }


def test_the_same_name_is_merged_or_kept_apart_as_chosen(districts):
    planned = districts.planned()
    apart = Unit.objects.get(agency=districts.old[1], name=SAFETY)
    with acting(districts.lead) as by:
        reorganising.pair_units(planned, {apart.pk: f"{SAFETY} (Spånga-Tensta)"}, by=by)
        reorganising.carry_out(planned, by=by)

    assert works_on(districts.lead, DAY).startswith(f"{SAFETY}, Järva")
    assert works_on(districts.other, DAY).startswith(f"{SAFETY} (Spånga-Tensta), Järva")


def test_a_unit_that_stays_keeps_its_people(districts):
    planned = districts.planned()
    social = Unit.objects.get(agency=districts.old[1], name=SOCIAL)
    with acting(districts.lead) as by:
        reorganising.pair_units(planned, {social.pk: ""}, by=by)
        reorganising.carry_out(planned, by=by)

    assert works_on(districts.social, DAY) == f"{SOCIAL}, Spånga-Tensta stadsdelsförvaltning"
    assert districts.social.employments.count() == 1


def test_the_police_district_moves_on_the_day_that_is_given(districts):
    officer = districts.employ("officer", "lpo-rinkeby", "Ungdomsgruppen")
    successor = Agency.objects.get(key="lpo-jarva")
    with acting(districts.lead) as by:
        planned = reorganising.plan_reorganisation(
            [Agency.objects.get(key="lpo-rinkeby")], successor=successor, on=date(2023, 10, 1), by=by
        )
        reorganising.carry_out(planned, by=by)

    assert works_on(officer, date(2023, 9, 30)) == "Ungdomsgruppen, Lokalpolisområde Rinkeby"
    assert works_on(officer, date(2023, 10, 1)) == "Ungdomsgruppen, Lokalpolisområde Järva"
    assert Agency.objects.get(key="lpo-rinkeby").valid_to == date(2023, 9, 30)


def test_a_failure_in_the_middle_leaves_nothing(districts, monkeypatch):
    planned = districts.planned()
    before = everything()
    monkeypatch.setattr("meetings.reorganising.carry", lambda change: 1 / 0)

    with acting(districts.lead) as by, pytest.raises(ZeroDivisionError):
        reorganising.carry_out(planned, by=by)

    assert everything() == before
    planned.refresh_from_db()
    assert planned.is_planned


def test_it_is_carried_out_once(districts):
    done = carried_out(districts)
    after = everything()

    with acting(districts.lead) as by, pytest.raises(ValidationError):
        reorganising.carry_out(done, by=by)
    assert reorganising.carry_out_due() == 0

    assert everything() == after


@pytest.mark.parametrize(
    "change",
    [
        lambda row: Reorganisation.objects.filter(pk=row.pk).update(on=EVE),
        lambda row: Reorganisation.objects.filter(pk=row.pk).update(
            state="planned", carried_out_at=None, carried_out_by=None
        ),
        lambda row: row.lines.update(name="annat"),
        lambda row: row.lines.all().delete(),
        lambda row: row.pairings.update(new_name="", into=None),
        lambda row: row.agencies.clear(),
    ],
)
def test_what_was_carried_out_is_never_rewritten(change, districts):
    done = carried_out(districts)

    with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
        change(done)


def test_what_is_in_the_way_is_said_and_nothing_moves(districts):
    districts.old[0].successor = Agency.objects.get(key="lpo-jarva")
    districts.old[0].save()
    planned = districts.planned()
    Agency.objects.filter(pk=districts.jarva.pk).update(valid_from=DAY + timedelta(days=40))
    before = everything()

    with acting(districts.lead) as by, pytest.raises(ValidationError) as refused:
        reorganising.carry_out(planned, by=by)

    assert len(refused.value.messages) == 2
    assert everything() == before


@pytest.mark.parametrize(
    ("kind", "field"), [("police", "successor"), ("itself", "successor"), ("nothing", "agencies")]
)
def test_impossible_plans_are_refused_at_their_field(kind, field, districts):
    successor = {"police": Agency.objects.get(key="lpo-jarva"), "itself": districts.old[0]}.get(
        kind, districts.jarva
    )
    ending = [] if kind == "nothing" else districts.old

    with acting(districts.lead) as by, pytest.raises(ValidationError) as refused:
        reorganising.plan_reorganisation(ending, successor=successor, on=DAY, by=by)

    assert list(refused.value.message_dict) == [field]
    assert not Reorganisation.objects.exists()


def test_a_plan_for_a_coming_day_waits_for_it_and_is_carried_out_by_itself(districts):
    with acting(districts.lead) as by:
        planned = reorganising.plan_reorganisation(
            districts.old,
            successor=districts.jarva,
            on=timezone.localdate() + timedelta(days=1),
            by=by,
            scheduled=True,
        )
        with pytest.raises(ValidationError):
            reorganising.carry_out(planned, by=by)
    assert reorganising.carry_out_due() == 0
    Reorganisation.objects.update(on=timezone.localdate())

    assert [reorganising.carry_out_due(), reorganising.carry_out_due()] == [1, 0]

    assert works_on(districts.lead, timezone.localdate()).endswith("Järva stadsdelsförvaltning")


def test_what_cannot_happen_by_itself_is_written_on_the_plan(districts):
    planned = districts.planned(scheduled=True)
    districts.lead.memberships.update(valid_to=EVE)

    assert reorganising.carry_out_due() == 0

    planned.refresh_from_db()
    assert planned.is_planned
    assert planned.refused_because


# Case data


def test_a_unit_with_an_open_case_stays_and_the_sentence_tells_nothing_of_it(districts, signed_in):
    case = make_case(lead=districts.social)
    planned = districts.planned()
    page = signed_in(districts.lead).get(reverse("reorganisation", args=[planned.pk]))

    assert len(page.context["obstacles"]) == 1
    text = page.content.decode()
    assert not [word for word in (case.reference, "ärende", str(case.pk)) if word in text.lower()]
    with acting(districts.lead) as by, pytest.raises(ValidationError):
        reorganising.carry_out(planned, by=by)
    assert works_on(districts.social, DAY) == f"{SOCIAL}, Spånga-Tensta stadsdelsförvaltning"

    social = Unit.objects.get(agency=districts.old[1], name=SOCIAL)
    with acting(districts.lead) as by:
        reorganising.pair_units(planned, {social.pk: ""}, by=by)
        reorganising.carry_out(planned, by=by)
    assert signed_in(districts.social).get(reverse("case", args=[case.pk])).status_code == 200


# Pages


def test_pages_plan_pair_and_carry_out(districts, signed_in):
    browser = signed_in(districts.lead)
    wrong = browser.post(
        reverse("reorganisation_new"),
        {"agencies": [districts.old[0].pk], "successor": districts.jarva.pk, "on": "någon gång"},
    )
    assert wrong.status_code == 422
    assert "någon gång" in wrong.content.decode()

    data = {
        "agencies": [agency.pk for agency in districts.old],
        "successor": districts.jarva.pk,
        "on": "2023-07-01",
    }
    planned = browser.post(reverse("reorganisation_new"), data)

    page = browser.get(planned.url)
    assert page.status_code == 200
    assert 'role="img"' in page.content.decode()
    row = Reorganisation.objects.get()
    form = browser.get(reverse("reorganisation_pair", args=[row.pk])).context["form"]
    chosen = {name: field.initial for name, field in form.fields.items()}
    assert browser.post(reverse("reorganisation_pair", args=[row.pk]), chosen).url == planned.url
    browser.post(reverse("reorganisation_carry_out", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "carried_out"
    assert browser.get(planned.url).context["kinds"]


def test_lines_of_a_case_group_are_shown_to_its_members_alone(districts):
    done = carried_out(districts)
    about_a_case = make_body(kind="case", agreement=districts.steering.agreement)
    make_membership(body=about_a_case, user=districts.lead)
    ReorganisationLine.objects.create(
        reorganisation=done, kind="required", outcome="moves", name="Grupp", body=about_a_case
    )
    stranger = make_user(unit=Unit.objects.get(agency=districts.jarva, name=SOCIAL))
    make_membership(body=Body.objects.get(key="nyrekrytering"), user=stranger)

    with acting(stranger) as user:
        seen = ReorganisationLine.objects.visible_to(user)
        assert seen.exists()
        assert not seen.filter(body=about_a_case).exists()
    with acting(districts.lead) as user:
        assert ReorganisationLine.objects.visible_to(user).filter(body=about_a_case).exists()


def test_the_page_costs_the_same_with_one_person_and_with_three(districts, signed_in):
    planned = districts.planned()
    browser = signed_in(districts.lead)
    address = reverse("reorganisation", args=[planned.pk])
    one = queries(browser, address)
    for part in ("second", "third"):
        districts.employ(part, "rinkeby-kista", SAFETY)

    assert queries(browser, address) == one


def test_the_list_costs_the_same_with_one_and_with_three(cast, signed_in):
    browser = signed_in(cast.coordinator)
    make_reorganisation(agencies=[cast.traffic_office], successor=cast.district, by=cast.coordinator)
    one = queries(browser, reverse("reorganisations"))
    for _each in range(2):
        make_reorganisation(agencies=[cast.traffic_office], successor=cast.district, by=cast.coordinator)

    assert queries(browser, reverse("reorganisations")) == one


def test_a_day_is_a_day_in_sweden(districts):
    """A meeting at half past midnight on the day is of the new order, though it is still the eve in UTC."""
    early = make_meeting(
        body=districts.steering,
        status="in_progress",
        starts_at=timezone.make_aware(datetime(2023, 7, 1, 0, 30)),
        ends_at=timezone.make_aware(datetime(2023, 7, 1, 1, 30)),
    )
    Attendance.objects.create(
        meeting=early, user=districts.lead, name="Lead", agency=districts.old[0], function="member"
    )

    carried_out(districts)

    assert Attendance.objects.get(meeting=early).agency == districts.jarva
