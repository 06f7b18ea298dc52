"""How the Word file looks, and the parts of the format that python-docx has no name for.

Everything is a style, so that an office can put on its own look; nothing is spaced with empty paragraphs.
"""

from typing import cast

from docx.document import Document as DocxDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.parts.document import DocumentPart
from docx.parts.story import StoryPart
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table
from docx.text.paragraph import Paragraph

FONT = "Arial"  # on every office machine, and free systems have one of the same widths
INK, MUTED, ACCENT = RGBColor(0x1B, 0x1F, 0x24), RGBColor(0x4D, 0x56, 0x61), RGBColor(0x0B, 0x5C, 0x5A)
TINT, HAIRLINE = "EEF5F4", "D5DADE"
MARGIN, TEXT_WIDTH = Cm(2.3), Cm(16.4)

DECISION, FACT, QUIET = "Beslut", "Uppgift", "Dämpad"
DRAFT, SIGNATURE, CELL = "Utkast", "Underskrift", "Tabelltext"

# What may stand after these in <w:pPr>: the schema wants an order.
AFTER_SHADING = ("w:tabs", "w:spacing", "w:ind", "w:contextualSpacing", "w:jc", "w:outlineLvl", "w:rPr")
AFTER_BORDER = ("w:shd", *AFTER_SHADING)


def dress(file: DocxDocument, language: str) -> None:
    """A4, our styles, and ``language`` wherever Word looks for one."""
    _page(file)
    _language(file, language)
    _text_styles(file)
    _own_styles(file)
    _head_and_foot(file)


def field(paragraph: Paragraph, instruction: str) -> None:
    """A field that Word fills in itself, such as ``PAGE``."""
    simple = _element("w:fldSimple", {"w:instr": instruction})
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    simple.append(run)
    paragraph._p.append(simple)


def dress_table(table: Table, caption: str) -> None:
    """Hairlines under the rows, widths as given, and a caption for those who hear the table."""
    table.autofit = False
    properties = table._tbl.tblPr
    borders = OxmlElement("w:tblBorders")
    for side in ("w:bottom", "w:insideH"):
        borders.append(_border(side, HAIRLINE, 4))
    properties.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
    properties.append(_element("w:tblCaption", {"w:val": caption}))


def repeat_head(table: Table) -> None:
    """Mark the first row as the head of the table, shown again on every page, ruled in the accent."""
    row = table.rows[0]
    row._tr.get_or_add_trPr().append(_element("w:tblHeader"))
    for cell in row.cells:
        borders = OxmlElement("w:tcBorders")
        borders.append(_border("w:bottom", str(ACCENT), 8))
        cell._tc.get_or_add_tcPr().append(borders)


def rows_whole(table: Table) -> None:
    """Keep every row on one page, and give its cells the table's text style."""
    for row in table.rows:
        row._tr.get_or_add_trPr().insert(0, _element("w:cantSplit"))
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                if paragraph.style is not None and paragraph.style.name == "Normal":
                    paragraph.style = CELL


def box(paragraph: Paragraph) -> None:
    """Put a list line inside a decision's box; paragraphs of the box's own style are in it already."""
    if paragraph.style is not None and paragraph.style.name != DECISION:
        _boxed(paragraph._p.get_or_add_pPr())


def numbering(part: StoryPart, style: str, start: int) -> int:
    """A new list that counts from ``start`` and looks like ``style``; returns its number id."""
    document = cast(DocumentPart, part)
    root = document.numbering_part.element
    inherited = document.document.styles[style].element.pPr.numPr.numId.val
    [kind] = root.xpath(f"w:num[@w:numId='{inherited}']/w:abstractNumId/@w:val")
    number = root.add_num(int(kind))
    number.add_lvlOverride(ilvl=0).add_startOverride(start)
    return int(number.numId)


def number_by(paragraph: Paragraph, number: int) -> None:
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = number


def _page(file: DocxDocument) -> None:
    section = file.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = MARGIN
    section.top_margin, section.bottom_margin = Cm(3.3), Cm(2.5)
    section.header_distance = section.footer_distance = Cm(1.3)


def _language(file: DocxDocument, language: str) -> None:
    values = {"w:val": language, "w:eastAsia": language, "w:bidi": language}
    defaults = file.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr")[0]
    for old in defaults.xpath("w:lang"):
        defaults.remove(old)
    defaults.append(_element("w:lang", values))
    [shown] = file.settings.element.xpath("w:themeFontLang")
    shown.attrib.clear()
    shown.set(qn("w:val"), language)


def _text_styles(file: DocxDocument) -> None:
    _style(file, "Normal", size=10, after=0, line=1.15)
    _style(file, "Body Text", size=10, after=6, line=1.15)
    _style(file, "Subtitle", size=13, after=4)
    _style(file, "Heading 1", size=21, before=0, after=2, bold=True)
    _style(file, "Heading 2", size=13, before=18, after=6, bold=True, colour=ACCENT)
    _style(file, "Heading 3", size=10, before=10, after=4, bold=True)
    for kind in ("List Bullet", "List Number", "List Continue"):
        for level in ("", " 2", " 3"):
            _style(file, kind + level, size=10, after=3, line=1.15)


def _own_styles(file: DocxDocument) -> None:
    for name in (DECISION, FACT, QUIET, DRAFT, SIGNATURE, CELL):
        file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = file.styles["Normal"]
    quiet = _style(file, QUIET, size=10, after=6, colour=MUTED)
    quiet.paragraph_format.keep_with_next = True
    _style(file, CELL, size=9, before=2, after=2)
    facts = _style(file, FACT, size=10, after=3).paragraph_format
    facts.left_indent, facts.first_line_indent = Cm(3.4), Cm(-3.4)
    facts.tab_stops.add_tab_stop(Cm(3.4))
    decision = _style(file, DECISION, size=10, after=4, line=1.15)
    decision.paragraph_format.left_indent = Cm(0.3)
    _boxed(decision.element.get_or_add_pPr())
    draft = _style(file, DRAFT, size=10, before=4, after=8, bold=True, colour=RGBColor(0x7A, 0x4A, 0x00))
    draft.element.get_or_add_pPr().insert_element_before(_shading("FFF2D4"), *AFTER_SHADING)
    signature = _style(file, SIGNATURE, size=10, before=42)
    signature.paragraph_format.tab_stops.add_tab_stop(Cm(3.4))
    signature.paragraph_format.keep_together = True
    line = OxmlElement("w:pBdr")
    for side in ("w:top", "w:between"):  # neighbours with one border share it, save for the one between
        line.append(_border(side, str(INK), 4, space=4))
    signature.element.get_or_add_pPr().insert_element_before(line, *AFTER_BORDER)


def _head_and_foot(file: DocxDocument) -> None:
    head = _style(file, "Header", size=8, colour=MUTED)
    head.paragraph_format.tab_stops.clear_all()
    head.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    line = OxmlElement("w:pBdr")
    line.append(_border("w:bottom", str(ACCENT), 6, space=4))
    head.element.get_or_add_pPr().insert_element_before(line, *AFTER_BORDER)
    _style(file, "Footer", size=7, colour=MUTED)


def _style(
    file: DocxDocument,
    name: str,
    *,
    size: float,
    before: float = 0,
    after: float = 0,
    line: float = 1.0,
    bold: bool = False,
    colour: RGBColor = INK,
) -> ParagraphStyle:
    """Set a paragraph style; sizes and spaces in points. The theme's fonts and colours are taken away."""
    style = cast(ParagraphStyle, file.styles[name])
    properties = style.element.get_or_add_rPr()
    for spaced in properties.xpath("w:spacing | w:kern"):
        properties.remove(spaced)
    fonts = properties.get_or_add_rFonts()
    fonts.attrib.clear()
    for script in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(script), FONT)
    style.font.size, style.font.bold, style.font.italic = Pt(size), bold, False
    style.font.color.rgb = colour
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    style.paragraph_format.line_spacing = line
    return style


def _boxed(properties: BaseOxmlElement) -> None:
    border = OxmlElement("w:pBdr")
    border.append(_border("w:left", str(ACCENT), 24, space=8))
    properties.insert_element_before(border, *AFTER_BORDER)
    properties.insert_element_before(_shading(TINT), *AFTER_SHADING)


def _shading(fill: str) -> BaseOxmlElement:
    return _element("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": fill})


def _border(side: str, colour: str, eighths: int, *, space: int = 0) -> BaseOxmlElement:
    """A line; its width in eighths of a point, its distance from the text in points."""
    return _element(side, {"w:val": "single", "w:sz": str(eighths), "w:space": str(space), "w:color": colour})


def _element(name: str, attributes: dict[str, str] | None = None) -> BaseOxmlElement:
    element = OxmlElement(name)
    for key, value in (attributes or {}).items():
        element.set(qn(key), value)
    return element
