"""The same answer three ways for two hundred random readers: the querysets, the wall, and the rules in plain Python."""

import random

import pytest
from django.db import connection

from groups.models import User
from interventions.models import Case, DisclosedRecord, Disclosure, Note, Record, RecordGrant, Seat
from tests.conftest import acting
from tests.interventions.worlds import World, make_random_world

pytestmark = pytest.mark.django_db

MODELS = (Case, Seat, Record, Note, RecordGrant, Disclosure, DisclosedRecord)
#: Two hundred readers, fifty in each of four worlds.
SEEDS = (1, 2, 3, 4)
READERS = 50


@pytest.fixture(params=SEEDS)
def world(request) -> World:
    return make_random_world(request.param)


def readers(world: World) -> list[User]:
    chosen = random.Random(0).sample(world.people, READERS)
    return [User.objects.get(pk=person.pk) for person in chosen]


def by_queryset(person: User) -> dict[str, set]:
    return {
        model.__name__: set(model.objects.visible_to(person).values_list("pk", flat=True)) for model in MODELS
    }


def by_the_wall() -> dict[str, set]:
    """Each filter in Python switched off: bare statements, so that whatever comes is what the wall lets through."""
    found = {}
    with connection.cursor() as cursor:
        for model in MODELS:
            cursor.execute(f"SELECT {model._meta.pk.column} FROM {model._meta.db_table}")
            found[model.__name__] = {key for (key,) in cursor.fetchall()}
    return found


def test_worlds_hold_something_to_hide_and_something_to_see(world):
    seen = [world.seen_by(person) for person in world.people]

    assert sum(bool(one["Record"]) for one in seen) > 15
    assert sum(not one["Case"] for one in seen) > 10
    assert max(len(one["Record"]) for one in seen) < len(world.records) / 3
    assert max(len(one["Record"]) for one in seen) > 5


def test_querysets_and_wall_give_what_the_rules_give(world):
    for person in readers(world):
        expected = world.seen_by(person)
        with acting(person):
            walled, bare = by_queryset(person), by_the_wall()

        assert walled == expected
        # On purpose wider than the queryset, which asks that the record itself is seen.
        assert bare.pop("RecordGrant") == world.grants_behind_the_wall(person)
        expected.pop("RecordGrant")
        assert bare == expected


def test_querysets_alone_give_what_the_rules_give(world):
    """As the owner, whom no wall binds."""
    for person in readers(world):
        assert by_queryset(person) == world.seen_by(person)


def test_querysets_repeat_no_row(world):
    """Joins stand where an EXISTS might: one live seat in a case, one grant on a record, or rows would come twice."""
    for person in readers(world)[:10]:
        for model in MODELS:
            keys = list(model.objects.visible_to(person).values_list("pk", flat=True))
            assert len(keys) == len(set(keys))
