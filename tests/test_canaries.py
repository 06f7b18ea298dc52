"""The canary sweep: a word that stands in one text alone is sought in everything that the program gives to anybody.

Every address of the matrix is fetched as every part, so a new address is swept by itself; then the administration, files,
mails, pages for errors, the program's own log, and every table that is not case data. First it is made sure that each word
can be found by somebody who may read it: a bird that nobody sees proves nothing.
"""

import io
import logging
import zipfile
from collections import defaultdict
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from meetings.models import Delivery
from samverkan import outbox
from samverkan.reader import guarded_tables
from tests.cast import make_cast
from tests.conftest import AppClient
from tests.factories import make_action, make_decision, make_item
from tests.interventions.test_pages_refused import close_the_log
from tests.matrix import ROWS, furnish
from tests.matrix.world import EVERYONE, Row, World
from tests.papers import read
from tests.test_matrix import admin_addresses

#: The parts who work at the unit to which items are kept, and who sit in the group that meets.
POLICE = {"police"}


@pytest.fixture
def world(db: None) -> World:
    made = furnish(World(cast=make_cast()))
    _keep_items(made)
    return made


def _keep_items(world: World) -> None:
    """In every meeting an item that is kept to the police's unit, with all that can be written under one."""
    cast = world.cast
    for name in ("draft", "called", "running", "held"):
        item = make_item(
            meeting=getattr(world, name),
            position=40,
            title=f"Rubriken tofsvipa {name}",
            presenter="Föredragande storspov",
            text="Texten ljungpipare",
            audience="units",
            units=[cast.youth_unit],
        )
        make_decision(item=item, by=cast.police, text="Beslutet enkelbeckasin")
        make_action(item=item, agency=cast.police_agency, by=cast.police, text="Åtgärden rödbena")
    world.canaries |= dict.fromkeys(
        ("tofsvipa", "storspov", "ljungpipare", "enkelbeckasin", "rödbena"), POLICE
    )


def text_of(answer: HttpResponse) -> str:
    """Everything that an answer says: headers, pages as they are, files as a reader gets them."""
    content = b"".join(answer) if answer.streaming else answer.content
    kind = answer.get("Content-Type", "")
    if kind.startswith("application/pdf") and b"startxref" in content:
        said = read(content)
    elif content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            said = " ".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    else:
        # Lines of calendars are folded after 75 bytes (RFC 5545 3.1).
        said = content.replace(b"\r\n ", b"").decode("utf-8", "replace")
    return f"{answer.headers} {said}"


def asked(row: Row, world: World, part: str) -> str:
    """What a part is told at an address, everything undone afterwards."""
    browser = AppClient(raise_request_exception=False)
    with transaction.atomic():
        if part != "nobody":
            browser.force_login(getattr(world.cast, part))
        ask = getattr(browser, row.method)
        answer = ask(reverse(row.name, kwargs=row.arguments(world)), row.data(world))
        said = text_of(answer)
        if answer.status_code == 302 and answer["Location"].startswith("/"):
            said += text_of(browser.get(answer["Location"]))
        transaction.set_rollback(True)
    return said


def astray(said: str, part: str, world: World) -> list[str]:
    """The words in it that are not for this part."""
    return [word for word, readers in world.canaries.items() if word in said and part not in readers]


def test_no_word_stands_where_it_does_not_belong(world, caplog):
    caplog.set_level(logging.DEBUG)
    leaks, met = [], defaultdict(set)

    for row in ROWS:
        for part in [*sorted(EVERYONE), "nobody"]:
            said = asked(row, world, part)
            leaks += [f"{row}: {part} reads “{word}”" for word in astray(said, part, world)]
            for word in world.canaries:
                if word in said:
                    met[word].add(part)

    assert leaks == []
    assert {word: met[word] for word in world.canaries} == world.canaries, "each is met by those it is for"
    assert astray(caplog.text, "the log", world) == []


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
