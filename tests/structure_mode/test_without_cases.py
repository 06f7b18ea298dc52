"""What is left of cases in structure mode: nothing. Runs with CASES=off only (see test_run.py)."""

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.urls import reverse

from groups.exporting import export_structure
from groups.facts import UnusableFile
from groups.importing import import_structure
from groups.models import Body, StandardAgendaItem, User
from tests.cast import make_cast
from tests.conftest import AppClient, acting
from tests.matrix import furnish
from tests.matrix.rows_without_cases import CANARY, WORDS
from tests.matrix.world import EVERYONE, World
from tests.test_matrix import ADMIN, admin_addresses, patterns

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    """The matrix's world, with a case group left over; what its addresses say, the matrix itself asks."""
    return furnish(World(cast=make_cast()))


def test_the_app_is_not_there():
    assert not settings.CASES
    assert not apps.is_installed("interventions")
    assert not [model for model in apps.get_models() if model._meta.label.startswith("interventions")]
    assert not ContentType.objects.filter(app_label="interventions").exists()
    assert not [where for where, name in patterns() if where.startswith("cases")]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname LIKE 'interventions%' OR relname LIKE 'reader\\_%'"
        )
        assert [name for (name,) in cursor.fetchall() if not name.startswith("reader_key")] == []


def test_no_file_brings_cases_in(tmp_path):
    head = '[structure]\nname = "S"\nmunicipality = "M"\n'
    agreement = '[[agreements]]\nkey = "x"\ntitle = "X"\npurposes = ["P"]\nareas = ["A"]\n'
    body = '[[bodies]]\nkey = "b"\nname = "B"\nkind = "case"\nagreement = "x"\n'
    file = tmp_path / "structure.toml"
    file.write_text(head + agreement + body)
    with pytest.raises(UnusableFile) as refused:
        import_structure(file)
    file.write_text(head + '[agendas]\nworking = ["Ett"]\ncase = ["Kanarie"]\n')

    import_structure(file)

    assert "case" not in str(refused.value).split("use one of")[1]
    assert not StandardAgendaItem.objects.filter(kind="case").exists()
    assert "case" not in export_structure()


def test_the_administration_says_no_word_of_them(world):
    browser = AppClient()
    browser.force_login(world.cast.administrator)
    chair = reverse("admin:groups_user_change", args=[world.cast.chair.pk])
    searched = reverse("admin:groups_body_changelist") + f"?q={CANARY[:6]}"
    picked = (
        reverse("admin:autocomplete") + "?term=Kanarie&app_label=groups&model_name=membership&field_name=body"
    )
    found = []
    for address in [*admin_addresses(), chair, searched, picked]:
        text = browser.get(address).content.decode()
        if "q=" in address:
            text = text.replace(f'value="{CANARY[:6]}"', "")
        found += [f"{address}: {word}" for word in (*WORDS, "Ärendegrupp", 'value="case"') if word in text]

    assert found == []
    hidden = Body.objects.get(key="canary")
    assert browser.get(reverse("admin:groups_body_change", args=[hidden.pk])).status_code == 302


@pytest.mark.parametrize(
    "address", ["/cases/", "/cases/new/", "/cases/log/", f"/{ADMIN}interventions/legalground/"]
)
def test_their_addresses_lead_nowhere(world, address):
    for part in sorted(EVERYONE):
        browser = AppClient()
        browser.force_login(getattr(world.cast, part))
        assert browser.get(address).status_code in (302 if address.startswith(f"/{ADMIN}") else 404, 404), (
            part
        )


def test_members_of_a_case_group_left_over_see_nothing_of_it(world):
    with acting(world.cast.case_worker) as user:
        assert not Body.objects.visible_to(user).filter(key="canary").exists()
        assert world.canary.pk not in user.bodies()
    browser = AppClient()
    browser.force_login(world.cast.chair)
    for name in ("meeting", "meeting_calendar", "meeting_who"):
        assert browser.get(reverse(name, kwargs={"pk": world.canary.pk})).status_code == 404


def test_social_services_see_colleagues_as_others_do(world):
    """Without cases nobody without a seat in a group chooses whom to give a seat."""
    worker = world.cast.case_worker
    worker.memberships.update(valid_to="2024-01-02")
    with acting(worker) as user:
        assert list(User.objects.get_queryset().visible_to(user)) == [user]


def test_cases_cannot_be_reached_by_their_tables():
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('interventions_case'), to_regclass('reader_grant')")
        assert cursor.fetchone() == (None, None)
