"""What calendars are told, read back with the same library that reads it elsewhere."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from meetings import calendar
from meetings.calling import cancel_meeting
from tests.conftest import acting
from tests.factories import at, make_body, make_meeting

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.fixture
def meeting(cast):
    return make_meeting(
        body=cast.steering, items=1, title="Hemlig rubrik", room=cast.room, called_by=cast.secretary, link=""
    )


def read(content):
    [parsed] = Calendar.from_ical(content, multiple=True)
    [event] = parsed.events
    return parsed, event


def test_a_request_invites_one_person(cast, meeting):
    parsed, event = read(calendar.request(meeting, cast.police))

    assert parsed["METHOD"] == "REQUEST"
    assert parsed["VERSION"] == "2.0"
    assert str(event["UID"]).startswith(str(meeting.uid))
    assert event["SEQUENCE"] == 0
    assert event["STATUS"] == "CONFIRMED"
    assert event["SUMMARY"] == "Styrgruppen"
    assert event["LOCATION"] == str(cast.room)
    assert str(event["ATTENDEE"]) == "mailto:police@example.org"
    assert event["ATTENDEE"].params["RSVP"] == "TRUE"
    assert event["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert str(event["ORGANIZER"]) == "mailto:secretary@example.org"


def test_times_are_by_the_clock_in_sweden_with_their_zone(cast, meeting):
    content = calendar.request(meeting, cast.police)
    _parsed, event = read(content)

    assert event["DTSTART"].params["TZID"] == "Europe/Stockholm"
    assert event["DTSTART"].dt == meeting.starts_at
    assert event["DTEND"].dt == meeting.ends_at
    assert content.count(b"BEGIN:VTIMEZONE") == 1
    assert event["DTSTAMP"].dt.tzinfo is not None


def test_a_cancellation_is_the_same_event_with_a_higher_sequence(cast, meeting):
    _first, invited = read(calendar.request(meeting, cast.police))
    with acting(cast.secretary) as secretary:
        cancel_meeting(meeting, by=secretary)

    parsed, event = read(calendar.cancellation(meeting, cast.police))

    assert parsed["METHOD"] == "CANCEL"
    assert event["STATUS"] == "CANCELLED"
    assert event["UID"] == invited["UID"]
    assert event["SEQUENCE"] > invited["SEQUENCE"]


def test_a_file_to_keep_names_nobody(cast, meeting):
    parsed, event = read(calendar.publication(meeting))

    assert parsed["METHOD"] == "PUBLISH"
    assert "ATTENDEE" not in event
    assert "ORGANIZER" not in event


@pytest.mark.parametrize("kind", ["steering", "case"])
def test_nothing_of_the_content_goes_out(cast, kind):
    body = make_body(kind=kind, name="Gruppen", agreement=cast.agreement)
    meeting = make_meeting(
        body=body, items=1, title="Hemlig rubrik", room=cast.room, called_by=cast.secretary, link=""
    )

    for content in (calendar.request(meeting, cast.police), calendar.publication(meeting)):
        text = content.decode()
        assert "Hemlig" not in text
        assert "Punkt 1" not in text
        assert ("Gruppen" in text) == (kind == "steering")


def test_a_name_cannot_add_a_line(cast, meeting):
    cast.police.name = "Ett; namn: \r\nX-EVIL:1"
    meeting.called_by = cast.police

    content = calendar.request(meeting, cast.police)

    assert not any(line.startswith(b"X-EVIL") for line in content.split(b"\r\n"))
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))


@pytest.mark.parametrize(
    ("day", "hour", "utc_hour"),
    [
        ((2026, 10, 24), 9, 7),
        ((2026, 10, 25), 1, 23),
        ((2026, 10, 25), 9, 8),
        ((2027, 3, 27), 9, 8),
        ((2027, 3, 28), 1, 0),
        ((2027, 3, 28), 9, 7),
    ],
)
def test_our_zone_agrees_with_the_tables_across_summer_time(cast, meeting, day, hour, utc_hour):
    meeting.starts_at = at(datetime(*day).date(), hour)
    meeting.ends_at = meeting.starts_at + timedelta(hours=1)
    content = calendar.request(meeting, cast.police)

    parsed, event = read(content)
    [zone] = parsed.walk("VTIMEZONE")

    wall = datetime(*day, hour)
    ours = wall.replace(tzinfo=zone.to_tz(lookup_tzid=False))
    assert event["DTSTART"].to_ical() == f"{wall:%Y%m%dT%H%M%S}".encode()
    assert ours.astimezone(UTC).hour == utc_hour
    assert ours.utcoffset() == wall.replace(tzinfo=STOCKHOLM).utcoffset()


def test_every_hour_of_both_days_agrees_with_the_tables(cast, meeting):
    parsed, _event = read(calendar.request(meeting, cast.police))
    [zone] = parsed.walk("VTIMEZONE")
    ours = zone.to_tz(lookup_tzid=False)
    differing = []
    for day in ((2026, 10, 25), (2027, 3, 28)):
        for half_hour in range(48):
            wall = datetime(*day) + timedelta(minutes=30 * half_hour)
            # The hour that comes twice, and the one that is skipped, are said in no calendar.
            if (
                wall.hour != 2
                and wall.replace(tzinfo=ours).utcoffset() != wall.replace(tzinfo=STOCKHOLM).utcoffset()
            ):
                differing.append(wall)

    assert differing == []
