"""Premises, rooms, and what residents see."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

from django.utils import timezone

from groups.models import Closure
from meetings.bookings import book_room, times_of
from meetings.publishing import publish
from tests.factories_premises import make_hours, make_shift
from tests.matrix.world import EVERYONE, STRUCTURE, Row, World, of

#: Who manages the cast's premises, which no agency of theirs keeps: coordinators.
KEEPERS = {"coordinator"}
KINDS = {"hours": "open_span", "shifts": "shift", "closures": "closure", "rooms": "cast_room"}


def of_premises(part: str = "") -> Callable[[World], dict[str, Any]]:
    return lambda world: {"pk": world.cast.premises.pk} | ({"part": getattr(world, part).pk} if part else {})


def of_room(world: World) -> dict[str, Any]:
    return {"pk": world.cast.room.pk}


def published(world: World) -> dict[str, Any]:
    return {"kind": "premises", "pk": world.cast.premises.pk}


def furnish(world: World) -> None:
    """Hours, a shift, a closure, a booking of the police's, and the premises published."""
    cast = world.cast
    make_hours(premises=cast.premises, begins="10", ends="18")
    world.open_span = cast.premises.hours.get()
    world.shift = make_shift(premises=cast.premises, agency=cast.police_agency)
    world.closure = Closure.objects.create(
        premises=cast.premises, first_day=date(2027, 1, 2), last_day=date(2027, 1, 3), reason="Golvet"
    )
    world.cast_room = cast.room
    day = timezone.localdate() + timedelta(days=20)
    (world.booking,) = book_room(
        cast.room, times_of([day], time(9), time(10)), purpose="Samtal", by=cast.police
    )
    world.publication = publish(cast.premises, heading="Lokalen", by=cast.coordinator)
    for user in (cast.police, cast.coordinator):
        user.forget()


def _parts() -> list[Row]:
    rows = []
    for kind, part in KINDS.items():
        for name, arguments in (
            (f"premises_{kind}_new", of_premises()),
            (f"premises_{kind}_edit", of_premises(part)),
        ):
            rows.append(Row(name, {200: KEEPERS, 403: STRUCTURE - KEEPERS}, arguments=arguments))
            rows.append(Row(name, {422: KEEPERS, 403: STRUCTURE - KEEPERS}, "post", arguments=arguments))
    return rows


ROWS = [
    Row("premises", {200: EVERYONE}),
    Row("premises_new", {200: {"coordinator"}}, others=403),
    Row("premises_new", {422: {"coordinator"}}, "post", others=403),
    Row("premises_one", {200: STRUCTURE}, arguments=of_premises()),
    Row("premises_edit", {200: KEEPERS, 403: STRUCTURE - KEEPERS}, arguments=of_premises()),
    Row("premises_edit", {422: KEEPERS, 403: STRUCTURE - KEEPERS}, "post", arguments=of_premises()),
    Row("premises_times", {200: KEEPERS, 403: STRUCTURE - KEEPERS}, arguments=of_premises()),
    *_parts(),
    Row("room", {200: STRUCTURE}, arguments=of_room),
    Row("room_book", {200: STRUCTURE}, arguments=of_room),
    Row("room_book", {422: STRUCTURE}, "post", arguments=of_room),
    Row(
        "booking_cancel",
        {200: {"police", "unseated_police"}, 403: STRUCTURE - {"police", "unseated_police"}},
        arguments=of("booking"),
    ),
    Row(
        "booking_cancel",
        {302: {"police", "unseated_police"}, 403: STRUCTURE - {"police", "unseated_police"}},
        "post",
        arguments=of("booking"),
    ),
    Row("publications", {200: {"coordinator"}}, others=403),
    Row("publish", {200: {"coordinator"}, 403: STRUCTURE - {"coordinator"}}, arguments=published),
    Row("publish", {422: {"coordinator"}, 403: STRUCTURE - {"coordinator"}}, "post", arguments=published),
    Row("unpublish", {302: {"coordinator"}}, "post", arguments=of("publication"), others=403),
    Row("open", {200: EVERYONE}, nobody=200),
    Row("open_en", {200: EVERYONE}, nobody=200),
    Row("robots", {200: EVERYONE}, nobody=200),
]
