"""Bodies, seats, the directory of agencies, and the confidentiality undertaking."""

from collections.abc import Callable
from typing import Any

from groups.undertakings import confirm_undertaking, publish_undertaking
from tests.factories import make_body
from tests.factories_bodies import make_contact, make_standing_guest
from tests.matrix.world import EVERYONE, MANAGERS, STRUCTURE, Row, World

#: Who keep the traffic office's contact points: coordinators, and its own people who manage a body (here none).
KEEPERS = {"coordinator"}


def furnish(world: World) -> None:
    cast = world.cast
    world.seat_of_police = cast.steering.memberships.get(user=cast.police)
    world.contact = make_contact(agency=cast.traffic_office)
    world.idle = make_body(key="idle", parent=cast.steering, agreement=cast.agreement)
    world.standing_guest = make_standing_guest(body=world.idle)
    confirm_undertaking(publish_undertaking("Text"), by=cast.case_worker)


def key(name: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"key": (world.idle if name == "idle" else getattr(world.cast, name)).key}


def seat(world: World) -> dict[str, Any]:
    return {"key": world.cast.steering.key, "pk": world.seat_of_police.pk}


def standing_guest(world: World) -> dict[str, Any]:
    return {"key": "idle", "pk": world.standing_guest.pk}


def contact(world: World) -> dict[str, Any]:
    return {"key": world.cast.traffic_office.key, "pk": world.contact.pk}


ROWS = [
    Row("inventory", {200: EVERYONE}),
    Row("agencies", {200: EVERYONE}),
    Row("undertaking", {200: EVERYONE}),
    Row("undertaking", {422: EVERYONE}, "post"),
    Row("undertakings", {200: {"coordinator"}, 403: STRUCTURE - {"coordinator"}}),
    *(
        row
        for name, arguments, allowed, sent in (
            ("services", key("traffic_office"), KEEPERS, 302),
            ("contact_add", key("traffic_office"), KEEPERS, 422),
            ("contact_change", contact, KEEPERS, 422),
            ("body_edit", key("idle"), MANAGERS, 422),
            ("body_new", key("steering"), MANAGERS, 422),
            ("body_close", key("idle"), MANAGERS, 422),
            ("member_change", seat, MANAGERS, 422),
            ("standing_guest_add", key("idle"), MANAGERS, 422),
            ("standing_guest_change", standing_guest, MANAGERS, 422),
        )
        for row in (
            Row(name, {200: allowed, 403: STRUCTURE - allowed}, arguments=arguments),
            Row(name, {sent: allowed, 403: STRUCTURE - allowed}, "post", arguments=arguments),
        )
    ),
]
