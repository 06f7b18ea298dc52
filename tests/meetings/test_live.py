"""In the meeting: attendance, texts, decisions, action items, and what is refused to whom and when."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from meetings.actions import finish
from meetings.live import (
    TextConflict,
    agree,
    decide,
    hold,
    missing_agencies,
    note_rest,
    open_meeting,
    remove_action,
    remove_decision,
    tick,
    tick_remaining,
    write_item,
)
from meetings.minutes import submit
from meetings.models import ActionItem, AgendaItem, Decision, Meeting, Minutes
from tests.conftest import acting
from tests.factories import make_decision, make_item, make_meeting, make_minutes, make_user

SOON = timezone.localdate() + timedelta(days=30)


@pytest.fixture
def called(cast):
    """A called meeting of the steering group with three items."""
    return make_meeting(body=cast.steering, items=3)


@pytest.fixture
def running(cast, called):
    """The same, opened by the secretary."""
    with acting(cast.secretary) as secretary:
        open_meeting(called, by=secretary)
    return called


def row_of(meeting, user):
    return meeting.attendances.get(user=user)


# How much


def test_texts_and_the_whole_have_an_end_so_that_the_minutes_can_be_made_to_paper(cast, running):
    item, second = running.items.all()[:2]
    for position in range(4, 9):
        make_item(meeting=running, position=position, text="a" * 18_000)

    def write(row, text):
        row.refresh_from_db()
        write_item(row, text=text, status="noted", version=row.version, by=secretary)

    with acting(cast.secretary) as secretary:
        for refused in (
            lambda: write(item, "- a\n" * 5001),
            lambda: decide(item, text="a" * 4001, by=secretary),
        ):
            with pytest.raises(ValidationError):
                refused()
        write(item, "a" * 20_000)
        with pytest.raises(ValidationError) as full:
            write(second, "a" * 10_001)
        assert list(full.value.message_dict) == ["text"]
        write(second, "a" * 10_000)
        with pytest.raises(ValidationError):
            decide(second, text="Ett tecken för mycket", by=secretary)
        write(item, "a" * 19_000)

    assert [len(row.text) for row in running.items.all()[:3]] == [19_000, 10_000, 0]
    assert not Decision.objects.exists()


# The rest


def test_the_rest_is_noted_at_once_and_nothing_else_is_touched(cast, running):
    first, second, _third = running.items.all()
    hidden = make_item(meeting=running, position=4, audience="units", units=[cast.youth_unit])
    AgendaItem.objects.filter(pk=first.pk).update(status="postponed")
    AgendaItem.objects.filter(pk=second.pk).update(text="Skrivet")

    with acting(cast.secretary) as secretary:
        assert note_rest(running, by=secretary) == 2
        with pytest.raises(ValidationError):
            note_rest(running, by=secretary)

    assert list(running.items.values_list("status", "text")) == [
        ("postponed", ""),
        ("noted", "Skrivet"),
        ("noted", ""),
        ("open", ""),
    ]
    assert hidden.units.get() == cast.youth_unit


# Opening


def test_opening_begins_minutes_and_a_row_for_each_member_as_they_are_today(cast, called):
    called.invitations.filter(user=cast.traffic).update(answer="declined")
    called.invitations.filter(user=cast.police).update(answer="declined", substitute_name="Ersättaren")
    guest = make_user(unit=cast.association_unit, title="Gäst")
    called.invitations.create(user=guest)

    with acting(cast.secretary) as secretary:
        open_meeting(called, by=secretary)

    called.refresh_from_db()
    assert (called.status, called.minutes.status) == ("in_progress", "writing")
    rows = {
        row.user: (row.title, row.agency, row.function, row.status, row.substitute_name)
        for row in called.attendances.all()
    }
    assert rows == {
        cast.chair: ("Stadsdelsdirektör", cast.district, "chair", "", ""),
        cast.secretary: ("Sekreterare", cast.district, "secretary", "", ""),
        cast.coordinator: ("Samordnare", cast.district, "coordinator", "", ""),
        cast.police: ("Polis", cast.police_agency, "member", "excused", "Ersättaren"),
        cast.welfare_officer: ("Kurator", cast.school, "member", "", ""),
        cast.traffic: ("Trafikplanerare", cast.traffic_office, "member", "excused", ""),
        guest: ("Gäst", cast.association_agency, "co_opted", "", ""),
    }


@pytest.mark.parametrize("status", ["draft", "in_progress", "held", "closed", "cancelled"])
def test_only_a_called_meeting_is_opened(cast, called, status):
    Meeting.objects.filter(pk=called.pk).update(status=status)

    with acting(cast.secretary) as secretary, pytest.raises(ValidationError):
        open_meeting(called, by=secretary)
    assert not Minutes.objects.exists()


def test_only_writers_open(cast, called):
    for part in (cast.chair, cast.police, cast.case_worker, cast.administrator):
        with acting(part) as user, pytest.raises(PermissionDenied):
            open_meeting(called, by=user)


# Attendance


def test_ticking_keeps_how_each_took_part(cast, running):
    with acting(cast.secretary) as secretary:
        tick(row_of(running, cast.chair), status="remote", by=secretary)
        tick(row_of(running, cast.police), status="substitute", substitute_name=" Ersättaren ", by=secretary)
        tick(row_of(running, cast.traffic), status="excused", substitute_name="Glömd", by=secretary)

    found = {row.user: (row.status, row.substitute_name) for row in running.attendances.exclude(status="")}
    assert found == {
        cast.chair: ("remote", ""),
        cast.police: ("substitute", "Ersättaren"),
        cast.traffic: ("excused", ""),
    }


@pytest.mark.parametrize(
    ("status", "name", "field"), [("substitute", " ", "substitute_name"), ("late", "", "status")]
)
def test_a_substitute_has_a_name_and_a_status_is_known(cast, running, status, name, field):
    with acting(cast.secretary) as secretary, pytest.raises(ValidationError) as caught:
        tick(row_of(running, cast.police), status=status, substitute_name=name, by=secretary)
    assert list(caught.value.message_dict) == [field]
    assert row_of(running, cast.police).status == ""


def test_the_remaining_are_present_and_the_others_stay(cast, running):
    with acting(cast.secretary) as secretary:
        tick(row_of(running, cast.traffic), status="absent", by=secretary)
        tick_remaining(running, by=secretary)

    assert set(running.attendances.exclude(user=cast.traffic).values_list("status", flat=True)) == {"present"}
    assert row_of(running, cast.traffic).status == "absent"


def test_required_agencies_are_missing_when_nobody_of_theirs_came(cast, running):
    def missing():
        return missing_agencies(running, running.attendances.all())

    assert missing() == []
    with acting(cast.secretary) as secretary:
        tick(row_of(running, cast.traffic), status="excused", by=secretary)
        tick(row_of(running, cast.police), status="absent", by=secretary)
        tick(row_of(running, cast.chair), status="absent", by=secretary)
    assert {agency.key for agency in missing()} == {"traffic", "police"}


# Texts


def test_a_text_is_saved_as_a_new_version(cast, running):
    item = running.items.first()

    with acting(cast.secretary) as secretary:
        stored = write_item(item, text=" Sagt.\r\nMer. ", status="noted", version=1, by=secretary)
        same = write_item(item, text="Sagt.\nMer.", status="noted", version=2, by=secretary)

    assert (stored.text, stored.status, stored.version, same.version) == ("Sagt.\nMer.", "noted", 2, 2)


def test_a_save_on_an_old_version_changes_nothing_and_shows_what_is_stored(cast, running):
    item = running.items.first()
    with acting(cast.coordinator) as coordinator:
        write_item(item, text="Först.", status="noted", version=1, by=coordinator)

    with acting(cast.secretary) as secretary, pytest.raises(TextConflict) as caught:
        write_item(item, text="Sedan.", status="open", version=1, by=secretary)

    assert caught.value.stored.text == "Först."
    assert AgendaItem.objects.get(pk=item.pk).text == "Först."


def test_two_who_write_the_same_do_not_collide(cast, running):
    item = running.items.first()
    with acting(cast.secretary) as secretary:
        write_item(item, text="Samma.", status="open", version=1, by=secretary)
        write_item(item, text="Samma.", status="noted", version=1, by=secretary)

    item.refresh_from_db()
    assert (item.text, item.status) == ("Samma.", "noted")


# Decisions and action items


def test_a_decision_decides_the_item_and_has_no_number_before_the_end(cast, running):
    item = running.items.first()
    with acting(cast.secretary) as secretary:
        decision = decide(item, text=" Gruppen beslutar. ", by=secretary)
        with pytest.raises(ValidationError) as caught:
            decide(item, text=" ", by=secretary)

    item.refresh_from_db()
    assert (decision.text, decision.number, decision.created_by, item.status) == (
        "Gruppen beslutar.",
        None,
        cast.secretary,
        "decided",
    )
    assert list(caught.value.message_dict) == ["decision"]

    with acting(cast.secretary) as secretary:
        remove_decision(decision, by=secretary)
    assert not Decision.objects.exists()


def test_an_action_item_names_an_agency_and_maybe_a_person_there(cast, running):
    item = running.items.first()

    def write(**changes):
        values = {"text": "Mät", "responsible_agency": cast.traffic_office, "due": SOON} | changes
        with acting(cast.secretary) as secretary:
            return agree(item, by=secretary, **values)

    assert write().responsible_person is None
    assert write(responsible_person=cast.traffic).responsible_person == cast.traffic
    for field, changes in {
        "action": {"text": " "},
        "due": {"due": timezone.localdate(running.starts_at) - timedelta(days=1)},
        "responsible_person": {"responsible_person": cast.police},
    }.items():
        with pytest.raises(ValidationError) as caught:
            write(**changes)
        assert list(caught.value.message_dict) == [field]
    with pytest.raises(ValidationError) as caught:
        write(responsible_person=cast.stranger)
    assert list(caught.value.message_dict) == ["responsible_person"]
    assert ActionItem.objects.count() == 2

    with acting(cast.secretary) as secretary:
        remove_action(ActionItem.objects.first(), by=secretary)
    assert ActionItem.objects.count() == 1


def test_nobody_answers_for_what_they_cannot_see(cast, running):
    item = running.items.first()
    AgendaItem.objects.filter(pk=item.pk).update(audience="units")
    item.units.set([cast.safety_unit, cast.youth_unit])
    item.refresh_from_db()

    with acting(cast.secretary) as secretary:
        agree(
            item,
            text="Ring",
            responsible_agency=cast.police_agency,
            responsible_person=cast.police,
            due=SOON,
            by=secretary,
        )
        with pytest.raises(ValidationError):
            agree(
                item,
                text="Mät",
                responsible_agency=cast.traffic_office,
                responsible_person=cast.traffic,
                due=SOON,
                by=secretary,
            )


# Who and when


def acts(cast, meeting):
    """Every way to write in a meeting."""
    item = meeting.items.first()
    return {
        "tick": lambda by: tick(row_of(meeting, cast.chair), status="present", by=by),
        "tick_remaining": lambda by: tick_remaining(meeting, by=by),
        "write_item": lambda by: write_item(item, text="Ändrat", status="noted", version=item.version, by=by),
        "decide": lambda by: decide(item, text="Beslut", by=by),
        "agree": lambda by: agree(item, text="Gör", responsible_agency=cast.district, due=SOON, by=by),
        "remove_decision": lambda by: remove_decision(make_decision(item=item, by=cast.secretary), by=by),
    }


def test_only_those_who_write_minutes_write_them(cast, running):
    for name, act in acts(cast, running).items():
        for user in (cast.chair, cast.police, cast.case_worker, cast.stranger, cast.administrator):
            with acting(user), pytest.raises(PermissionDenied):
                act(user)
        with acting(cast.coordinator):
            act(cast.coordinator)
        assert name


@pytest.mark.parametrize(
    ("meeting_status", "minutes_status"),
    [("called", None), ("held", "review"), ("cancelled", "writing")],
)
def test_nothing_is_written_while_the_minutes_are_shut(cast, called, meeting_status, minutes_status):
    if minutes_status:
        make_minutes(meeting=called, status=minutes_status)
    Meeting.objects.filter(pk=called.pk).update(status=meeting_status)
    called.attendances.get_or_create(user=cast.chair, defaults={"name": "Chair", "function": "chair"})

    for act in acts(cast, called).values():
        with acting(cast.secretary), pytest.raises(ValidationError):
            act(cast.secretary)


def test_a_decision_with_a_number_stays(cast, running):
    with acting(cast.secretary) as secretary:
        decision = decide(running.items.first(), text="Beslut", by=secretary)
        tick_remaining(running, by=secretary)
        hold(running, by=secretary)
        decision.refresh_from_db()
        with pytest.raises(ValidationError):
            remove_decision(decision, by=secretary)
        late = decide(running.items.last(), text="Glömt beslut", by=secretary)

    assert (decision.number, late.number) == (1, 2)


def test_ending_needs_everybodys_attendance(cast, running):
    with acting(cast.secretary) as secretary:
        tick(row_of(running, cast.police), status="present", by=secretary)
        with pytest.raises(ValidationError) as caught:
            hold(running, by=secretary)
    [message] = caught.value.message_dict["attendance"]
    assert "Traffic" in message and "Police" not in message
    assert Meeting.objects.get(pk=running.pk).status == "in_progress"

    with acting(cast.secretary) as secretary:
        tick_remaining(running, by=secretary)
        hold(running, by=secretary)
        with pytest.raises(ValidationError):
            hold(running, by=secretary)
        with pytest.raises(ValidationError):
            submit(running.minutes, by=secretary)
    assert Meeting.objects.get(pk=running.pk).number == 1


def test_an_action_is_finished_once(cast, running):
    with acting(cast.secretary) as secretary:
        action = agree(
            running.items.first(), text="Gör", responsible_agency=cast.district, due=SOON, by=secretary
        )
    with acting(cast.chair) as chair:
        finish(action, by=chair)
        with pytest.raises(ValidationError):
            finish(action, by=chair)
    action.refresh_from_db()
    assert (action.done_by, action.done_at is not None) == (cast.chair, True)
