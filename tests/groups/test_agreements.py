"""The verbs: from draft to signatures, reports, new versions and termination."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from groups import agreements
from groups.models import Agreement, SignedCopy, State
from groups.models.agreements import managed_lines
from samverkan.uploads import receive
from tests.cast import make_cast
from tests.conftest import acting
from tests.factories import make_agency, make_agreement, make_body, make_membership
from tests.factories_agreements import in_days, make_signed_agreement, make_version


def complaint(error) -> list[str]:
    return sorted(getattr(error.value, "error_dict", {"": None}))


def standing(agreement: Agreement) -> State:
    return Agreement.objects.with_parties().get(pk=agreement.pk).state


@pytest.fixture
def draft(cast):
    return agreements.draft_agreement(
        by=cast.coordinator,
        prepared_in=cast.steering,
        parties=[cast.district, cast.police_agency],
        title="Lokal överenskommelse",
        purposes=["Trygghet"],
        areas=["Platser"],
        valid_to=in_days(300),
    )


def test_whole_way_from_draft_to_force(cast, draft):
    assert standing(draft) == State.DRAFT
    with acting(cast.coordinator) as person:
        agreements.change_draft(draft, by=person, parties=[cast.district, cast.school], title="Nytt namn")
        agreements.send_for_signing(draft, by=person)
        assert standing(draft) == State.SIGNING
        first, second = draft.parties.order_by("agency__key")
        paper = receive("avtal.pdf", b"%PDF-1.7\n1 0 obj\n")
        agreements.register_signature(first, by=person, signatory="Namn", signed_on=in_days(0), paper=paper)
        assert standing(draft) == State.SIGNING
        agreements.register_signature(second, by=person, signatory="Namn", signed_on=in_days(0))
        assert standing(draft) == State.IN_FORCE
        assert SignedCopy.objects.visible_to(person).get().party == first


def test_draft_lacks_are_said_before_it_is_sent(cast):
    draft = agreements.draft_agreement(
        by=cast.coordinator, prepared_in=cast.steering, parties=[cast.district], title="Utkast"
    )

    with pytest.raises(ValidationError) as error:
        agreements.send_for_signing(draft, by=cast.coordinator)

    assert len(error.value.messages) == 3
    assert standing(draft) == State.DRAFT


def test_sent_agreement_is_changed_only_after_it_is_taken_back(cast, draft):
    agreements.send_for_signing(draft, by=cast.coordinator)
    with pytest.raises(ValidationError):
        agreements.change_draft(draft, by=cast.coordinator, parties=[cast.district], title="Nytt")
    agreements.take_back(draft, by=cast.coordinator)
    agreements.change_draft(draft, by=cast.coordinator, parties=[cast.district], title="Nytt")

    assert Agreement.objects.get(pk=draft.pk).title == "Nytt"


def test_signed_agreement_is_not_taken_back(cast):
    agreement = make_signed_agreement(signed=[None, in_days(-3)])

    with pytest.raises(ValidationError):
        agreements.take_back(agreement, by=cast.coordinator)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"signatory": " "}, "signatory"),
        ({"signed_on": in_days(1)}, "signed_on"),
        ({"signed_on": in_days(-401)}, "signed_on"),
    ],
)
def test_impossible_signature_is_refused(cast, change, field):
    agreement = make_signed_agreement(signed=[None, None])
    party = agreement.parties.all()[0]

    with pytest.raises(ValidationError) as error:
        agreements.register_signature(
            party, by=cast.coordinator, **{"signatory": "Namn", "signed_on": in_days(-1)} | change
        )

    assert complaint(error) == [field]


def test_signature_is_registered_once(cast):
    agreement = make_signed_agreement(signed=[None, in_days(-3)])
    party = agreement.parties.get(signed_on__isnull=False)

    with pytest.raises(ValidationError):
        agreements.register_signature(party, by=cast.coordinator, signatory="Annan", signed_on=in_days(-1))


def test_new_version_takes_over_on_the_day_it_holds(cast):
    one = make_signed_agreement(valid_from=in_days(-300), valid_to=in_days(20))
    with acting(cast.coordinator) as person:
        two = agreements.draft_new_version(one, by=person)
        agreements.change_draft(two, by=person, valid_from=in_days(10), parties=[cast.district, cast.school])
        agreements.send_for_signing(two, by=person)
        for party in two.parties.all():
            agreements.register_signature(party, by=person, signatory="Namn", signed_on=in_days(0))

    assert (two.version, two.replaces, two.purposes) == (2, one, one.purposes)
    assert standing(two) == State.SIGNED
    assert Agreement.objects.with_parties().get(pk=one.pk).ends == in_days(9)
    assert one.version_on(in_days(9)) == one
    assert one.version_on(in_days(10)) == two
    with pytest.raises(ValidationError):
        agreements.draft_new_version(one, by=cast.coordinator)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"terminated_on": in_days(1)}, "terminated_on"),
        ({"last_day": in_days(-2)}, "last_day"),
        ({"last_day": in_days(301)}, "last_day"),
        ({"reason": ""}, "reason"),
        ({"terminated_by": None}, "terminated_by"),
    ],
)
def test_termination_says_who_when_and_why(cast, change, field):
    agreement = make_signed_agreement(valid_to=in_days(300))
    agency = agreement.parties.all()[0].agency
    facts = {"terminated_by": agency, "terminated_on": in_days(-1), "last_day": in_days(30), "reason": "Slut"}
    if "terminated_by" in change:
        change = {"terminated_by": make_agency()}

    with pytest.raises(ValidationError) as error:
        agreements.terminate(agreement, by=cast.chair, **facts | change)
    assert complaint(error) == [field]

    agreements.terminate(agreement, by=cast.chair, **facts)
    assert Agreement.objects.terminated(in_days(31)).get() == agreement
    assert standing(agreement) == State.IN_FORCE
    with pytest.raises(ValidationError):
        agreements.terminate(agreement, by=cast.chair, **facts)


def test_report_and_registry_number(cast):
    agreement = make_signed_agreement()
    number = {"agency": cast.district, "reference": "JÄ 2026/1"}
    agreements.report_to_board(agreement, by=cast.chair, board="Nämnden", reported="2020-04", reference="12")
    agreements.add_registry_number(agreement, by=cast.chair, **number)

    with pytest.raises(ValidationError) as error:
        agreements.report_to_board(agreement, by=cast.chair, board="Nämnden", reported="2020-04")
    assert complaint(error) == ["board"]
    with pytest.raises(ValidationError) as error:
        agreements.report_to_board(agreement, by=cast.chair, board="N", reported=in_days(1).isoformat())
    assert complaint(error) == ["reported"]
    with pytest.raises(ValidationError) as error:
        agreements.add_registry_number(agreement, by=cast.chair, **number)
    assert complaint(error) == ["reference"]


def test_frame_in_a_circle_is_refused_beside_its_field(cast, draft):
    below = make_agreement(parent=draft)

    with pytest.raises(ValidationError) as error:
        agreements.change_draft(draft, by=cast.chair, parties=[], parent=below)

    assert complaint(error) == ["parent"]


def test_who_manages_the_top_group_answers_for_agreement_frame_and_versions(cast):
    frame = make_agreement()
    cast.agreement.parent = frame
    cast.agreement.save()
    version = make_version(cast.agreement, signed=[None, None])
    other = make_agreement()
    with acting(cast.chair) as chair:
        assert set(Agreement.objects.managed_by(chair)) == {frame, cast.agreement, version}
        assert "manage" in version.acts_of(chair)
        assert "manage" not in other.acts_of(chair)
    for person in (cast.secretary, cast.case_worker, cast.administrator, cast.stranger):
        with acting(person):
            assert managed_lines(person) == set()


def test_group_below_another_answers_for_no_agreement(cast):
    make_membership(
        body=make_body(parent=cast.places, agreement=make_agreement()), user=cast.traffic, function="chair"
    )

    assert managed_lines(cast.traffic) == set()


@pytest.mark.django_db(transaction=True)
def test_two_people_make_one_new_version():
    cast = make_cast()
    agreement = make_signed_agreement()
    outcomes: list[str] = []

    def make() -> None:
        try:
            agreements.draft_new_version(Agreement.objects.get(pk=agreement.pk), by=cast.chair)
            outcomes.append("made")
        except ValidationError:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=make) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["made", "refused"]


def test_a_party_that_has_ended_cannot_sign_and_gives_way_to_its_successor(cast, draft):
    old = make_agency(name="Gamla nämnden", valid_to=in_days(-9), successor=cast.school)
    agreements.change_draft(draft, by=cast.chair, parties=[cast.district, old])
    with pytest.raises(ValidationError, match="Gamla nämnden"):
        agreements.send_for_signing(draft, by=cast.chair)
    signed = make_signed_agreement(parties=[cast.district, old])

    version = agreements.draft_new_version(signed, by=cast.chair)

    assert {party.agency for party in version.parties.all()} == {cast.district, cast.school}


def test_a_draft_is_thrown_away_and_gives_room_for_another(cast):
    signed = make_signed_agreement(parties=[cast.district, cast.school], prepared_in=cast.steering)
    version = agreements.draft_new_version(signed, by=cast.chair)

    agreements.discard_draft(version, by=cast.chair)

    assert not Agreement.objects.filter(version=2).exists()
    assert agreements.draft_new_version(signed, by=cast.chair).version == 2


def test_what_is_a_record_already_is_not_thrown_away(cast, draft):
    agreements.add_registry_number(draft, by=cast.chair, agency=cast.district, reference="JÄ 7")
    sent = make_signed_agreement(parties=[cast.district, cast.school], signed=[None, None])

    for kept in (draft, sent):
        with pytest.raises(ValidationError):
            agreements.discard_draft(kept, by=cast.chair)
        assert Agreement.objects.filter(pk=kept.pk).exists()


def test_a_version_replaced_before_its_first_day_never_held(cast):
    early = make_signed_agreement(
        parties=[cast.district, cast.school], valid_from=in_days(30), valid_to=in_days(90)
    )
    make_version(early, valid_from=in_days(-1), signed=[in_days(-3), in_days(-2)])

    early = Agreement.objects.with_parties().get(pk=early.pk)

    assert (early.state, early.never_held) == (State.REPLACED, True)
    assert early.period == (in_days(30), in_days(90))
    assert early.successor.period == (in_days(-1), None)
