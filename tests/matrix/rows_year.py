"""The collaboration year and the checklist of the law."""

from datetime import date

from tests.factories_duties import make_duty, make_turn, make_turn_file
from tests.factories_law import make_evidence_file
from tests.matrix.world import EVERYONE, MANAGERS, STRUCTURE, Row, World, of


def furnish(world: World) -> None:
    """A duty of the steering group with a turn to come and one that is done."""
    world.duty = make_duty(body=world.cast.steering)
    world.turn = make_turn(duty=world.duty)
    world.done_turn = make_turn(
        duty=world.duty, due=date(2025, 12, 31), done_on=date(2025, 12, 1), note="Klart."
    )
    world.turn_file = make_turn_file(turn=world.done_turn, by=world.cast.chair)
    world.evidence_file = make_evidence_file(by=world.cast.chair)
    world.evidence = world.evidence_file.evidence


def demand(world: World) -> dict[str, str]:
    return {"demand": "11-12"}


ROWS = [
    Row("year", {200: EVERYONE}),
    Row("duty", {200: STRUCTURE}, arguments=of("duty")),
    Row("duty_new", {200: MANAGERS}, others=403),
    Row("duty_new", {422: MANAGERS}, "post", others=403),
    Row("duty_edit", {200: MANAGERS, 403: STRUCTURE - MANAGERS}, arguments=of("duty")),
    Row("duty_edit", {422: MANAGERS, 403: STRUCTURE - MANAGERS}, "post", arguments=of("duty")),
    Row("duty_finish", {200: MANAGERS, 403: STRUCTURE - MANAGERS}, arguments=of("turn")),
    Row("duty_finish", {422: MANAGERS, 403: STRUCTURE - MANAGERS}, "post", arguments=of("turn")),
    Row("duty_reopen", {200: MANAGERS, 403: STRUCTURE - MANAGERS}, arguments=of("done_turn")),
    Row("duty_file", {200: STRUCTURE}, arguments=of("turn_file")),
    Row("duty_reopen", {302: MANAGERS, 403: STRUCTURE - MANAGERS}, "post", arguments=of("done_turn")),
    Row("law", {200: EVERYONE}),
    Row("law_judge", {200: MANAGERS}, arguments=demand, others=403),
    Row("law_judge", {422: MANAGERS}, "post", arguments=demand, others=403),
    Row("law_show", {200: MANAGERS}, arguments=demand, others=403),
    Row("law_show", {422: MANAGERS}, "post", arguments=demand, others=403),
    Row("law_withdraw", {200: MANAGERS, 403: STRUCTURE - MANAGERS}, arguments=of("evidence")),
    Row("law_withdraw", {422: MANAGERS, 403: STRUCTURE - MANAGERS}, "post", arguments=of("evidence")),
    Row("law_file", {200: STRUCTURE}, arguments=of("evidence_file")),
]
