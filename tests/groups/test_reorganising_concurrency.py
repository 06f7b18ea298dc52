"""Two people who carry out one reorganisation at the same moment, in two real transactions."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from groups import reorganising
from groups.models import Employment, ReorganisationLine
from tests.cast import make_cast
from tests.conftest import acting
from tests.factories import make_agency

DEADLINE = 20


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_carries_it_out_and_the_other_is_told():
    cast = make_cast()
    successor = make_agency(kind="authority", name="Trafikverksamheten")
    with acting(cast.coordinator) as by:
        planned = reorganising.plan_reorganisation(
            [cast.traffic_office], successor=successor, on=timezone.localdate(), by=by
        )
    found: list[str] = []

    def run(user):
        try:
            with acting(user):
                reorganising.carry_out(planned, by=user)
            found.append("carried out")
        except ValidationError:
            found.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(user,)) for user in (cast.coordinator, cast.chair)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)

    assert sorted(found) == ["carried out", "told"]
    assert ReorganisationLine.objects.filter(kind="employment").count() == 2
    assert Employment.objects.filter(user=cast.traffic).count() == 2
