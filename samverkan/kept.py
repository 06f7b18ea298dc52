"""Lists that are asked for all the time: Django makes their SQL once, and PostgreSQL keeps the plan on the connection.

Building and compiling a queryset takes more of a page's time than its rows do, and planning a statement under policies
more than running it. What is kept is the text of the statement and never a row: who reads is bound to it each time, and
the wall asks the signed reader as ever.
"""

from collections.abc import Callable, Iterable, Mapping
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.expressions import Expression
from psycopg.types.numeric import Int4, Int8

Row = TypeVar("Row", bound=models.Model)

#: One type for each number, however large: the server would keep a plan for every size.
_SIZES: dict[type, Callable[[int], Any]] = {
    models.BigIntegerField: Int8,
    models.IntegerField: Int4,
}


class Slot(Expression):
    """Where a value is bound when the statement is run; stands in a filter as the value would."""

    def __init__(self, name: str, output_field: Any) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def bound(self, values: Mapping[str, Any]) -> Any:
        value = values[self.name]
        size = _SIZES.get(type(self.output_field))
        return size(value) if size else value


#: Stands for whoever reads when a list is made: ``visible_to`` takes it for a person who may sign in and works somewhere.
#: It knows what the wall knows of a reader and no more, so a ``visible_to`` that asks for more fails at once.
ANYBODY: Any = SimpleNamespace(
    is_active=True,
    pk=Slot("pk", models.BigIntegerField()),
    unit_id=Slot("unit_id", models.BigIntegerField()),
    unit=SimpleNamespace(
        pk=Slot("unit_id", models.BigIntegerField()), group_id=Slot("group_id", models.IntegerField())
    ),
)


def values_of(user: Any) -> dict[str, Any] | None:
    """What is bound where ``ANYBODY`` stood; None for those whom it does not stand for, and who see nothing."""
    if not user.is_active or user.unit is None:
        return None
    return {"pk": user.pk, "unit_id": user.unit.pk, "group_id": user.unit.group_id}


class Kept(Generic[Row]):
    """``build`` gives the queryset, with slots for what differs between one time and the next."""

    def __init__(self, build: Callable[[], models.QuerySet[Row]]) -> None:
        self.build = build

    def fetch(self, values: Mapping[str, Any], *, using: str = DEFAULT_DB_ALIAS) -> list[Row]:
        """The rows, as the queryset would give them."""
        connection: Any = connections[using]
        made = connection.kept.get(self)
        if made is None:
            made = connection.kept[self] = _Statement(self.build(), using)
        with connection.ready_cursor() as cursor:
            cursor.execute(made.sql, made.bind(values))
            rows = cursor.fetchall()
        return made.instances(rows)


class _Statement:
    """A queryset's SQL and how its rows become instances, as ``django.db.models.query.ModelIterable`` makes them."""

    def __init__(self, queryset: models.QuerySet[Any], using: str) -> None:
        compiler: Any = queryset.query.get_compiler(using=using)
        self.sql, self.params = _with_limit_bound(*compiler.as_sql())
        assert not compiler.annotation_col_map, "Kept lists carry no annotations."
        self.compiler = compiler
        self.converters = compiler.get_converters([column[0] for column in compiler.select])
        self.kind = _Kind(compiler.klass_info, compiler.select, using)

    def bind(self, values: Mapping[str, Any]) -> list[Any]:
        return [param.bound(values) if isinstance(param, Slot) else param for param in self.params]

    def instances(self, rows: Iterable[tuple[Any, ...]]) -> list[Any]:
        if self.converters:
            rows = map(tuple, self.compiler.apply_converters(rows, self.converters))
        met: dict[tuple[Any, Any], Any] = {}
        return [self.kind.instance(row, met) for row in rows]


def _with_limit_bound(sql: str, params: Iterable[Any]) -> tuple[str, list[Any]]:
    """The number of rows as a value too: of one that it does not know the planner believes that a tenth is wanted, and
    reads in order; a number in the text could be all that it believes a person to have, and it would read and sort
    everything of whoever has very much."""
    text, limit, rows = sql.rpartition(" LIMIT ")
    if not limit or not rows.isdigit():
        return sql, list(params)
    return f"{text} LIMIT %s", [*params, Int8(int(rows))]


class _Kind:
    """One model of a row, and those that ``select_related`` puts beside it: made once, however many rows have it."""

    def __init__(self, chosen: Any, select: Any, using: str) -> None:
        begin, end = chosen["select_fields"][0], chosen["select_fields"][-1] + 1
        self.columns, self.using, self.make = slice(begin, end), using, chosen["model"].from_db
        self.names = [column[0].target.attname for column in select[begin:end]]
        self.key = self.names.index(chosen["model"]._meta.pk.attname)
        assert not chosen.get("reverse"), "Kept lists have rows beside them that they point at."
        self.beside = [
            (inner["local_setter"], _Kind(inner, select, using))
            for inner in chosen.get("related_klass_infos", ())
        ]

    def instance(self, row: tuple[Any, ...], met: dict[tuple[Any, Any], Any]) -> Any:
        values = row[self.columns]
        if values[self.key] is None:
            return None
        instance = self.make(self.using, self.names, values)
        for put, kind in self.beside:
            key = (kind, row[kind.columns][kind.key])
            if key not in met:
                met[key] = kind.instance(row, met)
            put(instance, met[key])
        return instance
