"""The pages on which meetings are planned, called, changed and looked at."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from groups.models import StandardAgendaItem
from meetings.models import Booking, Delivery, Meeting
from tests.counting import queries
from tests.factories import at, last_sunday, make_body, make_item, make_meeting, make_membership, make_minutes

IN_A_WEEK = timezone.localdate() + timedelta(days=7)
#: The night when summer time begins, next year.
SPRING = f"{last_sunday(timezone.localdate().year + 1, 3):%Y-%m-%d}"


@pytest.fixture
def headings(db):
    for position, title in enumerate(["Öppnande", "Lägesbild"], 1):
        StandardAgendaItem.objects.create(kind="steering", position=position, title=title)


def typed(cast, **changes):
    """A form filled in as people do."""
    return {
        "body": cast.steering.pk,
        "day": IN_A_WEEK.isoformat(),
        "starts_at": "13",
        "ends_at": "15.00",
        "room": cast.room.pk,
        "link": "",
        "title": "",
        "audience": "body",
    } | changes


# Planning


def test_planning_saves_a_draft_and_shows_it(cast, headings, signed_in):
    browser = signed_in(cast.secretary)

    response = browser.post(reverse("meeting_new"), typed(cast))

    meeting = Meeting.objects.get()
    assert response.url == reverse("meeting", args=[meeting.pk])
    assert (meeting.starts_at, meeting.ends_at) == (at(IN_A_WEEK, 13), at(IN_A_WEEK, 15))
    page = browser.get(response.url)
    assert "Lägesbild" in page.content.decode()
    assert reverse("meeting_call", args=[meeting.pk]) in page.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": "32/13"}, "id_day"),
        ({"day": "11/25/2026"}, "id_day"),
        ({"day": "0001-01-01", "starts_at": "00", "ends_at": "14"}, "id_day"),
        ({"day": "1999-12-31"}, "id_day"),
        ({"day": "9999-12-31"}, "id_day"),
        ({"day": "2020-01-01"}, "id_day"),
        ({"day": SPRING, "starts_at": "02.30", "ends_at": "03.15"}, "id_starts_at"),
        ({"day": SPRING, "starts_at": "01.30", "ends_at": "02.15"}, "id_ends_at"),
        ({"starts_at": "25.00"}, "id_starts_at"),
        ({"ends_at": "12.00"}, "id_ends_at"),
        ({"ends_at": "13.00"}, "id_ends_at"),
        ({"ends_at": "12.00", "day": "igår snart"}, "id_ends_at"),
        ({"link": "javascript:alert(1)"}, "id_link"),
        ({"body": "999999"}, "id_body"),
        ({"audience": "anybody"}, "id_audience"),
    ],
)
def test_bad_input_is_kept_and_said_beside_its_field(cast, signed_in, changes, field):
    response = signed_in(cast.secretary).post(
        reverse("meeting_new"), typed(cast, title="Behåll mig", **changes)
    )

    page = response.content.decode()
    assert response.status_code == 422
    assert f'href="#{field}"' in page
    assert 'value="Behåll mig"' in page
    assert not Meeting.objects.exists()


def test_a_double_booked_room_is_said_beside_the_room(cast, signed_in):
    other = make_meeting(body=cast.places, room=cast.room)
    Booking.objects.create(room=cast.room, meeting=other, starts_at=other.starts_at, ends_at=other.ends_at)

    response = signed_in(cast.secretary).post(reverse("meeting_new"), typed(cast, starts_at="14"))

    assert response.status_code == 422
    assert 'href="#id_room"' in response.content.decode()
    assert Meeting.objects.count() == 1


def test_only_bodies_that_one_may_call_are_offered(cast, signed_in):
    coordinator = signed_in(cast.coordinator).get(reverse("meeting_new"))
    convener = signed_in(cast.case_worker).get(reverse("meeting_new"))

    assert set(coordinator.context["form"].fields["body"].queryset) == {
        cast.steering,
        cast.recruitment,
        cast.places,
    }
    assert set(convener.context["form"].fields["body"].queryset) == {cast.recruitment}


def test_the_link_on_a_groups_page_chooses_the_group(cast, signed_in):
    browser = signed_in(cast.coordinator)
    named = {"key": cast.steering.key, "number": cast.steering.pk, "other": "no-such-group"}

    chosen = {
        name: browser.get(reverse("meeting_new"), {"body": body}).context["form"]["body"].value()
        for name, body in named.items()
    }

    assert chosen == {"key": cast.steering.pk, "number": cast.steering.pk, "other": None}


def test_a_body_that_one_may_not_call_is_refused(cast, signed_in):
    response = signed_in(cast.case_worker).post(reverse("meeting_new"), typed(cast))

    assert response.status_code == 422
    assert not Meeting.objects.exists()


def test_the_strip_says_what_will_be_true(cast, signed_in):
    browser = signed_in(cast.secretary)

    kept = browser.get(reverse("meeting_new"), {"body": cast.steering.pk}).context["sees"]
    wide = browser.get(reverse("meeting_new"), {"body": cast.steering.pk, "audience": "structure"}).context[
        "sees"
    ]

    assert {(chip.label, chip.count) for chip in kept.chips} == {
        ("Stadsdelen", 3),
        ("Polisen", 1),
        ("Utbildningsförvaltningen", 1),
        ("Trafikkontoret", 1),
    }
    assert ("Föreningen", 1) in {(chip.label, chip.count) for chip in wide.chips}


# The page of a meeting


@pytest.mark.parametrize("status", ["draft", "cancelled"])
def test_a_draft_is_seen_by_its_officers_only(cast, signed_in, status):
    """Also once it is cancelled, since nobody else was ever told of it."""
    draft = make_meeting(body=cast.steering, items=1, status=status, called_at=None, audience="structure")
    url = reverse("meeting", args=[draft.pk])

    seen = {part: signed_in(user).get(url).status_code for part, user in cast.everyone().items()}

    assert {part for part, status in seen.items() if status == 200} == {"chair", "secretary", "coordinator"}
    assert set(seen.values()) == {200, 404}


def test_a_case_group_and_its_minutes_are_not_there_for_others(cast, signed_in):
    group = make_body(
        key="case", name="Kanariegruppen", kind="case", parent=cast.steering, agreement=cast.agreement
    )
    make_membership(body=group, user=cast.case_worker, function="chair", valid_from="2023-01-01")
    meeting = make_meeting(body=group, items=1, status="closed")
    make_minutes(
        meeting=meeting,
        status="approved",
        approved_at=timezone.now(),
        approved_by=cast.case_worker,
        fingerprint="0" * 64,
    )
    own = [reverse(name, args=[meeting.pk]) for name in ("meeting", "meeting_who", "minutes")]
    own.append(reverse("body", args=[group.key]))
    lists = [reverse(name) for name in ("today", "meetings", "structure")]
    # Who sees it, and why: the seat in the case group is nobody's business.
    open_one = make_meeting(body=cast.places, audience="structure")
    lists += [reverse(name, args=[open_one.pk]) for name in ("meeting", "meeting_who")]

    for part, user in cast.everyone().items():
        inside, browser = part == "case_worker", signed_in(user)
        assert {browser.get(url).status_code for url in own} == {200 if inside else 404}, part
        assert inside or not any("Kanariegruppen" in browser.get(url).content.decode() for url in lists), part
    reasons = signed_in(cast.case_worker).get(own[1]).context["reasons"]
    assert [reason.who.split(",")[0] for reason in reasons] == [cast.case_worker.name]


def test_a_member_sees_no_way_to_change_and_is_refused(cast, signed_in):
    meeting = make_meeting(body=cast.steering, items=1)
    item = meeting.items.get()
    member, officer = signed_in(cast.police), signed_in(cast.secretary)
    acts = [
        reverse("meeting_edit", args=[meeting.pk]),
        reverse("meeting_cancel", args=[meeting.pk]),
        reverse("item_new", args=[meeting.pk]),
        reverse("item_edit", args=[meeting.pk, item.pk]),
        reverse("item_move", args=[meeting.pk, item.pk]),
    ]
    url = reverse("meeting", args=[meeting.pk])

    member_page, officer_page = (browser.get(url).content.decode() for browser in (member, officer))

    assert [act for act in acts if act not in officer_page] == []
    assert [act for act in acts if act in member_page] == []
    assert {member.post(act).status_code for act in acts} == {403}
    assert {signed_in(cast.stranger).post(act).status_code for act in acts} == {404}


def test_an_item_kept_to_units_says_only_that_it_is_there(cast, signed_in):
    meeting = make_meeting(body=cast.steering, items=2)
    make_item(meeting=meeting, position=3, title="Hemlig punkt", audience="units", units=[cast.youth_unit])
    url = reverse("meeting", args=[meeting.pk])

    police, traffic = signed_in(cast.police).get(url), signed_in(cast.traffic).get(url)

    assert "Hemlig punkt" in police.content.decode()
    assert "Hemlig punkt" not in traffic.content.decode()
    assert [(line.position, line.item is None) for line in traffic.context["agenda"]] == [
        (1, False),
        (2, False),
        (3, True),
    ]


def test_the_strip_counts_each_agency(cast, signed_in):
    meeting = make_meeting(body=cast.steering, items=1)

    sees = signed_in(cast.police).get(reverse("meeting", args=[meeting.pk])).context["sees"]

    assert sum(chip.count for chip in sees.chips) == 6
    assert {reason.who.split(",")[0] for reason in sees.reasons} == {
        cast.chair.name,
        cast.secretary.name,
        cast.coordinator.name,
        cast.police.name,
        cast.welfare_officer.name,
        cast.traffic.name,
    }


@pytest.mark.parametrize(
    ("audience", "status", "approved"),
    [
        ("body", "draft", False),
        ("body", "called", False),
        ("body", "held", True),
        ("authorities", "called", False),
        ("authorities", "held", True),
        ("structure", "called", False),
        ("structure", "draft", False),
        ("structure", "cancelled", False),
    ],
)
def test_the_page_of_reasons_names_exactly_those_who_see_it(cast, signed_in, audience, status, approved):
    meeting = make_meeting(body=cast.recruitment, items=1, status=status, audience=audience)
    if approved:
        make_minutes(
            meeting=meeting,
            status="approved",
            approved_at=timezone.now(),
            approved_by=cast.coordinator,
            fingerprint="0" * 64,
        )
    url = reverse("meeting_who", args=[meeting.pk])
    seeing = {user.name for user in cast.everyone().values() if signed_in(user).get(url).status_code == 200}

    page = signed_in(cast.coordinator).get(url)

    assert len(seeing) > 1
    assert {reason.who.split(",")[0] for reason in page.context["reasons"]} == seeing


def test_the_page_of_reasons_names_exactly_those_who_see_a_draft_that_was_cancelled(cast, signed_in):
    meeting = make_meeting(body=cast.recruitment, status="cancelled", called_at=None, audience="structure")
    url = reverse("meeting_who", args=[meeting.pk])
    seeing = {user.name for user in cast.everyone().values() if signed_in(user).get(url).status_code == 200}

    page = signed_in(cast.coordinator).get(url)

    assert {reason.who.split(",")[0] for reason in page.context["reasons"]} == seeing
    assert seeing == {cast.coordinator.name, cast.case_worker.name}


def test_the_page_of_reasons_names_exactly_those_who_see_a_narrowed_item(cast, signed_in):
    meeting = make_meeting(body=cast.recruitment, items=1, audience="structure")
    make_item(
        meeting=meeting,
        position=2,
        title="Enskilt",
        audience="units",
        units=[cast.youth_unit, cast.safety_unit],
    )
    url = reverse("meeting", args=[meeting.pk])
    seeing = {
        user.name
        for user in cast.everyone().values()
        if "Enskilt" in signed_in(user).get(url).content.decode()
    }

    page = signed_in(cast.coordinator).get(reverse("meeting_who", args=[meeting.pk]))

    [(_item, reasons)] = page.context["narrow"]
    assert {reason.who.split(",")[0] for reason in reasons} == seeing
    assert seeing == {cast.coordinator.name, cast.police.name, cast.unseated_police.name}


def test_the_page_costs_the_same_for_one_item_and_for_three(cast, signed_in):
    urls = []
    for body, items in ((cast.places, 1), (cast.steering, 3)):
        meeting = make_meeting(body=body)
        for position in range(1, items + 1):
            make_item(meeting=meeting, position=position, audience="units", units=[cast.safety_unit])
        urls.append(reverse("meeting", args=[meeting.pk]))
    browser = signed_in(cast.coordinator)

    assert [queries(browser, url) for url in urls] == [20, 20]


def test_officers_see_what_was_mailed_to_whom(cast, signed_in):
    meeting = make_meeting(body=cast.steering, items=1)
    Delivery.objects.create(
        key="k",
        kind="invitation",
        meeting=meeting,
        recipient=cast.police,
        due_at=timezone.now(),
        state="failed",
    )
    url = reverse("meeting", args=[meeting.pk])

    assert len(signed_in(cast.secretary).get(url).context["deliveries"]) == 1
    assert len(signed_in(cast.police).get(url).context["deliveries"]) == 0


# Calling, changing and cancelling


def test_calling_shows_who_is_called_before_anybody_is(cast, signed_in):
    draft = make_meeting(body=cast.steering, items=1, status="draft")
    browser = signed_in(cast.secretary)
    url = reverse("meeting_call", args=[draft.pk])

    page = browser.get(url)

    assert [person.name for person in page.context["recipients"]] == sorted(
        user.name
        for user in (
            cast.chair,
            cast.secretary,
            cast.coordinator,
            cast.police,
            cast.welfare_officer,
            cast.traffic,
        )
    )
    assert not Delivery.objects.exists()
    assert browser.post(url).status_code == 302
    assert Delivery.objects.filter(kind="invitation").count() == 6


def test_changing_keeps_what_was_typed(cast, signed_in):
    meeting = make_meeting(body=cast.steering, items=1)
    browser = signed_in(cast.secretary)
    url = reverse("meeting_edit", args=[meeting.pk])

    refused = browser.post(url, typed(cast, room="", ends_at="9", title="Nytt"))
    done = browser.post(url, typed(cast, link="https://video.example.org/b", room="", title="Nytt"))

    assert refused.status_code == 422
    assert 'value="Nytt"' in refused.content.decode()
    assert done.status_code == 302
    meeting.refresh_from_db()
    assert (meeting.title, meeting.link) == ("Nytt", "https://video.example.org/b")


def test_the_form_for_changing_shows_the_meeting(cast, signed_in):
    meeting = make_meeting(body=cast.steering, items=1)

    page = signed_in(cast.secretary).get(reverse("meeting_edit", args=[meeting.pk])).content.decode()

    assert f'value="{IN_A_WEEK.isoformat()}"' in page
    assert 'value="13.00"' in page


def test_cancelling_asks_first(cast, signed_in):
    meeting = make_meeting(body=cast.steering, items=1)
    browser = signed_in(cast.secretary)
    url = reverse("meeting_cancel", args=[meeting.pk])

    assert browser.get(url).status_code == 200
    meeting.refresh_from_db()
    assert meeting.status == "called"
    assert browser.post(url).status_code == 302
    meeting.refresh_from_db()
    assert meeting.status == "cancelled"


def test_items_are_written_moved_and_taken_off(cast, signed_in):
    meeting = make_meeting(body=cast.steering, items=2, status="draft")
    browser = signed_in(cast.secretary)

    added = browser.post(
        reverse("item_new", args=[meeting.pk]),
        {"title": "Enskilt", "audience": "units", "units": [cast.safety_unit.pk], "minutes_planned": "20"},
    )
    third = meeting.items.get(title="Enskilt")
    browser.post(reverse("item_move", args=[meeting.pk, third.pk]), {"direction": "up"})
    changed = browser.post(
        reverse("item_edit", args=[meeting.pk, third.pk]), {"title": "Öppet", "audience": "meeting"}
    )
    removed = browser.post(
        reverse("item_edit", args=[meeting.pk, meeting.items.get(position=1).pk]), {"remove": "1"}
    )

    assert {added.status_code, changed.status_code, removed.status_code} == {302}
    assert [(item.position, item.title) for item in meeting.items.all()] == [(1, "Öppet"), (2, "Punkt 2")]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"title": "", "audience": "meeting"}, "id_title"),
        ({"title": "A", "audience": "units"}, "units"),
        ({"title": "A", "audience": "meeting", "minutes_planned": "-1"}, "id_minutes_planned"),
    ],
)
def test_a_wrong_item_is_said_beside_its_field(cast, signed_in, data, field):
    meeting = make_meeting(body=cast.steering, status="draft")

    response = signed_in(cast.secretary).post(reverse("item_new", args=[meeting.pk]), data)

    assert response.status_code == 422
    assert f'href="#{field}' in response.content.decode() or f'href="#id_{field}' in response.content.decode()
    assert not meeting.items.exists()


def test_an_item_of_another_meeting_is_not_there(cast, signed_in):
    mine = make_meeting(body=cast.recruitment, items=1)
    other = make_meeting(body=cast.steering, items=1)

    response = signed_in(cast.secretary).get(reverse("item_edit", args=[mine.pk, other.items.get().pk]))

    assert response.status_code == 404


def test_the_calendar_file_is_behind_the_door(cast, signed_in):
    meeting = make_meeting(body=cast.steering)
    url = reverse("meeting_calendar", args=[meeting.pk])

    file = signed_in(cast.police).get(url)

    assert file["Content-Type"].startswith("text/calendar")
    assert b"METHOD:PUBLISH" in file.content
    assert signed_in(cast.stranger).get(url).status_code == 404


def test_the_strip_of_an_item_says_what_will_be_true(cast, signed_in):
    meeting = make_meeting(body=cast.steering, items=1)
    browser = signed_in(cast.secretary)
    url = reverse("item_new", args=[meeting.pk])
    narrowed = {"audience": "units", "units": [cast.safety_unit.pk, cast.youth_unit.pk]}

    wide = browser.get(url).context["sees"]
    asked = browser.get(url, narrowed).context["sees"]
    refused = browser.post(url, narrowed | {"title": ""})
    unchosen = browser.get(url, {"audience": "units"}).context["sees"]

    assert unchosen.narrow and not unchosen.chips and "0" not in unchosen.lead
    assert (wide.narrow, sum(chip.count for chip in wide.chips)) == (False, 6)
    assert {(chip.label, chip.count) for chip in asked.chips} == {("Stadsdelen", 3), ("Polisen", 1)}
    assert asked.narrow
    assert refused.status_code == 422
    assert refused.context["sees"] == asked


def test_the_page_for_calling_promises_no_reminder_that_is_too_late(cast, signed_in):
    soon = timezone.now() + timedelta(minutes=30)
    late = make_meeting(
        body=cast.steering, items=1, status="draft", starts_at=soon, ends_at=soon + timedelta(hours=1)
    )
    early = make_meeting(body=cast.steering, items=1, status="draft")
    browser = signed_in(cast.secretary)

    assert browser.get(reverse("meeting_call", args=[late.pk])).context["reminder"] is None
    assert browser.get(reverse("meeting_call", args=[early.pk])).context["reminder"] == at(
        IN_A_WEEK - timedelta(days=1), 8
    )


def test_the_reason_that_is_asked_for_is_not_called_optional(cast, signed_in):
    cast.agreement.valid_to = timezone.localdate()
    cast.agreement.save()

    said = signed_in(cast.secretary).post(reverse("meeting_new"), typed(cast)).content.decode()

    label = said.split('for="id_reason"', 1)[1].split("</label>", 1)[0]
    assert "valfritt" not in label
    assert 'href="#id_reason"' in said
