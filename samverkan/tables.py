"""Every list as a table to take away: CSV as Swedish Excel reads it, and XLSX.

A view asks ``download`` with the rows it would show, so that the file holds what the page would, by the same door and the
same filters; the page then offers it by itself (``base.html``), and so a new list needs columns and one line. The file is
made inside the request's transaction and never streamed. No cell is a formula: in CSV a text that a spreadsheet would take
for one gets an apostrophe before it, in XLSX every text is typed as text.
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from samverkan.pdf import legible

Row = TypeVar("Row")
Words = str | Promise

#: What makes a spreadsheet take a text for a formula (OWASP, CSV injection), full-width forms with it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: A cell of a spreadsheet holds no more.
LONGEST = 32_767
#: Not characters at all, and refused by XML 1.0.
_NO_CHARACTERS = {0xFFFE: None, 0xFFFF: None}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A heading and how a row fills it: text, number, day, moment, truth or nothing."""

    heading: Words
    value: Callable[[Row], Any]


@dataclass(frozen=True)
class Offer:
    """A list that can be taken away from a page; ``part`` tells it from the others of the same page."""

    name: str
    part: str


def download(
    request: HttpRequest,
    name: Words,
    columns: Sequence[Column[Row]],
    rows: Iterable[Row],
    *,
    part: str = "",
    offered: bool = True,
) -> HttpResponse | None:
    """The table as a file where the address asks for it (``?download=csv`` or ``xlsx``, ``&part=…`` where a page has
    several lists), else None, and the page then offers it where ``offered``.

    ``rows`` is not touched where none is asked for.
    """
    wanted = request.GET.get("download", "")
    if wanted not in FORMATS or request.GET.get("part", "") != part:
        if offered:
            request.offers = [*getattr(request, "offers", []), Offer(str(name), part)]  # type: ignore[attr-defined]
        return None
    table = [[cell(column.value(row)) for column in columns] for row in rows]
    headings = [str(column.heading) for column in columns]
    content = as_csv(headings, table) if wanted == "csv" else as_xlsx(str(name), headings, table)
    response = HttpResponse(content, content_type=FORMATS[wanted])
    filename = f"samverkan-{slugify(str(name))}-{timezone.localdate()}.{wanted}"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename) or ""
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def cell(value: Any) -> str | int | float | Decimal | date | datetime | None:
    """A value as a table keeps it: moments by the clock in Sweden, several values one on each line."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return (
            timezone.localtime(value).replace(tzinfo=None, microsecond=0)
            if timezone.is_aware(value)
            else value
        )
    if isinstance(value, int | float | Decimal | date) and not isinstance(value, models.Choices):
        return value
    if isinstance(value, list | tuple):
        value = "\n".join(str(part) for part in value)
    return legible(str(value)).translate(_NO_CHARACTERS)[:LONGEST] or None


def as_csv(headings: list[str], rows: list[list[Any]]) -> bytes:
    """Semicolons, CRLF and a byte order mark: what Excel in Sweden opens by itself."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([_harmless(heading) for heading in headings])
    writer.writerows([_written(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, float | Decimal):
        return str(value).replace(".", ",")
    return _harmless(value) if isinstance(value, str) else str(value)


def _harmless(text: str) -> str:
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def unharmed(text: str) -> str:
    """A text as it was before ``as_csv`` made it harmless; for reading our own files back."""
    return text[1:] if text.startswith("'") and text[1:].lstrip(" ").startswith(FORMULA) else text


def as_xlsx(name: str, headings: list[str], rows: list[list[Any]]) -> bytes:
    """One sheet with headings that stay in sight and can be filtered by."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_sheet_name(name))
    for number, width in enumerate(_widths(headings, rows), 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{len(rows) + 1}"
    bold = Font(bold=True)
    sheet.append([_typed(sheet, heading, bold) for heading in headings])
    for row in rows:
        sheet.append([_typed(sheet, value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _typed(sheet: Any, value: Any, font: Font | None = None) -> Any:
    made = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        made.data_type = "s"
        made.quotePrefix = value.lstrip(" ").startswith(FORMULA)
    elif isinstance(value, datetime):
        made.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, date):
        made.number_format = "yyyy-mm-dd"
    if font is not None:
        made.font = font
    return made


def _sheet_name(name: str) -> str:
    return "".join(sign for sign in name if sign not in r"[]:*?/\'")[:31].strip() or "Samverkan"


def _widths(headings: list[str], rows: list[list[Any]]) -> list[float]:
    longest = [len(heading) for heading in headings]
    for row in rows[:200]:
        for number, value in enumerate(row):
            longest[number] = max(longest[number], len(str(value or "").split("\n")[0]))
    return [min(max(count + 2, 8), 60) for count in longest]
