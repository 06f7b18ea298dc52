"""Leaving, and receiving what was left. The police officer leaves the steering group; the chair is asked to receive."""

from tests.factories_leaving import make_hand_over, make_reorganisation, make_thing
from tests.matrix.world import EVERYONE, MANAGERS, STRUCTURE, Row, World, of

OWN = {"police"}


def furnish(world: World) -> None:
    cast = world.cast
    world.hand_over = make_hand_over(user=cast.police, body=cast.steering)
    world.thing = make_thing(hand_over=world.hand_over)
    world.asked = make_thing(hand_over=world.hand_over, state="offered", receiver=cast.chair)
    world.change = make_reorganisation(
        agencies=[cast.traffic_office], successor=cast.district, by=cast.coordinator
    )
    world.leaving_seat = cast.steering.memberships.get(user=cast.traffic)
    world.leaving_work = cast.secretary.employments.get()


ROWS = [
    Row("structure_on", {200: STRUCTURE}, others=403),
    Row("hand_overs", {200: EVERYONE}),
    Row("hand_over_prepare", {200: STRUCTURE, 403: EVERYONE - STRUCTURE}),
    Row("hand_over_prepare", {422: STRUCTURE, 403: EVERYONE - STRUCTURE}, "post"),
    Row("hand_over", {200: MANAGERS | OWN}, arguments=of("hand_over")),
    Row("hand_over_give", {200: MANAGERS, 403: OWN}, arguments=of("thing")),
    Row("hand_over_give", {422: MANAGERS, 403: OWN}, "post", arguments=of("thing")),
    Row("hand_over_release", {200: MANAGERS, 403: OWN}, arguments=of("thing")),
    Row("hand_over_release", {422: MANAGERS, 403: OWN}, "post", arguments=of("thing")),
    Row("hand_over_accept", {302: {"chair"}, 403: {"coordinator"} | OWN}, "post", arguments=of("asked")),
    Row("hand_over_decline", {200: {"chair"}, 403: {"coordinator"} | OWN}, arguments=of("asked")),
    Row("hand_over_decline", {302: {"chair"}, 403: {"coordinator"} | OWN}, "post", arguments=of("asked")),
    Row("reorganisations", {200: EVERYONE}),
    Row("reorganisation_new", {200: MANAGERS}, others=403),
    Row("reorganisation_new", {422: MANAGERS}, "post", others=403),
    Row("reorganisation", {200: STRUCTURE}, arguments=of("change")),
    Row("reorganisation_pair", {200: MANAGERS, 403: STRUCTURE - MANAGERS}, arguments=of("change")),
    Row("reorganisation_pair", {422: MANAGERS, 403: STRUCTURE - MANAGERS}, "post", arguments=of("change")),
    Row("reorganisation_carry_out", {200: MANAGERS, 403: STRUCTURE - MANAGERS}, arguments=of("change")),
    Row(
        "reorganisation_carry_out", {302: MANAGERS, 403: STRUCTURE - MANAGERS}, "post", arguments=of("change")
    ),
    Row(
        "reorganisation_withdraw", {302: MANAGERS, 403: STRUCTURE - MANAGERS}, "post", arguments=of("change")
    ),
    Row("membership_end", {200: MANAGERS, 403: STRUCTURE - MANAGERS}, arguments=of("leaving_seat")),
    Row("membership_end", {422: MANAGERS, 403: STRUCTURE - MANAGERS}, "post", arguments=of("leaving_seat")),
    Row("employment_end", {200: MANAGERS, 403: STRUCTURE - MANAGERS}, arguments=of("leaving_work")),
    Row(
        "employment_end",
        {422: MANAGERS, 403: STRUCTURE - MANAGERS},
        "post",
        arguments=of("leaving_work"),
    ),
]
