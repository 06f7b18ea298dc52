"""The door to one row: 404 to strangers, 403 to insiders without the act, and the same answer to nonsense."""

import uuid

import pytest
from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import Http404

from interventions.models import Case, Disclosure, Note, Record, Seat
from samverkan.access import NotVisible, get_for
from tests.conftest import acting
from tests.interventions.attacks import World, make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(cast) -> World:
    return make_world(cast)


def test_row_is_given_to_whoever_sees_it(world):
    with acting(world.cast.police) as officer:
        assert get_for(officer, Case, pk=world.case.pk) == world.case
        assert get_for(officer, Record, pk=world.shown.pk) == world.shown


def test_row_is_given_to_whoever_may_do_the_act(world):
    with acting(world.cast.case_worker) as worker:
        assert get_for(worker, Case, "seat", pk=world.case.pk) == world.case
        assert get_for(worker, Record, "disclose", pk=world.kept.pk) == world.kept


@pytest.mark.parametrize("act", ["seat", "close", "log", "burn"])
def test_insider_without_the_act_is_refused(world, act):
    with acting(world.cast.police) as officer, pytest.raises(PermissionDenied):
        get_for(officer, Case, act, pk=world.case.pk)


def test_recipient_may_not_pass_on_or_revoke(world):
    with acting(world.cast.police) as officer:
        with pytest.raises(PermissionDenied):
            get_for(officer, Record, "disclose", pk=world.shown.pk)
        with pytest.raises(PermissionDenied):
            get_for(officer, Disclosure, "revoke", pk=world.disclosure.pk)


@pytest.mark.parametrize(
    "part",
    ["unseated_police", "former", "colleague", "coordinator", "association", "administrator", "stranger"],
)
def test_strangers_learn_nothing_whatever_the_act(world, part):
    with acting(world.person(part)) as person:
        for model, row in ((Case, world.case), (Record, world.shown), (Seat, world.police_seat)):
            for act in ("view", "disclose"):
                with pytest.raises(NotVisible) as refused:
                    get_for(person, model, act, pk=row.pk)
                assert isinstance(refused.value, Http404)
                with pytest.raises(NotVisible) as missing:
                    get_for(person, model, act, pk=uuid.uuid4())
                assert str(refused.value) == str(missing.value)


def test_seated_without_a_grant_sees_the_case_and_no_record(world):
    with acting(world.cast.welfare_officer) as officer:
        assert get_for(officer, Case, pk=world.case.pk) == world.case
        with pytest.raises(NotVisible):
            get_for(officer, Record, pk=world.shown.pk)


@pytest.mark.parametrize("nonsense", ["", "1", "x" * 40, "0' OR '1'='1", None, -1, "00000000-0000-0000-0000"])
def test_unreadable_key_is_a_missing_row(world, nonsense):
    with acting(world.cast.case_worker) as worker, pytest.raises(NotVisible):
        get_for(worker, Case, pk=nonsense)


def test_row_of_another_case_is_a_missing_row(world):
    """``/cases/<own>/records/<other's>``: both keys are in the lookup, so the pair must be true."""
    with acting(world.cast.case_worker) as worker:
        assert get_for(worker, Record, pk=world.kept.pk, case=world.case.pk) == world.kept
        with pytest.raises(NotVisible):
            get_for(worker, Record, pk=world.kept.pk, case=world.other_case.pk)
        with pytest.raises(NotVisible):
            get_for(worker, Seat, pk=world.police_seat.pk, case=world.other_case.pk)


def test_lookup_through_a_relation_finds_no_more(world):
    """A lookup may walk to a row behind the wall; the answer is that of a missing one."""
    with acting(world.cast.welfare_officer) as officer:
        with pytest.raises(NotVisible):
            get_for(officer, Case, pk=world.case.pk, records__note__text="behålls hos socialtjänsten")
        with pytest.raises(NotVisible):
            get_for(officer, Note, record__case=world.case.pk)


def test_queryset_keeps_what_it_selects(world, django_assert_num_queries):
    with acting(world.cast.police) as officer:
        assert officer.unit is not None
        found = get_for(officer, Record.objects.select_related("note", "case"), pk=world.shown.pk)
        with django_assert_num_queries(0):
            assert (found.note.record_id, found.case.pk) == (world.shown.pk, world.case.pk)


def test_refusal_remembers_what_was_asked_for(world):
    with acting(world.cast.stranger) as stranger, pytest.raises(NotVisible) as refused:
        get_for(stranger, Case, pk=world.case.pk)

    assert (refused.value.model, refused.value.lookup) == (Case, {"pk": world.case.pk})


def test_djangos_permissions_say_nothing_of_cases(cast):
    """A superuser has every permission of Django's; none of them is asked for."""
    world = make_world(cast)
    permissions = ModelBackend().get_all_permissions(cast.administrator)
    assert "interventions.view_record" in permissions
    with acting(cast.administrator) as administrator:
        assert not Case.objects.visible_to(administrator).exists()
        assert Case(lead_unit=cast.social_unit).acts_of(cast.association) == frozenset()
        with pytest.raises(NotVisible):
            get_for(administrator, Record, pk=world.shown.pk)
