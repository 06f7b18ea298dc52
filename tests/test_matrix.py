"""The matrix: every address × every part. An address without a row fails.

A cell says what a part gets: 200 a page, 302 sent on, 403 an insider who may not, 404 a stranger, 422 a form sent
empty. Whoever is not named in a row gets the row's ``others``; nobody signed in is sent to the log-in. The rows stand
in tests/matrix, by subject. On the same walk the canaries are sought (see tests/test_canaries.py).
"""

import logging

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.cast import make_cast
from tests.conftest import AppClient
from tests.matrix import ROWS, furnish
from tests.matrix.rows_downloads import LISTS
from tests.matrix.visits import astray, offered, visit
from tests.matrix.world import EVERYONE, World

#: Addresses of libraries, each with its own rule, tested below or in tests/samverkan.
ACCOUNT = "account/"
ADMIN = "admin/"


@pytest.fixture
def world(db: None) -> World:
    return furnish(World(cast=make_cast()))


@pytest.mark.parametrize("part", [*sorted(EVERYONE), "nobody"])
def test_each_part_gets_what_the_matrix_says_and_no_word_for_others(world, part, caplog):
    caplog.set_level(logging.DEBUG)
    wrong, leaks, met, dashes, unlisted = [], [], set(), set(), set()
    for row in ROWS:
        expected = row.nobody if part == "nobody" else row.expected(part)
        status, said = visit(row, world, part)
        if status != expected:
            wrong.append(f"{row}: {status}, not {expected}")
        if status == 200:
            unlisted |= {(row.name, name) for name in offered(said) - set(LISTS.get(row.name, ()))}
        leaks += [f"{row}: reads “{word}”" for word in astray(said, part, world)]
        met |= {word for word in world.canaries if word in said}
        if "---------" in said:
            dashes.add(row.name)

    assert not wrong, "\n".join(wrong)
    assert leaks == []
    assert dashes == set(), "Say what is to be chosen: give the field an empty_label."
    assert unlisted == set(), "Name the list in tests/matrix/rows_downloads.py."
    assert met == {word for word, readers in world.canaries.items() if part in readers}
    assert astray(caplog.text, "the log", world) == []


def patterns(resolver: URLResolver | None = None, prefix: str = "") -> list[tuple[str, str | None]]:
    """Every address of the program with its name."""
    found: list[tuple[str, str | None]] = []
    for entry in (resolver or get_resolver()).url_patterns:
        where = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found += patterns(entry, where)
        elif isinstance(entry, URLPattern):
            found.append((where, entry.name))
    return found


def test_every_address_has_a_row():
    rows = {row.name for row in ROWS}
    without = [
        where for where, name in patterns() if not where.startswith((ACCOUNT, ADMIN)) and name not in rows
    ]

    assert without == [], "Add a row to ROWS of a module in tests/matrix."


def test_every_unsafe_method_without_its_row_is_refused(world):
    """What has no POST row does nothing on POST: 405, or the log-in, or the door."""
    posted = {row.name for row in ROWS if row.method == "post"}
    browser = AppClient()
    browser.force_login(world.cast.coordinator)

    for row in ROWS:
        if row.name not in posted:
            status = browser.post(reverse(row.name, kwargs=row.arguments(world))).status_code
            assert status in (403, 404, 405), row.name


def admin_addresses() -> list[str]:
    """Every admin page that needs no row, and the add pages."""
    names = [name for where, name in patterns() if where.startswith(ADMIN) and name]
    names.remove("groups_notice_add")  # mail is looked at only
    addresses = []
    for name in names:
        if name.endswith(("_changelist", "_add")) or name == "index":
            addresses.append(reverse(f"admin:{name}"))
    return addresses


def test_the_admin_is_for_administrators_alone(world):
    addresses = admin_addresses()
    assert len(addresses) > 10

    for part in sorted(EVERYONE - {"administrator"}):
        browser = AppClient()
        browser.force_login(getattr(world.cast, part))
        statuses = {address: browser.get(address).status_code for address in addresses}
        assert set(statuses.values()) <= {302, 403, 404}, (part, statuses)
    administrator = AppClient()
    administrator.force_login(world.cast.administrator)
    refused = {address for address in addresses if administrator.get(address).status_code != 200}
    # There is one structure, and the world has it.
    assert refused == {reverse("admin:groups_structure_add")}


def test_the_admin_knows_no_case(world):
    words = ("interventions_", "/interventions/case", "/interventions/record", "/interventions/seat")
    administrator = AppClient()
    administrator.force_login(world.cast.administrator)

    index = administrator.get(reverse("admin:index")).content.decode()

    assert not [word for word in words if word in index]
    assert not settings.CASES or str(world.case.reference) not in index
