"""Nobody is seated in a case who has not confirmed the confidentiality undertaking; who sits there stays."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from groups.undertakings import confirm_undertaking, publish_undertaking
from interventions.cases import open_case, seat
from interventions.models import Case, Seat
from samverkan.reader import reading_as
from tests.conftest import acting
from tests.factories_cases import make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def text(cast):
    return publish_undertaking("Jag tiger om det jag får veta.")


def test_a_seat_waits_for_the_undertaking_and_says_the_way(cast, text, signed_in):
    case = make_case(lead=cast.case_worker)
    browser = signed_in(cast.case_worker)
    address = reverse("seat_new", args=[case.pk])

    offered = browser.get(address).content.decode()
    refused = browser.post(address, {"user": cast.police.pk})
    confirm_undertaking(text, by=cast.police)
    given = browser.post(address, {"user": cast.police.pk})

    assert "har inte bekräftat förbindelsen" in offered
    assert refused.status_code == 422
    assert list(refused.context["form"].errors) == ["user"]
    assert "startsida" in refused.content.decode()
    assert given.status_code == 302
    with reading_as(cast.police.pk):
        assert Seat.objects.filter(user=cast.police, case=case).exists()


def test_who_opens_a_case_has_confirmed_too(cast, text, signed_in):
    browser = signed_in(cast.case_worker)

    page = browser.get(reverse("case_new")).content.decode()
    refused = browser.post(reverse("case_new"), {"method": ""})

    assert reverse("undertaking") in page and "har bekräftat" in page
    assert refused.status_code == 422
    with reading_as(cast.case_worker.pk):
        assert not Case.objects.exists()


def test_a_new_text_takes_no_seat_away_and_asks_before_the_next(cast, text):
    for person in (cast.case_worker, cast.police, cast.welfare_officer):
        confirm_undertaking(text, by=person)
    with acting(cast.case_worker) as worker:
        case = open_case(by=worker)
        seat(case, cast.police, by=worker)
    publish_undertaking("Jag tiger om allt.")

    with acting(cast.police):
        assert Case.objects.get() == case
    with acting(cast.case_worker) as worker, pytest.raises(ValidationError) as refused:
        seat(case, cast.welfare_officer, by=worker)
    assert list(refused.value.error_dict) == ["user"]


def test_before_there_is_a_text_nobody_is_asked(cast):
    with acting(cast.case_worker) as worker:
        seat(open_case(by=worker), cast.police, by=worker)
