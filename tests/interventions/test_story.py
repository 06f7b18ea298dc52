"""One case from end to end, in the verbs, under the walls."""

import pytest
from django.utils import timezone

from interventions.cases import open_case, seat
from interventions.disclosures import disclose, revoke
from interventions.models import Case, Disclosure, Note, Record
from interventions.records import write_note
from tests.cast import Cast
from tests.conftest import acting
from tests.factories_cases import make_ground

TODAY = timezone.localdate()


@pytest.fixture
def told(cast: Cast):
    """A case with a police officer and a welfare officer seated; two notes, one disclosed to the police."""
    ground = make_ground(from_kinds=["social"], to_kinds=["police"])
    with acting(cast.case_worker) as worker:
        case = open_case(by=worker)
        seat(case, cast.police, by=worker)
        seat(case, cast.welfare_officer, by=worker)
        kept = write_note(case, text="Behålls", statement="assessment", occurred_on=TODAY, by=worker)
        shown = write_note(case, text="Lämnas ut", statement="fact", occurred_on=TODAY, by=worker)
        disclosure = disclose(
            case, [shown], to=cast.youth_unit, ground=ground, by=worker, reasoning="Behövs."
        )
    return case, kept, shown, disclosure


def seen_by(user):
    with acting(user):
        return (
            [case.pk for case in Case.objects.all()],
            {record.pk for record in Record.objects.all()},
            {note.text for note in Note.objects.all()},
        )


def test_each_sees_what_the_rule_gives(cast, told):
    case, kept, shown, _disclosure = told

    assert seen_by(cast.case_worker) == ([case.pk], {kept.pk, shown.pk}, {"Behålls", "Lämnas ut"})
    assert seen_by(cast.police) == ([case.pk], {shown.pk}, {"Lämnas ut"})
    assert seen_by(cast.welfare_officer) == ([case.pk], set(), set())
    for name in (
        "unseated_police",
        "coordinator",
        "association",
        "administrator",
        "log_reviewer",
        "stranger",
    ):
        assert seen_by(getattr(cast, name)) == ([], set(), set())
    assert seen_by(None) == ([], set(), set())


def test_revoking_removes_access_and_leaves_the_ledger(cast, told):
    case, _kept, _shown, disclosure = told

    with acting(cast.case_worker) as worker:
        revoke(Disclosure.objects.get(pk=disclosure.pk), reason="Behövs inte längre.", by=worker)

    assert seen_by(cast.police) == ([case.pk], set(), set())
    with acting(cast.police):
        assert Disclosure.objects.get().revoked_at is not None
