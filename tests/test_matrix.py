"""The matrix: every address × every part. An address without a row fails.

A cell says what a part gets: 200 a page, 302 sent on, 403 an insider who may not, 404 a stranger, 422 a form sent
empty. Whoever is not named in a row gets the row's ``others``; nobody signed in is sent to the log-in.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from meetings.models import Meeting, Minutes
from tests.cast import Cast, make_cast
from tests.conftest import AppClient
from tests.factories import (
    make_action,
    make_case,
    make_decision,
    make_disclosure,
    make_item,
    make_meeting,
    make_minutes,
    make_note,
    make_seat,
)

EVERYONE = {
    "coordinator",
    "chair",
    "secretary",
    "police",
    "unseated_police",
    "case_worker",
    "welfare_officer",
    "traffic",
    "association",
    "log_reviewer",
    "administrator",
    "stranger",
}
#: Live members of a body; the log reviewer, the administrator and the stranger sit nowhere.
STRUCTURE = EVERYONE - {"log_reviewer", "administrator", "stranger"}
STEERING = {"chair", "secretary", "coordinator", "police", "welfare_officer", "traffic"}
OFFICERS = {"chair", "secretary", "coordinator"}
CALLERS = OFFICERS | {"case_worker"}  # who convenes the group on recruitment
WRITERS = {"secretary", "coordinator"}
SEATED = {"case_worker", "police", "welfare_officer"}
LEAD = {"case_worker"}
TOLD = {"case_worker", "police"}


@dataclass
class World:
    """One of each thing that an address can name."""

    cast: Cast
    draft: Meeting
    called: Meeting
    running: Meeting
    held: Meeting
    item: Any
    kept_item: Any
    running_item: Any
    decision: Any
    action: Any
    case: Any
    seat: Any
    kept: Any
    shown: Any
    disclosure: Any
    token: str


@dataclass(frozen=True)
class Row:
    """What each part gets at an address."""

    name: str
    cells: dict[int, set[str]]
    method: str = "get"
    arguments: Callable[[World], dict[str, Any]] = field(default=lambda world: {})
    data: Callable[[World], dict[str, Any]] = field(default=lambda world: {})
    others: int = 404
    nobody: int = 302

    def expected(self, part: str) -> int:
        return next((status for status, parts in self.cells.items() if part in parts), self.others)

    def __str__(self) -> str:
        return f"{self.method} {self.name}"


def of(name: str) -> Callable[[World], dict[str, Any]]:
    """Arguments: the key of one meeting of the world."""
    return lambda world: {"pk": getattr(world, name).pk}


def of_item(meeting: str, item: str, **more: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {
        "pk": getattr(world, meeting).pk,
        "item": getattr(world, item).pk,
        **{name: getattr(world, value).pk for name, value in more.items()},
    }


def of_case(**more: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {
        "pk": world.case.pk,
        **{name: getattr(world, value).pk for name, value in more.items()},
    }


def body(world: World) -> dict[str, Any]:
    return {"key": world.cast.steering.key}


ROWS = [
    # The start page and what belongs to oneself.
    Row("today", {200: EVERYONE}),
    Row("actions", {200: EVERYONE}),
    Row(
        "action_finish",
        {302: {"traffic"} | WRITERS, 403: STEERING - {"traffic"} - WRITERS},
        "post",
        arguments=lambda world: {"pk": world.action.pk},
    ),
    Row("language", {302: EVERYONE}, "post", data=lambda world: {"language": "en", "next": "/"}, nobody=302),
    Row("healthz", {200: EVERYONE}, nobody=200),
    # The structure.
    Row("structure", {200: EVERYONE}),
    Row("body", {200: STRUCTURE}, arguments=body),
    Row(
        "member_add",
        {200: {"chair", "coordinator"}, 403: STRUCTURE - {"chair", "coordinator"}},
        arguments=body,
    ),
    Row(
        "member_add",
        {422: {"chair", "coordinator"}, 403: STRUCTURE - {"chair", "coordinator"}},
        "post",
        arguments=body,
    ),
    # Meetings.
    Row("meetings", {200: EVERYONE}),
    Row("meeting_new", {200: CALLERS}, others=403),
    Row("meeting_new", {422: CALLERS}, "post", others=403),
    Row("meeting", {200: STEERING}, arguments=of("called")),
    Row("meeting", {200: OFFICERS}, arguments=of("draft")),
    Row("meeting_who", {200: STEERING}, arguments=of("called")),
    Row("meeting_edit", {200: OFFICERS}, arguments=of("draft")),
    Row("meeting_edit", {422: OFFICERS}, "post", arguments=of("draft")),
    Row("meeting_call", {200: OFFICERS}, arguments=of("draft")),
    Row("meeting_call", {302: OFFICERS}, "post", arguments=of("draft")),
    Row("meeting_cancel", {200: OFFICERS, 403: STEERING - OFFICERS}, arguments=of("called")),
    Row("meeting_cancel", {302: OFFICERS, 403: STEERING - OFFICERS}, "post", arguments=of("called")),
    Row("meeting_calendar", {200: STEERING}, arguments=of("called")),
    Row(
        "meeting_answer",
        {302: STEERING},
        "post",
        arguments=of("called"),
        data=lambda world: {"answer": "accepted"},
    ),
    Row("answer", {200: EVERYONE}, arguments=lambda world: {"token": world.token}, nobody=200),
    Row("answer", {422: EVERYONE}, "post", arguments=lambda world: {"token": world.token}, nobody=422),
    Row("item_new", {200: OFFICERS}, arguments=of("draft")),
    Row("item_new", {422: OFFICERS}, "post", arguments=of("draft")),
    Row("item_edit", {200: OFFICERS, 403: STEERING - OFFICERS}, arguments=of_item("called", "item")),
    Row("item_edit", {422: OFFICERS, 403: STEERING - OFFICERS}, "post", arguments=of_item("called", "item")),
    Row(
        "item_move",
        {302: OFFICERS, 403: STEERING - OFFICERS},
        "post",
        arguments=of_item("called", "item"),
        data=lambda world: {"direction": "down"},
    ),
    # In the meeting.
    Row("meeting_live", {200: WRITERS, 403: STEERING - WRITERS}, arguments=of("running")),
    Row("meeting_open", {302: WRITERS, 403: STEERING - WRITERS}, "post", arguments=of("called")),
    Row("meeting_attendance", {302: WRITERS, 403: STEERING - WRITERS}, "post", arguments=of("running")),
    Row("item_live", {200: WRITERS, 403: STEERING - WRITERS}, arguments=of_item("running", "running_item")),
    Row(
        "item_live",
        {422: WRITERS, 403: STEERING - WRITERS},
        "post",
        arguments=of_item("running", "running_item"),
    ),
    Row(
        "item_decide",
        {422: WRITERS, 403: STEERING - WRITERS},
        "post",
        arguments=of_item("running", "running_item"),
    ),
    Row(
        "item_agree",
        {422: WRITERS, 403: STEERING - WRITERS},
        "post",
        arguments=of_item("running", "running_item"),
    ),
    Row(
        "decision_remove",
        {302: WRITERS, 403: STEERING - WRITERS},
        "post",
        arguments=of_item("running", "running_item", decision="decision"),
    ),
    Row(
        "action_remove",
        {302: WRITERS, 403: STEERING - WRITERS},
        "post",
        arguments=of_item("running", "running_item", action="action"),
    ),
    Row("meeting_hold", {422: WRITERS, 403: STEERING - WRITERS}, "post", arguments=of("running")),
    Row("minutes", {200: STEERING}, arguments=of("held")),
    Row("minutes_submit", {302: WRITERS, 403: STEERING - WRITERS}, "post", arguments=of("held")),
    Row("minutes_return", {422: OFFICERS, 403: STEERING - OFFICERS}, "post", arguments=of("held")),
    Row("minutes_approve", {302: {"chair"}, 403: STEERING - {"chair"}}, "post", arguments=of("held")),
    Row(
        "minutes_file",
        {200: OFFICERS, 403: STEERING - OFFICERS},
        arguments=lambda world: {"pk": world.held.pk, "file_format": "pdf"},
    ),
    Row(
        "minutes_file",
        {200: OFFICERS, 403: STEERING - OFFICERS},
        arguments=lambda world: {"pk": world.held.pk, "file_format": "docx"},
    ),
    Row("minutes_file", {}, arguments=lambda world: {"pk": world.held.pk, "file_format": "exe"}),
    # Cases.
    Row("cases", {200: EVERYONE}),
    Row("case_new", {200: LEAD}, others=403),
    Row("case_new", {302: LEAD}, "post", others=403),
    Row("case", {200: SEATED}, arguments=of_case()),
    Row("case_close", {200: LEAD, 403: SEATED - LEAD}, arguments=of_case()),
    Row("case_close", {302: LEAD, 403: SEATED - LEAD}, "post", arguments=of_case()),
    Row("seat_new", {200: LEAD, 403: SEATED - LEAD}, arguments=of_case()),
    Row("seat_new", {422: LEAD, 403: SEATED - LEAD}, "post", arguments=of_case()),
    Row("seat_end", {200: LEAD, 403: SEATED - LEAD}, arguments=of_case(seat="seat")),
    Row("seat_end", {302: LEAD, 403: SEATED - LEAD}, "post", arguments=of_case(seat="seat")),
    Row("note_new", {200: SEATED}, arguments=of_case()),
    Row("note_new", {422: SEATED}, "post", arguments=of_case()),
    Row("record", {200: TOLD}, arguments=of_case(record="shown")),
    Row("record", {200: LEAD}, arguments=of_case(record="kept")),
    Row("disclose", {200: SEATED}, arguments=of_case()),
    Row("disclose", {422: SEATED}, "post", arguments=of_case(), data=lambda world: {"step": "1"}),
    Row("disclosure", {200: TOLD}, arguments=of_case(disclosure="disclosure")),
    Row("disclosure_revoke", {200: LEAD, 403: TOLD - LEAD}, arguments=of_case(disclosure="disclosure")),
    Row(
        "disclosure_revoke", {422: LEAD, 403: TOLD - LEAD}, "post", arguments=of_case(disclosure="disclosure")
    ),
    Row("access_log", {200: {"log_reviewer"}}),
]

#: Addresses of libraries, each with its own rule, tested below or in tests/samverkan.
ACCOUNT = "account/"
ADMIN = "admin/"


@pytest.fixture
def world(db: None) -> World:
    cast = make_cast()
    held = make_meeting(body=cast.steering, items=1, status="held", year=2026, number=1)
    make_minutes(meeting=held, status=Minutes.Status.REVIEW)
    running = make_meeting(body=cast.steering, items=1, status="in_progress", opened_at=timezone.now())
    make_minutes(meeting=running)
    running_item = running.items.get()
    called = make_meeting(body=cast.steering, items=2)
    case = make_case(lead=cast.case_worker)
    seat = make_seat(case=case, user=cast.police)
    make_seat(case=case, user=cast.welfare_officer)
    shown = make_note(case=case, by=cast.case_worker)
    return World(
        cast=cast,
        draft=make_meeting(body=cast.steering, items=1, status="draft"),
        called=called,
        running=running,
        held=held,
        item=called.items.first(),
        kept_item=make_item(meeting=called, position=9, audience="units", units=[cast.youth_unit]),
        running_item=running_item,
        decision=make_decision(item=running_item, by=cast.secretary),
        action=make_action(item=running_item, agency=cast.traffic_office, by=cast.secretary),
        case=case,
        seat=seat,
        kept=make_note(case=case, by=cast.case_worker),
        shown=shown,
        disclosure=make_disclosure(record=shown, to=cast.youth_unit, by=cast.case_worker),
        token=called.invitations.get(user=cast.police).token,
    )


def answer(row: Row, world: World, part: str | None) -> int:
    """The status that a part gets, everything undone afterwards."""
    browser = AppClient()
    with transaction.atomic():
        if part is not None:
            browser.force_login(getattr(world.cast, part))
        ask = getattr(browser, row.method)
        status = ask(reverse(row.name, kwargs=row.arguments(world)), row.data(world)).status_code
        transaction.set_rollback(True)
    return int(status)


def test_every_part_gets_what_the_matrix_says(world):
    wrong = []
    for row in ROWS:
        expected = {part: row.expected(part) for part in sorted(EVERYONE)} | {"nobody": row.nobody}
        found = {part: answer(row, world, part) for part in sorted(EVERYONE)}
        found["nobody"] = answer(row, world, None)
        wrong += [
            f"{row}: {part} got {found[part]}, not {status}"
            for part, status in expected.items()
            if found[part] != status
        ]

    assert not wrong, "\n".join(wrong)


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> list[tuple[str, str | None]]:
    """Every address of the program with its name."""
    found: list[tuple[str, str | None]] = []
    for entry in (resolver or get_resolver()).url_patterns:
        where = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found += patterns(entry, where)
        elif isinstance(entry, URLPattern):
            found.append((where, entry.name))
    return found


def test_every_address_has_a_row():
    rows = {row.name for row in ROWS}
    without = [
        where for where, name in patterns() if not where.startswith((ACCOUNT, ADMIN)) and name not in rows
    ]

    assert without == [], "Add a row to ROWS in tests/test_matrix.py."


def test_every_unsafe_method_without_its_row_is_refused(world):
    """What has no POST row does nothing on POST: 405, or the log-in, or the door."""
    posted = {row.name for row in ROWS if row.method == "post"}
    browser = AppClient()
    browser.force_login(world.cast.coordinator)

    for row in ROWS:
        if row.name not in posted:
            status = browser.post(reverse(row.name, kwargs=row.arguments(world))).status_code
            assert status in (403, 404, 405), row.name


def admin_addresses() -> list[str]:
    """Every admin page that needs no row, and the add pages."""
    names = [name for where, name in patterns() if where.startswith(ADMIN) and name]
    addresses = []
    for name in names:
        if name.endswith(("_changelist", "_add")) or name == "index":
            addresses.append(reverse(f"admin:{name}"))
    return addresses


def test_the_admin_is_for_administrators_alone(world):
    addresses = admin_addresses()
    assert len(addresses) > 10

    for part in sorted(EVERYONE - {"administrator"}):
        browser = AppClient()
        browser.force_login(getattr(world.cast, part))
        statuses = {address: browser.get(address).status_code for address in addresses}
        assert set(statuses.values()) <= {302, 403, 404}, (part, statuses)
    administrator = AppClient()
    administrator.force_login(world.cast.administrator)
    assert {administrator.get(address).status_code for address in addresses} == {200}


def test_the_admin_knows_no_case(world):
    words = ("interventions_", "/interventions/case", "/interventions/record", "/interventions/seat")
    administrator = AppClient()
    administrator.force_login(world.cast.administrator)

    index = administrator.get(reverse("admin:index")).content.decode()

    assert not [word for word in words if word in index]
    assert str(world.case.reference) not in index
