"""Importing the structure: the real files, twice, and every mistake."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from groups.facts import UnusableFile, load
from groups.importing import import_structure, read_structure
from groups.models import (
    Agency,
    Agreement,
    Body,
    Method,
    RegistryReference,
    StandardAgendaItem,
    StandingGuest,
    Structure,
    Unit,
)
from tests.conftest import as_app

OURS = Path(settings.BASE_DIR) / "groups" / "data" / "jarva.toml"
#: The same structure as other programs write it, with units as plain names.
PLAIN_UNITS = """
[structure]
name = "Samverkan Järva"
municipality = "Stockholms stad"
[[agencies]]
key = "jarva"
name = "Järva stadsdelsförvaltning"
kind = "district_administration"
units = ["Avdelningen för trygghet och stadsmiljö", "Socialtjänsten barn och unga"]
[[agencies]]
key = "lpo"
name = "Polisen"
kind = "police"
units = ["Ungdomsgruppen"]
[[agencies]]
key = "skolan"
name = "Skolan"
kind = "education"
units = ["Elevhälsan"]
[[agencies]]
key = "trafik"
name = "Trafik"
kind = "authority"
units = ["Trygghet"]
[[agencies]]
key = "bolag"
name = "Bolag"
kind = "company"
units = ["Fastigheter"]
[[agencies]]
key = "forening"
name = "Förening"
kind = "civil_society"
units = ["Styrelsen"]
"""

pytestmark = pytest.mark.django_db


def write(folder: Path, text: str) -> Path:
    path = folder / "structure.toml"
    path.write_text(text, encoding="utf-8")
    return path


def small(body: str = "", agency: str = "", agreement: str = "", rest: str = "") -> str:
    """A valid file of one agency, one agreement and one body, with room for a mistake in each."""
    return f"""
[structure]
name = "Samverkan"
municipality = "Staden"
[[agencies]]
key = "a"
name = "A"
kind = "police"
{agency}
[[agreements]]
key = "x"
title = "X"
purposes = ["Trygghet"]
areas = ["Platser"]
{agreement}
[[bodies]]
key = "b"
name = "B"
kind = "steering"
agreement = "x"
{body}
{rest}
"""


def mistakes(text: str, folder: Path) -> dict[str, str]:
    with pytest.raises(UnusableFile) as caught:
        import_structure(write(folder, text))
    return {mistake.path: mistake.sentence for mistake in caught.value.mistakes}


def test_shipped_file_loads_whole():
    with as_app():
        import_structure(OURS)

    assert Structure.objects.get().name == "Samverkan Järva"
    assert Agency.objects.count() == 9
    assert Agency.objects.get(key="rinkeby-kista").successor == Agency.objects.get(key="jarva")
    assert Agency.objects.get(key="jarva").valid_from.isoformat() == "2023-07-01"
    assert Unit.objects.get(agency__key="jarva", name="Socialtjänsten barn och unga").branch == "social"
    assert RegistryReference.objects.get().reference == "RK 2020/196"
    assert Agreement.objects.get().parties.count() == 3
    assert Body.objects.count() == 5
    places = Body.objects.get(key="otrygga-platser")
    assert (places.parent.key, places.kind, places.cadence) == ("styrgrupp", "place", "FREQ=WEEKLY;BYDAY=TH")
    assert sorted(agency.key for agency in places.required_agencies.all()) == [
        "jarva",
        "lpo-jarva",
        "sisab",
        "trafikkontoret",
    ]
    assert Method.objects.get(name="Panther").origin == "Polisen"
    assert StandardAgendaItem.objects.filter(kind="steering").count() == 12


def test_second_run_changes_nothing():
    import_structure(OURS)
    before = {model: list(model.objects.order_by("pk").values()) for model in (Agency, Unit, Body, Agreement)}

    report = import_structure(OURS)

    assert (report.count("created"), report.count("changed")) == (0, 0)
    assert before == {model: list(model.objects.order_by("pk").values()) for model in before}


def test_command_says_what_became_of_each_kind(capsys):
    call_command("import_structure", str(OURS))
    first = capsys.readouterr().out.splitlines()
    Body.objects.filter(key="styrgrupp").update(name="Annat namn")

    call_command("import_structure", str(OURS))

    assert "Agencies: 9 created" in first
    assert "Bodies: 1 changed (styrgrupp), 4 unchanged" in capsys.readouterr().out.splitlines()


def test_units_as_plain_text_get_their_agencys_branch(tmp_path):
    import_structure(write(tmp_path, PLAIN_UNITS))

    assert dict(Unit.objects.values_list("name", "branch")) == {
        "Avdelningen för trygghet och stadsmiljö": "authority",
        "Socialtjänsten barn och unga": "authority",
        "Ungdomsgruppen": "police",
        "Elevhälsan": "school",
        "Trygghet": "authority",
        "Fastigheter": "none",
        "Styrelsen": "none",
    }


def test_plain_text_leaves_a_standing_units_branch(tmp_path):
    import_structure(OURS)

    import_structure(write(tmp_path, PLAIN_UNITS))

    assert Unit.objects.get(agency__key="jarva", name="Socialtjänsten barn och unga").branch == "social"


def test_what_people_wrote_stays_where_the_file_is_silent():
    import_structure(OURS)
    Body.objects.filter(key="styrgrupp").update(mandate="Beslutar.")
    Agency.objects.filter(key="sisab").update(short_name="Skolhusen")

    import_structure(OURS)

    assert Body.objects.get(key="styrgrupp").mandate == "Beslutar."
    assert Agency.objects.get(key="sisab").short_name == "Skolhusen"


def test_changed_facts_are_updated(tmp_path):
    import_structure(
        write(
            tmp_path,
            small(agreement='parties = ["a"]\nregistry_references = [{ agency = "a", reference = "1/1" }]'),
        )
    )

    report = import_structure(
        write(tmp_path, small(agency="valid_to = 2025-12-31", body='required_agencies = ["a"]'))
    )

    assert report.rows["Agencies"] == {"a": "changed"}
    assert report.rows["Agreements"] == {"x": "changed"}
    assert report.rows["Bodies"] == {"b": "changed"}
    assert Agency.objects.get().valid_to.isoformat() == "2025-12-31"
    assert not Agreement.objects.get().parties.exists()
    assert not RegistryReference.objects.exists()
    assert list(Body.objects.get().required_agencies.all()) == [Agency.objects.get()]


def test_shorter_agenda_loses_its_end(tmp_path):
    import_structure(write(tmp_path, small(rest='[agendas]\ncase = ["Ett", "Två", "Tre"]')))

    import_structure(write(tmp_path, small(rest='[agendas]\ncase = ["Ett", "Tre"]')))

    assert list(StandardAgendaItem.objects.values_list("position", "title")) == [(1, "Ett"), (2, "Tre")]


def test_a_file_may_say_which_headings_close_a_meeting_and_otherwise_leaves_it(tmp_path):
    agenda = '[agendas]\ncase = ["Ett", "Sist"]'
    import_structure(write(tmp_path, small(rest=agenda + '\nclosing = ["Sist"]')))

    import_structure(write(tmp_path, small(rest=agenda)))

    assert list(StandardAgendaItem.objects.values_list("title", "closes")) == [("Ett", False), ("Sist", True)]


def test_a_heading_closes_in_its_own_agenda_alone(tmp_path):
    agendas = '[agendas]\ncase = ["Ett", { title = "Paus", closes = true }, "Paus"]\nworking = ["Paus"]'
    import_structure(write(tmp_path, small(rest=agendas)))

    import_structure(write(tmp_path, small(rest='[agendas]\ncase = ["Ett", "Paus", "Paus"]')))

    rows = StandardAgendaItem.objects.order_by("kind", "position").values_list("kind", "title", "closes")
    assert list(rows) == [
        ("case", "Ett", False),
        ("case", "Paus", True),
        ("case", "Paus", False),
        ("working", "Paus", False),
    ]


def test_registry_number_can_move_to_another_agreement(tmp_path):
    number = 'registry_references = [{ agency = "a", reference = "1/1" }]'
    other = '[[agreements]]\nkey = "y"\ntitle = "Y"\npurposes = ["P"]\nareas = ["A"]\n'
    import_structure(write(tmp_path, small(agreement=number, rest=other)))

    import_structure(write(tmp_path, small(rest=other + number)))

    assert RegistryReference.objects.get().agreement.key == "y"


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        (small(rest="surprise = 1"), "bodies[0].surprise", "no such key"),
        ("surprise = 1" + small(), "surprise", "no such key"),
        ("[[agencies]]", "structure", "missing"),
        (small().replace('municipality = "Staden"', ""), "structure.municipality", "missing"),
        (small().replace('"Staden"', "7"), "structure.municipality", "must be text"),
        (small().replace('key = "a"', 'key = "Å a"'), "agencies[0].key", "small letters"),
        (small().replace('kind = "police"', 'kind = "polis"'), "agencies[0].kind", "use one of"),
        (small(agency='valid_from = "2023-01-01"'), "agencies[0].valid_from", "without quotes"),
        (small(agency="valid_from = 2023-01-01T10:00:00"), "agencies[0].valid_from", "without quotes"),
        (
            small(agency="valid_from = 2024-01-01\nvalid_to = 2023-01-01"),
            "agencies[0].valid_to",
            "before the first",
        ),
        (small(agency='successor = "zz"'), "agencies[0].successor", "No agency in the file"),
        (small(agency='successor = "a"'), "agencies[0].successor", "a → a succeed each other"),
        (small(agency="units = 3"), "agencies[0].units", "a list"),
        (small(agency="units = [3]"), "agencies[0].units[0]", "a table or text"),
        (small(agency='units = ["u", "u"]'), "agencies[0].units[1].name", "already the name"),
        (
            small(agency='units = [{ name = "u", branch = "soc" }]'),
            "agencies[0].units[0].branch",
            "use one of",
        ),
        (small(agency='units = [{ branch = "social" }]'), "agencies[0].units[0].name", "missing"),
        (
            small(agency='units = [{ name = "u", branch = "social" }]').replace('"police"', '"company"'),
            "agencies[0].units[0].branch",
            "Only an authority",
        ),
        (small(agency=f'short_name = "{"x" * 31}"'), "agencies[0].short_name", "31 characters"),
        (
            small(rest='[[agencies]]\nkey = "a"\nname = "B"\nkind = "police"'),
            "agencies[1].key",
            "already the key",
        ),
        (small().replace('areas = ["Platser"]', "areas = []"), "agreements[0].areas", "empty"),
        (small().replace('purposes = ["Trygghet"]', ""), "agreements[0].purposes", "missing"),
        (small().replace('title = "X"', 'title = " "'), "agreements[0].title", "empty"),
        (small().replace('title = "X"', 'title = "\\u0000"'), "agreements[0].title", "cannot be shown"),
        (small(agreement='parties = ["a", "nobody"]'), "agreements[0].parties[1]", "No agency in the file"),
        (small(agreement='parties = ["a", "a"]'), "agreements[0].parties[1]", "stands twice"),
        (small(agreement='parent = "zz"'), "agreements[0].parent", "No agreement in the file"),
        (
            small(agreement='registry_references = [{ agency = "q", reference = "1" }]'),
            "agreements[0].registry_references[0].agency",
            "No agency in the file",
        ),
        (
            small(
                agreement='registry_references = [{ agency = "a", reference = "1" }, { agency = "a", reference = "1" }]'
            ),
            "agreements[0].registry_references[1].reference",
            "stands twice",
        ),
        (small(body='parent = "zz"'), "bodies[0].parent", "No body in the file"),
        (
            small(
                body='parent = "c"',
                rest='[[bodies]]\nkey = "c"\nname = "C"\nkind = "working"\nagreement = "x"\nparent = "b"',
            ),
            "bodies[0].parent",
            "b → c → b report to each other in a circle",
        ),
        (
            small().replace('agreement = "x"', 'agreement = "nope"'),
            "bodies[0].agreement",
            "No agreement in the file",
        ),
        (small().replace('kind = "steering"', 'kind = "board"'), "bodies[0].kind", "use one of"),
        (small(body='cadence = "monthly"'), "bodies[0].cadence", "no recurrence rule"),
        (small(body='cadence = "FREQ=SOMETIMES"'), "bodies[0].cadence", "no recurrence rule"),
        (small(body='cadence = "FREQ=MONTHLY;BYDAY=1XX"'), "bodies[0].cadence", "no recurrence rule"),
        (small().replace('key = "b"', 'key = "agreements"'), "bodies[0].key", "address of another page"),
        (small().replace('key = "x"', 'key = "new"'), "agreements[0].key", "address of another page"),
        (small(body='origin = "old"'), "bodies[0].origin", "use one of"),
        (small(body='found_in = "PM"'), "bodies[0].found_in", "origin = “before”"),
        (small(body='origin = "new"\nfound_in = "PM"'), "bodies[0].found_in", "origin = “before”"),
        (small(body='valid_from = "2023-07-01"'), "bodies[0].valid_from", "without quotes"),
        (small(body='commits = "maybe"'), "bodies[0].commits", "use one of"),
        (small(body='commits = "within"'), "bodies[0].commits_within", "Write the limits"),
        (small(body='commits_within = "Half a post"'), "bodies[0].commits_within", "only with it"),
        (
            small(body='required_agencies = ["nobody"]'),
            "bodies[0].required_agencies[0]",
            "No agency in the file",
        ),
        (
            small(rest='[[methods]]\nname = "M"\n[[methods]]\nname = "M"'),
            "methods[1].name",
            "already the name",
        ),
        (small(body='closed_because = "Klart"'), "bodies[0].closed_because", "add valid_to"),
        (
            small(body="valid_from = 2026-02-01\nvalid_to = 2026-01-01"),
            "bodies[0].valid_to",
            "before the first",
        ),
        (small(body='found_in = "Pärmen"'), "bodies[0].found_in", "Only a group with origin"),
        (small(body='commits = "within"'), "bodies[0].commits_within", "Write the limits"),
        (small(rest='[[methods]]\nname = "M"\nproposed_by = "q"'), "methods[0].proposed_by", "No agency"),
        (small(agreement='replaces = "zz"'), "agreements[0].replaces", "No agreement in the file"),
        (small(agreement='replaces = "x"'), "agreements[0].replaces", "replace each other in a circle"),
        (
            small(agreement="sent_on = 2026-01-01", rest="").replace(
                "sent_on", 'original_kept = "Arkivet"\nsent_on'
            ),
            "agreements[0].sent_on",
            "either signed here or recorded afterwards",
        ),
        (
            small(agreement='signatures = [{ agency = "a", signatory = "S" }]'),
            "agreements[0].signatures[0].agency",
            "is no party",
        ),
        (
            small(
                agreement='parties = ["a"]\nsignatures = [{ agency = "a", signatory = "S", signed_on = 2026-01-01 }]'
            ),
            "agreements[0].signatures[0].signed_on",
            "add sent_on",
        ),
        (
            small(agreement='terminated = { on = 2026-05-01, by = "a", reason = "R" }'),
            "agreements[0].terminated.last_day",
            "missing",
        ),
        (
            small(
                agreement='terminated = { on = 2026-05-01, by = "q", reason = "R", last_day = 2026-04-01 }'
            ),
            "agreements[0].terminated.last_day",
            "before the day of the termination",
        ),
        (
            small(agreement='board_reports = [{ board = "N", reported = "i fjol" }]'),
            "agreements[0].board_reports[0].reported",
            "",
        ),
        (small(rest="[agendas]\ncase = []"), "agendas.case", "empty"),
        (small(rest="[agendas]\ncase = [{ closes = true }]"), "agendas.case[0].title", "missing"),
        (small(rest='[agendas]\nboard = ["x"]'), "agendas.board", "no such key"),
        (small(rest="[agendas]\ncase = [1]"), "agendas.case[0]", "a table or text"),
        (small(rest='[agendas]\ncase = ["x"]\nclosing = ["y"]'), "agendas.closing[0]", "not known"),
        ("bodies = 3\n" + small().split("[[bodies]]")[0], "bodies", "a list"),
    ],
)
def test_mistake_is_named_with_its_key(text, path, words, tmp_path):
    found = mistakes(text, tmp_path)

    assert words in found.get(path, f"nothing at {path}: {found}")
    assert not Structure.objects.exists()


def test_every_mistake_is_told_at_once(tmp_path):
    found = mistakes(
        small(agency='successor = "zz"\nextra = 1', body='cadence = "x"').replace('"X"', "1"), tmp_path
    )

    assert sorted(found) == [
        "agencies[0].extra",
        "agencies[0].successor",
        "agreements[0].title",
        "bodies[0].cadence",
    ]


def test_wrong_file_says_where(tmp_path):
    with pytest.raises(UnusableFile, match="line 2"):
        load(write(tmp_path, "a = 1\nb = = 2"))
    with pytest.raises(UnusableFile, match="cannot be read"):
        load(tmp_path / "nowhere.toml")
    with pytest.raises(UnusableFile, match="cannot be read"):
        load(tmp_path)
    (tmp_path / "latin.toml").write_bytes('a = "å"'.encode("latin-1"))
    with pytest.raises(UnusableFile, match="UTF-8"):
        load(tmp_path / "latin.toml")


def test_number_of_another_agreement_is_refused(tmp_path):
    import_structure(OURS)

    found = mistakes(
        small(
            agreement='registry_references = [{ agency = "rinkeby-kista", reference = "RK 2020/196" }]'
        ).replace('key = "a"', 'key = "rinkeby-kista"'),
        tmp_path,
    )

    assert "is already the number of" in found["agreements[0].registry_references[0].reference"]


def test_command_refuses_with_all_mistakes(tmp_path):
    path = write(tmp_path, small(agency="extra = 1", body="extra = 1"))

    with pytest.raises(CommandError) as caught:
        call_command("import_structure", str(path))

    assert str(caught.value).startswith(
        "Nothing was imported; the file has 2 mistakes:\n  agencies[0].extra: "
    )


def test_reading_writes_nothing():
    read_structure(load(OURS))

    assert not Agency.objects.exists()


_GUN = '{ name = "Gun", organisation = "Bolaget", email = "gun@example.org", valid_from = 2026-01-01 }'


def test_standing_guests_are_those_of_the_file_and_stay_where_it_is_silent(tmp_path):
    guest = _GUN
    other = guest.replace("gun@", "hans@").replace("Gun", "Hans")
    import_structure(write(tmp_path, small(body=f"standing_guests = [{guest}, {other}]")))
    import_structure(write(tmp_path, small()))
    assert StandingGuest.objects.count() == 2

    report = import_structure(write(tmp_path, small(body=f"standing_guests = [{guest}]")))

    assert [row.name for row in StandingGuest.objects.all()] == ["Gun"]
    assert report.rows["Standing guests"] == {"b: Hans": "changed", "b: Gun": "unchanged"}


@pytest.mark.parametrize(
    ("changed", "path", "words"),
    [
        ((", valid_from = 2026-01-01", ""), "[0].valid_from", "missing"),
        (("gun@example.org", "gun"), "[0].email", "no e-mail address"),
        (("2026-01-01 }", "2026-01-01, valid_to = 2025-01-01 }"), "[0].valid_to", "before the first"),
        (('"Bolaget"', '" "'), "[0].organisation", "empty"),
        (
            ("]", ", " + _GUN.replace("gun@", "GUN@").replace("01-01", "02-01") + "]"),
            "[1].email",
            "during these days",
        ),
    ],
)
def test_mistake_of_a_standing_guest_is_named(changed, path, words, tmp_path):
    guests = f"standing_guests = [{_GUN}]".replace(*changed)

    found = mistakes(small(body=guests), tmp_path)

    assert words in found.get(f"bodies[0].standing_guests{path}", f"nothing there: {found}")


def test_a_case_group_has_no_guests_in_the_file(tmp_path):
    text = small(body=f"standing_guests = [{_GUN}]").replace('kind = "steering"', 'kind = "case"')

    assert "Nobody is a guest" in mistakes(text, tmp_path)["bodies[0].standing_guests"]
