"""Meetings, and what is done in them."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from meetings.models import Minutes
from tests.factories import make_action, make_decision, make_item, make_meeting, make_minutes
from tests.factories_bodies import make_guest
from tests.matrix.world import CALLERS, EVERYONE, OFFICERS, STEERING, STRUCTURE, WRITERS, Row, World, of


def of_item(meeting: str, item: str, **more: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {
        "pk": getattr(world, meeting).pk,
        "item": getattr(world, item).pk,
        **{name: getattr(world, value).pk for name, value in more.items()},
    }


def furnish(world: World) -> None:
    """Meetings of the steering group in every state, with what can hang on them."""
    cast = world.cast
    world.held = make_meeting(body=cast.steering, items=1, status="held", year=2026, number=1)
    make_minutes(meeting=world.held, status=Minutes.Status.REVIEW)
    world.running = make_meeting(body=cast.steering, items=1, status="in_progress", opened_at=timezone.now())
    make_minutes(meeting=world.running)
    world.called = make_meeting(body=cast.steering, items=2)
    world.draft = make_meeting(body=cast.steering, items=1, status="draft")
    world.item = world.called.items.first()
    world.kept_item = make_item(meeting=world.called, position=9, audience="units", units=[cast.youth_unit])
    world.running_item = world.running.items.get()
    world.decision = make_decision(item=world.running_item, by=cast.secretary)
    world.action = make_action(item=world.running_item, agency=cast.traffic_office, by=cast.secretary)
    world.guest = make_guest(meeting=world.called, invited_by=cast.secretary)
    world.token = world.called.invitations.get(user=cast.police).token
    world.open = make_meeting(body=cast.places, audience="structure")
    _keep_items(world)


def _keep_items(world: World) -> None:
    """In every meeting an item that is kept to the police's unit, with all that can be written under one."""
    cast = world.cast
    for name in ("draft", "called", "running", "held"):
        item = make_item(
            meeting=getattr(world, name),
            position=40,
            title=f"Rubriken tofsvipa {name}",
            presenter="Föredragande storspov",
            text="Texten ljungpipare",
            audience="units",
            units=[cast.youth_unit],
        )
        make_decision(item=item, by=cast.police, text="Beslutet enkelbeckasin")
        make_action(item=item, agency=cast.police_agency, by=cast.police, text="Åtgärden rödbena")
    words = ("tofsvipa", "storspov", "ljungpipare", "enkelbeckasin", "rödbena")
    world.canaries |= {word: {"police"} for word in words}


ROWS = [
    Row("meetings", {200: EVERYONE}),
    Row("meeting_new", {200: CALLERS}, others=403),
    Row("meeting_new", {422: CALLERS}, "post", others=403),
    Row("meeting", {200: STEERING}, arguments=of("called")),
    Row("meeting", {200: OFFICERS}, arguments=of("draft")),
    Row("meeting_who", {200: STEERING}, arguments=of("called")),
    Row("meeting_who", {200: STRUCTURE}, arguments=of("open")),
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
    Row("guest_add", {200: OFFICERS, 403: STEERING - OFFICERS}, arguments=of("called")),
    Row("guest_add", {422: OFFICERS, 403: STEERING - OFFICERS}, "post", arguments=of("called")),
    Row(
        "guest_remove",
        {302: OFFICERS, 403: STEERING - OFFICERS},
        "post",
        arguments=lambda world: {"pk": world.called.pk, "guest": world.guest.pk},
    ),
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
    Row("meeting_note_rest", {200: WRITERS, 403: STEERING - WRITERS}, arguments=of("running")),
    Row("meeting_note_rest", {302: WRITERS, 403: STEERING - WRITERS}, "post", arguments=of("running")),
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
]
