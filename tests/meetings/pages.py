"""Counting what a page asks of the database."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.conftest import AppClient


def counted(browser: AppClient, address: str, more: Callable[[], object]) -> int:
    """Queries of a page with one more row and with three, which must be as many; caches warmed first."""
    more()
    assert browser.get(address).status_code == 200
    counts = []
    for rows in (0, 2):
        for _ in range(rows):
            more()
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(address).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1], [query["sql"][:150] for query in captured]
    return counts[0]
