"""Pages of the 25 newest visible cases and records, with both walls up, against ideal SQL and against guardian.

A page is what its view asks of the database in one transaction: BEGIN, the reader's name, the rows with what the list shows
beside them, the row in the access log, COMMIT. Ours signs in as the app role, under the walls, asks as the page of cases
does (``keyset.Newest``) for 26 rows, and makes model instances of them. No page lists records across cases yet; one would
ask so too.

The ideal is what a good hand writes in Django who need not care for either wall: one statement for 25 rows, joined in the
order of the index, with the columns that the list shows and no more; the same row of the access log; one transaction on
Django's own back-end; bare tuples. It signs in as the owner, where no wall stands. Beside it stand, without a goal, the same
SQL for the keys in a queryset, and the ideal with its plan kept by the server, as ours is.

Time is processor time, of the program and of PostgreSQL together (``processor_clock``).

Against guardian the rows alone are timed, without what lies beside them and without a log: ``get_objects_for_user`` on
guardian's generic tables as the owner, ours under the walls. Left to itself guardian would find the direct table of grants
on records and use that.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

from django.db import connections, models, router, transaction
from django.db.models.expressions import RawSQL
from django.utils import timezone
from guardian import shortcuts as guardian_shortcuts
from guardian.models import GroupObjectPermission

from groups.models import User
from interventions.models import Case, Record
from samverkan import keyset
from samverkan.audit import log
from samverkan.audit.models import AccessEvent
from samverkan.reader import reading_as
from tests.benchmarks.figures import Clock, Figure, alternate, milliseconds, processor_clock, ratio, seconds

#: Also for what it does not export.
shortcuts: Any = guardian_shortcuts

PAGE = 25
READERS = {"35 %": 1, "4 %": 2, "twenty old": 3, "none": 4}

LIVE = "s.valid_from <= statement_timestamp() AND (s.valid_until IS NULL OR s.valid_until > statement_timestamp())"
GRANTED = "(g.valid_until IS NULL OR g.valid_until > statement_timestamp())"

#: By hand, for a person, their unit and its group; the fastest of a list is the ideal, for each reader. ``{columns}`` of a
#: page, with the ``{beside}``, or the key alone.
CASES = {
    "seats in order": f"""SELECT {{columns}} FROM interventions_seat s
        JOIN interventions_case c ON c.id = s.case_id {{beside}}
        WHERE s.user_id = %s AND s.unit_id = %s AND %s::integer IS NOT NULL AND {LIVE}
        ORDER BY s.case_opened_at DESC, s.case_id DESC LIMIT {PAGE}""",
}
RECORDS = {
    "grants in order": f"""SELECT {{columns}} FROM interventions_recordgrant g
        JOIN interventions_record r ON r.id = g.content_object_id {{beside}}
        WHERE EXISTS (SELECT 1 FROM interventions_seat s WHERE s.case_id = g.case_id AND s.user_id = %s
            AND s.unit_id = %s AND {LIVE} OFFSET 0) AND g.group_id = %s AND {GRANTED}
        ORDER BY g.record_created_at DESC, g.content_object_id DESC LIMIT {PAGE}""",
    "seats first": f"""SELECT {{columns}} FROM interventions_seat s
        JOIN interventions_recordgrant g ON g.case_id = s.case_id
        JOIN interventions_record r ON r.id = g.content_object_id {{beside}}
        WHERE s.user_id = %s AND s.unit_id = %s AND g.group_id = %s AND {LIVE} AND {GRANTED}
        ORDER BY g.record_created_at DESC, g.content_object_id DESC LIMIT {PAGE}""",
}
UNIT = "JOIN groups_unit u ON u.id = {} JOIN groups_agency a ON a.id = u.agency_id"
LOG = """INSERT INTO audit_accessevent (id, at, actor_id, unit_id, act, case_id, object_type, object_ids, reason)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"""


@dataclass(frozen=True)
class List:
    """A list; ``key``, ``columns`` and ``joins`` are the ideal's, ``beside`` is ours."""

    name: str
    model: type[models.Model]
    permission: str
    ideal: dict[str, str]
    key: str
    columns: str
    joins: str
    order: str
    beside: tuple[str, ...]

    def pages(self) -> list[str]:
        return [sql.format(columns=self.columns, beside=self.joins) for sql in self.ideal.values()]

    def keys(self) -> list[str]:
        return [sql.format(columns=self.key, beside="") for sql in self.ideal.values()]


LISTS = (
    List(
        "cases",
        Case,
        "interventions.view_case",
        CASES,
        "c.id",
        "c.id, c.reference, c.status, c.opened_at, c.lead_unit_id, u.name, a.id, a.name",
        UNIT.format("c.lead_unit_id"),
        "opened_at",
        ("lead_unit__agency",),
    ),
    List(
        "records",
        Record,
        "interventions.view_record",
        RECORDS,
        "r.id",
        "r.id, r.case_id, r.kind, r.statement, r.occurred_on, r.created_at, r.owner_unit_id, u.name, a.id, a.name,"
        " w.id, w.name",
        UNIT.format("r.owner_unit_id") + " JOIN groups_user w ON w.id = r.created_by_id",
        "created_at",
        ("owner_unit__agency", "created_by"),
    ),
)


class Plain:
    """Sends what guardian asks to the connection without walls."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        return "usual"


def open_plain_connections() -> None:
    """Two more ways into the same database as the owner: with all that ours has but the walls, and Django's own."""
    owner = connections.databases["owner"]
    connections.databases["plain"] = owner | {
        "ENGINE": "tests.benchmarks.plain",
        "OPTIONS": {"options": "-c plan_cache_mode=force_generic_plan"},
    }
    connections.databases["usual"] = owner | {"ENGINE": "django.db.backends.postgresql"}


def figures(rounds: int, *, whole: bool = True) -> Iterator[Figure]:
    """Two figures for each list and reader; the goals are for the ``whole`` 100,000 cases."""
    open_plain_connections()
    clock = _clock()
    for listed in LISTS:
        for reader, pk in READERS.items():
            for figure in _figures(listed, reader, User.objects.get(pk=pk), rounds, clock):
                yield figure if whole else replace(figure, goal=None)


def _clock() -> Clock:
    """Processor time of the program and of PostgreSQL, where it can be told."""
    backends = []
    for alias in ("default", "plain", "usual"):
        connections[alias].ensure_connection()
        backends.append(connections[alias].connection.info.backend_pid)
    try:
        return processor_clock(backends)
    except OSError:
        return perf_counter


def _figures(listed: List, reader: str, user: User, rounds: int, clock: Clock) -> Iterator[Figure]:
    assert user.unit is not None  # and remembered, as in a request
    ours, guardians = _ours(listed, user), _guardians(listed, user)
    expected = ours()
    assert guardians() == expected, f"{listed.name} {reader}: guardian gives other rows"
    for ideal in (_ideal, _kept_ideal):
        assert all(ideal(listed, user, sql)() == expected for sql in listed.pages()), (
            f"{listed.name} {reader}: the ideal SQL gives other rows"
        )
    own, ideal_, queryset, kept = alternate(
        rounds,
        _ours(listed, user, whole=True),
        _fastest(_ideal, listed, user, listed.pages()),
        _fastest(_queryset, listed, user, listed.keys()),
        _fastest(_kept_ideal, listed, user, listed.pages()),
        clock=clock,
        warm=True,
    )
    yield Figure(
        f"{listed.name}, reader of {reader}: page / ideal SQL",
        ratio(own, ideal_),
        1.5,
        at_most=True,
        detail=f"{milliseconds(own)} / {milliseconds(ideal_)} ms (ideal in a queryset: {ratio(own, queryset):.2f} ×;"
        f" ideal with its plan kept: {ratio(own, kept):.2f} ×)",
    )
    # As many as fit into a second or two.
    own_again, guardian = alternate(
        min(max(int(1.5 / seconds(guardians)), 5), rounds), ours, guardians, clock=clock
    )
    yield Figure(
        f"{listed.name}, reader of {reader}: guardian / ours",
        ratio(guardian, own_again),
        10,
        at_most=False,
        detail=f"{milliseconds(guardian)} / {milliseconds(own_again)} ms",
    )


Page = Callable[[], list[Any]]


def _fastest(ideal: Callable[[List, User, str], Page], listed: List, user: User, sql: list[str]) -> Page:
    acts = [ideal(listed, user, one) for one in sql]
    taken = [min(column) for column in alternate(7, *acts)]
    return acts[taken.index(min(taken))]


def _ours(listed: List, user: User, *, whole: bool = False) -> Page:
    def rows(reader: Any) -> models.QuerySet[Any]:
        seen: models.QuerySet[Any] = listed.model._default_manager.visible_to(reader)  # type: ignore[attr-defined]
        return seen.select_related(*listed.beside) if whole else seen

    newest = keyset.Newest(rows, moment=listed.order, size=PAGE)

    def page() -> list[Any]:
        with reading_as(user.pk), transaction.atomic():
            keys = [row.pk for row in newest.page(user).rows]
            if whole:
                log.record(user, AccessEvent.Act.LIST, listed.model, keys)
        return keys

    return page


def _ideal(listed: List, user: User, sql: str) -> Page:
    values = _values(user)
    kind = listed.model._meta.label_lower

    def page() -> list[Any]:
        with transaction.atomic(using="usual"), connections["usual"].cursor() as cursor:
            cursor.execute(sql, values)
            keys = [row[0] for row in cursor.fetchall()]
            event: list[Any] = [
                uuid.uuid4(),
                timezone.now(),
                user.pk,
                user.unit_id,
                "list",
                None,
                kind,
                keys,
                "",
            ]
            cursor.execute(LOG, event)
        return keys

    return page


def _kept_ideal(listed: List, user: User, sql: str) -> Page:
    values = _values(user)

    def page() -> list[Any]:
        with transaction.atomic(using="plain"):
            with connections["plain"].ready_cursor() as cursor:  # type: ignore[attr-defined] # our own backend
                cursor.execute(sql, values)
                keys = [row[0] for row in cursor.fetchall()]
            log.write(_event(listed, user, keys), using="plain")
        return keys

    return page


def _queryset(listed: List, user: User, sql: str) -> Page:
    def page() -> list[Any]:
        with transaction.atomic(using="usual"):
            rows = listed.model._default_manager.using("usual").filter(pk__in=RawSQL(sql, _values(user)))
            keys = [row.pk for row in _newest(rows.select_related(*listed.beside), listed)]
            _event(listed, user, keys).save(using="usual", force_insert=True)
        return keys

    return page


def _guardians(listed: List, user: User) -> Page:
    def page() -> list[Any]:
        with _on_generic_tables(), transaction.atomic(using="usual"):
            rows = listed.model._default_manager.using("usual")
            found = shortcuts.get_objects_for_user(user, listed.permission, rows)
            return [row.pk for row in _newest(found, listed)]

    return page


@contextmanager
def _on_generic_tables() -> Iterator[None]:
    found = shortcuts.get_group_obj_perms_model
    router.routers = [Plain()]
    shortcuts.get_group_obj_perms_model = lambda model=None: GroupObjectPermission
    try:
        yield
    finally:
        shortcuts.get_group_obj_perms_model = found
        router.routers = []


def _values(user: User) -> list[Any]:
    assert user.unit is not None
    return [user.pk, user.unit_id, user.unit.group_id]


def _newest(rows: models.QuerySet[Any], listed: List) -> models.QuerySet[Any]:
    return rows.order_by(f"-{listed.order}", "-pk")[:PAGE]


def _event(listed: List, user: User, keys: list[Any]) -> AccessEvent:
    return AccessEvent(
        actor_id=user.pk,
        unit_id=user.unit_id,
        act=AccessEvent.Act.LIST,
        object_type=listed.model._meta.label_lower,
        object_ids=keys,
    )


def server_times() -> Iterator[str]:
    """What PostgreSQL alone takes for our statements, planning and execution, as the app role under the walls."""
    for listed in LISTS:
        for reader, pk in READERS.items():
            user = User.objects.get(pk=pk)
            with reading_as(pk), transaction.atomic():
                seen = listed.model._default_manager.visible_to(user)  # type: ignore[attr-defined]
                rows = seen.newest()[:PAGE]
                plans = [rows.explain(analyze=True) for _again in range(3)]
            planning, execution = re.findall(r"(?:Planning|Execution) Time: ([\d.]+) ms", plans[-1])
            yield f"{listed.name}, reader of {reader}: planning {planning} ms, execution {execution} ms"
