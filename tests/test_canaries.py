"""The canary sweep: a word that stands in one text alone is sought in everything that the program gives to anybody.

tests/test_matrix.py seeks it at every address as every part, where it also makes sure that each word is met by those who
may read it: a bird that nobody sees proves nothing. Here: the administration, mails, pages for errors, and every table
that is not case data.
"""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from meetings.models import Delivery
from samverkan import outbox
from samverkan.reader import guarded_tables
from tests.cast import make_cast
from tests.conftest import AppClient
from tests.interventions.test_pages_refused import close_the_log
from tests.matrix import furnish
from tests.matrix.visits import astray, text_of
from tests.matrix.world import World
from tests.test_matrix import admin_addresses


@pytest.fixture
def world(db: None) -> World:
    return furnish(World(cast=make_cast()))


def test_the_administration_holds_none(world):
    administrator = AppClient(raise_request_exception=False)
    administrator.force_login(world.cast.administrator)
    addresses = [*admin_addresses(), *_rows_of_the_administration()]
    assert len(addresses) > 30

    for address in addresses:
        said = text_of(administrator.get(address)) + text_of(administrator.get(address, {"q": "steglitsord"}))
        assert astray(said.replace("steglitsord", ""), "administrator", world) == [], address


def _rows_of_the_administration() -> Iterator[str]:
    """A page to change, one to delete and the history of one row of each kind, our own and those of case data."""
    present = set(connection.introspection.table_names())
    for model in apps.get_models():
        row = model._base_manager.first() if model._meta.db_table in present else None
        for page in ("change", "delete", "history") if row else ():
            yield f"/admin/{model._meta.app_label}/{model._meta.model_name}/{row.pk}/{page}/"


def test_pages_for_errors_say_none(world):
    """The lead unit's own worker opens the case while its log cannot be written, and a key that is not there."""
    browser = AppClient(raise_request_exception=False)
    browser.force_login(world.cast.case_worker)
    where = reverse("case", args=[world.case.pk])
    assert "gulsparvsord" in text_of(browser.get(where))
    close_the_log()

    broken = browser.get(where)
    missing = browser.get(reverse("record", args=[world.case.pk, world.case.pk]))

    assert (broken.status_code, missing.status_code) == (500, 500)  # a refusal that cannot be logged is none
    assert astray(text_of(broken) + text_of(missing), "nobody", world) == []


def test_mails_carry_none(world, postbox):
    Delivery.objects.update(due_at=timezone.now())
    browser = AppClient()
    browser.force_login(world.cast.secretary)
    browser.post(reverse("meeting_call", args=[world.draft.pk]))
    browser.post(reverse("meeting_cancel", args=[world.called.pk]))
    outbox.send_due()

    mails = postbox.mails()
    assert len(mails) >= 6
    for letter in mails:
        said = " ".join(
            part.get_payload(decode=True).decode("utf-8", "replace")
            for part in letter.walk()
            if not part.is_multipart()
        )
        assert astray(f"{letter['Subject']} {said}", "the post", world) == [], letter["To"]


def test_no_other_table_keeps_a_word_of_a_case(world):
    """Not the sessions, not the log, not the cache, not the administration's history: after every verb has been used."""
    browser = AppClient()
    browser.force_login(world.cast.case_worker)
    for name, sent in (
        ("note_new", {"statement": "fact", "occurred_on": "idag", "text": "Ett gulsparvsord till"}),
        ("disclosure_revoke", {"reason": "Ett grönfinksord till"}),
        ("case_close", {}),
    ):
        keys = {"pk": world.case.pk}
        if name == "disclosure_revoke":
            keys["disclosure"] = world.disclosure.pk
        assert browser.post(reverse(name, kwargs=keys), sent).status_code == 302
    words = [word for word in world.canaries if word.endswith("ord") or word.startswith("SIG")]

    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names()) - guarded_tables()
        found = [(table, word) for table in sorted(tables) for word in words if _keeps(cursor, table, word)]

    assert len(words) == 8 and settings.CASES
    assert found == []


def _keeps(cursor, table: str, word: str) -> bool:
    cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}" t WHERE strpos(t::text, %s) > 0)', [word])
    return cursor.fetchone()[0]
