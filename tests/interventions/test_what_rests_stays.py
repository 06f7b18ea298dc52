"""What the walls rest on stays: who may sit, where a unit belongs, what a ground said, and that an end is an end."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from groups import leaving
from groups.memberships import add_member
from groups.models import Employment, Unit
from interventions.cases import may_open, seat, seatable
from interventions.models import LegalGround, Seat
from tests.conftest import acting
from tests.factories import make_body
from tests.factories_cases import make_case, make_disclosure, make_note, make_seat

TODAY = timezone.localdate()


@pytest.fixture
def case(cast):
    made = make_case(lead=cast.case_worker)
    make_seat(case=made, user=cast.police)
    return made


@pytest.mark.parametrize("part", ["administrator", "log_reviewer"])
def test_nobody_above_sits_in_a_case(cast, case, part):
    """Neither by the verb nor by the wall, nor as the one who opens."""
    above = getattr(cast, part)
    with acting(cast.case_worker) as by:
        assert not seatable(case, by=by).filter(user=above).exists()
        with pytest.raises(ValidationError) as refused:
            seat(case, above, by=by)
        assert list(refused.value.error_dict) == ["user"]
        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            Seat.objects.create(
                case=case,
                case_opened_at=case.opened_at,
                user=above,
                unit=above.unit,
                valid_from=timezone.now(),
                seated_by=by,
            )
    above.employments.update(unit=cast.social_unit)
    with acting(above) as user:
        assert not may_open(user)


def test_a_case_group_seats_staff_of_authorities(cast):
    group = make_body(kind="case", agreement=cast.agreement, parent=cast.recruitment)
    for user in (cast.association, cast.administrator, cast.log_reviewer):
        with pytest.raises(ValidationError) as refused:
            add_member(group, user, function="member", valid_from=TODAY)
        assert list(refused.value.error_dict) == ["user"]
    add_member(group, cast.police, function="member", valid_from=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        group.memberships.update(user=cast.association)


@pytest.mark.parametrize("come_back", ["row opened again", "new row"])
def test_a_seat_does_not_wake_up_when_somebody_comes_back(cast, case, signed_in, come_back):
    note = make_note(case=case, by=cast.case_worker)
    make_disclosure(record=note, to=cast.youth_unit, by=cast.case_worker)
    where = reverse("case", args=[case.pk])
    assert signed_in(cast.police).get(where).status_code == 200
    work = cast.police.employments.get()
    with acting(cast.chair) as by:
        leaving.end_employment(work, by=by)

    if come_back == "new row":
        Employment.objects.create(user=cast.police, unit=work.unit, title="Polis", valid_from=TODAY)
    else:
        Employment.objects.filter(pk=work.pk).update(valid_to=None)

    assert signed_in(cast.police).get(where).status_code == 404
    assert not Seat.objects.filter(user=cast.police, valid_until=None).exists()


def test_a_new_title_ends_no_seat_and_the_last_lead_seat_stays(cast, case):
    work = cast.police.employments.get()
    work.valid_to = TODAY
    work.save()
    Employment.objects.create(
        user=cast.police, unit=work.unit, title="Gruppchef", valid_from=TODAY + timedelta(days=1)
    )
    assert case.seats.get(user=cast.police).valid_until is None

    with acting(cast.chair) as by:
        leaving.end_employment(cast.case_worker.employments.get(), by=by)
    Employment.objects.create(user=cast.case_worker, unit=cast.social_unit, title="Åter", valid_from=TODAY)
    assert case.seats.get(user=cast.case_worker).valid_until is None


def test_a_unit_on_which_cases_rest_keeps_its_branch(cast, case, signed_in):
    desk = signed_in(cast.administrator)
    for unit, changed in (
        (cast.youth_unit, {"branch": "social"}),
        (cast.youth_unit, {"agency": cast.school.pk}),
        (cast.association_unit, {"branch": "police"}),
    ):
        sent = {"name": unit.name, "branch": unit.branch, "agency": unit.agency_id} | changed
        page = desk.post(reverse("admin:groups_unit_change", args=[unit.pk]), sent)
        assert list(page.context["adminform"].form.errors) == ["branch"]
        column = "agency_id" if "agency" in changed else "branch"
        with pytest.raises(IntegrityError), transaction.atomic():
            Unit.objects.filter(pk=unit.pk).update(**{column: next(iter(changed.values()))})
    Unit.objects.filter(pk=cast.health_unit.pk).update(branch="authority")


def test_a_ground_in_the_ledger_says_what_it_said(cast, case, signed_in):
    note = make_note(case=case, by=cast.case_worker)
    ground = make_disclosure(record=note, to=cast.youth_unit, by=cast.case_worker).ground

    with pytest.raises(IntegrityError), transaction.atomic():
        LegalGround.objects.filter(pk=ground.pk).update(statute="FALSK 99:9")
    LegalGround.objects.filter(pk=ground.pk).update(valid_to=TODAY)
    page = signed_in(cast.administrator).get(
        reverse("admin:interventions_legalground_change", args=[ground.pk])
    )
    form = page.context["adminform"].form
    sent = {
        name: "" if form.initial.get(name) is None else form.initial[name]
        for name in form.fields
        if form.initial.get(name) is not False
    }
    sent["statements"] = "\n".join(sent.get("statements") or [])
    page = signed_in(cast.administrator).post(
        reverse("admin:interventions_legalground_change", args=[ground.pk]), sent | {"statute": "FALSK 99:9"}
    )
    assert "statute" in page.context["adminform"].form.errors
    ground.refresh_from_db()
    assert ground.statute != "FALSK 99:9"
