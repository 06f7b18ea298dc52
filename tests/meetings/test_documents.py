"""Minutes as data, and as a Word file that says the same as the PDF."""

import hashlib
import io
import json
import re
import unicodedata
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from docx import Document
from docx.oxml.ns import qn

from meetings.bodytext import BulletList, NumberedList, Paragraph, Run, blocks, plain
from meetings.documents import AttendanceRow, DecisionBlock, ItemBlock, Presence, fingerprint_of
from meetings.docx import minutes_docx
from meetings.printing import meeting_day, meeting_hours, minutes_pdf
from tests.meetings.minutes import ITEMS, SECRET, draft, minutes
from tests.papers import read, sheets


def opened(document):
    return Document(io.BytesIO(minutes_docx(document)))


def words_of(file) -> str:
    """All text of the body in its order, tables where they stand."""
    parts = file.element.body.iter(qn("w:t"), qn("w:p"), qn("w:br"), qn("w:tab"))
    texts = [part.text if part.tag == qn("w:t") else " " for part in parts]
    return " ".join("".join(texts).split())


# Data


def test_canonical_json_is_sorted_tight_and_composed():
    content = minutes(place=unicodedata.normalize("NFD", "Sal Åsö")).canonical_json()

    assert "Sal Åsö" in content.decode()
    loaded = json.loads(content)
    assert content == json.dumps(loaded, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    assert loaded["starts_at"] == "2026-03-12T10:00:00+01:00"
    assert loaded["approved_on"] == "2026-04-02"
    assert loaded["attendance"][2]["group"] == "excused"


def test_fingerprint_is_of_everything_but_itself():
    sealed = minutes().sealed()

    assert sealed.fingerprint == hashlib.sha256(minutes().canonical_json()).hexdigest()
    assert fingerprint_of(sealed) == sealed.fingerprint
    assert fingerprint_of(minutes(place="Annat rum")) != sealed.fingerprint


def test_withheld_item_keeps_its_number_only():
    assert ITEMS[2] == ItemBlock("3", withheld=True)
    assert SECRET.encode() not in minutes().canonical_json()
    assert replace(ITEMS[1], withheld=True) == ItemBlock("2", withheld=True)


def test_decisions_and_actions_are_collected_with_their_items():
    document = minutes()

    assert [(item.number, decision.label) for item, decision in document.decisions] == [("2", "§ 24")]
    assert [(item.number, action.responsible) for item, action in document.actions] == [
        ("2", "Trafikkontoret")
    ]


def test_a_clock_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="aware"):
        minutes(starts_at=datetime(2026, 3, 12, 10))


def test_an_unknown_group_is_refused():
    with pytest.raises(ValueError, match="perhaps"):
        AttendanceRow("Ordföranden", group="perhaps")  # type: ignore[arg-type]
    assert AttendanceRow("Ordföranden", group="absent").group is Presence.ABSENT  # type: ignore[arg-type]


def test_days_and_hours_are_written_the_swedish_way_and_the_english():
    assert meeting_day(minutes()) == "torsdag 2026-03-12"
    assert meeting_hours(minutes()) == "kl. 10.00–11.30"
    assert meeting_hours(minutes(language="en")) == "10:00–11:30"


# Body text


def test_limited_markdown_is_taken_apart():
    assert blocks("Ett *två* **tre**\nfyra\n\n- a\n- b\n  1. c") == (
        Paragraph(
            (Run("Ett "), Run("två", italic=True), Run(" "), Run("tre", bold=True), Run("\n"), Run("fyra"))
        ),
        BulletList(
            (
                (Paragraph((Run("a"),)),),
                (Paragraph((Run("b"),)), NumberedList(((Paragraph((Run("c"),)),),))),
            )
        ),
    )


@pytest.mark.parametrize(
    "typed",
    [
        "# rubrik",
        "[länk](https://example.org)",
        "<b>fet</b>",
        r"C:\*.txt",
        "&amp;",
        "`kod`",
        "> citat",
        "a_b_c",
        "2 * 3",
    ],
)
def test_other_markdown_is_ordinary_text(typed):
    assert plain(typed) == typed
    assert [run.text for block in blocks(typed) for run in block.runs] == [typed]


@pytest.mark.parametrize("depth", [1, 3, 8, 9, 10, 11, 200])
def test_lists_however_deep_lose_nothing(depth):
    document = minutes(items=(ItemBlock("1", "Djupt", paragraphs=("- " * depth + "botten",)),))

    assert "botten" in read(minutes_pdf(document))
    assert "botten" in words_of(opened(document))


# DOCX


def test_docx_has_real_headings_in_order():
    headings = [
        (p.style.name, p.text) for p in opened(minutes()).paragraphs if p.style.name.startswith("Heading")
    ]

    assert headings == [
        ("Heading 1", "Protokoll 4/2026"),
        ("Heading 2", "Närvaro"),
        ("Heading 3", "Närvarande (2)"),
        ("Heading 3", "Adjungerade (1)"),
        ("Heading 3", "Anmält förhinder (1)"),
        ("Heading 3", "Ej närvarande (1)"),
        ("Heading 2", "1. Mötets öppnande"),
        ("Heading 2", "2. Lägesbild"),
        ("Heading 3", "Åtaganden"),
        ("Heading 2", "3. Punkten är inte öppen för alla."),
        ("Heading 2", "Beslut i sammandrag"),
        ("Heading 2", "Åtaganden i sammandrag"),
        ("Heading 2", "Justering"),
    ]


def test_docx_repeats_the_head_of_every_table_and_breaks_no_row():
    tables = opened(minutes()).tables

    assert [[cell.text for cell in table.rows[0].cells] for table in tables] == [
        *[["Namn", "Titel", "Organisation", "Anmärkning"]] * 4,
        ["Nummer", "Beslut", "Punkt"],
        ["Åtagande", "Ansvarig", "Senast", "Status"],
    ]
    for table in tables:
        assert [bool(row._tr.xpath("w:trPr/w:tblHeader")) for row in table.rows] == [
            True,
            *[False] * (len(table.rows) - 1),
        ]
        assert all(row._tr.xpath("w:trPr/w:cantSplit") for row in table.rows)
        assert table._tbl.tblPr.xpath("w:tblCaption/@w:val")


def test_docx_is_swedish_throughout_and_names_itself():
    file = opened(minutes())

    assert file.styles.element.xpath("w:docDefaults/w:rPrDefault/w:rPr/w:lang/@w:val") == ["sv-SE"]
    assert file.settings.element.xpath("w:themeFontLang/@w:val") == ["sv-SE"]
    assert not file.element.xpath("//w:lang")
    properties = file.core_properties
    assert (properties.title, properties.subject) == (
        "Protokoll 4/2026 – Styrgruppen i exemplet",
        "Styrgruppen i exemplet, 2026-03-12",
    )
    assert (properties.language, properties.author) == ("sv-SE", "Stadsdelsförvaltningen")
    assert (properties.comments, properties.keywords) == ("", "RK 2020/196, KS-2018/451.181")
    assert properties.created == properties.modified == datetime(2026, 3, 20, 12, tzinfo=UTC)


def test_docx_head_and_foot_of_the_page():
    sealed = minutes().sealed()
    section = opened(sealed).sections[0]
    [head] = section.header.paragraphs
    [foot] = section.footer.paragraphs

    assert head._p.xpath("w:fldSimple/@w:instr") == ["PAGE", "NUMPAGES"]
    assert "".join(head._p.xpath(".//w:t/text()")) == (
        "StadsdelsförvaltningenProtokoll 4/2026  ·  RK 2020/196, KS-2018/451.181Styrgruppen i exempletSida 1 (1)"
    )
    assert foot.text == f"Fingeravtryck (SHA-256): {sealed.fingerprint}"
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)


def test_docx_lists_are_lists_and_numbers_start_where_they_were_told():
    item = ItemBlock("1", "Listor", paragraphs=("- a\n  1. b\n\n     mer\n- c", "7. d\n8. e", "1. f"))
    lines = [p for p in opened(minutes(items=(item,))).paragraphs if p.style.name.startswith("List")]

    assert [(line.style.name, line.text) for line in lines] == [
        ("List Bullet", "a"),
        ("List Number 2", "b"),
        ("List Continue 2", "mer"),
        ("List Bullet", "c"),
        ("List Number", "d"),
        ("List Number", "e"),
        ("List Number", "f"),
    ]
    numbers = [line._p.pPr.numPr.numId.val for line in lines[4:]]
    assert numbers[0] == numbers[1] != numbers[2]


def test_docx_has_no_empty_paragraph_for_space():
    empty = [p.style.name for p in opened(minutes().sealed()).paragraphs if not p.text.strip()]

    assert empty == []


def test_docx_boxes_the_decision_and_keeps_it_with_its_number():
    file = opened(minutes())
    box = [p for p in file.paragraphs if p.style.name == "Beslut"]

    assert [p.text for p in box] == ["Beslut: § 24", "Styrgruppen godkänner lägesbilden."]
    assert box[0].paragraph_format.keep_with_next
    assert file.styles["Beslut"].element.xpath("w:pPr/w:pBdr/w:left") and file.styles["Beslut"].element.xpath(
        "w:pPr/w:shd"
    )
    assert [run.text for run in box[1].runs if run.bold] == ["lägesbilden"]


@pytest.mark.parametrize("make", [minutes, draft])
def test_docx_and_pdf_say_the_same_in_the_same_order(make):
    document = make()
    without_heads = [re.split(r"Sida \d+ \(\d+\)", sheet)[1] for sheet in sheets(minutes_pdf(document))]

    assert tidy(" ".join(without_heads)) == tidy(words_of(opened(document)))


def test_no_page_ends_with_the_number_of_a_decision_whose_text_is_on_the_next():
    items = tuple(
        ItemBlock(
            str(number),
            f"Punkt {number}",
            paragraphs=("\n".join(["Rad"] * (number % 9 + 1)),),
            decisions=(DecisionBlock(f"§ {number}", "Gruppen beslutar. " + "Text " * (30 * (number % 3))),),
        )
        for number in range(1, 60)
    )

    pages = sheets(minutes_pdf(minutes(items=items)))

    assert len(pages) > 10
    assert [page[-40:] for page in pages if re.search(r"Beslut: § \d+$", page.strip())] == []


def tidy(text: str) -> list[str]:
    """Words alone: PDF draws bullets and numbers of lists, which Word keeps to itself, and sets colons by other rules."""
    return [word for word in text.replace(":", "").split() if word not in ("•", "1.", "2.", "3.")]


def test_withheld_item_leaves_no_trace_in_the_docx():
    shown = ItemBlock("3", SECRET, paragraphs=(SECRET,))

    assert SECRET in words_of(opened(minutes(items=(shown,))))
    with zipfile.ZipFile(io.BytesIO(minutes_docx(minutes()))) as package:
        assert not any(SECRET.encode() in package.read(name) for name in package.namelist())


def test_docx_takes_any_text_as_text():
    hostile = "#panic $x$ \\ <script>&amp; 🎉 \x07\x00\ud800\u202e slut " + "ord" * 200
    file = opened(
        minutes(
            body_name=hostile,
            organisation=hostile,
            attendance=(AttendanceRow(hostile, hostile, hostile, hostile),),
            items=(ItemBlock("1", hostile, hostile, (hostile,), (DecisionBlock(hostile, hostile),)),),
        )
    )

    assert words_of(file).count("#panic $x$ \\ <script>&amp; 🎉 slut " + "ord" * 200) >= 9


def test_docx_is_the_same_bytes_every_time():
    content = minutes_docx(minutes())

    assert content == minutes_docx(minutes())
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in package.namelist() if "thumbnail" in name]


def test_draft_docx_says_so_and_leaves_room_to_sign():
    texts = [p.text for p in opened(draft()).paragraphs]

    assert "Utkast – inte justerat" in texts
    assert [p.text for p in opened(draft()).paragraphs if p.style.name == "Underskrift"] == [
        "Ordförande:\tOrdföranden",
        "Sekreterare:\tSekreteraren",
    ]
    assert not [p for p in opened(minutes()).paragraphs if p.style.name in ("Underskrift", "Utkast")]


def test_a_meeting_over_midnight_names_both_days():
    late = minutes(ends_at=datetime(2026, 3, 13, 0, 30, tzinfo=UTC), approved_on=date(2026, 4, 2))

    assert meeting_day(late) == "torsdag 2026-03-12 – 2026-03-13"
