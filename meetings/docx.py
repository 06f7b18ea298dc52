"""Minutes as a Word file, for those who will work on with the text: the same words in the same order as the PDF."""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime, time

from docx import Document
from docx.document import Document as DocxDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.shared import Cm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph as DocxParagraph

from meetings import docxstyle
from meetings.bodytext import Block, BulletList, NumberedList, Paragraph, Run, blocks, runs
from meetings.documents import ActionRow, DecisionBlock, ItemBlock, MinutesDocument
from meetings.printing import (
    Words,
    action_cells,
    action_owner,
    approval_line,
    attendance_blocks,
    attendance_cells,
    facts,
    item_heading,
    short_dnr,
    words_for,
)
from samverkan.pdf import legible

DEEPEST_LIST = 3  # Word's own list styles go no deeper; deeper lists stay at this level


def minutes_docx(document: MinutesDocument) -> bytes:
    """The minutes as DOCX; the same document gives the same bytes, whenever it is made."""
    words = words_for(document)
    file = Document()
    docxstyle.dress(file, words.tag)
    _describe(file, document, words)
    _head(file, document, words)
    _top(file, document, words)
    _attendance(file, document, words)
    for item in document.items:
        _item(file, item, words)
    _decision_list(file, document, words)
    _action_list(file, document, words)
    _approval(file, document, words)
    return _bytes(file)


def _describe(file: DocxDocument, document: MinutesDocument, words: Words) -> None:
    properties = file.core_properties
    properties.title = _short(document.title)
    properties.subject = _short(f"{document.body_name}, {document.starts_at.date()}")
    properties.author = properties.last_modified_by = _short(document.organisation)
    properties.keywords = _short(", ".join(document.dnr))
    properties.language = words.tag
    properties.comments = ""
    properties.created = properties.modified = datetime.combine(document.document_date, time(12), tzinfo=UTC)


def _short(text: str) -> str:
    return legible(text)[:255]  # longest core property the format takes


def _head(file: DocxDocument, document: MinutesDocument, words: Words) -> None:
    """What stands at the top and at the bottom of every page."""
    section = file.sections[0]
    name = f"{document.document_title} {document.meeting_number}".strip()
    reference = "  ·  ".join(part for part in (name, short_dnr(document)) if part)
    first = section.header.paragraphs[0]
    first.add_run(legible(document.organisation)).bold = True
    first.add_run(f"\t{legible(reference)}\n{legible(document.body_name)}\t")
    if document.draft:
        first.add_run(f"{words.draft}  ·  ").bold = True
    first.add_run(f"{words.page} ")
    docxstyle.field(first, "PAGE")
    first.add_run(" (")
    docxstyle.field(first, "NUMPAGES")
    first.add_run(")")
    if document.fingerprint:
        section.footer.paragraphs[0].add_run(f"{words.fingerprint}: {document.fingerprint}")


def _top(file: DocxDocument, document: MinutesDocument, words: Words) -> None:
    name = f"{document.document_title} {document.meeting_number}".strip()
    file.add_heading(legible(name), level=1)
    file.add_paragraph(legible(document.body_name), style="Subtitle")
    kind = (document.body_kind_label, document.organisation)
    sender = "  ·  ".join(part for part in kind if part not in ("", document.body_name))
    file.add_paragraph(legible(sender), style=docxstyle.QUIET)
    if document.draft:
        file.add_paragraph(words.draft, style=docxstyle.DRAFT)
    for label, value in facts(document):
        line = file.add_paragraph(style=docxstyle.FACT)
        line.add_run(f"{label}:").bold = True
        line.add_run(f"\t{legible(value)}")


def _attendance(file: DocxDocument, document: MinutesDocument, words: Words) -> None:
    shown = attendance_blocks(document)
    if not shown:
        return
    file.add_heading(words.attendance, level=2)
    for heading, rows in shown:
        file.add_heading(heading, level=3)
        table = _table(file, words.attendance_columns, (3.8, 4.6, 4.9, 3.1), heading)
        for row in rows:
            cells = table.add_row().cells
            for cell, text in zip(cells, attendance_cells(row, words), strict=True):
                cell.paragraphs[0].add_run(legible(text))
        docxstyle.rows_whole(table)


def _item(file: DocxDocument, item: ItemBlock, words: Words) -> None:
    file.add_heading(legible(item_heading(item, words)), level=2)
    if item.presenter:
        file.add_paragraph(f"{words.presenter}: {legible(item.presenter)}", style=docxstyle.QUIET)
    for text in item.paragraphs:
        _write(file, blocks(text))
    for decision in item.decisions:
        _decision(file, decision, words)
    if item.actions:
        file.add_heading(words.item_actions, level=3)
        for action in item.actions:
            _action(file, action, words)


def _decision(file: DocxDocument, decision: DecisionBlock, words: Words) -> None:
    """The decision in a box of its own, held together with its number over a page break."""
    label = file.add_paragraph(style=docxstyle.DECISION)
    label.paragraph_format.keep_with_next = True
    label.paragraph_format.space_before = Pt(8)
    label.add_run(f"{words.decision}: {legible(decision.label)}").bold = True
    for paragraph in _write(file, blocks(decision.text), style=docxstyle.DECISION):
        docxstyle.box(paragraph)


def _action(file: DocxDocument, action: ActionRow, words: Words) -> None:
    line = file.add_paragraph(style="List Bullet")
    _add_runs(line, runs(action.text))
    line.add_run(f"\n{legible(action_owner(action, words))}")


def _decision_list(file: DocxDocument, document: MinutesDocument, words: Words) -> None:
    if not document.decisions:
        return
    file.add_heading(words.decision_list, level=2)
    table = _table(file, words.decision_columns, (2.4, 9.0, 5.0), words.decision_list)
    for item, decision in document.decisions:
        label, text, source = table.add_row().cells
        label.paragraphs[0].add_run(legible(decision.label))
        _write(text, blocks(decision.text), style=docxstyle.CELL)
        source.paragraphs[0].add_run(legible(item_heading(item, words)))
    docxstyle.rows_whole(table)


def _action_list(file: DocxDocument, document: MinutesDocument, words: Words) -> None:
    if not document.actions:
        return
    file.add_heading(words.action_list, level=2)
    table = _table(file, words.action_columns, (7.0, 4.4, 2.6, 2.4), words.action_list)
    for _, action in document.actions:
        first, *others = table.add_row().cells
        _add_runs(first.paragraphs[0], runs(action.text))
        for cell, text in zip(others, action_cells(action)[1:], strict=True):
            cell.paragraphs[0].add_run(legible(text))
    docxstyle.rows_whole(table)


def _approval(file: DocxDocument, document: MinutesDocument, words: Words) -> None:
    file.add_heading(words.approval, level=2)
    file.add_paragraph(legible(approval_line(document))).paragraph_format.keep_with_next = True
    style = docxstyle.SIGNATURE if document.approved_on is None else docxstyle.FACT
    for part, name in ((words.chair, document.chair), (words.secretary, document.secretary)):
        line = file.add_paragraph(style=style)
        line.add_run(f"{part}:").bold = True
        line.add_run(f"\t{legible(name)}")


def _table(file: DocxDocument, head: Sequence[str], widths: Sequence[float], caption: str) -> Table:
    """An empty table with its head, which comes again on every page; ``widths`` in centimetres."""
    table = file.add_table(rows=1, cols=len(head))
    docxstyle.dress_table(table, caption)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for cell, label in zip(table.rows[0].cells, head, strict=True):
        cell.paragraphs[0].add_run(label).bold = True
    docxstyle.repeat_head(table)
    return table


def _write(
    place: DocxDocument | _Cell, content: Sequence[Block], *, style: str = "Body Text", depth: int = 1
) -> list[DocxParagraph]:
    """Paragraphs and lists as Word's own, in order; returns every paragraph written."""
    written = []
    for block in content:
        if isinstance(block, Paragraph):
            paragraph = _paragraph(place, style)
            _add_runs(paragraph, block.runs)
            written.append(paragraph)
        else:
            written += _write_list(place, block, depth)
    return written


def _write_list(
    place: DocxDocument | _Cell, content: BulletList | NumberedList, depth: int
) -> list[DocxParagraph]:
    level = "" if depth == 1 else f" {min(depth, DEEPEST_LIST)}"
    if isinstance(content, NumberedList):
        style = f"List Number{level}"
        number = docxstyle.numbering(place.part, style, content.start)
    else:
        style, number = f"List Bullet{level}", None
    written: list[DocxParagraph] = []
    for item in content.items:
        for position, block in enumerate(item or (Paragraph(()),)):
            if not isinstance(block, Paragraph):
                written += _write_list(place, block, depth + 1)
                continue
            paragraph = _paragraph(place, style if position == 0 else f"List Continue{level}")
            if position == 0 and number is not None:
                docxstyle.number_by(paragraph, number)
            _add_runs(paragraph, block.runs)
            written.append(paragraph)
    return written


def _paragraph(place: DocxDocument | _Cell, style: str) -> DocxParagraph:
    """A new paragraph, or the empty one that every new cell is born with."""
    if isinstance(place, _Cell) and len(place.paragraphs) == 1 and not place.paragraphs[0].runs:
        place.paragraphs[0].style = style
        return place.paragraphs[0]
    return place.add_paragraph(style=style)


def _add_runs(paragraph: DocxParagraph, content: Sequence[Run]) -> None:
    for run in content:
        added = paragraph.add_run(legible(run.text))
        added.bold, added.italic = run.bold or None, run.italic or None


def _bytes(file: DocxDocument) -> bytes:
    """The file without the clock: zip entries carry a date, and python-docx's template a picture of another page."""
    package = file.part.package
    for key in [key for key, link in package.rels.items() if link.reltype == RELATIONSHIP_TYPE.THUMBNAIL]:
        del package.rels[key]
    saved, fixed = io.BytesIO(), io.BytesIO()
    file.save(saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(fixed, "w") as target:
        for name in source.namelist():
            target.writestr(zipfile.ZipInfo(name), source.read(name), zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
