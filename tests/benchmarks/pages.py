"""Pages of the 25 newest visible cases and records, with both walls up, against ideal SQL and against guardian.

A page is what its view asks of the database in one transaction: BEGIN, the reader's name, the 25 rows with the rows that
the list shows beside them, as model instances, the row in the access log, COMMIT. Ours signs in as the app role, under the
walls. The ideal is the same page with the SQL that a person who knows the tables would write by hand in the place of
``visible_to()``, signed in as the owner through Django's own backend, where no wall stands.

Against guardian the rows alone are timed, without neighbours and log: get_objects_for_user as the owner, ours under the
walls. How the rows alone compare with the ideal is told as well, without a goal: there most of the time is Django's.
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
from samverkan.audit.models import AccessEvent
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
    beside: tuple[str, ...]


LISTS = (
    List("cases", Case, "interventions.view_case", IDEAL_CASES, "opened_at", ("lead_unit__agency",)),
    List(
        "records",
        Record,
        "interventions.view_record",
        IDEAL_RECORDS,
        "created_at",
        ("owner_unit__agency", "created_by"),
    ),
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
    assert user.unit is not None  # and remembered, as in a request
    ours, guardians = _ours(listed, user), _guardians(listed, user)
    ideals = [_ideal(listed, user, sql) for sql in listed.ideal.values()]
    expected = ours()
    assert all(ideal() == expected for ideal in ideals), (
        f"{listed.name} {reader}: the ideal SQL gives other rows"
    )
    assert guardians() == expected, f"{listed.name} {reader}: guardian gives other rows"
    trial = alternate(5, *ideals)
    best = list(listed.ideal.values())[trial.index(min(trial))]
    own, ideal = alternate(rounds, _ours(listed, user, whole=True), _ideal(listed, user, best, whole=True))
    rows, ideal_rows = alternate(rounds, ours, _ideal(listed, user, best))
    own_again, guardian = alternate(max(rounds // 4, 7), ours, guardians)
    yield Figure(
        f"{listed.name}, reader of {reader}: page / ideal SQL",
        own / ideal,
        1.5,
        at_most=True,
        detail=f"{own * 1000:.2f} / {ideal * 1000:.2f} ms"
        f" (rows alone {rows * 1000:.2f} / {ideal_rows * 1000:.2f} ms, {rows / ideal_rows:.2f} ×)",
    )
    yield Figure(
        f"{listed.name}, reader of {reader}: guardian / ours",
        guardian / own_again,
        10,
        at_most=False,
        detail=f"{guardian * 1000:.1f} / {own_again * 1000:.2f} ms",
    )


Page = Callable[[], list[Any]]


def _ours(listed: List, user: User, *, whole: bool = False) -> Page:
    def page() -> list[Any]:
        with reading_as(user.pk), transaction.atomic():
            return _page(listed, listed.model._default_manager.visible_to(user), user, whole=whole)

    return page


def _ideal(listed: List, user: User, sql: str, *, whole: bool = False) -> Page:
    assert user.unit is not None
    values = [user.pk, user.unit_id, user.unit.group_id]

    def page() -> list[Any]:
        with transaction.atomic(using="plain"):
            rows = listed.model._default_manager.using("plain").filter(pk__in=RawSQL(sql, values))
            return _page(listed, rows, user, whole=whole)

    return page


def _page(listed: List, rows: Any, user: User, *, whole: bool) -> list[Any]:
    if not whole:
        return [row.pk for row in rows.newest()[:PAGE]]
    keys = [row.pk for row in rows.select_related(*listed.beside).newest()[:PAGE]]
    AccessEvent.objects.using(rows.db).create(
        actor_id=user.pk,
        unit_id=user.unit_id,
        act=AccessEvent.Act.LIST,
        object_type=listed.model._meta.label_lower,
        object_ids=keys,
    )
    return keys


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
