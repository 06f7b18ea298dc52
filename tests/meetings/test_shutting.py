"""Closures and hours that shut the door on what is booked: said before they are saved, seen afterwards."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from groups.models import Closure, OpeningHours
from meetings.bookings import book_room, times_of
from meetings.models import Booking, Meeting, Publication
from meetings.publishing import publish
from meetings.shutting import waiting_for
from tests.conftest import acting
from tests.factories import at, make_body, make_meeting
from tests.factories_premises import clock, make_hours

DAY = timezone.localdate() + timedelta(days=14)
NAME = "Öppet möte i Rinkeby"


@pytest.fixture
def open_meeting(cast):
    """Called, open to everyone and on the open page, in premises that are open every day."""
    make_hours(premises=cast.room.premises, days=range(7), begins="8", ends="22")
    cast.room.premises.closed_on_red_days = cast.room.premises.closed_on_eves = False
    cast.room.premises.save()
    meeting = make_meeting(
        body=cast.steering,
        status=Meeting.Status.CALLED,
        audience=Meeting.Audience.PUBLIC,
        room=cast.room,
        starts_at=at(DAY, 17),
        ends_at=at(DAY, 19),
    )
    Booking.objects.create(
        room=cast.room, meeting=meeting, starts_at=meeting.starts_at, ends_at=meeting.ends_at
    )
    publish(meeting, heading=NAME, by=cast.coordinator)
    return meeting


def booked(cast, day, begins="10", ends="12", **fields):
    times = times_of([day], clock(begins), clock(ends))
    return book_room(cast.room, times, **{"purpose": "Språkkafé", "by": cast.traffic} | fields)[0]


def closing(premises) -> tuple[str, dict[str, str]]:
    days = {"first_day": DAY.isoformat(), "last_day": DAY.isoformat(), "reason": "Vattenskada"}
    return reverse("premises_closures_new", args=[premises.pk]), days


def test_a_closure_says_first_what_it_hits_and_nothing_of_what_is_not_ones_own(cast, open_meeting, signed_in):
    case_group = make_body(kind="case", name="Hemlig grupp", agreement=cast.agreement)
    hidden = make_meeting(
        body=case_group,
        status=Meeting.Status.CALLED,
        room=cast.room,
        starts_at=at(DAY, 13),
        ends_at=at(DAY, 14),
    )
    Booking.objects.create(room=cast.room, meeting=hidden, starts_at=hidden.starts_at, ends_at=hidden.ends_at)
    booked(cast, DAY)
    booked(cast, DAY + timedelta(days=1))
    url, days = closing(cast.room.premises)

    asked = signed_in(cast.coordinator).post(url, days)

    said = [hit.what for hit in asked.context["hit"]]
    assert said == ["Upptaget", "Upptaget", str(cast.steering)]
    assert asked.status_code == 422
    assert 'href="#id_known"' in asked.content.decode()
    assert not Closure.objects.exists()
    assert not Booking.objects.exclude(shut_since=None).exists()


def test_what_the_tick_did_not_see_is_asked_for_again(cast, open_meeting, signed_in):
    url, days = closing(cast.room.premises)
    browser = signed_in(cast.coordinator)
    seen = browser.post(url, days).context["seen"]
    booked(cast, DAY)

    again = browser.post(url, days | {"known": "on", "seen": seen})
    saved = browser.post(url, days | {"known": "on", "seen": again.context["seen"]})

    assert (again.status_code, saved.status_code) == (422, 302)
    assert Closure.objects.count() == 1


def shut(cast, signed_in):
    url, days = closing(cast.room.premises)
    seen = "-".join(str(row.pk) for row in Booking.objects.all())
    assert signed_in(cast.coordinator).post(url, days | {"known": "on", "seen": seen}).status_code == 302


def test_afterwards_it_waits_for_those_who_call_and_who_booked(cast, open_meeting, signed_in):
    own = booked(cast, DAY)
    shut(cast, signed_in)

    waiting = {}
    for person in (cast.secretary, cast.coordinator, cast.traffic, cast.police, cast.association):
        with acting(person):
            waiting[person.email] = [task.url for task in waiting_for(person)]

    meeting, booking = reverse("meeting", args=[open_meeting.pk]), reverse("booking_cancel", args=[own.pk])
    assert waiting == {
        cast.secretary.email: [meeting],
        cast.coordinator.email: [meeting],
        cast.traffic.email: [booking],
        cast.police.email: [],
        cast.association.email: [],
    }


def test_the_page_of_the_meeting_says_so_and_the_open_page_invites_nobody(
    cast, open_meeting, signed_in, client
):
    assert NAME in client.get(reverse("open")).content.decode()
    shut(cast, signed_in)

    page = signed_in(cast.police).get(reverse("meeting", args=[open_meeting.pk])).content.decode()
    assert "Vattenskada" in page
    assert NAME not in client.get(reverse("open")).content.decode()
    with pytest.raises(ValidationError):
        publish(Meeting.objects.get(pk=open_meeting.pk), heading=NAME, by=cast.coordinator)


def test_choosing_the_place_all_the_same_settles_it(cast, open_meeting, signed_in, client):
    shut(cast, signed_in)
    browser, url = signed_in(cast.secretary), reverse("meeting_edit", args=[open_meeting.pk])
    form = {
        "day": DAY.isoformat(),
        "starts_at": "17",
        "ends_at": "19",
        "room": cast.room.pk,
        "audience": "public",
    }

    asked = browser.post(url, form)
    settled = browser.post(url, form | {"acknowledged": "on"})

    assert (asked.status_code, settled.status_code) == (422, 302)
    assert Booking.objects.get(meeting=open_meeting).shut_since is None
    assert NAME in client.get(reverse("open")).content.decode()


def test_shorter_hours_and_hours_taken_away_ask_too_and_opening_again_settles_it(
    cast, open_meeting, signed_in
):
    browser, premises = signed_in(cast.coordinator), cast.room.premises
    hours = OpeningHours.objects.get(premises=premises, weekday=DAY.weekday())
    url = reverse("premises_hours_edit", args=[premises.pk, hours.pk])
    shorter = {"begins": "8", "ends": "18"}

    asked = [browser.post(url, data).status_code for data in (shorter, {"remove": "1"})]
    hours.refresh_from_db()
    assert (asked, hours.ends) == ([422, 422], clock("22"))

    seen = browser.post(url, shorter).context["seen"]
    browser.post(url, shorter | {"known": "on", "seen": seen})
    assert Booking.objects.get().shut_since is not None
    browser.post(url, {"begins": "8", "ends": "21"})
    assert Booking.objects.get().shut_since is None


def test_what_was_booked_knowingly_outside_hours_is_not_hit(cast, open_meeting, signed_in):
    Publication.objects.all().delete()
    Booking.objects.all().delete()
    booked(cast, DAY, begins="22.30", ends="23.30")
    url, days = closing(cast.room.premises)

    assert signed_in(cast.coordinator).post(url, days).status_code == 302
    assert Booking.objects.get().shut_since is None
