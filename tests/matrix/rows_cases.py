"""Cases, and the access log."""

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from tests.factories import make_body, make_meeting, make_membership
from tests.factories_cases import make_case, make_disclosure, make_note, make_seat
from tests.matrix.world import EVERYONE, LEAD, SEATED, TOLD, Row, World


def of_case(**more: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {
        "pk": world.case.pk,
        **{name: getattr(world, value).pk for name, value in more.items()},
    }


def furnish(world: World) -> None:
    """A case group; a case with a note that is kept and one that the police were told."""
    cast = world.cast
    group = make_body(
        name="Gruppen rördrom", kind="case", parent=cast.recruitment, agreement=cast.steering.agreement
    )
    make_membership(body=group, user=cast.case_worker, function="chair")
    make_meeting(body=group, items=1)
    world.case = make_case(lead=cast.case_worker, reference="SIG-KANARIE")
    world.seat = make_seat(case=world.case, user=cast.police)
    make_seat(case=world.case, user=cast.welfare_officer)
    world.shown = make_note(case=world.case, by=cast.case_worker, text="Ett steglitsord")
    world.kept = make_note(case=world.case, by=cast.case_worker, text="Ett gulsparvsord")
    make_note(case=world.case, by=cast.welfare_officer, text="Ett nötväckeord")
    told = {"to": cast.youth_unit, "by": cast.case_worker}
    world.disclosure = make_disclosure(
        record=world.shown, reasoning="Ett domherreord", reservation="Ett rödhakeord", **told
    )
    world.revoked = make_disclosure(record=world.kept, reasoning="Ett bofinksord", **told)
    world.revoked.grants.all().delete()
    world.revoked.revoked_at, world.revoked.revoked_by = timezone.now(), cast.case_worker
    world.revoked.revocation_reason = "Ett grönfinksord"
    world.revoked.save()
    world.canaries |= {
        "rördrom": LEAD,
        "SIG-KANARIE": SEATED,
        "steglitsord": TOLD,
        "gulsparvsord": LEAD,
        "nötväckeord": {"welfare_officer"},
        "domherreord": LEAD,
        "rödhakeord": TOLD,
        "bofinksord": LEAD,
        "grönfinksord": LEAD,
    }


ROWS = [
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
    Row("disclosure", {200: TOLD}, arguments=of_case(disclosure="revoked")),
    Row("disclosure_revoke", {200: LEAD, 403: TOLD - LEAD}, arguments=of_case(disclosure="disclosure")),
    Row(
        "disclosure_revoke", {422: LEAD, 403: TOLD - LEAD}, "post", arguments=of_case(disclosure="disclosure")
    ),
    Row("access_log", {200: {"log_reviewer"}}),
]
