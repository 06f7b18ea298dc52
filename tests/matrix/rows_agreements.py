"""Agreements: everyone in the structure reads, those who manage the top group act."""

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from groups.models import SignedCopy
from samverkan.uploads import receive
from tests.factories_agreements import in_days, make_signed_agreement
from tests.matrix.world import EVERYONE, MANAGERS, STRUCTURE, Row, World

PDF = b"%PDF-1.7\n1 0 obj\n"


def furnish(world: World) -> None:
    cast, prepared = world.cast, {"prepared_in": world.cast.steering}
    parties = [cast.district, cast.police_agency]
    world.draft_agreement = make_signed_agreement(
        parties=parties, signed=[None, None], sent_on=None, **prepared
    )
    world.sent_agreement = make_signed_agreement(parties=parties, signed=[None, None], **prepared)
    world.signed_agreement = make_signed_agreement(parties=parties, valid_to=in_days(200), **prepared)
    paper = receive("avtal.pdf", PDF)
    party = world.signed_agreement.parties.all()[0]
    world.signed_copy = SignedCopy.objects.create(party=party, uploaded_by=cast.chair, **paper.fields())


def key(name: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"key": getattr(world, name).key}


def party(name: str, number: int = 0) -> Callable[[World], dict[str, Any]]:
    def arguments(world: World) -> dict[str, Any]:
        agreement = getattr(world, name)
        return {"key": agreement.key, "party": agreement.parties.order_by("pk")[number].pk}

    return arguments


def managed(status: int) -> dict[int, set[str]]:
    return {status: MANAGERS, 403: STRUCTURE - MANAGERS}


def signature(world: World) -> dict[str, Any]:
    paper = SimpleUploadedFile("avtal.pdf", PDF)
    return {"signatory": "Namn", "signed_on": in_days(0).isoformat(), "paper": paper}


def paper(world: World) -> dict[str, Any]:
    return {"paper": SimpleUploadedFile("avtal.pdf", PDF)}


ROWS = [
    Row("agreements", {200: EVERYONE}),
    Row("agreement", {200: STRUCTURE}, arguments=key("signed_agreement")),
    Row("agreement", {200: STRUCTURE}, arguments=key("draft_agreement")),
    Row("agreement_pdf", {200: STRUCTURE}, arguments=key("signed_agreement")),
    Row("agreement_copy", {200: STRUCTURE}, arguments=lambda world: {"pk": world.signed_copy.pk}),
    Row("agreement_new", {200: MANAGERS}, others=403),
    Row("agreement_new", {422: MANAGERS}, "post", others=403),
    Row("agreement_edit", managed(200), arguments=key("draft_agreement")),
    Row("agreement_edit", managed(422), "post", arguments=key("draft_agreement")),
    Row("agreement_send", managed(200), arguments=key("draft_agreement")),
    Row("agreement_send", managed(302), "post", arguments=key("draft_agreement")),
    Row("agreement_send", managed(422), "post", arguments=key("signed_agreement")),
    Row("agreement_discard", managed(200), arguments=key("draft_agreement")),
    Row("agreement_discard", managed(302), "post", arguments=key("draft_agreement")),
    Row("agreement_discard", managed(422), "post", arguments=key("signed_agreement")),
    Row("agreement_take_back", managed(302), "post", arguments=key("sent_agreement")),
    Row("agreement_sign", managed(200), arguments=party("sent_agreement")),
    Row("agreement_sign", managed(422), "post", arguments=party("sent_agreement")),
    Row("agreement_sign", managed(302), "post", arguments=party("sent_agreement"), data=signature),
    Row("agreement_add_copy", managed(200), arguments=party("signed_agreement", 1)),
    Row("agreement_add_copy", managed(422), "post", arguments=party("signed_agreement", 1)),
    Row("agreement_add_copy", managed(302), "post", arguments=party("signed_agreement", 1), data=paper),
    Row("agreement_report", managed(200), arguments=key("signed_agreement")),
    Row("agreement_report", managed(422), "post", arguments=key("signed_agreement")),
    Row("agreement_number", managed(200), arguments=key("signed_agreement")),
    Row("agreement_number", managed(422), "post", arguments=key("signed_agreement")),
    Row("agreement_new_version", managed(302), "post", arguments=key("signed_agreement")),
    Row("agreement_terminate", managed(200), arguments=key("signed_agreement")),
    Row("agreement_terminate", managed(422), "post", arguments=key("signed_agreement")),
]
