"""The structure out as TOML and in again: nothing is lost, nothing changes."""

import re
import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as run
from hypothesis import strategies as st

from groups.exporting import export_structure, written
from groups.facts import Mistakes
from groups.importing import import_structure, read_structure
from groups.models import Agency, Agreement, Body, Method, Structure
from tests.factories import make_agency, make_body

OURS = Path(settings.BASE_DIR) / "groups" / "data" / "jarva.toml"
WHOLE = Path(__file__).parent / "whole.toml"
#: Another way to write what the exporter writes in full.
SHORT_WAYS = {"agreements.reported_to_board", "agendas.closing"}

pytestmark = pytest.mark.django_db


def keys(facts, place=""):
    """Every key of a file, such as ``bodies.parent``."""
    found = set()
    for name, value in facts.items():
        here = f"{place}.{name}" if place else name
        found.add(here)
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                found |= keys(inner, here)
    return found


def imported(text, tmp_path):
    path = tmp_path / "structure.toml"
    path.write_text(text, encoding="utf-8")
    return import_structure(path)


def known():
    mistakes = Mistakes()
    read_structure(tomllib.loads(WHOLE.read_text(encoding="utf-8")), mistakes)
    return mistakes.known


@pytest.mark.parametrize("file", [OURS, WHOLE], ids=["ours", "whole"])
def test_export_in_again_changes_nothing(tmp_path, file):
    import_structure(file)
    text = export_structure()

    report = imported(text, tmp_path)

    assert (report.count("created"), report.count("changed")) == (0, 0)
    assert export_structure() == text


@pytest.mark.parametrize("file", [OURS, WHOLE], ids=["ours", "whole"])
def test_an_empty_installation_becomes_the_same_from_the_export(tmp_path, file):
    with transaction.atomic():
        import_structure(file)
        text = export_structure()
        transaction.set_rollback(True)
    assert not Agency.objects.exists()

    imported(text, tmp_path)

    assert export_structure() == text


def test_the_whole_file_says_everything_that_can_be_said():
    """When the importer learns a key, write it in whole.toml; the next test then asks the exporter for it."""
    said = keys(tomllib.loads(WHOLE.read_text(encoding="utf-8")))

    assert known() - said == set()


def test_everything_that_can_be_said_is_exported():
    import_structure(WHOLE)

    assert known() - SHORT_WAYS - keys(tomllib.loads(export_structure())) == set()


def test_no_case_group_is_told(tmp_path):
    import_structure(OURS)
    before = export_structure()

    make_body(
        key="arende", kind="case", agreement=Agreement.objects.get(), parent=Body.objects.get(key="styrgrupp")
    )

    assert export_structure() == before


def test_what_could_not_be_read_again_is_named_and_nothing_written(tmp_path):
    import_structure(OURS)
    make_agency(key="Stora-Bokstaver")
    file = tmp_path / "out.toml"

    with pytest.raises(CommandError, match="Stora-Bokstaver"):
        call_command("export_structure", file)

    assert not file.exists()


def test_the_command_writes_to_a_file_and_to_the_terminal(tmp_path, capsys):
    import_structure(OURS)
    file = tmp_path / "out.toml"

    call_command("export_structure", file)
    call_command("export_structure")

    assert capsys.readouterr().out == file.read_text(encoding="utf-8") == export_structure()


# Random structures.

words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=40
).filter(lambda text: text.strip() == text and bool(text))
key_list = st.lists(
    st.from_regex(re.compile(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8})?"), fullmatch=True),
    min_size=1,
    max_size=4,
    unique=True,
)
texts = st.lists(words, min_size=1, max_size=3, unique=True)
days = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))


def some(**facts):
    return {name: value for name, value in facts.items() if value not in (None, "", [])}


@st.composite
def agreement_facts(draw, agencies, agreements, number):
    """Recorded afterwards, a draft, or signed here by some or all, and then perhaps terminated; one may replace the one
    before it."""
    parties = draw(st.lists(st.sampled_from(agencies), unique=True))
    way = draw(st.sampled_from(["recorded", "draft", "signed"]))
    facts = {
        "key": agreements[number],
        "title": draw(words),
        "parent": draw(st.sampled_from([*agreements[: max(0, number - 1)], ""])),
        "replaces": draw(st.sampled_from([*agreements[max(0, number - 1) : number], ""])),
        "parties": parties,
        "purposes": draw(texts),
        "areas": draw(texts),
        "geographic_areas": draw(texts),
        "registry_references": [{"agency": key, "reference": f"{key} {number}"} for key in parties],
        "board_reports": [{"board": draw(words), "reported": "2026-01", "reference": draw(words)}],
        "original_kept": draw(words) if way == "recorded" else "",
        "valid_from": draw(days),
    }
    if way != "signed":
        return some(**facts)
    facts["sent_on"] = date(2025, 1, 2)
    facts["signatures"] = [
        {"agency": key, "signatory": draw(words), "title": draw(words), "signed_on": date(2025, 2, 3)}
        for key in parties[: draw(st.integers(0, 3))]
    ]
    if parties and len(facts["signatures"]) == len(parties) and draw(st.booleans()):
        facts["terminated"] = {
            "on": date(2026, 1, 2),
            "by": parties[0],
            "reason": draw(words),
            "last_day": date(2026, 6, 30),
        }
    return some(**facts)


WEEK = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
clocks = st.integers(0, 23).map(lambda hour: f"{hour:02}.00")


@st.composite
def spans(draw, **more):
    """One span a day at most, each within a day, so that none overlap."""
    found = []
    for day in draw(st.lists(st.sampled_from(WEEK), max_size=3, unique=True)):
        begins, ends = sorted(draw(st.lists(clocks, min_size=2, max_size=2, unique=True)))
        first = draw(days)
        found.append(some(days=[day], **{"from": begins, "until": ends}, valid_from=first, **more))
    return found


@st.composite
def premises_facts(draw, agencies, name):
    flag = st.booleans()
    first = draw(st.dates(date(2026, 1, 1), date(2027, 1, 1)))
    return some(
        name=name,
        agency=draw(st.sampled_from(agencies)),
        address=draw(words),
        area=draw(words),
        contact=draw(words | st.just("")),
        access_rules=draw(words | st.just("")),
        step_free=draw(flag),
        hearing_loop=draw(flag),
        neutral_ground=draw(flag),
        known_to_residents=draw(flag),
        closed_on_red_days=draw(flag),
        closed_on_eves=draw(flag),
        equipment=draw(texts),
        capacity=draw(st.integers(1, 500)),
        valid_to=draw(days),
        rooms=[
            some(
                name=room, capacity=draw(st.integers(1, 500)), confidential=draw(flag), equipment=draw(texts)
            )
            for room in draw(st.lists(words, max_size=2, unique=True))
        ],
        hours=draw(spans()),
        shifts=draw(spans(agency=draw(st.sampled_from(agencies)), note=draw(words))),
        closures=[
            {
                "first_day": first,
                "last_day": first + timedelta(days=draw(st.integers(0, 9))),
                "reason": draw(words),
            }
        ],
    )


@st.composite
def agenda(draw):
    """Headings, some of which close a meeting; one may stand twice and close once."""
    titles = draw(st.lists(words, min_size=1, max_size=3))
    return [{"title": title, "closes": True} if draw(st.booleans()) else title for title in titles]


@st.composite
def structures(draw):
    agencies = draw(key_list)
    agreements = draw(key_list)
    bodies = draw(key_list)
    pick = st.sampled_from
    kinds = [draw(pick(Agency.Kind.values)) for _key in agencies]
    return {
        "structure": {"name": draw(words), "municipality": draw(words)},
        "agencies": [
            some(
                key=key,
                name=draw(words),
                short_name=draw(words)[:30].strip(),
                kind=kinds[number],
                successor=draw(pick([*agencies[:number], ""])),
                units=[
                    {"name": name, "branch": "authority" if kinds[number] in Agency.AUTHORITIES else "none"}
                    for name in draw(st.lists(words, max_size=2, unique=True))
                ],
            )
            for number, key in enumerate(agencies)
        ],
        "agreements": [
            draw(agreement_facts(agencies, agreements, number)) for number in range(len(agreements))
        ],
        "bodies": [
            some(
                key=key,
                name=draw(words),
                kind=draw(pick(["council", "steering", "working", "place", "operative"])),
                parent=draw(pick([*bodies[:number], ""])),
                agreement=draw(pick(agreements)),
                mandate=draw(words | st.just("")),
                required_agencies=draw(st.lists(pick(agencies), unique=True)),
                **draw(pick([{}, {"valid_to": date(2026, 1, 31), "closed_because": "Klart."}])),
            )
            for number, key in enumerate(bodies)
        ],
        "duties": [
            {
                "key": key,
                "title": draw(words),
                "body": draw(pick(bodies)),
                "lead_days": draw(st.integers(0, 365)),
                **draw(
                    pick(
                        [
                            {"quarter": 2},
                            {"month": 2, "day": 30},
                            {"month": 7, "every_years": 3, "first_year": 2024},
                            {"months_after_programme": 0},
                            {"months_before_agreement_ends": 6},
                        ]
                    )
                ),
            }
            for key in draw(key_list)
        ],
        "methods": [
            some(name=name, origin=draw(words), proposed_by=draw(pick(agencies)), description=draw(words))
            for name in draw(st.lists(words, max_size=2, unique=True))
        ],
        "agendas": {"working": draw(agenda()), "steering": draw(agenda())},
        "premises": [
            draw(premises_facts(agencies, name)) for name in draw(st.lists(words, max_size=2, unique=True))
        ],
    }


@run(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(facts=structures())
def test_any_structure_survives_the_round(tmp_path, facts):
    with transaction.atomic():
        imported(written(facts), tmp_path)
        text = export_structure()

        report = imported(text, tmp_path)
        again = export_structure()
        transaction.set_rollback(True)

    assert (report.count("created"), report.count("changed")) == (0, 0)
    assert again == text
    assert keys(some(**facts)) <= keys(tomllib.loads(text))
    assert not Structure.objects.exists()
    assert not Method.objects.exists()
    assert connection.in_atomic_block
