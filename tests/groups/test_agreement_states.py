"""How an agreement stands is computed, here and in the database alike; and what is signed stays."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from groups.models import Agreement, AgreementParty, BoardReport, SignedCopy, State
from samverkan.uploads import receive
from tests.factories import make_agency, make_agreement, make_user
from tests.factories_agreements import in_days, make_signed_agreement, make_version

DAY = date(2026, 6, 1)
days = st.integers(-4, 4).map(lambda number: DAY + timedelta(days=number))
maybe = st.none() | days


@st.composite
def facts(draw):
    """What one version says: recorded afterwards, or sent and signed by some; with dates of all kinds."""
    said = {"valid_from": draw(maybe), "valid_to": draw(maybe)}
    if said["valid_from"] and said["valid_to"] and said["valid_to"] < said["valid_from"]:
        said["valid_to"] = None
    if draw(st.booleans()):
        said["original_kept"] = draw(st.sampled_from(["", "Arkivet"]))
        said["sent_on"], signed = None, [None, None]
    else:
        said["original_kept"], said["sent_on"] = "", DAY - timedelta(days=9)
        signed = [draw(maybe), draw(maybe)]
    return said, signed


@st.composite
def terminations(draw):
    if draw(st.booleans()):
        return {}
    return {"terminated_on": DAY - timedelta(days=6), "last_day": draw(days), "termination_reason": "Slut"}


@pytest.mark.django_db
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=facts(), second=st.none() | facts(), ended=terminations(), day=days)
def test_property_and_queryset_say_the_same(first, second, ended, day):
    with transaction.atomic():
        parties = [make_agency(), make_agency()]
        if ended:
            ended = ended | {"terminated_by": parties[0]}
        said, signed = first
        one = make_signed_agreement(parties=parties, signed=signed, **said, **ended)
        if second:
            said, signed = second
            make_version(one, signed=signed, **said)
        rows = list(Agreement.objects.with_parties())
        for row in rows:
            found = [state for state in State if Agreement.objects.in_state(state, on=day).filter(pk=row.pk)]
            assert found == [row.state_on(day)]
            holds = row.begins is not None and row.begins <= day and (row.ends is None or day <= row.ends)
            assert holds == (found == [State.IN_FORCE])
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "signed", "state"),
    [
        ({"sent_on": None}, [None, None], "draft"),
        ({}, [None, in_days(-3)], "signing"),
        ({"valid_from": in_days(1)}, [in_days(-3), in_days(-3)], "signed"),
        ({"valid_from": in_days(0)}, [in_days(-3), in_days(-3)], "in_force"),
        ({"valid_to": in_days(0)}, [in_days(-3), in_days(-3)], "in_force"),
        ({"valid_to": in_days(-1)}, [in_days(-3), in_days(-3)], "expired"),
    ],
)
def test_state_follows_from_signatures_and_dates(fields, signed, state):
    agreement = make_signed_agreement(signed=signed, **fields)

    queryset = {"draft": "drafts"}.get(state, state)

    assert Agreement.objects.with_parties().get(pk=agreement.pk).state == state
    assert getattr(Agreement.objects, queryset)().get() == agreement


@pytest.mark.django_db
def test_recorded_afterwards_is_in_force_without_signatures():
    agreement = make_agreement(parties=[make_agency()])

    assert agreement.state == State.IN_FORCE
    assert agreement.begins == date.min
    assert list(Agreement.objects.live()) == [agreement]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("left", "warned"), [(181, None), (180, 180), (91, 180), (90, 90), (30, 30), (0, 30)]
)
def test_warned_at_the_nearest_threshold(left, warned, settings):
    settings.AGREEMENT_WARNINGS = (180, 90, 30)
    agreement = make_signed_agreement(valid_to=in_days(left))

    assert agreement.days_left == left
    assert agreement.warning == warned


@pytest.mark.django_db
def test_no_warning_where_the_next_version_is_signed():
    agreement = make_signed_agreement(valid_to=in_days(20))
    make_version(agreement, valid_from=in_days(21), signed=[in_days(-1), in_days(-1)])

    assert Agreement.objects.with_parties().get(pk=agreement.pk).warning is None


def refused(act) -> bool:
    try:
        with transaction.atomic():
            act()
    except (IntegrityError, DatabaseError):
        return True
    return False


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"title": "Annan"},
        {"purposes": ["Annat"]},
        {"areas": ["Annat"]},
        {"geographic_areas": ["Annat"]},
        {"valid_from": date(2020, 1, 1)},
        {"valid_to": date(2040, 1, 1)},
        {"sent_on": None},
    ],
)
def test_signed_content_is_frozen_in_the_database(change):
    agreement = make_signed_agreement(signed=[None, in_days(-3)])
    draft = make_signed_agreement(signed=[None, None])

    assert refused(lambda: Agreement.objects.filter(pk=agreement.pk).update(**change))
    assert not refused(lambda: Agreement.objects.filter(pk=draft.pk).update(**change))


@pytest.mark.django_db
def test_signatures_and_parties_are_frozen_in_the_database():
    agreement = make_signed_agreement(signed=[None, in_days(-3)])
    unsigned, signed = agreement.parties.order_by("signed_on").reverse()
    draft = make_signed_agreement(sent_on=None, signed=[None, None])

    assert refused(lambda: AgreementParty.objects.filter(pk=signed.pk).update(signed_on=None))
    assert refused(lambda: AgreementParty.objects.filter(pk=signed.pk).update(signatory="Annan"))
    assert refused(lambda: signed.delete())
    assert refused(lambda: unsigned.delete())
    assert refused(lambda: AgreementParty.objects.create(agreement=agreement, agency=make_agency()))
    assert refused(lambda: agreement.delete())
    assert refused(lambda: draft.parties.update(signed_on=in_days(-1), signatory="Namn"))
    assert not refused(lambda: draft.delete())


@pytest.mark.django_db
def test_termination_stays():
    agreement = make_signed_agreement()
    facts = {"terminated_on": in_days(-2), "last_day": in_days(5), "termination_reason": "Slut"}
    agency = agreement.parties.all()[0].agency

    assert refused(lambda: Agreement.objects.update(terminated_on=in_days(-2)))
    assert not refused(lambda: Agreement.objects.update(**facts, terminated_by=agency))
    assert refused(lambda: Agreement.objects.update(last_day=in_days(50)))


@pytest.mark.django_db
def test_draft_may_lack_purposes_and_areas_and_nothing_else_may():
    draft = make_agreement(original_kept="", purposes=[], areas=[])

    assert refused(lambda: Agreement.objects.filter(pk=draft.pk).update(sent_on=in_days(0)))
    assert refused(lambda: Agreement.objects.filter(pk=draft.pk).update(original_kept="Arkivet"))


@pytest.mark.django_db
def test_agreements_frame_each_other_in_no_circle():
    top = make_agreement()
    middle = make_agreement(parent=top)
    bottom = make_agreement(parent=middle)

    assert refused(lambda: Agreement.objects.filter(pk=top.pk).update(parent=bottom))
    assert refused(lambda: Agreement.objects.filter(pk=top.pk).update(parent=top))
    assert not refused(lambda: Agreement.objects.filter(pk=bottom.pk).update(parent=top))


@pytest.mark.django_db
def test_versions_follow_one_another():
    one = make_signed_agreement()
    two = make_version(one, signed=[None, None])

    assert (two.version, two.line_id) == (2, one.pk)
    assert refused(lambda: make_version(one))
    assert refused(lambda: make_version(two, version=4))
    assert refused(lambda: make_version(two, first_id=two.pk))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("board", "reported", "kept"),
    [
        ("Nämnden", "2020-04", True),
        ("Nämnden", "2020-04-21", True),
        ("", "2020-04", True),
        ("Nämnden", "", True),
        ("", "", False),
        ("Nämnden", "2020-13", False),
        ("Nämnden", "april", False),
    ],
)
def test_board_report_is_a_day_or_a_month(board, reported, kept):
    agreement = make_agreement()

    assert refused(
        lambda: BoardReport.objects.create(agreement=agreement, board=board, reported=reported)
    ) == (not kept)


@pytest.mark.django_db
def test_signed_copy_is_what_was_received():
    party = make_signed_agreement().parties.all()[0]
    paper = receive("avtal.pdf", b"%PDF-1.7\n1 0 obj\n")
    facts = paper.fields() | {"party": party, "uploaded_by": make_user()}

    assert refused(lambda: SignedCopy.objects.create(**facts | {"sha256": "0" * 64}))
    assert refused(lambda: SignedCopy.objects.create(**facts | {"size": 1}))
    copy = SignedCopy.objects.create(**facts)
    assert refused(lambda: SignedCopy.objects.filter(pk=copy.pk).update(name="annat.pdf"))


@pytest.mark.django_db
def test_constraint_is_said_in_words():
    agreement = make_agreement(original_kept="", purposes=[])
    agreement.original_kept = "Arkivet"

    with pytest.raises(ValidationError, match="2023:196"):
        agreement.validate_constraints()
