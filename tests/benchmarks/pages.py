"""Pages of the 25 newest visible cases and records, with both walls up, against ideal SQL and against guardian.

What is timed on each side is one transaction that gives 25 model instances through Django: BEGIN, the queries (ours with
the one that names the reader), making the rows, COMMIT. Ours is the page's queryset, signed in as the app role, under the
walls. The ideal is the same queryset with the SQL that a person who knows the tables would write by hand in the place of
``visible_to()``; it and guardian sign in as the owner through Django's own backend, where no wall stands.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connections, models, router, transaction
from django.db.models.expressions import RawSQL
from guardian.shortcuts import get_objects_for_user

from groups.models import User
from interventions.models import Case, Record
from samverkan.reader import reading_as
from tests.benchmarks.figures import Figure, alternate

PAGE = 25
READERS = {"35 %": 1, "4 %": 2, "twenty old": 3, "none": 4}

LIVE = "s.valid_from <= statement_timestamp() AND (s.valid_until IS NULL OR s.valid_until > statement_timestamp())"
GRANTED = "(g.valid_until IS NULL OR g.valid_until > statement_timestamp())"

#: Keys of the newest, by hand; the fastest that gives the rows is the ideal, for each reader.
IDEAL_CASES = {
    "seats in order": f"""SELECT s.case_id FROM interventions_seat s
        WHERE s.user_id = %s AND s.unit_id = %s AND %s IS NOT NULL AND {LIVE}
        ORDER BY s.case_opened_at DESC, s.case_id DESC LIMIT {PAGE}""",
}
IDEAL_RECORDS = {
    "grants in order": f"""SELECT g.content_object_id FROM interventions_recordgrant g
        WHERE EXISTS (SELECT 1 FROM interventions_seat s WHERE s.case_id = g.case_id AND s.user_id = %s
            AND s.unit_id = %s AND {LIVE} OFFSET 0) AND g.group_id = %s AND {GRANTED}
        ORDER BY g.record_created_at DESC, g.content_object_id DESC LIMIT {PAGE}""",
    "seats first": f"""SELECT g.content_object_id FROM interventions_seat s
        JOIN interventions_recordgrant g ON g.case_id = s.case_id
        WHERE s.user_id = %s AND s.unit_id = %s AND g.group_id = %s AND {LIVE} AND {GRANTED}
        ORDER BY g.record_created_at DESC, g.content_object_id DESC LIMIT {PAGE}""",
}


@dataclass(frozen=True)
class List:
    name: str
    model: type[models.Model]
    permission: str
    ideal: dict[str, str]
    order: str


LISTS = (
    List("cases", Case, "interventions.view_case", IDEAL_CASES, "opened_at"),
    List("records", Record, "interventions.view_record", IDEAL_RECORDS, "created_at"),
)


class Plain:
    """Sends what guardian asks to the connection without walls."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        return "plain"


def open_plain_connection() -> None:
    """A second way into the same database: the owner, through Django's own backend."""
    connections.databases["plain"] = connections.databases["owner"] | {
        "ENGINE": "django.db.backends.postgresql"
    }


def figures(rounds: int) -> Iterator[Figure]:
    """Two figures for each list and reader."""
    open_plain_connection()
    for listed in LISTS:
        for reader, pk in READERS.items():
            yield from _figures(listed, reader, User.objects.get(pk=pk), rounds)


def _figures(listed: List, reader: str, user: User, rounds: int) -> Iterator[Figure]:
    ours, ideals, guardians = _ours(listed, user), _ideals(listed, user), _guardians(listed, user)
    expected = ours()
    assert all(ideal() == expected for ideal in ideals), (
        f"{listed.name} {reader}: the ideal SQL gives other rows"
    )
    assert guardians() == expected, f"{listed.name} {reader}: guardian gives other rows"
    trial = alternate(3, *ideals)
    own, ideal = alternate(rounds, ours, ideals[trial.index(min(trial))])
    own_again, guardian = alternate(max(rounds // 10, 3), ours, guardians)
    yield Figure(
        f"{listed.name}, reader of {reader}: ours / ideal SQL",
        own / ideal,
        1.5,
        at_most=True,
        detail=f"{own * 1000:.2f} / {ideal * 1000:.2f} ms",
    )
    yield Figure(
        f"{listed.name}, reader of {reader}: guardian / ours",
        guardian / own_again,
        10,
        at_most=False,
        detail=f"{guardian * 1000:.1f} / {own_again * 1000:.2f} ms",
    )


Page = Callable[[], list[Any]]


def _ours(listed: List, user: User) -> Page:
    def page() -> list[Any]:
        with reading_as(user.pk), transaction.atomic():
            return [row.pk for row in listed.model._default_manager.visible_to(user).newest()[:PAGE]]

    return page


def _ideals(listed: List, user: User) -> list[Page]:
    assert user.unit is not None
    values = [user.pk, user.unit_id, user.unit.group_id]

    def page_of(sql: str) -> Page:
        def page() -> list[Any]:
            with transaction.atomic(using="plain"):
                rows = listed.model._default_manager.using("plain").filter(pk__in=RawSQL(sql, values))
                return [row.pk for row in rows.newest()[:PAGE]]

        return page

    return [page_of(sql) for sql in listed.ideal.values()]


def _guardians(listed: List, user: User) -> Page:
    def page() -> list[Any]:
        router.routers = [Plain()]
        try:
            with transaction.atomic(using="plain"):
                rows = get_objects_for_user(
                    user, listed.permission, listed.model._default_manager.using("plain")
                )
                return [row.pk for row in rows.order_by(f"-{listed.order}", "-pk")[:PAGE]]
        finally:
            router.routers = []

    return page


def server_times() -> Iterator[str]:
    """What PostgreSQL alone takes for our statements, planning and execution, as the app role under the walls."""
    for listed in LISTS:
        for reader, pk in READERS.items():
            user = User.objects.get(pk=pk)
            with reading_as(pk), transaction.atomic():
                rows = listed.model._default_manager.visible_to(user).newest()[:PAGE]
                plans = [rows.explain(analyze=True) for _again in range(3)]
            planning, execution = re.findall(r"(?:Planning|Execution) Time: ([\d.]+) ms", plans[-1])
            yield f"{listed.name}, reader of {reader}: planning {planning} ms, execution {execution} ms"
