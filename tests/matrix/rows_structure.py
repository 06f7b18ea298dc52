"""The structure and its bodies."""

from typing import Any

from tests.matrix.world import EVERYONE, STRUCTURE, Row, World


def body(world: World) -> dict[str, Any]:
    return {"key": world.cast.steering.key}


ROWS = [
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
]
