"""The pages of the collaboration year."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from groups.agreement_paper import print_data
from groups.models import Agreement, AnnualDuty, Membership
from meetings.duties import waiting_for
from meetings.models import DutyOccurrence
from meetings.placing import place_duties
from meetings.year import finding, marks_of, turns_for
from meetings.year_picture import LABELS, WIDTH, draw
from tests.conftest import acting, as_app
from tests.counting import queries
from tests.factories import at, make_body, make_decision, make_item, make_meeting, make_membership
from tests.factories_agreements import make_signed_agreement
from tests.factories_duties import make_duty, make_duty_on, make_turn
from tests.factories_law import PDF

URL = reverse("year")


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def seen_by(user, rows=None):
    with acting(user):
        return turns_for(user, rows or DutyOccurrence.objects.visible_to(user).with_duty().in_order())


def said(turns):
    with translation.override("en"):
        return finding(turns)


def test_the_finding_tells_what_is_late_first(cast):
    late, done, coming = (make_duty(body=cast.steering) for _number in range(3))
    make_turn(duty=late, due=in_days(-1))
    make_turn(duty=done, due=in_days(-30), done_on=in_days(-40), note="Klart.")
    assert said(seen_by(cast.police)) == "One of two duties is overdue"

    DutyOccurrence.objects.filter(duty=late).update(due=in_days(0))
    make_turn(duty=coming)

    assert said(seen_by(cast.police)) == (
        "One of three duties is done and none is overdue; two have no meeting in time"
    )
    DutyOccurrence.objects.filter(duty=done).delete()
    assert said(seen_by(cast.police)) == "Nothing is overdue; two duties remain; two have no meeting in time"
    assert said([]) == "No duty falls due this year"


def test_everything_done_is_said(cast):
    make_turn(duty=make_duty(body=cast.steering), done_on=in_days(-1), note="Klart.")

    assert said(seen_by(cast.police)) == "Everything is done"


def test_the_place_on_an_agenda_is_told_to_those_who_see_the_meeting(cast):
    draft = make_meeting(body=cast.steering, items=1, status="draft")
    make_turn(duty=make_duty(body=cast.steering), item=draft.items.get())

    assert [turn.state for turn in seen_by(cast.secretary)] == ["placed"]
    assert [turn.state for turn in seen_by(cast.police)] == ["coming"]
    assert [turn.meeting for turn in seen_by(cast.case_worker)] == [None]


def test_evidence_is_named_to_those_who_see_it_and_that_it_is_done_to_all(cast):
    held = make_meeting(body=cast.steering, items=1, status="held", year=2026, number=1)
    decision = make_decision(item=held.items.get(), by=cast.secretary, year=2026, number=1)
    make_turn(duty=make_duty(body=cast.steering), done_on=in_days(-1), meeting=held, decision=decision)

    inside, outside = seen_by(cast.police)[0], seen_by(cast.case_worker)[0]

    assert (inside.state, inside.meeting, inside.decision) == ("done", held, decision)
    assert (outside.state, outside.meeting, outside.decision) == ("done", None, None)


def test_duties_of_a_case_group_are_its_members_alone(cast):
    group = make_body(kind="case", agreement=cast.agreement)
    make_membership(body=group, user=cast.case_worker)
    duty = make_duty(body=group)
    make_turn(duty=duty)

    assert [turn.row.duty for turn in seen_by(cast.case_worker)] == [duty]
    assert seen_by(cast.coordinator) == []


def test_the_page_says_finding_and_lists(cast, signed_in):
    make_turn(duty=make_duty(body=cast.steering, title="Rapportera till nämnden"), due=in_days(-1))

    page = signed_in(cast.association).get(f"{URL}?year={in_days(-1).year}").content.decode()

    assert "Årets enda uppgift är försenad" in page
    assert page.count("Rapportera till nämnden") >= 2


def test_an_empty_year_names_the_next_step_to_who_can_take_it(cast, signed_in):
    assert reverse("duty_new") in signed_in(cast.chair).get(URL).content.decode()
    assert reverse("duty_new") not in signed_in(cast.police).get(URL).content.decode()


def test_the_year_asks_as_much_of_one_row_as_of_three(cast, signed_in):
    def more():
        meeting = make_meeting(body=cast.steering, items=2)
        held = make_meeting(body=cast.steering, items=1, status="held", held_at=timezone.now())
        decision = make_decision(item=held.items.get(), by=cast.secretary)
        make_turn(duty=make_duty(body=cast.steering), item=meeting.items.first(), due=in_days(0))
        make_turn(
            duty=make_duty(body=cast.steering, agency=cast.school, person=cast.chair),
            due=in_days(0),
            done_on=in_days(0),
            done_by=cast.chair,
            meeting=held,
            decision=decision,
        )

    more()
    assert queries(signed_in(cast.chair), URL) == COST
    more()
    more()
    assert queries(signed_in(cast.chair), URL) == COST


COST = 16


def test_a_duty_shows_all_its_years(cast, signed_in):
    duty = make_duty(body=cast.steering)
    for year in (2023, 2024, 2025):
        make_turn(duty=duty, due=date(year, 12, 31), done_on=date(year, 12, 1), note=f"Klart {year}.")
    url = reverse("duty", args=[duty.pk])

    page = signed_in(cast.police).get(url).content.decode()

    assert [f"Klart {year}." in page for year in (2023, 2024, 2025)] == [True] * 3
    three = queries(signed_in(cast.police), url)
    DutyOccurrence.objects.filter(due__year__gt=2023).delete()
    assert queries(signed_in(cast.police), url) == three == DUTY_COST


DUTY_COST = 8


FIELDS = {
    "title": "Rapportera till nämnden",
    "ground": "statute",
    "source": "2023:196 § 13",
    "demand": "13",
    "counting": "calendar",
    "period": "m12",
    "day": "15",
    "every_years": "1",
    "lead_days": "14",
}


def test_a_manager_writes_a_duty_and_its_turns_are_made(cast, signed_in, django_capture_on_commit_callbacks):
    browser = signed_in(cast.coordinator)

    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(reverse("duty_new"), FIELDS | {"body": cast.steering.pk})

    duty = AnnualDuty.objects.get()
    assert answer.url == reverse("duty", args=[duty.pk])
    assert (duty.month, duty.day, duty.key.startswith("rapportera-till-namnden-")) == (12, 15, True)
    assert duty.occurrences.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"period": ""}, "period"),
        ({"period": "q1"}, "day"),
        ({"counting": "programme"}, "months"),
        ({"every_years": "2"}, None),
        ({"day": "32"}, None),
        ({"valid_from": "2026-12-01", "valid_to": "2026-11-01"}, None),
    ],
)
def test_what_makes_no_sense_is_told_and_nothing_written(cast, signed_in, wrong, field):
    answer = signed_in(cast.chair).post(reverse("duty_new"), FIELDS | {"body": cast.steering.pk} | wrong)

    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert field is None or field in answer.context["form"].errors
    assert not AnnualDuty.objects.exists()


def test_only_bodies_that_one_manages_are_offered(cast, signed_in):
    make_body(kind="case", agreement=cast.agreement, parent=cast.steering)
    outside = make_body(agreement=cast.agreement)

    offered = signed_in(cast.chair).get(reverse("duty_new")).context["form"].fields["body"].queryset

    assert set(offered) == {cast.steering, cast.recruitment, cast.places}
    assert signed_in(cast.chair).post(reverse("duty_new"), FIELDS | {"body": outside.pk}).status_code == 422


def test_a_duty_that_changes_body_leaves_the_old_agenda(cast, signed_in):
    duty = make_duty_on(body=cast.steering, day=in_days(60))
    meeting = make_meeting(body=cast.steering)
    with as_app():
        place_duties()
    assert meeting.items.count() == 1
    Membership.objects.filter(user=cast.coordinator, body=cast.places).update(function="coordinator")
    sent = FIELDS | {"body": cast.places.pk, "period": f"m{duty.month}", "day": duty.day}

    answer = signed_in(cast.coordinator).post(reverse("duty_edit", args=[duty.pk]), sent)

    assert answer.status_code == 302
    assert not meeting.items.exists()


def test_done_by_hand_needs_something_to_show(cast, signed_in):
    turn = make_turn(duty=make_duty(body=cast.steering))
    browser, url = signed_in(cast.coordinator), reverse("duty_finish", args=[turn.pk])

    assert browser.post(url, {"done_on": in_days(0)}).status_code == 422
    assert browser.post(url, {"done_on": in_days(1), "note": "Klart."}).status_code == 422
    assert browser.post(url, {"done_on": in_days(-2), "note": " Lämnad  till nämnden. "}).status_code == 302

    turn.refresh_from_db()
    assert (turn.done_on, turn.done_by, turn.note) == (in_days(-2), cast.coordinator, "Lämnad till nämnden.")
    assert browser.post(url, {"done_on": in_days(-2), "note": "Igen."}).status_code == 422


def test_next_years_turn_is_not_offered_as_done(cast, signed_in):
    duty = make_duty(body=cast.steering)
    now, then = make_turn(duty=duty, due=in_days(30)), make_turn(duty=duty, due=in_days(365))

    page = signed_in(cast.coordinator).get(reverse("duty", args=[duty.pk])).content.decode()

    assert reverse("duty_finish", args=[now.pk]) in page
    assert reverse("duty_finish", args=[then.pk]) not in page


def test_a_file_shows_how_it_was_done_and_goes_when_it_was_not(cast, signed_in):
    turn = make_turn(duty=make_duty(body=cast.steering))
    browser = signed_in(cast.coordinator)
    wrong = SimpleUploadedFile("rapport.pdf", b"MZ program")
    sent = {"done_on": in_days(0), "file": wrong}
    finish, reopen = reverse("duty_finish", args=[turn.pk]), reverse("duty_reopen", args=[turn.pk])
    assert browser.post(finish, sent).status_code == 422

    assert browser.post(finish, sent | {"file": SimpleUploadedFile("rapport.exe", PDF)}).status_code == 302

    turn.refresh_from_db()
    assert (turn.note, turn.file.name) == ("rapport.pdf", "rapport.pdf")
    address = reverse("duty_file", args=[turn.file.pk])
    given = signed_in(cast.association).get(address)
    assert (given.content, given["X-Content-Type-Options"]) == (PDF, "nosniff")
    assert signed_in(cast.stranger).get(address).status_code == 404
    assert address in signed_in(cast.police).get(reverse("duty", args=[turn.duty_id])).content.decode()
    assert "rapport.pdf" in browser.get(reopen).content.decode()
    browser.post(reopen)
    assert browser.get(address).status_code == 404


def test_done_by_hand_leaves_the_agenda_and_may_be_taken_back(cast, signed_in):
    meeting = make_meeting(body=cast.steering, items=1)
    turn = make_turn(duty=make_duty(body=cast.steering), item=meeting.items.get())
    browser = signed_in(cast.coordinator)

    browser.post(
        reverse("duty_finish", args=[turn.pk]), {"done_on": in_days(0), "link": "https://example.org/"}
    )
    assert not meeting.items.exists()
    browser.post(reverse("duty_reopen", args=[turn.pk]))

    turn.refresh_from_db()
    assert (turn.done_on, turn.link, turn.done_by) == (None, "", None)


def test_evidence_is_offered_only_where_one_sees_it(cast, signed_in):
    held = make_meeting(body=cast.steering, items=2, status="held", year=2026, number=1)
    make_decision(item=held.items.first(), by=cast.secretary, year=2026, number=1)
    kept = make_item(meeting=held, position=9, audience="units", units=[cast.youth_unit])
    secret = make_decision(item=kept, by=cast.police, year=2026, number=2)
    turn = make_turn(duty=make_duty(body=cast.steering))
    url = reverse("duty_finish", args=[turn.pk])

    answer = signed_in(cast.coordinator).post(url, {"done_on": in_days(0), "decision": secret.pk})

    assert answer.status_code == 422
    assert secret not in answer.context["form"].fields["decision"].queryset


def test_an_overdue_duty_waits_for_who_manages_the_body(cast):
    make_turn(duty=make_duty(body=cast.steering), due=in_days(-1))

    assert [task.tone for task in waiting_for(cast.chair)] == ["danger"]
    assert waiting_for(cast.secretary) == []


def test_a_duty_without_a_meeting_names_the_latest_day_to_call_one(cast):
    make_turn(duty=make_duty(body=cast.steering, lead_days=10), due=in_days(40))

    with translation.override("en"):
        task = waiting_for(cast.coordinator)[0]

    assert str(in_days(30)) in task.detail
    assert task.url == f"{reverse('meeting_new')}?body={cast.steering.pk}"


def test_what_has_a_meeting_in_time_or_is_far_off_waits_for_nobody(cast):
    meeting = make_meeting(
        body=cast.steering, items=1, starts_at=at(in_days(10), 13), ends_at=at(in_days(10), 15)
    )
    make_turn(duty=make_duty(body=cast.steering), due=in_days(40), item=meeting.items.get())
    make_turn(duty=make_duty(body=cast.steering), due=in_days(120))

    assert waiting_for(cast.coordinator) == []


def test_a_meeting_too_late_is_told(cast):
    meeting = make_meeting(
        body=cast.steering, items=1, starts_at=at(in_days(35), 13), ends_at=at(in_days(35), 15)
    )
    make_turn(duty=make_duty(body=cast.steering), due=in_days(40), item=meeting.items.get())

    assert len(waiting_for(cast.coordinator)) == 1


@pytest.mark.parametrize(
    ("after", "state"), [(15, "lacking"), (35, "lacking"), (10, "placed"), (None, "lacking")]
)
def test_the_year_warns_as_the_start_page_does(cast, signed_in, after, state):
    item = None
    if after:
        start = in_days(after)
        meeting = make_meeting(body=cast.steering, items=1, starts_at=at(start, 13), ends_at=at(start, 15))
        item = meeting.items.get()
    duty = make_duty(body=cast.steering, lead_days=10)
    make_turn(duty=duty, due=in_days(22), item=item)
    make_turn(duty=make_duty(body=cast.steering), due=in_days(90))

    assert seen_by(cast.coordinator)[0].state == state
    assert len(waiting_for(cast.coordinator)) == (state == "lacking")
    browser = signed_in(cast.coordinator)
    for url in (f"{reverse('year')}?year={in_days(22).year}", reverse("duty", args=[duty.pk])):
        page = browser.get(url).content.decode()
        assert ("Inget möte i tid" in page) == (state == "lacking")
        assert ("Håll ett senast" in page) == (state == "lacking")
        assert ("är för sent" in page) == (state == "lacking" and bool(after))


def test_what_no_meeting_takes_up_in_time_is_in_the_finding(cast):
    make_turn(duty=make_duty(body=cast.steering, lead_days=10), due=in_days(20))

    assert said(seen_by(cast.police)) == "Nothing is overdue; one duty remains; one has no meeting in time"


def test_an_item_left_untreated_asks(cast):
    held = make_meeting(body=cast.steering, items=1, status="held", year=2026, number=1)
    make_turn(duty=make_duty(body=cast.steering), item=held.items.get())

    assert [task.tone for task in waiting_for(cast.coordinator)] == ["warn"]
    assert [turn.state for turn in seen_by(cast.coordinator)] == ["untold"]


def test_the_agenda_leads_back_to_the_duty(cast, signed_in):
    meeting = make_meeting(body=cast.steering, items=3)
    duty = make_duty(body=cast.steering)
    make_turn(duty=duty, item=meeting.items.first())

    page = signed_in(cast.police).get(reverse("meeting", args=[meeting.pk])).content.decode()

    assert page.count(reverse("duty", args=[duty.pk])) == 1


def test_the_picture_keeps_everything_inside(cast):
    for month in range(1, 13):
        make_turn(duty=make_duty(body=cast.steering, title="Ord " * 40), due=date(2026, month, 28))
    turns = seen_by(cast.police)

    picture = draw(turns, [], [], 2026)

    lanes = picture.bands[0].lanes
    assert len(lanes) == 12
    assert all(LABELS <= mark.x <= WIDTH for lane in lanes for mark in lane.marks)
    assert all(" ".join(words for _y, words in lane.lines) == ("Ord " * 40).strip() for lane in lanes)
    assert all(lane.y < lane.lines[0][0] and lane.lines[-1][0] < lane.y + lane.height for lane in lanes)
    assert {mark.anchor for lane in lanes for mark in lane.marks} == {"start", "end"}


def test_an_agreement_signed_after_its_first_day_begins_with_the_last_signature_everywhere(cast, signed_in):
    day, signed = date(2026, 11, 1), date(2026, 11, 25)
    made = make_signed_agreement(
        title="Sen (exempel)",
        valid_from=day,
        sent_on=day,
        signed=[day, signed],
        parties=[cast.school, cast.district],
    )
    agreement = Agreement.objects.with_parties().get(pk=made.pk)

    with acting(cast.police):
        begins = [mark.day for mark in marks_of(cast.police, 2026) if "Sen (exempel)" in mark.text]
    paper = print_data(agreement)

    assert begins == [agreement.begins] == [signed]
    assert ["Gäller från", "2026-11-25"] in paper["facts"]
    assert "gäller från och med 2026-11-25 tills vidare" in paper["period"]
