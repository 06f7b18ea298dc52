"""The page of the meeting that is going on, as a browser meets it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from meetings.models import ActionItem, AgendaItem, Decision, Meeting
from tests.conftest import acting
from tests.factories import make_action, make_decision, make_item, make_meeting, make_minutes
from tests.factories_programme import make_measure, make_problem, make_report
from tests.meetings.pages import counted

SOON = timezone.localdate() + timedelta(days=30)
CANARY = "Kanariefågel"


@pytest.fixture
def running(cast):
    """A steering group meeting that is going on, with three items and one for the police alone."""
    meeting = make_meeting(
        body=cast.steering, items=3, status="in_progress", opened_at=timezone.now(), room=cast.room
    )
    make_minutes(meeting=meeting)
    make_item(meeting=meeting, position=4, title=f"{CANARY} punkt", audience="units", units=[cast.youth_unit])
    return meeting


@pytest.fixture
def desk(cast, running, signed_in):
    """The secretary's browser."""
    return signed_in(cast.secretary)


def address(item, name="item_live", **more):
    return reverse(name, kwargs={"pk": item.meeting_id, "item": item.pk} | more)


def sent(item, **changes):
    return {"text": item.text, "status": item.status, "version": item.version} | changes


def test_opening_from_the_page(cast, signed_in):
    meeting = make_meeting(body=cast.steering, items=1)
    browser = signed_in(cast.secretary)

    assert browser.get(reverse("meeting_live", args=[meeting.pk])).status_code == 200
    opened = browser.post(reverse("meeting_open", args=[meeting.pk]))

    assert opened.url == reverse("meeting_live", args=[meeting.pk])
    meeting.refresh_from_db()
    assert (meeting.status, meeting.attendances.count()) == ("in_progress", 6)


def test_the_page_begins_at_the_first_item_not_treated(desk, running):
    running.items.filter(position=1).update(status="noted")

    page = desk.get(reverse("meeting_live", args=[running.pk]))

    assert page.context["item"].position == 2
    assert page.context["came"] == 0


def test_saving_goes_on_and_leaves_the_item_noted(desk, running):
    first, second, _third = running.items.filter(audience="meeting")

    answer = desk.post(address(first), sent(first, text="Sagt.", next="1"))

    assert (answer.status_code, answer.url) == (302, address(second))
    first.refresh_from_db()
    assert (first.text, first.status, first.version) == ("Sagt.", "noted", 2)


def test_after_the_last_item_comes_the_end(desk, running):
    last = running.items.filter(audience="meeting").last()

    answer = desk.post(address(last), sent(last, status="postponed", next="1"))

    assert answer.url == reverse("meeting_hold", args=[running.pk])
    last.refresh_from_db()
    assert last.status == "postponed"


def test_whichever_button_is_used_nothing_typed_is_lost(cast, desk, running):
    item = running.items.first()
    decision = make_decision(item=item, by=cast.secretary)
    action = make_action(item=item, agency=cast.district, by=cast.secretary)
    everything = sent(
        item,
        text="Sagt.",
        decision="Beslutas.",
        action="Mät",
        responsible_agency=cast.traffic_office.pk,
        responsible_person=cast.traffic.pk,
        due=SOON.isoformat(),
    )

    for name, more in {
        "item_live": {},
        "item_decide": {},
        "item_agree": {},
        "decision_remove": {"decision": decision.pk},
        "action_remove": {"action": action.pk},
    }.items():
        item.refresh_from_db()
        before = Decision.objects.count(), ActionItem.objects.count()
        answer = desk.post(address(item, name, **more), everything | {"version": item.version, "text": name})
        assert answer.status_code == 302, name
        item.refresh_from_db()
        after = Decision.objects.count(), ActionItem.objects.count()
        removed = ("decision" in more, "action" in more)
        assert item.text == name
        assert after == (before[0] + 1 - removed[0], before[1] + 1 - removed[1])
    assert ActionItem.objects.last().responsible_person == cast.traffic


def test_a_person_brings_the_agency(cast, desk, running):
    item = running.items.first()

    desk.post(
        address(item, "item_agree"),
        sent(item, action="Mät", responsible_person=cast.traffic.pk, due="2099-01-31"),
    )

    assert ActionItem.objects.get().responsible_agency == cast.traffic_office


@pytest.mark.parametrize(
    ("name", "typed", "field"),
    [
        ("item_decide", {"decision": " "}, "decision"),
        ("item_agree", {"action": "Mät"}, "responsible_agency"),
        ("item_agree", {"action": "", "due": "2099-01-31"}, "action"),
        ("item_agree", {"action": "x" * 501}, "action"),
        ("item_live", {"status": "unknown"}, "status"),
        ("item_live", {"action": "Mät", "due": "igår"}, "responsible_agency"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_what_was_typed_stays(desk, running, name, typed, field):
    item = running.items.first()

    page = desk.post(address(item, name), sent(item, text="Långt <tal>") | typed)

    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert "Långt &lt;tal&gt;" in page.content.decode()
    item.refresh_from_db()
    assert (item.text, Decision.objects.count(), ActionItem.objects.count()) == ("", 0, 0)


def test_a_stale_save_shows_both_texts_and_the_next_save_keeps_them(cast, desk, signed_in, running):
    item = running.items.first()
    signed_in(cast.coordinator).post(address(item), sent(item, text="Samordnarens ord."))

    page = desk.post(address(item), sent(item, text="Sekreterarens ord.", decision="Beslut."))

    assert page.status_code == 422
    shown = page.content.decode()
    assert "Samordnarens ord." in shown and "Sekreterarens ord." in shown
    assert not Decision.objects.exists()
    form = page.context["form"]
    assert form["text"].value() == "Samordnarens ord.\n\nSekreterarens ord."
    assert form["decision"].value() == "Beslut."

    again = desk.post(
        address(item), {name: form[name].value() for name in ("text", "version", "status", "decision")}
    )
    assert again.status_code == 302
    item.refresh_from_db()
    assert item.text == "Samordnarens ord.\n\nSekreterarens ord."
    assert Decision.objects.get().text == "Beslut."


def test_ticking_without_scripts_returns_to_the_item(cast, desk, running):
    item = running.items.last()
    shown = running.items.get(position=2)
    row = running.attendances.get(user=cast.police)
    data = {"attendance": row.pk, "status": "present", "item": shown.pk}

    answer = desk.post(reverse("meeting_attendance", args=[running.pk]), data)
    hidden = desk.post(reverse("meeting_attendance", args=[running.pk]), data | {"item": item.pk})

    assert answer.url == f"{address(shown)}#attendance-{row.pk}"
    assert hidden.url == f"{reverse('meeting_live', args=[running.pk])}#attendance-{row.pk}"
    row.refresh_from_db()
    assert row.status == "present"


def test_ticking_with_htmx_gives_the_column_alone(cast, desk, running):
    row = running.attendances.get(user=cast.police)
    where = reverse("meeting_attendance", args=[running.pk])

    column = desk.post(where, {"attendance": row.pk, "status": "remote"}, headers={"HX-Request": "true"})
    wrong = desk.post(
        where,
        {"attendance": row.pk, "status": "substitute", "substitute_name": ""},
        headers={"HX-Request": "true"},
    )

    assert (column.status_code, wrong.status_code) == (200, 422)
    assert "<html" not in column.content.decode()
    assert f'id="wrong-{row.pk}"' in wrong.content.decode()
    row.refresh_from_db()
    assert row.status == "remote"


def test_a_substitute_without_a_name_is_asked_for_without_scripts_too(cast, desk, running):
    row = running.attendances.get(user=cast.police)

    page = desk.post(
        reverse("meeting_attendance", args=[running.pk]), {"attendance": row.pk, "status": "substitute"}
    )

    assert page.status_code == 422
    assert f'id="wrong-{row.pk}"' in page.content.decode()


def test_the_others_are_here_and_a_missing_agency_is_told(cast, desk, running):
    where = reverse("meeting_attendance", args=[running.pk])
    row = running.attendances.get(user=cast.traffic)

    desk.post(where, {"attendance": row.pk, "status": "excused"})
    desk.post(where, {"rest": "1"})
    page = desk.get(reverse("meeting_live", args=[running.pk]))

    assert page.context["came"] == 5
    assert [agency.key for agency in page.context["missing"]] == ["traffic"]


def test_attendance_of_another_meeting_is_not_touched(cast, desk, running):
    other = make_meeting(body=cast.steering, status="in_progress")
    make_minutes(meeting=other)
    row = other.attendances.first()

    answer = desk.post(
        reverse("meeting_attendance", args=[running.pk]), {"attendance": row.pk, "status": "present"}
    )

    assert answer.status_code == 422
    row.refresh_from_db()
    assert row.status == ""


def test_the_rest_is_listed_before_it_is_noted(desk, running):
    where = reverse("meeting_note_rest", args=[running.pk])
    shown = desk.get(where)

    noted = desk.post(where)
    again = desk.post(where)

    assert [item.position for item in shown.context["rest"]] == [1, 2, 3], "the fourth is other units' own"
    assert noted.url == reverse("meeting_hold", args=[running.pk])
    assert list(running.items.values_list("status", flat=True)) == ["noted"] * 3 + ["open"]
    assert (again.status_code, desk.get(where).status_code) == (422, 302)


def test_ending_says_what_is_missing_and_then_ends(desk, running):
    where = reverse("meeting_hold", args=[running.pk])
    shown = desk.get(where)
    refused = desk.post(where)
    running.attendances.update(status="present")

    unsaid = desk.post(where)
    assert unsaid.status_code == 422 and 'href="#id_held_today"' in unsaid.content.decode()
    ended = desk.post(where, {"held_today": "on"})

    assert [len(page.context["unticked"]) for page in (shown, refused)] == [6, 6]
    assert shown.context["untreated"] == [1, 2, 3, 4]
    assert (shown.status_code, refused.status_code, ended.url) == (
        200,
        422,
        reverse("minutes", args=[running.pk]),
    )
    stored = Meeting.objects.get(pk=running.pk)
    assert stored.status == "held"
    assert timezone.localdate(stored.starts_at) == timezone.localdate(), "what the minutes carry"
    assert stored.starts_at == running.opened_at and stored.ends_at > stored.starts_at


def test_an_item_for_other_units_is_a_number_here_and_closed_to_writing(cast, desk, signed_in, running):
    hidden = running.items.last()
    AgendaItem.objects.filter(pk=hidden.pk).update(text=CANARY)
    make_decision(item=hidden, by=cast.police, text=CANARY)
    make_action(item=hidden, agency=cast.police_agency, by=cast.police, text=CANARY)
    with acting(cast.police):
        assert CANARY in signed_in(cast.police).get(reverse("minutes", args=[running.pk])).content.decode()

    for name in ("meeting_live", "meeting_hold", "minutes"):
        shown = desk.get(reverse(name, args=[running.pk]))
        assert shown.status_code == 200
        assert CANARY not in shown.content.decode()
    assert desk.get(address(hidden)).status_code == 404
    assert desk.post(address(hidden), sent(hidden)).status_code == 404


def test_what_belongs_to_another_item_is_not_removed(cast, desk, running):
    first, second, *_rest = running.items.all()
    decision = make_decision(item=second, by=cast.secretary)

    answer = desk.post(address(first, "decision_remove", decision=decision.pk), sent(first))

    assert answer.status_code == 404
    assert Decision.objects.count() == 1


def test_a_meeting_that_is_over_is_read_and_not_written(desk, running):
    running.minutes.status = "review"
    running.minutes.save()
    item = running.items.first()

    shown = desk.get(reverse("meeting_live", args=[running.pk]))
    refused = desk.post(address(item), sent(item, text="Sent."))

    assert shown.url == reverse("minutes", args=[running.pk])
    assert refused.status_code == 422
    item.refresh_from_db()
    assert item.text == ""


def test_the_page_asks_as_much_of_one_row_as_of_three(cast, desk, running):
    item = running.items.first()

    def more():
        make_decision(item=item, by=cast.secretary)
        make_action(item=item, agency=cast.district, responsible_person=cast.chair, by=cast.secretary)
        make_item(meeting=running, position=running.items.count() + 1)

    assert counted(desk, address(item), more) == 29


def test_an_action_item_is_tied_to_a_measure_while_it_is_agreed(cast, desk, running):
    item = running.items.first()
    assert 'name="measure"' not in desk.get(address(item, "item_live")).content.decode()
    report = make_report(agreement=cast.agreement, by=cast.coordinator).report
    problem = make_problem(report=report, by=cast.coordinator)
    measure = make_measure(problem=problem, by=cast.coordinator)
    closed = make_measure(
        problem=problem,
        by=cast.coordinator,
        outcome="done",
        outcome_text="Gjort",
        closed_on=measure.valid_from,
        closed_by=cast.coordinator,
    )
    typed = {"responsible_agency": cast.traffic_office.pk, "due": SOON.isoformat()}

    refused = desk.post(address(item, "item_agree"), sent(item, action="Mät", measure=closed.pk, **typed))
    desk.post(address(item, "item_agree"), sent(item, action="Mät", measure=measure.pk, **typed))

    assert refused.status_code == 422
    assert [action.measure for action in ActionItem.objects.all()] == [measure]
