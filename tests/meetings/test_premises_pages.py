"""Pages for premises and rooms, and what is said before a meeting gets its place."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from groups.models import OpeningHours, Premises, StaffedShift
from groups.week import monday_of
from meetings.bookings import book_room, times_of
from meetings.models import AcknowledgedPlace, Booking, Meeting
from tests.conftest import acting
from tests.counting import queries
from tests.factories import at, last_sunday, make_body, make_meeting, make_membership, make_room
from tests.factories_premises import clock, make_hours, make_premises, make_shift

IN_A_WEEK = timezone.localdate() + timedelta(days=7)
#: The night when summer time begins, within a year.
SPRING = next(
    f"{day:%Y-%m-%d}"
    for day in (last_sunday(timezone.localdate().year + ahead, 3) for ahead in (0, 1))
    if day > timezone.localdate()
)


def fill(premises, cast, *, rooms=0):
    make_hours(premises=premises, days=range(7), begins="8", ends="20")
    for weekday in range(3):
        make_shift(premises=premises, agency=cast.school, weekday=weekday)
    for number in range(rooms):
        make_room(premises=premises, name=f"Rum {number}")


def test_the_list_costs_the_same_with_one_and_with_three(cast, signed_in):
    browser = signed_in(cast.police)
    fill(cast.premises, cast)
    one = queries(browser, reverse("premises"))
    for _each in range(2):
        fill(make_premises(), cast, rooms=2)

    assert (one, queries(browser, reverse("premises"))) == (13, 13)


def test_a_page_of_premises_costs_the_same_however_much_is_there(cast, signed_in):
    browser = signed_in(cast.police)
    address = reverse("premises_one", args=[cast.premises.pk])
    make_hours(premises=cast.premises, begins="8", ends="12")
    make_shift(premises=cast.premises, agency=cast.school)
    few = queries(browser, address)
    cast.premises.hours.all().delete()
    cast.premises.shifts.all().delete()
    fill(cast.premises, cast, rooms=2)

    assert (few, queries(browser, address)) == (12, 12)


def test_a_rooms_week_costs_the_same_with_one_booking_and_with_three(cast, signed_in):
    browser = signed_in(cast.police)
    monday = IN_A_WEEK - timedelta(days=IN_A_WEEK.weekday()) + timedelta(days=7)
    year, week, _day = monday.isocalendar()
    address = f"{reverse('room', args=[cast.room.pk])}?week={year}-W{week:02d}"
    counts = []
    for number in range(3):
        with acting(cast.traffic) as traffic:
            book_room(
                cast.room,
                times_of([monday + timedelta(days=number)], clock("9"), clock("10")),
                purpose="Möte",
                by=traffic,
            )
        counts.append(queries(browser, address))

    assert (counts[0], counts[2]) == (12, 12)


def test_a_case_meeting_looks_like_any_other_to_those_outside(cast, signed_in):
    group = make_body(kind="case", name="Hemlig grupp", agreement=cast.agreement)
    make_membership(body=group, user=cast.case_worker, function="convener")
    meeting = make_meeting(body=group, room=cast.room, title="Hemlig titel")
    Booking.objects.create(
        room=cast.room, meeting=meeting, starts_at=meeting.starts_at, ends_at=meeting.ends_at
    )
    year, week, _day = timezone.localdate(meeting.starts_at).isocalendar()
    address = f"{reverse('room', args=[cast.room.pk])}?week={year}-W{week:02d}"

    outside = signed_in(cast.coordinator).get(address).content.decode()
    inside = signed_in(cast.case_worker).get(address).content.decode()

    link = reverse("meeting", args=[meeting.pk])
    assert link in inside
    assert "Upptaget" in outside
    assert link not in outside
    assert "Hemlig" not in outside + inside


def test_hours_on_several_days_at_once_or_none(cast, signed_in):
    browser = signed_in(cast.coordinator)
    address = reverse("premises_hours_new", args=[cast.premises.pk])

    done = browser.post(address, {"weekdays": ["0", "1", "6"], "begins": "22", "ends": "24"})
    wrong = browser.post(address, {"weekdays": ["3", "6"], "begins": "23", "ends": "2"})

    assert (done.status_code, wrong.status_code) == (302, 422)
    assert sorted(OpeningHours.objects.values_list("weekday", flat=True)) == [0, 1, 6]
    assert "redan öppen" in wrong.content.decode()


def test_a_shift_is_changed_with_its_days_away_and_taken_away(cast, signed_in):
    browser = signed_in(cast.coordinator)
    shift = make_shift(premises=cast.premises, agency=cast.school)
    address = reverse("premises_shifts_edit", args=[cast.premises.pk, shift.pk])
    facts = {"agency": cast.school.pk, "begins": "9", "ends": "11.30", "away": "2026-12-21\n2026-12-28"}

    assert browser.post(address, facts).status_code == 302
    shift = StaffedShift.objects.get()
    assert [absence.day for absence in shift.absences.all()] == [date(2026, 12, 21), date(2026, 12, 28)]
    assert browser.post(address, facts | {"away": "31 februari"}).status_code == 422
    assert browser.post(address, {"remove": "1"}).status_code == 302
    assert not StaffedShift.objects.exists()


def test_a_room_that_is_used_is_not_taken_away(cast, signed_in):
    make_meeting(body=cast.steering, room=cast.room)

    answer = signed_in(cast.coordinator).post(
        reverse("premises_rooms_edit", args=[cast.premises.pk, cast.room.pk]), {"remove": "1"}, follow=True
    )

    assert "kan inte tas bort" in answer.content.decode()
    assert cast.premises.rooms.count() == 1


def test_the_keepers_managers_keep_their_own_premises_and_no_other(cast):
    own, other = make_premises(agency=cast.district), make_premises()

    assert own.acts_of(cast.chair) == {"manage"}
    assert other.acts_of(cast.chair) == frozenset()
    assert own.acts_of(cast.secretary) == frozenset()
    assert other.acts_of(cast.coordinator) == {"manage"}
    assert own.acts_of(cast.administrator) == frozenset()


def test_premises_are_added_and_changed(cast, signed_in):
    browser = signed_in(cast.coordinator)
    facts = {
        "name": "Nya lokalen",
        "agency": cast.district.pk,
        "equipment": "Kök\nProjektor",
        "step_free": "on",
    }

    made = browser.post(reverse("premises_new"), facts)
    premises = Premises.objects.get(name="Nya lokalen")

    assert made["Location"] == reverse("premises_times", args=[premises.pk])
    assert (premises.equipment, premises.step_free, premises.closed_on_red_days) == (
        ["Kök", "Projektor"],
        True,
        False,
    )
    again = browser.post(reverse("premises_new"), facts)
    assert again.status_code == 422
    assert "Projektor" in again.content.decode()
    assert "Det finns redan en lokal med det namnet. Välj ett annat." in again.content.decode()


@pytest.mark.parametrize("week", ["0001-W01", "9999-W52", "2026-W99", "1999-W10", "\x00"])
def test_an_odd_week_is_this_one(cast, signed_in, week):
    browser = signed_in(cast.police)
    for address in (
        reverse("room", args=[cast.room.pk]),
        reverse("premises_one", args=[cast.room.premises_id]),
    ):
        answer = browser.get(address, {"week": week})
        assert answer.status_code == 200
        assert answer.context["before"] == monday_of(timezone.localdate()) - timedelta(days=7)


def booking(**more):
    return {
        "purpose": "Språkkafé",
        "audience": "agency",
        "day": f"{IN_A_WEEK:%Y-%m-%d}",
        "starts_at": "13",
        "ends_at": "15",
    } | more


def test_a_series_with_a_clash_offers_the_rest(cast, signed_in):
    browser = signed_in(cast.association)
    address = reverse("room_book", args=[cast.room.pk])
    with acting(cast.traffic) as traffic:
        book_room(
            cast.room,
            times_of([IN_A_WEEK + timedelta(days=7)], clock("14"), clock("16")),
            purpose="Möte",
            by=traffic,
        )
    series = booking(repeat="weekly", until=f"{IN_A_WEEK + timedelta(days=21):%Y-%m-%d}")

    clash = browser.post(address, series)
    assert clash.status_code == 422
    assert "leave_out_taken" in clash.content.decode()
    assert Booking.objects.count() == 1

    assert browser.post(address, series | {"leave_out_taken": "on"}).status_code == 302
    assert Booking.objects.filter(booked_by=cast.association).count() == 3


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"purpose": ""}, "id_purpose"),
        ({"day": "förr"}, "id_day"),
        ({"repeat": "weekly"}, "id_until"),
        ({"repeat": "weekly", "until": "2030-01-01"}, "id_until"),
        ({"starts_at": "25"}, "id_starts_at"),
        ({"day": "2026-01-02"}, "id_starts_at"),
        ({"day": "9999-12-31", "repeat": "weekly", "until": "9999-12-31"}, "id_day"),
        ({"day": SPRING, "starts_at": "02.15", "ends_at": "02.45"}, "id_starts_at"),
        ({"ends_at": "13"}, "id_ends_at"),
        ({"audience": "world"}, "id_audience"),
    ],
)
def test_bad_bookings_are_kept_and_said(cast, signed_in, changes, field):
    answer = signed_in(cast.police).post(reverse("room_book", args=[cast.room.pk]), booking(**changes))

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.content.decode()
    assert not Booking.objects.exists()


def test_past_midnight_is_asked_about_in_words(cast, signed_in):
    browser, address = signed_in(cast.police), reverse("room_book", args=[cast.room.pk])
    late = booking(starts_at="15", ends_at="14")

    asked = browser.post(address, late)

    assert [concern.key for concern in asked.context["form"].concerns] == ["past_midnight"]
    assert (asked.status_code, Booking.objects.count()) == (422, 0)
    assert browser.post(address, late | {"acknowledged": "on"}).status_code == 302


def test_what_is_wrong_and_what_speaks_against_it_are_said_at_once(cast, signed_in):
    make_hours(premises=cast.premises, days=range(7), begins="10", ends="14")
    with acting(cast.traffic) as traffic:
        book_room(cast.room, times_of([IN_A_WEEK], clock("14"), clock("16.30")), purpose="Möte", by=traffic)
    cast.premises.closed_on_red_days = cast.premises.closed_on_eves = False
    cast.premises.save()

    said = signed_in(cast.police).post(reverse("room_book", args=[cast.room.pk]), booking()).content.decode()

    assert 'href="#id_acknowledged"' in said
    assert "öppet 10–14" in said
    summary = said.split("data-mistakes", 1)[1].split("</div>", 1)[0]
    assert 'href="#id_starts_at"' in summary
    assert "14.00–16.30" in summary.replace("\u2060", "")


def test_giving_back_a_series_from_one_time_on(cast, signed_in):
    days = [IN_A_WEEK + timedelta(weeks=number) for number in range(3)]
    with acting(cast.police) as police:
        rows = book_room(cast.room, times_of(days, clock("9"), clock("10")), purpose="Samtal", by=police)

    answer = signed_in(cast.police).post(reverse("booking_cancel", args=[rows[1].pk]), {"scope": "following"})

    assert answer.status_code == 302
    assert list(Booking.objects.values_list("pk", flat=True)) == [rows[0].pk]


def planned(cast, **more):
    return {
        "body": cast.steering.pk,
        "day": f"{IN_A_WEEK:%Y-%m-%d}",
        "starts_at": "21",
        "ends_at": "22",
        "room": cast.room.pk,
        "audience": "body",
    } | more


def test_a_meeting_outside_hours_is_said_first_and_saved_with_one_tick(cast, signed_in):
    browser = signed_in(cast.secretary)
    cast.premises.closed_on_red_days = cast.premises.closed_on_eves = False
    cast.premises.save()
    make_hours(premises=cast.premises, days=range(7), begins="8", ends="20")

    first = browser.post(reverse("meeting_new"), planned(cast))
    assert first.status_code == 422
    assert "är inte öppen hela den tiden" in first.content.decode()
    assert not Meeting.objects.exists()

    second = browser.post(reverse("meeting_new"), planned(cast, acknowledged="on"))
    assert second.status_code == 302
    row = AcknowledgedPlace.objects.get()
    assert (row.concerns, row.acknowledged_by) == (["outside_hours"], cast.secretary)


def test_calling_asks_once_where_nobody_has_said_that_they_know(cast, signed_in):
    cast.room.capacity = 2
    cast.room.save()
    draft = make_meeting(
        body=cast.steering,
        room=cast.room,
        items=1,
        status="draft",
        starts_at=at(IN_A_WEEK, 13),
        ends_at=at(IN_A_WEEK, 15),
    )
    browser, address = signed_in(cast.secretary), reverse("meeting_call", args=[draft.pk])

    assert "6 personer är kallade" in browser.get(address).content.decode()
    assert browser.post(address).status_code == 422
    assert browser.post(address, {"acknowledged": "on"}).status_code == 302
    draft.refresh_from_db()
    assert draft.status == Meeting.Status.CALLED
    assert AcknowledgedPlace.objects.get().concerns == ["too_small"]


def test_fit_rooms_are_offered_first_with_words(cast, signed_in):
    make_room(premises=cast.premises, name="Ö-rummet", confidential=True, capacity=4)

    page = signed_in(cast.secretary).get(reverse("meeting_new")).content.decode()

    assert page.index("Ö-rummet") < page.index("Sammanträdesrummet")
    assert "4 platser, lämplig för förtroliga samtal" in page
    assert "samtal kan höras utanför" in page


def test_a_week_that_is_no_week_shows_this_one(cast, signed_in):
    browser = signed_in(cast.police)
    for week in ("2026-W99", "x", ""):
        assert (
            browser.get(reverse("premises_one", args=[cast.premises.pk]), {"week": week}).status_code == 200
        )
