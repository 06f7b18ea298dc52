"""Structure mode: a case group left over from before cases were switched off, and words that no address may say."""

from groups.models import StandardAgendaItem
from tests.factories import make_body, make_meeting, make_membership
from tests.matrix.world import Row, World

CANARY = "Kanariegruppen"
#: Sentences about cases that pages of the structure say where there are some.
SENTENCES = ("om ett ärende", "ärenden visas", "Ärendegrupp", "rör ett ärende")
WORDS = ("/cases/", "Insatser<", "Åtkomstlogg", "Loggranskare", "loggranskare", CANARY)


def furnish(world: World) -> None:
    cast = world.cast
    body = make_body(key="canary", name=CANARY, kind="case", agreement=cast.agreement)
    for user in (cast.chair, cast.case_worker, cast.coordinator):
        make_membership(body=body, user=user, function="coordinator")
    StandardAgendaItem.objects.create(kind="case", position=1, title=CANARY)
    world.canary = make_meeting(body=body, title=CANARY)
    world.canaries |= {word: set() for word in (*WORDS, *SENTENCES)}


ROWS: list[Row] = []
