"""Standing guests: without an account, invited to every meeting that their group calls."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from groups.models import StandingGuest
from groups.standing_guests import add_standing_guest, change_standing_guest
from meetings.calling import call_meeting
from meetings.closing import close_body
from meetings.models import Delivery, Guest, Invitation
from tests.counting import queries
from tests.factories import make_body, make_meeting, make_membership
from tests.factories_agreements import in_days
from tests.factories_bodies import make_standing_guest

SIV = {"name": "Siv Stående", "organisation": "Bostadsbolaget", "email": "siv@example.org"}


def draft(body, **fields):
    meeting = make_meeting(body=body, status="draft", items=1, **fields)
    meeting.invitations.all().delete()
    return meeting


def names(meeting) -> list[str]:
    return sorted(meeting.guests.values_list("name", flat=True))


def test_a_called_meeting_invites_them_by_itself(cast):
    add_standing_guest(cast.steering, **SIV, valid_from=in_days(-1), by=cast.chair)
    meeting = draft(cast.steering)

    call_meeting(meeting, by=cast.secretary)

    guest = Guest.objects.get(meeting=meeting)
    assert (guest.name, guest.email, guest.invited_by) == ("Siv Stående", "siv@example.org", cast.secretary)
    assert Invitation.objects.filter(guest=guest).exists()
    assert {row.kind for row in Delivery.objects.filter(guest=guest)} == {"invitation", "reminder"}


def test_only_those_who_stand_on_the_day_and_are_not_there_already(cast):
    meeting = draft(cast.steering)
    day = timezone.localdate(meeting.starts_at)
    make_standing_guest(
        body=cast.steering, name="Över", email="a@example.org", valid_to=day - timedelta(days=1)
    )
    make_standing_guest(
        body=cast.steering, name="Senare", email="b@example.org", valid_from=day + timedelta(days=1)
    )
    make_standing_guest(body=cast.places, name="Annan grupp", email="c@example.org")
    make_standing_guest(body=cast.steering, name="Ledamot", email=cast.police.email.upper())
    make_standing_guest(body=cast.steering, name="Bjuden", email="D@example.org")
    Guest.objects.create(
        meeting=meeting, name="Bjuden", organisation="X", email="d@example.org", invited_by=cast.chair
    )
    make_standing_guest(body=cast.steering, name="Kommer", email="e@example.org")

    call_meeting(meeting, by=cast.secretary)

    assert names(meeting) == ["Bjuden", "Kommer"]


def test_who_calls_may_leave_one_out_this_time(cast, signed_in):
    comes = make_standing_guest(body=cast.steering)
    make_standing_guest(body=cast.steering, name="Inte nu", email="x@example.org")
    meeting = draft(cast.steering)
    browser = signed_in(cast.secretary)
    address = reverse("meeting_call", args=[meeting.pk])

    offered = browser.get(address).context["form"].offered
    browser.post(address, {"standing": [comes.pk]})

    assert [guest.name for guest in offered] == ["Inte nu", "Siv Stående"]
    assert names(meeting) == ["Siv Stående"]
    assert meeting.invitations.filter(guest__isnull=False).count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"email": "SIV@example.org"}, "email"),
        ({"email": "police@example.org"}, "email"),
        ({"email": "ny@example.org", "valid_to": in_days(-9)}, "valid_to"),
    ],
)
def test_what_cannot_be_is_refused_beside_the_field(changed, field, cast):
    make_standing_guest(body=cast.steering)

    with pytest.raises(ValidationError) as error:
        add_standing_guest(cast.steering, **SIV | {"valid_from": in_days(0)} | changed, by=cast.chair)

    assert list(error.value.error_dict) == [field]


def test_nobody_is_a_standing_guest_in_a_case_or_a_closed_group(cast):
    case = make_body(key="case-group", kind="case", agreement=cast.agreement)
    closed = make_body(key="closed", parent=cast.steering, agreement=cast.agreement, valid_to=in_days(-1))
    for body in (case, closed):
        with pytest.raises(ValidationError):
            add_standing_guest(body, **SIV, valid_from=in_days(0), by=cast.chair)
        with pytest.raises(IntegrityError), transaction.atomic():
            make_standing_guest(body=body)


def test_case_groups_have_no_page_for_it(cast, signed_in):
    case = make_body(key="case-group", kind="case", agreement=cast.agreement)
    make_membership(body=case, user=cast.case_worker, function="coordinator")

    page = signed_in(cast.case_worker).get(reverse("standing_guest_add", args=[case.key]))

    assert page.status_code == 404


def test_they_end_with_the_group(cast):
    body = make_body(key="idle", parent=cast.steering, agreement=cast.agreement)
    guest = make_standing_guest(body=body)
    make_standing_guest(body=body, email="senare@example.org", valid_from=in_days(9))

    close_body(body, last_day=in_days(2), reason="Klar", by=cast.chair)

    assert list(StandingGuest.objects.values_list("pk", "valid_to")) == [(guest.pk, in_days(2))]


def test_added_changed_and_ended_by_pages(cast, signed_in):
    browser = signed_in(cast.chair)
    typed = SIV | {"language": "sv", "reason": "Äger husen", "valid_from": "idag", "valid_to": ""}

    browser.post(reverse("standing_guest_add", args=["steering"]), typed)
    guest = StandingGuest.objects.get()
    address = reverse("standing_guest_change", args=["steering", guest.pk])
    wrong = browser.post(address, typed | {"valid_from": "2026-02-01", "valid_to": "2026-01-01"})
    browser.post(address, typed | {"organisation": "Bolaget", "valid_to": in_days(5).isoformat()})

    guest.refresh_from_db()
    assert wrong.status_code == 422 and list(wrong.context["form"].errors) == ["valid_to"]
    assert (guest.organisation, guest.reason, guest.valid_to) == ("Bolaget", "Äger husen", in_days(5))
    page = signed_in(cast.association).get(reverse("body", args=["steering"])).content.decode()
    assert "Siv Stående" in page and "Äger husen" in page
    assert "siv@example.org" not in page
    change_standing_guest(guest, valid_to=in_days(-1), valid_from=in_days(-2), by=cast.chair)
    assert browser.get(address).status_code == 404


def test_the_page_of_the_call_costs_the_same_for_one_guest_and_three(cast, signed_in):
    browser = signed_in(cast.secretary)
    meeting = draft(cast.steering)
    counts = []
    for number in (1, 3):
        while StandingGuest.objects.count() < number:
            make_standing_guest(body=cast.steering, email=f"{StandingGuest.objects.count()}@example.org")
        counts.append(queries(browser, reverse("meeting_call", args=[meeting.pk])))
        counts.append(queries(browser, reverse("body", args=["steering"])))

    assert counts[:2] == counts[2:]
