"""The page without log-in: exactly what was chosen, nothing else, the same for everyone, and quickly."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from groups import presence
from groups.models import Closure, Premises, Structure
from meetings.bookings import book_room, times_of
from meetings.models import Meeting, Publication
from meetings.publishing import publish, unpublish
from tests.conftest import acting
from tests.factories import at, make_body, make_meeting, make_membership
from tests.factories_premises import clock, make_hours, make_premises, make_shift

CANARY = "KANARIE"
IN_A_WEEK = timezone.localdate() + timedelta(days=7)


def canary(number):
    return f"{CANARY}-{number}"


@pytest.fixture
def world(cast):
    """Premises with a canary in every field that is nobody's business, round the clock open and staffed by the police;
    an open meeting with canaries in its title, link and agenda; a body; all three published."""
    Structure.objects.create(name="Samverkan Provet", municipality="Provstad")
    premises = cast.premises
    facts = {
        "name": canary("name"),
        "address": "Gatan 1",
        "area": "Söder",
        "contact": "08-123",
        "equipment": [canary("equipment")],
        "access_rules": canary("access"),
        "capacity": 77,
        "step_free": True,
        "hearing_loop": False,
        "closed_on_red_days": False,
        "closed_on_eves": False,
    }
    for name, value in facts.items():
        setattr(premises, name, value)
    premises.agency.name = canary("keeper")
    premises.agency.save()
    premises.save()
    cast.room.name = canary("room")
    cast.room.equipment = [canary("room-equipment")]
    cast.room.save()
    make_hours(premises=premises, days=range(7), begins="0", ends="24")
    for weekday in range(7):
        make_shift(
            premises=premises,
            agency=cast.police_agency,
            weekday=weekday,
            begins="0",
            ends="24",
            note=canary("shift"),
        )
    later = date(2040, 1, 1)
    Closure.objects.create(premises=premises, first_day=later, last_day=later, reason=canary("closure"))
    tomorrow = timezone.localdate() + timedelta(days=1)
    with acting(cast.police) as police:
        book_room(
            cast.room, times_of([tomorrow], clock("9"), clock("10")), purpose=canary("purpose"), by=police
        )
    meeting = make_meeting(
        body=cast.places,
        items=2,
        audience=Meeting.Audience.PUBLIC,
        title=canary("title"),
        link="https://example.org/KANARIE",
        starts_at=at(IN_A_WEEK, 18),
        ends_at=at(IN_A_WEEK, 19),
    )
    cast.places.mandate = canary("mandate")
    cast.places.save()
    make_premises(name=canary("unpublished"))
    make_meeting(body=cast.places, audience=Meeting.Audience.PUBLIC, title=canary("unpublished-meeting"))
    with acting(cast.coordinator) as coordinator:
        publish(premises, heading="Lokalen", text="Välkommen in.", by=coordinator)
        publish(meeting, heading="Öppet möte", text="Kom och lyssna.", by=coordinator)
        publish(cast.places, heading="Platsgruppen", text="Vi går runt.", by=coordinator)
    return meeting


def text_of(response):
    """What a reader is shown, white space apart."""
    body = re.search(r"<body.*</body>", response.content.decode(), re.S)[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_the_page_says_the_published_fields_and_nothing_else(client, world):
    shown = text_of(client.get(reverse("open")))

    # Holidays among the seven days have names; the rest is compared to the letter.
    start, rest = shown.split("Öppettider de närmaste sju dagarna", 1)
    assert start.strip() == (
        "Hoppa till innehållet Samverkan Provet In English Mötesplatser Lokalen ✓ Öppet dygnet runt Välkommen in. "
        "På plats nu Polisen dygnet runt Adress Gatan 1, Söder Kontakt 08-123 "
        "Tillgänglighet Tillgänglig utan trappsteg"
    )
    rest, foot = rest.split(" Ansvarig för sidan: ", 1)
    assert foot == "Samverkan Provet, Provstad Tillgänglighetsredogörelse"
    days, meetings = rest.split(" Öppna möten ", 1)
    assert [word for word in days.split() if word == "runt"] == ["runt"] * 7
    assert (
        re.sub(r"^.*?kl\. 18\.00–\u2060?19\.00 ", "", meetings)
        == "Kom och lyssna. Vilka som samverkar Platsgruppen Vi går runt."
    )
    assert CANARY not in client.get(reverse("open")).content.decode()
    assert CANARY not in client.get(reverse("open_en")).content.decode()


def test_the_canaries_could_have_leaked(signed_in, cast, world):
    """They are where they are looked for: on the pages for those who are signed in."""
    pages = [
        reverse("premises_one", args=[cast.premises.pk]),
        reverse("room", args=[cast.room.pk]),
        reverse("meeting", args=[world.pk]),
    ]
    seen = "".join(signed_in(cast.traffic).get(page).content.decode() for page in pages)

    for name in ("name", "equipment", "access", "keeper", "room", "title"):
        assert canary(name) in seen, name


def test_nobody_is_known_there(signed_in, client, cast, world):
    answer = signed_in(cast.coordinator).get(reverse("open"))

    assert answer.content == client.get(reverse("open")).content
    assert not answer.cookies
    assert not answer.has_header("Vary")
    assert answer["Cache-Control"] == "public, max-age=30"
    assert "csrf" not in answer.content.decode()
    assert "<script" not in answer.content.decode()


def test_a_cache_is_told_that_nothing_is_new(client, world):
    first = client.get(reverse("open"))

    again = client.get(reverse("open"), headers={"if-none-match": first["ETag"]})

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_the_page_says_since_when_it_is_as_it_is(client, cast, world, monkeypatch):
    def at_second(second, **headers):
        monkeypatch.setattr("meetings.views.openpage.time.time", lambda: second)
        return client.get(reverse("open"), headers=headers)

    first, second = at_second(1_800_000_000.9), at_second(1_800_000_002)
    since = second["Last-Modified"]
    cast.premises.contact = "08-999"
    cast.premises.save()

    assert not first.has_header("Last-Modified")
    assert since == "Fri, 15 Jan 2027 08:00:00 GMT"
    changed = at_second(1_800_000_004, **{"if-modified-since": since})
    assert changed.status_code == 200
    later = at_second(1_800_000_006, **{"if-modified-since": since})
    assert (later.status_code, later["Last-Modified"]) == (200, "Fri, 15 Jan 2027 08:00:04 GMT")
    assert at_second(1_800_000_008, **{"if-modified-since": later["Last-Modified"]}).status_code == 304


def test_both_languages_have_addresses_of_their_own(client, world):
    swedish, english = client.get(reverse("open")), client.get(reverse("open_en"))

    assert (swedish["Content-Language"], english["Content-Language"]) == ("sv", "en")
    assert 'lang="en"' in english.content.decode()
    assert "Opening hours" in text_of(english)
    assert "Vilka" not in text_of(english)
    assert "write about themselves is in Swedish" in text_of(english)
    assert '<h2 lang="sv">Lokalen</h2>' in english.content.decode()
    assert ' lang="sv"' not in swedish.content.decode().split("<main", 1)[1]
    for page in (swedish, english):
        assert reverse("accessibility") in page.content.decode()
        assert 'href="tel:08123"' in page.content.decode()


def test_nobody_is_promised_behind_a_shut_door(cast):
    make_hours(premises=cast.premises, days=range(7), begins="10", ends="20")
    for weekday in range(7):
        make_shift(premises=cast.premises, agency=cast.police_agency, weekday=weekday, begins="8", ends="22")
    premises = Premises.objects.with_times().get(pk=cast.premises.pk)
    day = date(2026, 11, 24)

    met = {hour: presence.now(premises, at(day, hour)).to_be_met for hour in (9, 19, 21)}

    assert (met[9], met[21]) == ([], [])
    assert [(one.agency, one.until) for one in met[19]] == [(cast.police_agency, at(day, 20))]


def test_the_queries_do_not_grow_with_what_is_published(client, cast, world):
    def count():
        client.get(reverse("open"))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("open")).status_code == 200
        return sum(row["sql"].startswith("SELECT ") and "current_user" not in row["sql"] for row in captured)

    few = count()
    for number in range(2):
        premises = make_premises(name=f"Till {number}")
        make_hours(premises=premises, begins="8", ends="12")
        make_shift(premises=premises, agency=cast.school)
        with acting(cast.coordinator) as coordinator:
            publish(premises, heading=f"Till {number}", by=coordinator)

    assert (few, count()) == (8, 8)


@pytest.mark.parametrize(
    "change",
    [
        {"status": Meeting.Status.CANCELLED},
        {"audience": Meeting.Audience.STRUCTURE},
        {"status": Meeting.Status.HELD},
        {"starts_at": at(date(2026, 1, 2), 9), "ends_at": at(date(2026, 1, 2), 10)},
    ],
)
def test_a_meeting_leaves_the_page_when_it_is_no_longer_open(client, world, change):
    assert "Kom och lyssna." in text_of(client.get(reverse("open")))

    Meeting.objects.filter(pk=world.pk).update(**change)

    assert "Kom och lyssna." not in text_of(client.get(reverse("open")))


def test_unpublishing_works_at_once(client, cast, world):
    with acting(cast.coordinator) as coordinator:
        for row in Publication.objects.all():
            unpublish(row, by=coordinator)

    shown = text_of(client.get(reverse("open")))
    assert "Lokalen" not in shown
    assert "Ingen mötesplats visas här just nu." in shown


def test_what_may_not_be_published(cast):
    group = make_body(kind="case", agreement=cast.agreement)
    make_membership(body=group, user=cast.coordinator, function="coordinator")
    closed = make_meeting(body=cast.places)
    case_meeting = make_meeting(body=group)
    draft = make_meeting(body=cast.places, audience=Meeting.Audience.PUBLIC, status=Meeting.Status.DRAFT)

    for thing in (group, closed, case_meeting, draft):
        with acting(cast.coordinator) as coordinator, pytest.raises(ValidationError):
            publish(thing, heading="Nej", by=coordinator)
    for by in (cast.police, cast.chair, cast.association):
        with acting(by), pytest.raises(ValidationError):
            publish(cast.places, heading="Nej", by=by)
    assert not Publication.objects.exists()


def test_a_case_group_is_not_shown_even_where_the_row_is_there(client, cast, world):
    group = make_body(kind="case", agreement=cast.agreement)
    Publication.objects.create(body=group, heading="Ärende", published_by=cast.coordinator)

    assert "Ärende" not in text_of(client.get(reverse("open")))


def test_a_publication_is_of_one_thing(cast):
    for things in ({}, {"body": cast.places, "premises": cast.premises}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Publication.objects.create(heading="Två", published_by=cast.coordinator, **things)


def test_only_what_was_previewed_is_published(signed_in, cast):
    browser = signed_in(cast.coordinator)
    address = reverse("publish", kwargs={"kind": "premises", "pk": cast.premises.pk})
    words = {"heading": "Lokalen", "text": "Välkommen", "publish": "1"}

    shown = browser.post(address, words | {"previewed": "Lokalen\n"})
    assert not Publication.objects.exists()
    assert "Välkommen" in shown.content.decode()

    cast.premises.contact = "08-123"
    cast.premises.save()
    changed = browser.post(address, words | {"previewed": shown.context["previewed"]})
    assert not Publication.objects.exists()
    assert "08-123" in changed.content.decode()

    done = browser.post(address, words | {"previewed": changed.context["previewed"]})
    assert done.status_code == 302
    assert Publication.objects.get().text == "Välkommen"


def test_robots_read_the_open_page_alone(client, db):
    text = client.get("/robots.txt").content.decode()

    assert text.splitlines() == ["User-agent: *", "Allow: /open/", "Allow: /static/", "Disallow: /"]
