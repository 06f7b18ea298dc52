"""Reading a table that a person has made in a spreadsheet: XLSX, or CSV in the encodings that Excel writes.

Nothing in the file is trusted: it may be large inside and small outside, hold formulas, or not be a table at all.
"""

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import filetype
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from samverkan.pdf import legible
from samverkan.tables import unharmed

LARGEST = 10 * 1024 * 1024
#: What an XLSX may become when it is unpacked, and how many times its own size.
UNPACKED, TIMES = 200 * 1024 * 1024, 200
ROWS, COLUMNS, LONGEST = 20_000, 60, 2_000
#: What Excel calls “Unicode text”.
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Cell = str | date | None


@dataclass(frozen=True)
class Sheet:
    """Headings, and rows with their number as the spreadsheet shows it; rows without anything in them are left out."""

    headings: list[str]
    rows: list[tuple[int, list[Cell]]]


def read_sheet(content: bytes) -> Sheet:
    """The first table of a file.

    Raises:
        ValidationError: not such a table, too large, or with formulas; with the cell where there is one.
    """
    if not content:
        raise ValidationError(_("The file is empty."))
    if len(content) > LARGEST:
        raise ValidationError(_("The file is larger than 10 MB. Split it."))
    if content.startswith(_OLD_EXCEL):
        raise ValidationError(
            _("This is an old Excel file or one with a password. Save it as .xlsx without one.")
        )
    if content.startswith(b"PK"):
        return _made(_from_xlsx(content))
    if content.startswith(_UTF_16):
        content = content.decode("utf-16", errors="replace").encode()
    if filetype.guess_mime(content) or b"\x00" in content[:4096]:
        raise ValidationError(_("This is not a table. Use Excel (.xlsx) or CSV."))
    return _made(_from_csv(content))


def _made(rows: list[list[Cell]]) -> Sheet:
    kept = [
        (number, row) for number, row in enumerate(rows, 1) if any(value not in (None, "") for value in row)
    ]
    if not kept:
        raise ValidationError(_("The table has no rows."))
    if len(kept) - 1 > ROWS:
        raise ValidationError(_("The table has more than %(count)d rows. Split it.") % {"count": ROWS})
    _number, first = kept[0]
    if len(kept) == 1:
        raise ValidationError(_("The table has no rows below its headings."))
    return Sheet([str(value or "").strip() for value in first], kept[1:])


def _from_csv(content: bytes) -> list[list[Cell]]:
    """UTF-8 with or without a mark, else Windows-1252; the commonest of ; , and tab in the first line parts cells.
    UTF-16 has become UTF-8 before."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first.count)
    csv.field_size_limit(LARGEST)
    found: list[list[Cell]] = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            found.append([_text(unharmed(value), number, column) for column, value in enumerate(row, 1)])
            if number > ROWS + 1000 or len(row) > COLUMNS:
                raise ValidationError(_too_wide_or_long())
    except csv.Error as error:
        raise ValidationError(_("The file cannot be read as CSV. Save it again.")) from error
    return found


def _too_wide_or_long() -> str:
    return _("The table has more than %(rows)d rows or %(columns)d columns. Split it.") % {
        "rows": ROWS,
        "columns": COLUMNS,
    }


def _from_xlsx(content: bytes) -> list[list[Cell]]:
    _refuse_bomb(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        found: list[list[Cell]] = []
        for number, row in enumerate(sheet.iter_rows(), 1):
            if number > ROWS + 1000 or len(row) > COLUMNS:
                raise ValidationError(_too_wide_or_long())
            found.append([_value(cell, number, column) for column, cell in enumerate(row, 1)])
    except ValidationError:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers do
        raise ValidationError(_("The file is damaged or is not an Excel file. Save it again.")) from error
    return found


def _refuse_bomb(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            inside = archive.infolist()
    except zipfile.BadZipFile as error:
        raise ValidationError(_("The file is damaged or is not an Excel file. Save it again.")) from error
    size = sum(entry.file_size for entry in inside)
    if "xl/workbook.xml" not in {entry.filename for entry in inside}:
        raise ValidationError(_("This is not a table. Use Excel (.xlsx) or CSV."))
    if size > UNPACKED or size > TIMES * len(content) or len(inside) > 1000:
        raise ValidationError(_("The file becomes too large when unpacked. Save it again without pictures."))


def _value(cell: Any, number: int, column: int) -> Cell:
    if cell.value is None:
        return None
    place = f"{get_column_letter(column)}{number}"
    if cell.data_type == "f":
        raise ValidationError(_("%(cell)s contains a formula. Paste only the values.") % {"cell": place})
    if cell.data_type == "e":
        raise ValidationError(_("%(cell)s contains an error. Correct it.") % {"cell": place})
    if isinstance(cell.value, datetime):
        return cell.value.date()
    if isinstance(cell.value, date):
        return cell.value
    value = cell.value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return _text(str(value), number, column)


def _text(value: str, number: int, column: int) -> str:
    if len(value) > LONGEST:
        place = f"{get_column_letter(column)}{number}"
        raise ValidationError(
            _("%(cell)s has more than %(count)d characters.") % {"cell": place, "count": LONGEST}
        )
    return " ".join(legible(value).split())
