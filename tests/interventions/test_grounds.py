"""Importing the register of legal grounds."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from groups.facts import UnusableFile
from interventions.importing import import_grounds
from interventions.models import LegalGround
from tests.conftest import as_app

OURS = Path(settings.BASE_DIR) / "interventions" / "data" / "legal_grounds.toml"

pytestmark = pytest.mark.django_db


def ground(rest: str = "", key: str = "g") -> str:
    return f'''
[[grounds]]
key = "{key}"
statute = "OSL 10:1"
name_sv = "Grund"
name_en = "Ground"
from = ["social"]
to = ["police"]
test_sv = "Pröva."
{rest}
'''


def write(folder: Path, text: str) -> Path:
    path = folder / "grounds.toml"
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(text: str, folder: Path) -> dict[str, str]:
    with pytest.raises(UnusableFile) as caught:
        import_grounds(write(folder, text))
    return {mistake.path: mistake.sentence for mistake in caught.value.mistakes}


def test_shipped_file_loads_whole():
    with as_app():
        import_grounds(OURS)

    assert LegalGround.objects.count() == 13
    young = LegalGround.objects.get(key="young_at_risk")
    assert (young.statute, young.max_age, len(young.statements)) == ("OSL 10:18 a", 20, 2)
    assert LegalGround.objects.get(key="duty_2025_170").executing_role == "rektor"
    assert LegalGround.objects.get(key="general_clause").not_from_kinds == ["social"]
    assert LegalGround.objects.get(key="general_crime_prevention").valid_from == date(2025, 12, 1)
    assert LegalGround.objects.get(key="duty_in_law").statute_reference_required
    assert LegalGround.objects.get(key="consent").needs_consent_scope


def test_second_run_changes_nothing():
    import_grounds(OURS)

    report = import_grounds(OURS)

    assert (report.count("created"), report.count("changed"), report.count("unchanged")) == (0, 0, 13)
    assert LegalGround.objects.count() == 13


def test_new_wording_stands_beside_the_former(tmp_path):
    import_grounds(write(tmp_path, ground()))

    import_grounds(write(tmp_path, ground("valid_to = 2026-06-30") + ground("valid_from = 2026-07-01")))

    assert list(LegalGround.objects.values_list("valid_from", "valid_to")) == [
        (None, date(2026, 6, 30)),
        (date(2026, 7, 1), None),
    ]


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        ("", "grounds", "missing"),
        (ground("surprise = 1"), "grounds[0].surprise", "no such key"),
        (ground().replace('statute = "OSL 10:1"', ""), "grounds[0].statute", "missing"),
        (ground().replace('from = ["social"]', 'from = ["socialen"]'), "grounds[0].from[0]", "use one of"),
        (ground().replace('to = ["police"]', "to = []"), "grounds[0].to", "empty"),
        (ground('max_age = "20"'), "grounds[0].max_age", "whole number"),
        (ground("max_age = -1"), "grounds[0].max_age", "from 0 to 150"),
        (ground("max_age = true"), "grounds[0].max_age", "whole number"),
        (ground("reasoning_required = 1"), "grounds[0].reasoning_required", "true or false"),
        (ground("valid_from = 2024-01-02\nvalid_to = 2024-01-01"), "grounds[0].valid_to", "before the first"),
        (ground() + ground(), "grounds[1].valid_from", "holds on the same days"),
        (
            ground("valid_to = 2024-01-02") + ground("valid_from = 2024-01-02"),
            "grounds[1].valid_from",
            "holds on the same days",
        ),
    ],
)
def test_mistake_is_named_with_its_key(text, path, words, tmp_path):
    found = mistakes(text, tmp_path)

    assert words in found.get(path, f"nothing at {path}: {found}")
    assert not LegalGround.objects.exists()


def test_version_in_the_register_must_end_first(tmp_path):
    import_grounds(write(tmp_path, ground()))

    found = mistakes(ground("valid_from = 2026-01-01"), tmp_path)

    assert "already in the register" in found["grounds[0].valid_from"]


def test_command_reports_and_refuses(tmp_path, capsys):
    call_command("import_grounds", str(OURS))
    assert capsys.readouterr().out == "Legal grounds: 13 created\n"

    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_grounds", str(tmp_path / "nowhere.toml"))
