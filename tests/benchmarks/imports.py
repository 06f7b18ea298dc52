"""An import of 10,000 people with workplace and seat, checked and written by the worker's functions, against a bare COPY of
the same rows into the same three tables with their constraints and triggers.
"""

import io
from collections.abc import Iterator
from datetime import date
from statistics import median

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils import timezone
from openpyxl import Workbook

from groups.models import Body, Employment, Membership, PeopleImport, Unit, User
from groups.people_import import begin_import, check_import, confirm_import, write_import
from groups.people_rows import HEADINGS
from samverkan.tables import as_csv
from tests.benchmarks.figures import Figure, seconds
from tests.factories import make_agreement, make_body

ROWS = 10_000
#: Of the whole: reading, checking, rehearsing and writing the rows again. Each row is written twice and read four times.
GOAL = 8
BEGINS = date(2026, 1, 2)


def figures(rounds: int) -> Iterator[Figure]:
    """One figure, from CSV; the seconds of Excel stand beside it."""
    unit = Unit.objects.select_related("agency").first()
    agreement = make_agreement(key="bench-import")
    body = make_body(key="bench-import", kind="working", agreement=agreement)
    by = User.objects.create_user("bench-import@example.org", name="Administrator", is_staff=True)
    table = [_row(number, unit, body) for number in range(ROWS)]
    as_text, as_book = as_csv(HEADINGS, table), _book(table)
    excel = seconds(lambda: _import(as_book, by))
    _clear()
    taken = []
    for _round in range(rounds):
        bare = seconds(lambda: _copied(table, unit, body))
        _clear()
        taken.append((seconds(lambda: _import(as_text, by)), bare))
        _clear()
    ours, bare = (median(column) for column in zip(*taken, strict=True))
    yield Figure(
        f"import of {ROWS:,} people: checked and written / bare COPY",
        ours / bare,
        GOAL,
        at_most=True,
        detail=f"{ours:.1f} / {bare:.1f} s; from Excel {excel:.1f} s",
    )


def _row(number: int, unit: Unit, body: Body) -> list[str]:
    person = [f"ny-{number}@example.net", f"Ny Person {number}", f"070-{number:07}"]
    return [
        *person,
        unit.agency.key,
        unit.name,
        "Samordnare",
        str(BEGINS),
        "",
        body.key,
        "",
        str(BEGINS),
        "",
        "",
    ]


def _book(table: list[list[str]]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("People")
    for row in [HEADINGS, *table]:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _import(content: bytes, by: User) -> None:
    row = begin_import(name="bench", content=content, by=by)
    check_import(row.pk)
    confirm_import(row, by=by)
    write_import(row.pk)
    row = PeopleImport.objects.get(pk=row.pk)
    assert (row.state, row.report["counts"]["created"]) == ("done", ROWS), row.report


def _copied(table: list[list[str]], unit: Unit, body: Body) -> None:
    password, now = make_password(None), timezone.now()
    with transaction.atomic(), connection.cursor() as cursor:
        people = [(password, False, row[0], row[1], row[2], "sv", True, False, False, now) for row in table]
        names = "password, is_superuser, email, name, phone, language, is_active, is_staff, is_log_reviewer, created_at"
        _copy(cursor, f"groups_user ({names})", people)
        cursor.execute("SELECT id FROM groups_user WHERE email LIKE 'ny-%%@example.net'")
        keys = [key for (key,) in cursor.fetchall()]
        _copy(
            cursor,
            "groups_employment (user_id, unit_id, title, valid_from)",
            [(key, unit.pk, "Samordnare", BEGINS) for key in keys],
        )
        _copy(
            cursor,
            'groups_membership (user_id, body_id, function, valid_from, mandate, commits, commits_within, "leading")',
            [(key, body.pk, "member", BEGINS, "", "unsaid", "", False) for key in keys],
        )


def _copy(cursor: object, table: str, rows: list[tuple[object, ...]]) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:  # type: ignore[attr-defined]
        for row in rows:
            copy.write_row(row)


def _clear() -> None:
    new = User.objects.filter(email__startswith="ny-", email__endswith="@example.net")
    with transaction.atomic():
        Membership.objects.filter(user__in=new)._raw_delete("default")
        Employment.objects.filter(user__in=new)._raw_delete("default")
        User.objects.filter(pk__in=new.values("pk"))._raw_delete("default")
