"""Lists as files."""

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from samverkan.pdf import legible
from samverkan.tables import FORMULA, Column, as_csv, as_xlsx, cell, download, unharmed


@dataclass
class Thing:
    name: Any


COLUMNS = [Column[Thing]("Namn", lambda thing: thing.name), Column[Thing]("Tal", lambda thing: -1)]


def asked(address, rows):
    return download(RequestFactory().get(address), "Möten", COLUMNS, rows)


def read_csv(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def read_xlsx(content):
    return [[c.value for c in row] for row in load_workbook(io.BytesIO(content)).active.iter_rows()]


def test_nothing_is_asked_of_the_rows_where_no_file_is_asked_for():
    def untouched():
        raise AssertionError
        yield

    assert asked("/?download=pdf", untouched()) is None
    assert asked("/", untouched()) is None


def test_csv_is_as_excel_in_sweden_reads_it():
    answer = asked("/?download=csv", [Thing("Åsa; Öst"), Thing(None)])

    assert answer.content == '\ufeffNamn;Tal\r\n"Åsa; Öst";-1\r\n;-1\r\n'.encode()
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="samverkan-moten-')
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_xlsx_keeps_days_as_days_and_texts_as_texts():
    content = asked("/?download=xlsx", [Thing(date(2026, 11, 25)), Thing("=1+1"), Thing("007")]).content

    book = load_workbook(io.BytesIO(content))
    column = [row[0] for row in book.active.iter_rows(min_row=2)]
    assert [(c.data_type, c.value) for c in column] == [
        ("d", datetime(2026, 11, 25)),
        ("s", "=1+1"),
        ("s", "007"),
    ]
    assert book.active.title == "Möten"
    assert book.active.freeze_panes == "A2"


@pytest.mark.parametrize("sign", FORMULA)
def test_no_cell_is_a_formula(sign):
    text = f'{sign}HYPERLINK("https://evil.example")'

    assert read_csv(as_csv(["a"], [[cell(text)]]))[1][0][:1] in ("'", "H")
    workbook = load_workbook(io.BytesIO(as_xlsx("a", ["a"], [[cell(text)]])))
    assert workbook.active["A2"].data_type == "s"


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_survives_both_ways(text):
    kept = cell(text)

    rows = read_csv(as_csv(["a", "b"], [[kept, "x"]]))
    assert unharmed(rows[1][0]) == (kept or "")
    assert not rows[1][0].lstrip(" ").startswith(FORMULA)
    assert (read_xlsx(as_xlsx("a", ["a", "b"], [[kept, "x"]]))[1][0] or "") == (kept or "")
    assert kept == (legible(text).translate({0xFFFE: None, 0xFFFF: None}) or None)


def test_values_of_every_kind():
    moment = datetime(2026, 7, 1, 11, 30, tzinfo=UTC)

    assert cell(moment) == datetime(2026, 7, 1, 13, 30)
    assert cell(["Trygghet", "Platser"]) == "Trygghet\nPlatser"
    assert cell("") is None
    assert cell(0) == 0
    assert cell("a\x00b\ud800") == "ab"
    rows = read_csv(as_csv(["a", "b", "c"], [[cell(moment), Decimal("1.5"), cell(date(2026, 1, 2))]]))
    assert rows[1] == ["2026-07-01 13:30", "1,5", "2026-01-02"]
