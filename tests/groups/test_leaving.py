"""Leaving: access ends at once, everywhere, and every thing is received by name or let go with a reason."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from groups import handover, leaving
from groups.models import Employment, HandOver, HandOverItem, Membership, User
from meetings.models import ActionItem, Delivery, Meeting
from samverkan.outbox import send_due
from samverkan.reader import reading_as
from tests.conftest import acting
from tests.counting import queries
from tests.factories import make_action, make_body, make_meeting, make_membership, make_minutes, make_user
from tests.factories_cases import make_case, make_note, make_seat
from tests.factories_leaving import make_hand_over, make_thing

TODAY = timezone.localdate()
LIST = reverse("hand_overs")


def seat_of(user: User, body) -> Membership:
    return Membership.objects.get(user=user, body=body)


def work_of(user: User) -> Employment:
    return user.employments.get()


def text_of(response) -> str:
    return " ".join(response.content.decode().split())


# Access


def test_an_ended_seat_shows_nothing_from_the_next_request_on(cast, signed_in):
    """An open session, an old link, a download, the calendar file and the link for answering in a mail."""
    meeting = make_meeting(body=cast.steering, items=1)
    make_minutes(meeting=meeting)
    browser = signed_in(cast.secretary)
    answer = reverse("answer", args=[meeting.invitations.get(user=cast.secretary).token])
    pages = [
        reverse("meeting", args=[meeting.pk]),
        reverse("minutes", args=[meeting.pk]),
        reverse("minutes_file", args=[meeting.pk, "docx"]),
        reverse("meeting_calendar", args=[meeting.pk]),
        answer,
    ]
    assert [browser.get(page).status_code for page in pages] == [200] * len(pages)

    with acting(cast.coordinator) as by:
        leaving.end_membership(seat_of(cast.secretary, cast.steering), by=by)

    assert [browser.get(page).status_code for page in pages] == [404] * len(pages)
    assert browser.get(reverse("today")).status_code == 200


def test_an_ended_employment_shows_nothing_of_the_structure(cast, signed_in):
    browser = signed_in(cast.traffic)
    assert browser.get(reverse("body", args=[cast.steering.key])).status_code == 200

    with acting(cast.coordinator) as by:
        leaving.end_employment(work_of(cast.traffic), by=by)

    for body in (cast.steering, cast.places):
        assert browser.get(reverse("body", args=[body.key])).status_code == 404
    assert not Membership.objects.live().filter(user=cast.traffic).exists()
    assert browser.get(reverse("today")).status_code == 200


def test_an_ended_employment_takes_the_force_of_seats_in_cases(cast, signed_in):
    case = make_case(lead=cast.case_worker)
    make_seat(case=case, user=cast.welfare_officer)
    make_note(case=case, by=cast.welfare_officer)
    browser = signed_in(cast.welfare_officer)
    assert browser.get(reverse("case", args=[case.pk])).status_code == 200

    with acting(cast.coordinator) as by:
        leaving.end_employment(work_of(cast.welfare_officer), by=by)

    assert browser.get(reverse("case", args=[case.pk])).status_code == 404


def test_a_closed_account_is_signed_out_at_its_next_request(cast, signed_in):
    browser = signed_in(cast.traffic)
    assert browser.get(reverse("today")).status_code == 200

    leaving.close_account(cast.traffic, by=cast.administrator)

    response = browser.get(reverse("today"))
    assert response.status_code == 302
    assert reverse("account_login") in response.url
    assert HandOver.objects.get(user=cast.traffic).why == "account"


@pytest.mark.parametrize("end", ["membership", "employment", "account"])
def test_a_mail_that_waits_is_not_sent_to_who_has_left(end, cast, postbox):
    meeting = make_meeting(body=cast.steering, items=1)
    Delivery.objects.create(
        key=Delivery.key_of("invitation", meeting, cast.traffic.pk),
        kind="invitation",
        meeting=meeting,
        recipient=cast.traffic,
        due_at=timezone.now(),
    )
    with acting(cast.coordinator) as by:
        if end == "membership":
            leaving.end_membership(seat_of(cast.traffic, cast.steering), by=by)
        elif end == "employment":
            leaving.end_employment(work_of(cast.traffic), by=by)
        else:
            leaving.close_account(cast.traffic, by=by)

    send_due()

    assert Delivery.objects.get().state == "cancelled"
    assert postbox.contents == []


def test_a_last_day_holds_to_its_end(cast, signed_in):
    with acting(cast.coordinator) as by:
        leaving.end_membership(seat_of(cast.traffic, cast.steering), by=by, last_day=TODAY)

    assert signed_in(cast.traffic).get(reverse("body", args=[cast.steering.key])).status_code == 200
    assert seat_of(cast.traffic, cast.steering).valid_to == TODAY


def test_a_seat_that_began_today_is_taken_away_and_remembered_in_the_list(cast):
    Membership.objects.filter(user=cast.traffic, body=cast.steering).update(valid_from=TODAY)

    with acting(cast.coordinator) as by:
        made = leaving.end_membership(seat_of(cast.traffic, cast.steering), by=by)

    assert not Membership.objects.filter(user=cast.traffic, body=cast.steering).exists()
    assert made.ended == "Ledamot, Styrgruppen"


@pytest.mark.parametrize(
    ("ends", "last_day", "field"),
    [
        (None, TODAY.replace(year=2000), "last_day"),
        (TODAY + timedelta(days=3), TODAY + timedelta(days=9), "last_day"),
        (TODAY - timedelta(days=3), None, "__all__"),
    ],
)
def test_impossible_ends_are_refused_and_change_nothing(ends, last_day, field, cast):
    Membership.objects.filter(user=cast.traffic, body=cast.steering).update(valid_to=ends)

    with acting(cast.coordinator) as by, pytest.raises(ValidationError) as refused:
        leaving.end_membership(seat_of(cast.traffic, cast.steering), by=by, last_day=last_day)

    assert list(getattr(refused.value, "error_dict", {"__all__": 1})) == [field]
    assert seat_of(cast.traffic, cast.steering).valid_to == ends
    assert not HandOver.objects.exists()


def test_who_goes_on_at_the_same_agency_keeps_seats(cast):
    cast.chair.employments.update(valid_to=TODAY + timedelta(days=5))
    Employment.objects.create(
        user=cast.chair, unit=cast.social_unit, title="Chef", valid_from=TODAY + timedelta(days=6)
    )

    with acting(cast.coordinator) as by:
        made = leaving.end_employment(
            cast.chair.employments.get(unit=cast.safety_unit), by=by, last_day=TODAY + timedelta(days=5)
        )

    assert made is None
    assert seat_of(cast.chair, cast.steering).valid_to is None


# The list


@pytest.fixture
def left(cast):
    """The secretary answers for a role, a commitment, a meeting and minutes."""
    held = make_meeting(body=cast.steering, items=1, status="held", prepared_by=cast.secretary)
    make_minutes(meeting=held)
    make_meeting(body=cast.steering, items=1, status="draft", prepared_by=cast.secretary)
    make_action(
        item=held.items.get(), agency=cast.district, by=cast.secretary, responsible_person=cast.secretary
    )
    return held


def test_everything_is_listed_once(cast, left):
    with acting(cast.coordinator) as by:
        made = leaving.end_employment(work_of(cast.secretary), by=by, last_day=TODAY)

    assert sorted(made.items.values_list("kind", flat=True)) == ["commitment", "draft", "minutes", "role"]
    with acting(cast.coordinator) as by:
        assert leaving.close_account(cast.secretary, by=by) is None


def test_nothing_moves_until_the_receiver_says_yes(cast, left):
    with acting(cast.coordinator) as by:
        made = leaving.end_employment(work_of(cast.secretary), by=by)
    action, meeting = ActionItem.objects.get(), Meeting.objects.get(status="draft")
    things = {item.kind: item for item in made.items.all()}
    with acting(cast.chair) as by:
        for item in things.values():
            handover.give_item(item, to=cast.coordinator, by=by)
    action.refresh_from_db()
    assert action.moved_to_person is None

    with acting(cast.coordinator) as by:
        for item in things.values():
            handover.accept_item(item, by=by)

    action.refresh_from_db()
    meeting.refresh_from_db()
    left.refresh_from_db()
    assert (action.person, action.responsible_person) == (cast.coordinator, cast.secretary)
    assert (meeting.prepared_by, left.prepared_by) == (cast.coordinator, cast.coordinator)
    now = Membership.objects.live().get(user=cast.coordinator, body=cast.steering)
    assert now.function == "secretary"
    assert set(made.items.values_list("state", flat=True)) == {"accepted"}
    assert ActionItem.objects.mine(cast.coordinator).get() == action


def test_a_commitment_in_approved_minutes_moves_and_the_minutes_stay(cast, left):
    minutes = left.minutes
    minutes.status, minutes.approved_at, minutes.approved_by = "approved", timezone.now(), cast.chair
    minutes.fingerprint = "0" * 64
    minutes.save()
    with acting(cast.coordinator) as by:
        made = leaving.end_employment(work_of(cast.secretary), by=by)
        handover.give_item(made.items.get(kind="commitment"), to=cast.chair, by=by)
    with acting(cast.chair) as by:
        handover.accept_item(made.items.get(kind="commitment"), by=by)

    action = ActionItem.objects.get()
    assert action.person == cast.chair
    assert action.responsible_person == cast.secretary
    assert action.was_agreed_for == cast.secretary.name


def test_a_declined_thing_is_shown_to_managers_and_can_be_given_again(cast, left, signed_in):
    with acting(cast.coordinator) as by:
        made = leaving.end_membership(seat_of(cast.secretary, cast.steering), by=by)
        item = made.items.get(kind="commitment")
        handover.give_item(item, to=cast.chair, by=by)
    with acting(cast.chair) as by:
        handover.decline_item(item, by=by, reason="Hinner inte")

    text = text_of(signed_in(cast.coordinator).get(LIST))

    assert "Hinner inte" in text
    with acting(cast.chair) as by, pytest.raises(ValidationError):
        handover.accept_item(item, by=by)
    with acting(cast.coordinator) as by:
        handover.give_item(item, to=cast.coordinator, by=by)
    item.refresh_from_db()
    assert (item.state, item.reason) == ("offered", "")


def test_a_thing_is_let_go_with_a_reason_only(cast, left):
    with acting(cast.coordinator) as by:
        item = leaving.end_membership(seat_of(cast.secretary, cast.steering), by=by).items.first()
        with pytest.raises(ValidationError) as refused:
            handover.release_item(item, by=by, reason="  ")
        handover.release_item(item, by=by, reason="Behövs inte längre")
        with pytest.raises(ValidationError):
            handover.release_item(item, by=by, reason="Igen")

    assert list(refused.value.message_dict) == ["reason"]
    item.refresh_from_db()
    assert (item.state, item.settled_by) == ("released", cast.coordinator)


def test_a_commitment_goes_to_a_member_of_the_same_agency_alone(cast, left):
    with acting(cast.coordinator) as by:
        made = leaving.end_membership(seat_of(cast.secretary, cast.steering), by=by)
        item = made.items.get(kind="commitment")
        assert set(handover.receivers(item, by=by)) == {cast.chair, cast.coordinator}
        with pytest.raises(ValidationError) as refused:
            handover.give_item(item, to=cast.police, by=by)

    assert list(refused.value.message_dict) == ["receiver"]


def test_what_is_done_meanwhile_cannot_be_received(cast, left):
    with acting(cast.coordinator) as by:
        made = leaving.end_membership(seat_of(cast.secretary, cast.steering), by=by)
        item = made.items.get(kind="commitment")
        handover.give_item(item, to=cast.chair, by=by)
    ActionItem.objects.update(done_at=timezone.now(), done_by=cast.chair)

    with acting(cast.chair) as by, pytest.raises(ValidationError):
        handover.accept_item(item, by=by)

    item.refresh_from_db()
    assert item.state == "offered"


def test_ones_own_list_is_prepared_before_the_last_day_and_goes_on_after_it(cast, left):
    day = TODAY + timedelta(days=14)
    with acting(cast.secretary) as by:
        prepared = handover.prepare(by=by, last_day=day)
        assert handover.prepare(by=by, last_day=day) == prepared
        commitment = prepared.items.get(kind="commitment")
        assert "give" in commitment.acts_of(by)
        assert "give" not in prepared.items.get(kind="role").acts_of(by)
        handover.give_item(commitment, to=cast.chair, by=by)

    with acting(cast.coordinator) as by:
        assert leaving.end_employment(work_of(cast.secretary), by=by, last_day=TODAY) is None

    prepared.refresh_from_db()
    assert prepared.last_day == TODAY
    assert prepared.items.count() == 4
    with acting(cast.secretary) as by, pytest.raises(ValidationError) as refused:
        handover.prepare(by=by, last_day=TODAY - timedelta(days=1))
    assert list(refused.value.message_dict) == ["last_day"]


def test_who_receives_a_role_ends_the_seat_they_had(cast):
    with acting(cast.coordinator) as by:
        made = leaving.end_membership(seat_of(cast.chair, cast.steering), by=by, last_day=TODAY)
        handover.give_item(made.items.get(), to=cast.traffic, by=by)
    with acting(cast.traffic) as by:
        handover.accept_item(made.items.get(), by=by)

    former, coming = Membership.objects.filter(user=cast.traffic, body=cast.steering).order_by("valid_from")
    assert (former.function, former.valid_to) == ("member", TODAY)
    assert (coming.function, coming.valid_from) == ("chair", TODAY + timedelta(days=1))


# Seats in cases


def test_a_seat_in_a_case_stands_in_no_list_and_is_told_to_the_lead_unit_alone(cast, signed_in):
    case = make_case(lead=cast.case_worker)
    make_seat(case=case, user=cast.welfare_officer)
    own = text_of(signed_in(cast.welfare_officer).get(LIST))
    assert case.reference in own

    with acting(cast.coordinator) as by:
        made = leaving.end_employment(work_of(cast.welfare_officer), by=by)

    assert set(made.items.values_list("kind", flat=True)) == {"role"}
    with acting(cast.case_worker) as lead:
        assert [task.url for task in handover.waiting_for(lead)] == [reverse("case", args=[case.pk])]
    for part in ("coordinator", "chair", "police", "administrator"):
        with acting(getattr(cast, part)) as user:
            assert not [task for task in handover.waiting_for(user) if "/cases/" in task.url]
        text = text_of(signed_in(getattr(cast, part)).get(LIST))
        assert case.reference not in text
        assert f"/cases/{case.pk}" not in text


def test_things_of_a_case_group_are_seen_by_its_members_alone(cast):
    about_a_case = make_body(kind="case", agreement=cast.agreement)
    make_membership(body=about_a_case, user=cast.coordinator, function="coordinator")
    make_membership(body=about_a_case, user=cast.police)
    made = make_hand_over(user=cast.police, body=about_a_case)
    make_thing(hand_over=made)

    def sees(user: User) -> bool:
        with acting(user):
            return HandOverItem.objects.visible_to(user).exists()

    assert sees(cast.coordinator)  # who manages that group
    assert not sees(cast.chair)
    assert not sees(cast.case_worker)
    assert not sees(cast.administrator)


# Pages


def test_pages_end_give_and_receive(cast, signed_in):
    coordinator, chair = signed_in(cast.coordinator), signed_in(cast.chair)
    seat = seat_of(cast.traffic, cast.steering)
    address = reverse("membership_end", args=[seat.pk])
    wrong = coordinator.post(address, {"when": "day", "last_day": "33 maj"})
    assert wrong.status_code == 422
    assert "33 maj" in text_of(wrong)
    seat.refresh_from_db()
    assert seat.valid_to is None

    ended = coordinator.post(address, {"when": "now", "last_day": ""})

    item = HandOverItem.objects.get()
    assert ended.url == reverse("hand_over", args=[item.hand_over_id])
    assert cast.traffic.name in text_of(coordinator.get(ended.url))
    coordinator.post(reverse("hand_over_give", args=[item.pk]), {"receiver": cast.association.pk})
    assert signed_in(cast.association).get(LIST).context["to_receive"][0].item == item
    signed_in(cast.association).post(reverse("hand_over_decline", args=[item.pk]), {"reason": ""})
    assert chair.get(LIST).context["orphans"][0].item == item
    chair.post(reverse("hand_over_release", args=[item.pk]), {"reason": "Vakant tills vidare"})
    item.refresh_from_db()
    assert item.state == "released"


def test_waiting_lines_say_what_to_receive_and_what_nobody_has(cast):
    made = make_hand_over(user=cast.police, body=cast.steering, last_day=TODAY - timedelta(days=1))
    make_thing(hand_over=made)
    make_thing(hand_over=made, state="offered", receiver=cast.chair)

    with acting(cast.chair) as user:
        assert [task.tone for task in handover.waiting_for(user)] == ["danger", "warn"]
    with acting(cast.traffic) as user:
        assert handover.waiting_for(user) == []


def test_lists_cost_the_same_with_one_thing_and_with_three(cast, signed_in, left):
    with acting(cast.coordinator) as by:
        made = leaving.end_membership(seat_of(cast.secretary, cast.steering), by=by)
    browser = signed_in(cast.coordinator)
    for page in (LIST, reverse("hand_over", args=[made.pk])):
        HandOverItem.objects.exclude(kind="role").delete()
        one = queries(browser, page)
        for _each in range(2):
            make_thing(hand_over=made)
        assert queries(browser, page) == one


def test_today_costs_the_same_with_one_thing_and_with_three(cast, signed_in):
    made = make_hand_over(user=cast.police, body=cast.steering, last_day=TODAY - timedelta(days=1))
    make_thing(hand_over=made)
    browser = signed_in(cast.chair)
    one = queries(browser, reverse("today"))
    for _each in range(2):
        make_thing(hand_over=made)

    assert queries(browser, reverse("today")) == one


def test_app_role_reads_nobodys_seats_when_it_lists_what_is_left(cast):
    """The coordinator's transaction asks for no seat: the list is the same with and without one."""
    make_seat(case=make_case(lead=cast.case_worker), user=cast.traffic)

    with acting(cast.coordinator), reading_as(cast.coordinator.pk):
        kinds = {thing.kind for thing in handover.held_by(cast.traffic)}

    assert kinds == {"role"}


def test_a_new_person_is_nobody_who_leaves(cast):
    assert handover.held_by(make_user(unit=cast.traffic_unit)) == []


# Who decides


def test_coordinating_a_working_group_is_not_coordinating_the_agency(cast, signed_in):
    """Somebody who coordinates one small group neither ends a colleague's work nor gives that colleague's roles away."""
    make_membership(body=cast.places, user=cast.case_worker, function="coordinator")
    with acting(cast.case_worker) as user:
        assert work_of(cast.chair).acts_of(user) == frozenset()
    made = make_hand_over(user=cast.chair, agency=cast.district)
    role = make_thing(hand_over=made, kind="role", body=cast.steering, function="chair")
    with acting(cast.case_worker) as user:
        assert role.acts_of(user) == frozenset()
    assert signed_in(cast.case_worker).get(LIST).status_code == 200
    with acting(cast.coordinator) as user:
        assert role.acts_of(user) == {"give", "release"}, "who manages the group itself"


def test_nobody_gives_themselves_a_role_that_allows_more(cast):
    with acting(cast.coordinator) as by:
        made = leaving.end_employment(work_of(cast.chair), by=by)
        role = made.items.get(kind="role", body=cast.steering)
        with pytest.raises(ValidationError, match=r"kan inte|cannot"):
            handover.give_item(role, to=by, by=by)
        handover.give_item(role, to=cast.police, by=by)
    assert Membership.objects.live().filter(body=cast.steering, function="chair").count() == 0


def test_the_administration_ends_its_own(cast):
    with acting(cast.chair) as by:
        for user in (cast.administrator, cast.log_reviewer):
            assert [work.acts_of(by) for work in user.employments.all()] == [frozenset()]


def test_the_page_that_ends_counts_nothing_of_a_case_group(cast, signed_in):
    group = make_body(kind="case", agreement=cast.agreement, parent=cast.recruitment)
    make_membership(body=group, user=cast.case_worker, function="coordinator")
    make_meeting(body=group, status="draft", prepared_by=cast.case_worker)
    work = work_of(cast.case_worker)
    left = signed_in(cast.coordinator).get(reverse("employment_end", args=[work.pk])).context["left"]
    roles = Membership.objects.live().filter(user=cast.case_worker).exclude(body=group).count()

    assert [count for _, count in left] == [roles]
