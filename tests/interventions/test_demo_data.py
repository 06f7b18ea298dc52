"""The demo's content: one log-in for each part, one case through the real verbs, and nothing twice."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as conf
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command

from groups.importing import import_structure
from groups.models import Body, Employment, Membership, Room, Unit, User
from interventions.importing import import_grounds
from interventions.models import Case, DisclosedRecord, Note, Record, Seat
from meetings import demo
from meetings.models import ActionItem, Decision, Delivery, Meeting
from samverkan.audit.models import AccessEvent
from tests.conftest import acting, as_app

JARVA = Path(conf.BASE_DIR) / "groups" / "data" / "jarva.toml"
GROUNDS = Path(conf.BASE_DIR) / "interventions" / "data" / "legal_grounds.toml"
COUNTED = (User, Employment, Membership, Room, Case, Seat, Record, Note, DisclosedRecord, AccessEvent)
COUNTED += (Meeting, Decision, ActionItem, Delivery)

pytestmark = pytest.mark.django_db


@pytest.fixture
def imported() -> None:
    import_structure(JARVA)
    import_grounds(GROUNDS)


def load(*arguments: str) -> str:
    said = StringIO()
    with as_app():
        call_command("load_demo", *arguments, stdout=said)
    return said.getvalue()


def person(part: str) -> User:
    return User.objects.get(email=next(one.email for one in demo.PEOPLE if one.part == part))


def test_logins_are_printed_as_json_and_nothing_else(imported):
    logins = json.loads(load("--print-logins"))

    assert [login["part"] for login in logins] == [one.part for one in demo.PEOPLE]
    assert len({login["email"] for login in logins}) == 11
    for login in logins:
        assert sorted(login) == ["email", "part", "password", "sees"]
        assert login["email"].endswith("@example.org")
        user = User.objects.get(email=login["email"])
        validate_password(login["password"], user)
        assert user.check_password(login["password"])


def test_second_run_adds_nothing(imported):
    load()
    before = {model: model.objects.count() for model in COUNTED}

    load()

    assert before == {model: model.objects.count() for model in COUNTED}
    assert before[Case] == before[DisclosedRecord] == 1
    assert before[Room] == 2


def test_parts_see_what_the_logins_say(imported):
    load()
    seen = {}
    for part in ("district case worker", "police officer", "school welfare officer"):
        with acting(person(part)) as user:
            seen[part] = (Case.objects.visible_to(user).count(), Record.objects.visible_to(user).count())
    for part in (
        "police officer without a seat",
        "coordinator",
        "association",
        "log reviewer",
        "administrator",
    ):
        with acting(person(part)):
            seen[part] = (Case.objects.count(), Record.objects.count())

    assert seen == {
        "district case worker": (1, 2),
        "police officer": (1, 1),
        "school welfare officer": (1, 0),
        "police officer without a seat": (0, 0),
        "coordinator": (0, 0),
        "association": (0, 0),
        "log reviewer": (0, 0),
        "administrator": (0, 0),
    }


def test_one_meeting_is_approved_and_three_are_called(imported):
    load()

    held, *following = Meeting.objects.order_by("starts_at")
    called = next(meeting for meeting in following if meeting.body.key == "nyrekrytering")
    assert [(meeting.status, meeting.body.key) for meeting in following] == [
        ("called", "styrgrupp"),
        ("called", "nyrekrytering"),
        ("called", "otrygga-platser"),
    ]
    assert (held.body.key, held.status, held.minutes.status) == ("styrgrupp", "closed", "approved")
    assert held.designation == f"1/{held.year}"
    assert sorted(Decision.objects.values_list("number", flat=True)) == [1, 2]
    assert sorted(held.minutes.files.values_list("format", flat=True)) == ["docx", "pdf"]
    assert (called.body.key, called.status) == ("nyrekrytering", "called")
    assert called.invitations.count() == 5
    assert not held.invitations.exists()


def test_duties_are_kept_apart(imported):
    load()

    assert person("administrator").is_superuser
    assert not person("administrator").in_structure
    assert person("log reviewer").is_log_reviewer
    assert not person("log reviewer").in_structure
    seats = Membership.objects.filter(user=person("coordinator"))
    assert sorted(person("coordinator").bodies()) == sorted(seats.values_list("body", flat=True))
    assert len(person("coordinator").bodies()) == 5


def test_every_group_has_a_mandate_that_people_may_change(imported):
    load()
    assert not Body.objects.filter(mandate="").exists()
    Body.objects.filter(key="styrgrupp").update(mandate="Vårt eget")

    load()

    assert Body.objects.get(key="styrgrupp").mandate == "Vårt eget"


def test_structure_must_be_there_first():
    with pytest.raises(CommandError, match="import_structure"):
        load()
    assert not User.objects.exists()


def test_grounds_must_be_there_first():
    import_structure(JARVA)

    with pytest.raises(CommandError, match="import_grounds"):
        load()
    assert not User.objects.exists()


def test_unit_without_its_branch_is_told(imported):
    Unit.objects.filter(branch="social").update(branch="authority")

    with pytest.raises(CommandError, match="branch social"):
        load()


def test_production_gets_no_fictional_people(imported, settings):
    settings.MODE = "production"

    with pytest.raises(CommandError, match="SAMVERKAN_MODE is production"):
        load()
    assert not User.objects.exists()
