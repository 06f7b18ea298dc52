"""Minutes from writing to approval, and what the database refuses afterwards."""

import hashlib
import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from meetings.actions import finish
from meetings.documents import MinutesDocument
from meetings.exports import document_for
from meetings.live import write_item
from meetings.minutes import approve, send_back, submit
from meetings.models import ActionItem, AgendaItem, Attendance, Decision, Meeting, Minutes, MinutesFile
from tests.conftest import acting
from tests.factories import make_action, make_decision, make_item, make_meeting, make_minutes
from tests.meetings.pages import counted


def make_held(cast, **fields):
    """A held meeting of the steering group: two items treated, one decision, one action item, everybody there."""
    meeting = make_meeting(body=cast.steering, items=2, status="held", year=2026, number=4, **fields)
    make_minutes(meeting=meeting)
    meeting.attendances.update(status="present")
    meeting.items.update(status="noted", text="Sagt under punkten.")
    item = meeting.items.first()
    make_decision(item=item, by=cast.secretary, year=2026, number=24, text="Gruppen beslutar.")
    make_action(item=item, agency=cast.traffic_office, by=cast.secretary)
    return meeting


@pytest.fixture
def held(cast):
    return make_held(cast)


@pytest.fixture
def reviewed(cast, held):
    with acting(cast.secretary) as secretary:
        submit(held.minutes, by=secretary)
    return held


@pytest.fixture
def approved(cast, reviewed):
    with acting(cast.chair) as chair:
        approve(reviewed.minutes, by=chair)
    return Meeting.objects.get(pk=reviewed.pk)


def status_of(meeting):
    return Minutes.objects.get(meeting=meeting).status


# The way there


def test_from_writing_to_review_and_back(cast, held):
    with acting(cast.secretary) as secretary:
        submit(held.minutes, by=secretary)
    assert status_of(held) == "review"
    assert Minutes.objects.get(meeting=held).submitted_by == cast.secretary

    with acting(cast.chair) as chair:
        with pytest.raises(ValidationError) as caught:
            send_back(held.minutes, by=chair, reason=" ")
        send_back(held.minutes, by=chair, reason=" Punkt 2 är fel. ")
    minutes = Minutes.objects.get(meeting=held)
    assert list(caught.value.message_dict) == ["reason"]
    assert (minutes.status, minutes.returned_because) == ("writing", "Punkt 2 är fel.")

    with acting(cast.coordinator) as coordinator:
        submit(held.minutes, by=coordinator)
        send_back(held.minutes, by=coordinator, reason="Glömde en mening.")
        submit(held.minutes, by=coordinator)
    minutes.refresh_from_db()
    assert (minutes.status, minutes.returned_because) == ("review", "")


def test_nothing_is_sent_before_the_meeting_is_over_and_every_item_treated(cast, held):
    with acting(cast.secretary) as secretary:
        Meeting.objects.filter(pk=held.pk).update(status="in_progress")
        with pytest.raises(ValidationError):
            submit(held.minutes, by=secretary)
        Meeting.objects.filter(pk=held.pk).update(status="held")
        AgendaItem.objects.filter(meeting=held, position=2).update(status="open")
        with pytest.raises(ValidationError) as caught:
            submit(held.minutes, by=secretary)
    assert "2" in caught.value.messages[0]
    assert status_of(held) == "writing"


def test_each_step_is_for_its_own_people(cast, held):
    def refused(act, *people):
        for person in people:
            with acting(person), pytest.raises(PermissionDenied):
                act(person)

    refused(lambda user: submit(held.minutes, by=user), cast.chair, cast.police, cast.stranger)
    with acting(cast.secretary) as secretary:
        submit(held.minutes, by=secretary)
    refused(lambda user: approve(held.minutes, by=user), cast.secretary, cast.coordinator, cast.police)
    refused(lambda user: send_back(held.minutes, by=user, reason="x"), cast.police, cast.case_worker)
    assert status_of(held) == "review"


def test_only_minutes_that_wait_are_approved_or_sent_back(cast, held):
    with acting(cast.chair) as chair:
        for act in (approve, send_back):
            with pytest.raises(ValidationError):
                act(held.minutes, by=chair)
    with acting(cast.secretary) as secretary:
        submit(held.minutes, by=secretary)
        with pytest.raises(ValidationError):
            submit(held.minutes, by=secretary)
    with acting(cast.chair) as chair:
        approve(held.minutes, by=chair)
        with pytest.raises(ValidationError):
            approve(held.minutes, by=chair)
    assert MinutesFile.objects.count() == 2


# Approval


def test_approval_writes_everything_down_once_and_closes_the_meeting(cast, approved):
    minutes = approved.minutes
    assert (approved.status, minutes.status, minutes.approved_by) == ("closed", "approved", cast.chair)
    assert minutes.fingerprint == hashlib.sha256(minutes.canonical.encode()).hexdigest()

    said = json.loads(minutes.canonical)
    assert (said["meeting_number"], said["draft"], said["approved_by"]) == ("4/2026", False, "Chair")
    assert said["approved_on"] == timezone.localdate().isoformat()
    assert [item["heading"] for item in said["items"]] == ["Punkt 1", "Punkt 2"]
    assert said["items"][0]["decisions"] == [{"label": "§\u00a024", "text": "Gruppen beslutar."}]
    assert [row["name"] for row in said["attendance"]] == [
        "Chair",
        "Coordinator",
        "Secretary",
        "Police",
        "Traffic",
        "Welfare officer",
    ]
    assert (said["chair"], said["secretary"], said["organisation"]) == ("Chair", "Secretary", "Stadsdelen")

    files = {file.format: file for file in MinutesFile.objects.all()}
    assert set(files) == {"pdf", "docx"}
    for file in files.values():
        assert file.sha256 == hashlib.sha256(bytes(file.content)).hexdigest()


def test_the_approved_text_gives_the_document_back(cast, approved):
    minutes = approved.minutes
    again = MinutesDocument.from_json(minutes.canonical)

    assert again.fingerprint == minutes.fingerprint
    assert again.canonical_json().decode() == minutes.canonical
    with acting(cast.chair) as chair:
        assert document_for(approved, chair) == again


def test_what_happens_afterwards_changes_nothing_in_approved_minutes(cast, approved):
    with acting(cast.traffic) as traffic:
        finish(ActionItem.objects.get(), by=traffic)
        before = document_for(approved, traffic)
    cast.steering.name = "Omdöpta gruppen"
    cast.steering.save()

    with acting(cast.traffic) as traffic:
        after = document_for(Meeting.objects.get(pk=approved.pk), traffic)
    assert after == before
    assert after.items[0].actions[0].status == "Pågår"
    assert after.body_name == "Styrgruppen"


def test_the_approving_chair_sees_every_item(cast, held):
    hidden = make_item(meeting=held, position=3, audience="units", units=[cast.youth_unit], status="noted")
    with acting(cast.secretary) as secretary:
        submit(held.minutes, by=secretary)

    with acting(cast.chair) as chair, pytest.raises(ValidationError) as caught:
        approve(held.minutes, by=chair)
    assert status_of(held) == "review"
    assert not MinutesFile.objects.exists()
    assert hidden.title not in caught.value.messages[0]

    hidden.units.add(cast.safety_unit)
    with acting(cast.chair) as chair:
        approve(held.minutes, by=chair)
    assert status_of(held) == "approved"


# Locked by the database, for the owner too


def refused(sql, *values):
    locked = pytest.raises(IntegrityError, match=r"locked|made once")
    with locked, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


TABLES = {
    "item": ("meetings_agendaitem", "text = 'Ändrat'", AgendaItem),
    "decision": ("meetings_decision", "text = 'Ändrat'", Decision),
    "attendance": ("meetings_attendance", "status = 'absent'", Attendance),
    "action": ("meetings_actionitem", "text = 'Ändrat'", ActionItem),
    "minutes": ("meetings_minutes", "status = 'writing'", Minutes),
    "file": ("meetings_minutesfile", "content = ''", MinutesFile),
    "meeting": ("meetings_meeting", "number = 5", Meeting),
}


@pytest.mark.parametrize("name", TABLES)
def test_nothing_of_approved_minutes_is_changed_or_deleted(cast, approved, name):
    table, change, model = TABLES[name]
    key = model.objects.order_by("pk").values_list("pk", flat=True).first()

    refused(f"UPDATE {table} SET {change} WHERE id = %s", key)
    refused(f"DELETE FROM {table} WHERE id = %s", key)
    with acting(cast.secretary):
        refused(f"UPDATE {table} SET {change} WHERE id = %s", key)
    assert model.objects.filter(pk=key).exists()


def test_the_same_changes_are_taken_before_approval(cast, held):
    for name, (table, change, model) in TABLES.items():
        key = model.objects.order_by("pk").values_list("pk", flat=True).first()
        if name in ("item", "decision", "attendance", "action", "meeting"):
            with connection.cursor() as cursor:
                cursor.execute(f"UPDATE {table} SET {change} WHERE id = %s", [key])
                assert cursor.rowcount == 1, name


def test_nothing_is_added_to_approved_minutes(cast, approved):
    item = approved.items.first()
    additions = {
        "item": lambda: make_item(meeting=approved, position=9),
        "decision": lambda: make_decision(item=item, by=cast.secretary),
        "attendance": lambda: approved.attendances.create(user=cast.case_worker, name="x", function="member"),
        "action": lambda: make_action(item=item, agency=cast.district, by=cast.secretary),
        "file": lambda: MinutesFile.objects.create(
            minutes=approved.minutes, format="odt", content=b"", sha256=""
        ),
        "unit": lambda: item.units.add(cast.youth_unit),
    }
    for add in additions.values():
        with pytest.raises(IntegrityError, match="locked"), transaction.atomic():
            add()


def test_rows_do_not_move_in_or_out_of_approved_minutes(cast, approved):
    other = make_item(meeting=make_meeting(body=cast.steering), position=1)
    loose = make_decision(item=other, by=cast.secretary)

    refused("UPDATE meetings_decision SET item_id = %s WHERE id = %s", approved.items.first().pk, loose.pk)
    refused(
        "UPDATE meetings_decision SET item_id = %s WHERE item_id = %s", other.pk, approved.items.first().pk
    )


def test_an_action_item_of_approved_minutes_is_still_done(cast, approved):
    with acting(cast.traffic) as traffic:
        finish(ActionItem.objects.get(), by=traffic)
    assert ActionItem.objects.get().done_by == cast.traffic

    with acting(cast.secretary) as secretary, pytest.raises(ValidationError):
        write_item(approved.items.first(), text="Sent.", status="noted", version=1, by=secretary)


# Pages


def page_of(meeting, name="minutes"):
    return reverse(name, args=[meeting.pk])


def test_the_way_to_approval_in_the_browser(cast, signed_in, held):
    secretary, chair = signed_in(cast.secretary), signed_in(cast.chair)

    assert secretary.post(page_of(held, "minutes_submit")).url == page_of(held)
    assert chair.get(page_of(held, "minutes_return")).status_code == 200
    assert chair.post(page_of(held, "minutes_return"), {"reason": ""}).status_code == 422
    assert chair.post(page_of(held, "minutes_return"), {"reason": "Fel namn."}).url == page_of(held)
    assert "Fel namn." in secretary.get(page_of(held)).content.decode()
    secretary.post(page_of(held, "minutes_submit"))
    assert chair.get(page_of(held, "minutes_approve")).status_code == 200
    assert chair.post(page_of(held, "minutes_approve")).url == page_of(held)

    assert status_of(held) == "approved"
    shown = chair.get(page_of(held)).content.decode()
    assert Minutes.objects.get(meeting=held).fingerprint in shown


def test_what_cannot_be_done_is_said_on_the_minutes_page(cast, signed_in, held):
    AgendaItem.objects.filter(meeting=held).update(status="open")
    secretary = signed_in(cast.secretary)

    page = secretary.post(page_of(held, "minutes_submit"), follow=True)

    assert [str(message.level_tag) for message in page.context["messages"]] == ["error"]
    assert status_of(held) == "writing"


def test_buttons_are_shown_to_those_who_may_press_them(cast, signed_in, reviewed):
    buttons = {
        name: page_of(reviewed, name) for name in ("minutes_submit", "minutes_return", "minutes_approve")
    } | {"file": reverse("minutes_file", args=[reviewed.pk, "pdf"])}

    def shown_to(person):
        content = signed_in(person).get(page_of(reviewed)).content.decode()
        return {name for name, where in buttons.items() if f'"{where}"' in content}

    assert shown_to(cast.chair) == {"minutes_return", "minutes_approve", "file"}
    assert shown_to(cast.secretary) == {"minutes_return", "file"}
    assert shown_to(cast.police) == set()


def test_draft_minutes_are_for_members_and_approved_ones_for_the_audience(cast, signed_in, held):
    Meeting.objects.filter(pk=held.pk).update(audience="structure")
    reader = signed_in(cast.case_worker)
    assert reader.get(page_of(held)).status_code == 404
    assert page_of(held) not in reader.get(page_of(held, "meeting")).content.decode()
    read = signed_in(cast.police).get(page_of(held))
    assert read.status_code == 200
    assert sum(chip.count for chip in read.context["sees"].chips) == 6

    with acting(cast.secretary) as secretary:
        submit(held.minutes, by=secretary)
    with acting(cast.chair) as chair:
        approve(held.minutes, by=chair)

    shown = reader.get(page_of(held))
    assert shown.status_code == 200
    assert sum(chip.count for chip in shown.context["sees"].chips) == 9
    assert page_of(held) in reader.get(page_of(held, "meeting")).content.decode()
    assert reader.get(reverse("minutes_file", args=[held.pk, "pdf"])).status_code == 403


def test_members_of_the_body_above_read_approved_minutes_less_what_is_for_units(cast, signed_in):
    meeting = make_meeting(body=cast.places, items=1, status="held", year=2026, number=1)
    make_minutes(meeting=meeting)
    meeting.items.update(status="noted")
    units = [cast.safety_unit, cast.traffic_unit]
    make_item(
        meeting=meeting, position=2, audience="units", units=units, title="Kanariefågel", status="noted"
    )
    cast.places.memberships.filter(user=cast.coordinator).update(function="chair")
    cast.places.memberships.create(
        user=cast.secretary, function="secretary", valid_from=timezone.localdate() - timedelta(days=1)
    )
    assert signed_in(cast.chair).get(page_of(meeting)).status_code == 404

    with acting(cast.secretary) as secretary:
        submit(meeting.minutes, by=secretary)
    with acting(cast.coordinator) as chair:
        approve(meeting.minutes, by=chair)

    above = signed_in(cast.chair).get(page_of(meeting))
    assert above.status_code == 200
    assert "Kanariefågel" not in above.content.decode()
    assert "Kanariefågel" in signed_in(cast.traffic).get(page_of(meeting)).content.decode()


def test_the_page_asks_as_much_of_one_row_as_of_three(cast, signed_in, held):
    def more():
        item = make_item(meeting=held, position=held.items.count() + 1, audience="units", status="noted")
        item.units.set([cast.safety_unit])
        make_decision(item=item, by=cast.secretary)
        make_action(item=item, agency=cast.district, responsible_person=cast.chair, by=cast.secretary)

    assert counted(signed_in(cast.secretary), page_of(held), more) == 22


@pytest.mark.parametrize("reason", ["", "Övergång till nästa överenskommelse."])
def test_why_a_group_met_without_an_agreement_is_part_of_what_is_fixed(cast, held, reason):
    """In the canonical text and its fingerprint where there is a reason; minutes without one say nothing of it."""
    Meeting.objects.filter(pk=held.pk).update(reason_without_agreement=reason)
    held = Meeting.objects.get(pk=held.pk)
    with acting(cast.secretary) as secretary:
        submit(held.minutes, by=secretary)
    with acting(cast.chair) as chair:
        approve(held.minutes, by=chair)
    minutes = Minutes.objects.get(meeting=held)

    written = json.loads(minutes.canonical)
    again = MinutesDocument.from_json(minutes.canonical)

    assert written.get("without_agreement", "") == reason
    assert ("without_agreement" in written) == bool(reason)
    assert (again.fingerprint, again.canonical_json().decode()) == (minutes.fingerprint, minutes.canonical)
