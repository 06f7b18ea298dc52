"""A list whose statement is kept gives what the queryset would: to everybody, with both walls and with either alone."""

import random

import pytest
from django.db import connection, transaction
from django.test import override_settings

from groups.models import User
from interventions.models import Case, Record
from interventions.views.cases import CASES
from samverkan import keyset
from samverkan.kept import ANYBODY, values_of
from samverkan.postgresql.base import OutsideTransaction
from tests.conftest import acting
from tests.interventions.worlds import make_random_world

pytestmark = pytest.mark.django_db

#: Small pages, so that there is always a next one.
RECORDS = keyset.Newest(lambda reader: Record.objects.visible_to(reader), moment="created_at", size=3)


@pytest.fixture
def people():
    world = make_random_world(2)
    chosen = random.Random(1).sample(world.people, 20)
    return [User.objects.get(pk=person.pk) for person in chosen]


def walked(listing, user) -> list:
    """Every row of every page."""
    page = listing.page(user)
    rows = list(page.rows)
    while page.next:
        page = listing.page(user, before=page.next)
        rows += page.rows
    return rows


def test_everybody_gets_what_the_queryset_gives(people):
    expected = {person.pk: list(Record.objects.visible_to(person).newest()) for person in people}
    assert sum(len(rows) > RECORDS.size for rows in expected.values()) > 1
    assert [] in expected.values()

    for person in people:
        assert walked(RECORDS, person) == expected[person.pk]
        with acting(person):
            assert walked(RECORDS, person) == expected[person.pk]


def test_rows_carry_what_stands_beside_them(people, django_assert_num_queries):
    reader = next(person for person in people if Case.objects.visible_to(person).exists())
    expected = list(Case.objects.visible_to(reader).newest().select_related("lead_unit__agency"))
    values = values_of(reader)
    assert values is not None

    with django_assert_num_queries(1):
        rows = CASES.page(reader).rows
        agencies = [row.lead_unit.agency.name for row in rows]

    assert rows == expected
    assert agencies == [row.lead_unit.agency.name for row in expected]
    assert [row.opened_at for row in rows] == [row.opened_at for row in expected]


def test_the_wall_stands_behind_a_kept_statement(people):
    """Bound to somebody else's keys, it gives nothing of theirs to who reads."""
    rich = max(people, key=lambda person: Record.objects.visible_to(person).count())
    poor = next(person for person in people if not Record.objects.visible_to(person).exists())
    assert walked(RECORDS, rich) != []

    with acting(poor):
        assert walked(RECORDS, rich) == []


def test_a_closed_account_and_somebody_without_work_get_nothing(people):
    reader = next(person for person in people if Record.objects.visible_to(person).exists())
    assert RECORDS.page(reader).rows != []

    reader.is_active = False
    assert RECORDS.page(reader).rows == []
    reader.is_active, reader.employment = True, None
    assert RECORDS.page(reader).rows == []


def test_a_filter_that_asks_more_of_a_reader_fails_at_once():
    with pytest.raises(AttributeError):
        _ = ANYBODY.in_structure


@pytest.mark.django_db(transaction=True)
def test_a_kept_statement_is_refused_outside_a_transaction(people):
    person = people[0]

    with pytest.raises(OutsideTransaction):
        RECORDS.first.fetch({"pk": person.pk, "unit_id": 1, "group_id": 1})


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("prepared", "kept_by_server"), [(True, True), (False, False)])
def test_the_server_keeps_it_unless_told_not_to(people, prepared, kept_by_server):
    reader = next(person for person in people if person.is_active and person.unit is not None)
    connection.close()
    with override_settings(PREPARED_STATEMENTS=prepared), transaction.atomic():
        found = walked(RECORDS, reader)
        with connection.cursor() as cursor:
            cursor.execute("SELECT statement FROM pg_prepared_statements")
            statements = [statement for (statement,) in cursor.fetchall()]
            cursor.execute("SHOW plan_cache_mode")
            mode_inside = cursor.fetchone()
        expected = list(Record.objects.visible_to(reader).newest())
    with connection.cursor() as cursor:
        cursor.execute("SHOW plan_cache_mode")
        mode_outside = cursor.fetchone()
    connection.close()

    # The number of rows too, so that the plan suits who has few as well as who has many.
    kept = [statement for statement in statements if "interventions_record" in statement]
    assert bool(kept) is kept_by_server
    assert all("LIMIT $" in statement for statement in kept)
    assert found == expected
    assert (mode_inside, mode_outside) == (("force_generic_plan",), ("auto",))
