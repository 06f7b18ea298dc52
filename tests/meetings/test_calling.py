"""Planning, calling, moving and cancelling a meeting: the verbs."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from groups.models import StandardAgendaItem
from meetings.agendas import add_item, change_item, move_item, remove_item
from meetings.calling import call_meeting, cancel_meeting, change_meeting, invited_to, plan_meeting
from meetings.models import AgendaItem, Booking, Delivery, Invitation, Meeting
from meetings.reminders import reminder_moment
from tests.conftest import acting
from tests.factories import at, make_item, make_meeting, make_membership, make_user

IN_A_WEEK = timezone.localdate() + timedelta(days=7)
STEERING_GROUP = {"chair", "secretary", "coordinator", "police", "welfare_officer", "traffic"}


@pytest.fixture
def headings(db):
    for kind, titles in {"steering": ["Öppnande", "Lägesbild"], "working": ["Orsaker"]}.items():
        for position, title in enumerate(titles, 1):
            StandardAgendaItem.objects.create(kind=kind, position=position, title=title)


@pytest.fixture
def draft(cast, headings):
    """A steering group meeting in the cast's room, a week from now at 13–15, not yet called."""
    with acting(cast.secretary) as secretary:
        return plan_meeting(
            cast.steering,
            starts_at=at(IN_A_WEEK, 13),
            ends_at=at(IN_A_WEEK, 15),
            room=cast.room,
            by=secretary,
        )


def call(meeting, cast):
    with acting(cast.secretary) as secretary:
        call_meeting(meeting, by=secretary)


def complaint(error):
    return error.value.message_dict


def states(meeting):
    rows = Delivery.objects.filter(meeting=meeting).values_list("kind", "state")
    return {row: list(rows).count(row) for row in rows}


def test_planning_makes_a_draft_with_the_standard_agenda_of_its_kind(cast, draft):
    items = draft.items.order_by("position")

    assert draft.status == Meeting.Status.DRAFT
    assert draft.agreement == cast.agreement
    assert [(item.position, item.title) for item in items] == [(1, "Öppnande"), (2, "Lägesbild")]
    assert not Delivery.objects.exists()
    assert not Booking.objects.exists()


def test_planning_for_a_working_group_takes_its_own_agenda(cast, headings):
    meeting = plan_meeting(
        cast.recruitment, starts_at=at(IN_A_WEEK, 9), ends_at=at(IN_A_WEEK, 10), by=cast.case_worker
    )

    assert [item.title for item in meeting.items.all()] == ["Orsaker"]


def test_a_meeting_cannot_end_before_it_starts(cast):
    with pytest.raises(ValidationError) as error:
        plan_meeting(cast.steering, starts_at=at(IN_A_WEEK, 15), ends_at=at(IN_A_WEEK, 13), by=cast.secretary)

    assert list(complaint(error)) == ["ends_at"]
    assert not Meeting.objects.exists()


def test_calling_invites_books_and_plans_mails(cast, draft):
    call(draft, cast)

    draft.refresh_from_db()
    invited = Invitation.objects.filter(meeting=draft)
    assert draft.status == Meeting.Status.CALLED
    assert draft.called_by == cast.secretary
    assert {row.user for row in invited} == {getattr(cast, name) for name in STEERING_GROUP}
    assert (draft.booking.room, draft.booking.starts_at) == (cast.room, draft.starts_at)
    assert states(draft) == {("invitation", "due"): 6, ("reminder", "due"): 6}
    reminder = Delivery.objects.filter(kind="reminder").first()
    assert timezone.localtime(reminder.due_at) == at(IN_A_WEEK - timedelta(days=1), 8)


def test_no_reminder_is_planned_when_its_moment_has_passed(cast, draft):
    soon = timezone.now() + timedelta(minutes=30)
    with acting(cast.secretary) as secretary:
        change_meeting(draft, starts_at=soon, ends_at=soon + timedelta(hours=1), by=secretary)

    call(draft, cast)

    assert states(draft) == {("invitation", "due"): 6}


@pytest.mark.parametrize(
    ("day", "utc_hour"), [((2026, 10, 26), 7), ((2026, 10, 25), 6), ((2027, 3, 29), 6), ((2027, 3, 28), 7)]
)
def test_the_reminder_is_at_eight_by_the_clock_across_summer_time(cast, day, utc_hour):
    start = at(timezone.datetime(*day).date(), 13)
    meeting = Meeting(body=cast.steering, starts_at=start)

    moment = reminder_moment(meeting)

    assert timezone.localtime(moment).strftime("%H.%M") == "08.00"
    assert (timezone.localdate(start) - timezone.localdate(moment)).days == 1
    assert moment.astimezone(timezone.get_fixed_timezone(0)).hour == utc_hour


def test_only_members_who_can_sign_in_are_invited(cast):
    make_membership(body=cast.steering, user=make_user(part="left", unit=cast.youth_unit, is_active=False))
    make_membership(body=cast.steering, user=make_user(part="unemployed"))
    make_membership(
        body=cast.steering,
        user=cast.association,
        valid_from=timezone.localdate() - timedelta(days=9),
        valid_to=timezone.localdate() - timedelta(days=1),
    )

    assert set(invited_to(cast.steering)) == {getattr(cast, name) for name in STEERING_GROUP}


def test_calling_twice_plans_once(cast, draft):
    call(draft, cast)

    with pytest.raises(ValidationError):
        call(draft, cast)

    assert Delivery.objects.count() == 12


def test_calling_needs_an_agenda(cast, draft):
    draft.items.all().delete()

    with pytest.raises(ValidationError, match=r"agenda|dagordning"):
        call(draft, cast)


def test_calling_needs_a_place(cast, draft):
    with acting(cast.secretary) as secretary:
        change_meeting(draft, room=None, by=secretary)

    with pytest.raises(ValidationError) as error:
        call(draft, cast)

    assert list(complaint(error)) == ["room"]


def test_calling_needs_a_time_to_come(cast, draft):
    Meeting.objects.filter(pk=draft.pk).update(starts_at=timezone.now() - timedelta(hours=1))
    draft.refresh_from_db()

    with pytest.raises(ValidationError) as error:
        call(draft, cast)

    assert list(complaint(error)) == ["starts_at"]


@pytest.mark.parametrize(
    ("first", "last", "allowed"), [(None, None, True), (0, 0, True), (1, None, False), (None, -1, False)]
)
def test_calling_needs_an_agreement_in_force_on_that_day(cast, draft, first, last, allowed):
    cast.agreement.valid_from = None if first is None else IN_A_WEEK + timedelta(days=first)
    cast.agreement.valid_to = None if last is None else IN_A_WEEK + timedelta(days=last)
    cast.agreement.save()

    if allowed:
        call(draft, cast)
        assert draft.status == Meeting.Status.CALLED
    else:
        with pytest.raises(ValidationError) as error:
            call(draft, cast)
        assert list(complaint(error)) == ["reason"]
        assert not Invitation.objects.exists()


def test_a_room_that_is_booked_is_refused_when_planning_and_when_calling(cast, draft):
    other = make_meeting(body=cast.places, items=1, room=cast.room, status="draft")
    call(draft, cast)

    with pytest.raises(ValidationError) as calling:
        call(other, cast)
    with pytest.raises(ValidationError) as planning:
        plan_meeting(
            cast.places,
            starts_at=at(IN_A_WEEK, 14),
            ends_at=at(IN_A_WEEK, 16),
            room=cast.room,
            by=cast.coordinator,
        )

    assert list(complaint(calling)) == list(complaint(planning)) == ["room"]
    other.refresh_from_db()
    assert other.status == Meeting.Status.DRAFT


def test_meetings_back_to_back_share_a_room(cast, draft):
    call(draft, cast)
    after = make_meeting(
        body=cast.places,
        items=1,
        room=cast.room,
        status="draft",
        starts_at=at(IN_A_WEEK, 15),
        ends_at=at(IN_A_WEEK, 16),
    )

    call(after, cast)

    assert Booking.objects.count() == 2


def test_moving_a_called_meeting_asks_everyone_again(cast, draft):
    call(draft, cast)
    Invitation.objects.update(answer="accepted", answered_at=timezone.now())
    next_day = IN_A_WEEK + timedelta(days=1)

    with acting(cast.secretary) as secretary:
        change_meeting(draft, starts_at=at(next_day, 9), ends_at=at(next_day, 10), by=secretary)

    draft.refresh_from_db()
    assert draft.sequence == 1
    assert draft.booking.starts_at == at(next_day, 9)
    assert set(Invitation.objects.values_list("answer", flat=True)) == {"none"}
    assert states(draft) == {
        ("invitation", "cancelled"): 6,
        ("reminder", "cancelled"): 6,
        ("invitation", "due"): 6,
        ("reminder", "due"): 6,
    }
    due = Delivery.objects.filter(kind="reminder", state="due").first().due_at
    assert timezone.localtime(due) == at(IN_A_WEEK, 8)


def test_a_new_place_keeps_the_answers_and_tells_everyone(cast, draft):
    call(draft, cast)
    Invitation.objects.update(answer="accepted", answered_at=timezone.now())

    with acting(cast.secretary) as secretary:
        change_meeting(draft, room=None, link="https://video.example.org/a", by=secretary)

    draft.refresh_from_db()
    assert draft.sequence == 1
    assert not Booking.objects.exists()
    assert set(Invitation.objects.values_list("answer", flat=True)) == {"accepted"}
    assert states(draft)["invitation", "due"] == 6


def test_a_new_title_alone_tells_nobody(cast, draft):
    call(draft, cast)

    with acting(cast.secretary) as secretary:
        change_meeting(draft, title="Extra", by=secretary)

    draft.refresh_from_db()
    assert (draft.title, draft.sequence) == ("Extra", 0)
    assert states(draft) == {("invitation", "due"): 6, ("reminder", "due"): 6}


def test_a_called_meeting_cannot_be_moved_into_the_past(cast, draft):
    call(draft, cast)
    yesterday = timezone.now() - timedelta(days=1)

    with pytest.raises(ValidationError) as error, acting(cast.secretary) as secretary:
        change_meeting(draft, starts_at=yesterday, ends_at=yesterday + timedelta(hours=1), by=secretary)

    assert list(complaint(error)) == ["starts_at"]
    draft.refresh_from_db()
    assert (draft.sequence, draft.starts_at) == (0, at(IN_A_WEEK, 13))
    assert Booking.objects.count() == 1


def test_cancelling_releases_the_room_and_tells_the_invited(cast, draft):
    call(draft, cast)

    with acting(cast.secretary) as secretary:
        cancel_meeting(draft, by=secretary)

    draft.refresh_from_db()
    assert (draft.status, draft.sequence) == (Meeting.Status.CANCELLED, 1)
    assert not Booking.objects.exists()
    assert states(draft) == {
        ("invitation", "cancelled"): 6,
        ("reminder", "cancelled"): 6,
        ("cancellation", "due"): 6,
    }


def test_cancelling_a_draft_tells_nobody(cast, draft):
    with acting(cast.secretary) as secretary:
        cancel_meeting(draft, by=secretary)

    assert not Delivery.objects.exists()


@pytest.mark.parametrize("status", ["in_progress", "held", "closed", "cancelled"])
def test_a_meeting_that_has_begun_is_neither_changed_nor_cancelled(cast, status):
    meeting = make_meeting(body=cast.steering, items=2, status=status)
    item = meeting.items.first()
    acts = [
        lambda: change_meeting(meeting, title="Ny", by=cast.secretary),
        lambda: cancel_meeting(meeting, by=cast.secretary),
        lambda: call_meeting(meeting, by=cast.secretary),
        lambda: add_item(meeting, title="Ny", by=cast.secretary),
        lambda: change_item(item, title="Ny", by=cast.secretary),
        lambda: move_item(item, up=False, by=cast.secretary),
        lambda: remove_item(item, by=cast.secretary),
    ]

    for act in acts:
        with pytest.raises(ValidationError):
            act()

    meeting.refresh_from_db()
    assert (meeting.status, meeting.title) == (status, "")
    assert [item.title for item in meeting.items.all()] == ["Punkt 1", "Punkt 2"]


def test_items_are_added_last_and_change_places(cast, draft):
    with acting(cast.secretary) as secretary:
        third = add_item(draft, title="Tredje", by=secretary)
        move_item(third, up=True, by=secretary)
        move_item(third, up=True, by=secretary)
        move_item(third, up=True, by=secretary)

    assert [item.title for item in draft.items.all()] == ["Tredje", "Öppnande", "Lägesbild"]


def test_items_are_added_before_those_that_close_the_meeting(cast, headings):
    for position, title in enumerate(["Övriga frågor", "Avslutning"], 3):
        StandardAgendaItem.objects.create(kind="steering", position=position, title=title, closes=True)
    with acting(cast.secretary) as secretary:
        planned = plan_meeting(
            cast.steering, starts_at=at(IN_A_WEEK, 13), ends_at=at(IN_A_WEEK, 15), by=secretary
        )
        add_item(planned, title="Ny", by=secretary)
        newest = add_item(planned, title="Nyast", by=secretary)
        closing = planned.items.get(title="Övriga frågor")
        move_item(closing, up=True, by=secretary)
        add_item(planned, title="Efter den som flyttades", by=secretary)

    assert newest.position == 4
    assert [(item.position, item.title) for item in planned.items.all()] == list(
        enumerate(
            [
                "Öppnande",
                "Lägesbild",
                "Ny",
                "Övriga frågor",
                "Nyast",
                "Efter den som flyttades",
                "Avslutning",
            ],
            1,
        )
    )


def test_removing_an_item_closes_the_gap(cast, draft):
    with acting(cast.secretary) as secretary:
        third = add_item(draft, title="Tredje", by=secretary)
        remove_item(draft.items.get(position=1), by=secretary)

    third.refresh_from_db()
    assert [(item.position, item.title) for item in draft.items.all()] == [(1, "Lägesbild"), (2, "Tredje")]


def test_a_narrowed_item_must_include_the_writers_own_unit(cast, draft):
    narrow = {"title": "Enskilt", "audience": "units", "by": cast.secretary}

    with pytest.raises(ValidationError) as error:
        add_item(draft, units=[cast.youth_unit], **narrow)
    item = add_item(draft, units=[cast.youth_unit, cast.safety_unit], **narrow)

    assert list(complaint(error)) == ["units"]
    assert set(item.units.all()) == {cast.youth_unit, cast.safety_unit}
    assert AgendaItem.objects.filter(title="Enskilt").count() == 1


def test_opening_a_narrowed_item_forgets_its_units(cast, draft):
    item = make_item(meeting=draft, position=3, audience="units", units=[cast.safety_unit])

    change_item(item, title="Öppet", by=cast.secretary)

    assert (item.audience, item.units.count()) == ("meeting", 0)
