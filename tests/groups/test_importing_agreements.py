"""Agreements in the structure's file: signatures, versions and terminations, and what is signed and so stays."""

from datetime import date

import pytest

from groups.importing import import_structure
from groups.models import Agreement, AgreementParty, State
from tests.conftest import as_app
from tests.groups.test_importing import mistakes, write

pytestmark = pytest.mark.django_db

_HEAD = """
[structure]
name = "Samverkan"
municipality = "Staden"
[[agencies]]
key = "a"
name = "A"
kind = "police"
[[agencies]]
key = "b"
name = "B"
kind = "district_administration"
[[agencies]]
key = "c"
name = "C"
kind = "education"
"""
SENT = "sent_on = 2024-01-10\n"
BOTH = (
    SENT + "signatures = ["
    '{ agency = "a", signatory = "Anna Prov", title = "Chef", signed_on = 2024-01-15 },'
    '{ agency = "b", signatory = "Bo Prov", signed_on = 2024-01-20 }]\n'
)
ENDED = 'terminated = { on = 2024-06-01, by = "a", reason = "Ny organisation", last_day = 2024-12-31 }\n'


def agreement(key: str = "x", *facts: str, parties: str = '["a", "b"]', title: str = "") -> str:
    return (
        f'[[agreements]]\nkey = "{key}"\ntitle = "{title or key.upper()}"\npurposes = ["P"]\nareas = ["O"]\n'
        f"parties = {parties}\n" + "".join(facts)
    )


def file(*agreements: str) -> str:
    return _HEAD + "".join(agreements)


def imported(tmp_path, *agreements: str):
    with as_app():
        return import_structure(write(tmp_path, file(*agreements)))


def state(key: str) -> str:
    return Agreement.objects.with_parties().get(key=key).state


def test_signatures_put_an_agreement_in_force(tmp_path):
    imported(tmp_path, agreement("x", BOTH))

    rows = AgreementParty.objects.order_by("agency__key")
    assert list(rows.values_list("agency__key", "signatory", "signatory_title", "signed_on")) == [
        ("a", "Anna Prov", "Chef", date(2024, 1, 15)),
        ("b", "Bo Prov", "", date(2024, 1, 20)),
    ]
    assert state("x") == State.IN_FORCE


def test_signatures_may_come_one_by_one(tmp_path):
    one = (
        SENT
        + 'signatures = [{ agency = "a", signatory = "Anna Prov", title = "Chef", signed_on = 2024-01-15 }]'
    )
    imported(tmp_path, agreement("x", one))
    assert state("x") == State.SIGNING

    imported(tmp_path, agreement("x", BOTH))
    assert state("x") == State.IN_FORCE
    assert imported(tmp_path, agreement("x", BOTH)).rows["Agreements"] == {"x": "unchanged"}


def test_a_version_takes_its_place_after_the_one_it_replaces(tmp_path):
    later = agreement("y", 'replaces = "x"\n', BOTH.replace("2024-", "2025-"))
    imported(tmp_path, later, agreement("x", BOTH))

    second = Agreement.objects.get(key="y")
    assert (second.version, second.replaces.key, second.line_id) == (
        2,
        "x",
        Agreement.objects.get(key="x").pk,
    )
    assert (state("x"), state("y")) == (State.REPLACED, State.IN_FORCE)
    assert imported(tmp_path, later, agreement("x", BOTH)).count("changed") == 0


def test_a_termination_ends_what_is_signed_and_stays(tmp_path):
    imported(tmp_path, agreement("x", BOTH))
    imported(tmp_path, agreement("x", BOTH, ENDED))

    ended = Agreement.objects.get()
    assert (ended.terminated_by.key, ended.last_day, ended.termination_reason) == (
        "a",
        date(2024, 12, 31),
        "Ny organisation",
    )
    assert state("x") == State.TERMINATED
    assert imported(tmp_path, agreement("x", BOTH, ENDED)).count("changed") == 0
    assert "which stays" in mistakes(file(agreement("x", BOTH)), tmp_path)["agreements[0].terminated"]


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        (agreement("x", BOTH, title="Annat"), "title"),
        (agreement("x", BOTH, "valid_to = 2027-12-31\n"), "valid_to"),
        (agreement("x", BOTH, parties='["a", "b", "c"]'), "parties"),
        (agreement("x", BOTH, 'parent = "y"\n') + agreement("y"), "parent"),
        (agreement("x", BOTH, 'replaces = "y"\n') + agreement("y"), "replaces"),
    ],
)
def test_what_is_signed_stays_as_it_is(changed, place, tmp_path):
    imported(tmp_path, agreement("x", BOTH))

    assert "This is signed" in mistakes(file(changed), tmp_path)[f"agreements[0].{place}"]


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        (
            agreement("x", SENT, 'signatures = [{ agency = "c", signatory = "C", signed_on = 2024-02-01 }]'),
            "signatures[0].agency",
            "is no party",
        ),
        (
            agreement("x", SENT, 'signatures = [{ agency = "a", signed_on = 2024-02-01 }]'),
            "signatures[0].signatory",
            "missing",
        ),
        (
            agreement("x", SENT, 'signatures = [{ agency = "a", signatory = "A" }]'),
            "signatures[0].signed_on",
            "missing",
        ),
        (agreement("x", BOTH.replace(SENT, "")), "signatures[0].signed_on", "add sent_on"),
        (agreement("x", BOTH.replace('agency = "b"', 'agency = "a"')), "signatures[1].agency", "signs twice"),
        (
            agreement("x", BOTH.replace("2024-01-15", "2023-12-31")),
            "signatures[0].signed_on",
            "before it was sent",
        ),
        (agreement("x", BOTH.replace("2024-01-15", "2124-01-15")), "signatures[0].signed_on", "is to come"),
        (agreement("x", SENT, 'original_kept = "Arkivet"'), "sent_on", "either signed here"),
        (agreement("x", 'replaces = "zz"'), "replaces", "No agreement in the file"),
        (agreement("x", 'replaces = "y"\n') + agreement("y", 'replaces = "x"\n'), "replaces", "in a circle"),
        (
            agreement("y", 'replaces = "x"\n') + agreement("z", 'replaces = "x"\n') + agreement("x"),
            "[1].replaces",
            "already replaced",
        ),
        (agreement("x", ENDED), "terminated", "nothing to terminate"),
        (agreement("x", BOTH, ENDED.replace('"a"', '"c"')), "terminated.by", "only a party"),
        (
            agreement("x", BOTH, ENDED.replace("2024-12-31", "2024-05-01")),
            "terminated.last_day",
            "before the day",
        ),
        (agreement("x", BOTH, "valid_to = 2024-11-30\n", ENDED), "terminated.last_day", "ends before"),
        (agreement("x", BOTH, ENDED.replace("on = 2024-06-01, ", "")), "terminated.on", "missing"),
        (
            agreement("x", 'board_reports = [{ reference = "1/24" }]'),
            "board_reports[0].board",
            "Say which board",
        ),
        (
            agreement("x", 'board_reports = [{ board = "N", reported = "2024-13" }]'),
            "board_reports[0].reported",
            "no day",
        ),
    ],
)
def test_mistake_is_named_with_its_key(text, path, words, tmp_path):
    place = f"agreements{path}" if path.startswith("[") else f"agreements[0].{path}"

    found = mistakes(file(text), tmp_path)

    assert words in found.get(place, f"nothing at {place}: {found}")
    assert not Agreement.objects.exists()
