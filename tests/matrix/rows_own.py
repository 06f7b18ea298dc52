"""The start page and what belongs to oneself."""

from tests.matrix.world import EVERYONE, STEERING, WRITERS, Row

ROWS = [
    Row("today", {200: EVERYONE}),
    Row("actions", {200: EVERYONE}),
    Row(
        "action_finish",
        {302: {"traffic"} | WRITERS, 403: STEERING - {"traffic"} - WRITERS},
        "post",
        arguments=lambda world: {"pk": world.action.pk},
    ),
    Row("language", {302: EVERYONE}, "post", data=lambda world: {"language": "en", "next": "/"}, nobody=302),
    Row("accessibility", {200: EVERYONE}, nobody=200),
    Row("accessibility", {422: EVERYONE}, "post", nobody=422),
    Row("healthz", {200: EVERYONE}, nobody=200),
]
