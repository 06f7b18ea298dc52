"""Every PDF is for the archive (PDF/A-3a) and for the screen reader (PDF/UA-1), whatever a person has typed."""

import hashlib
import io
import os
import re
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

import pymupdf
import pytest
from pypdf import PdfReader

from meetings.documents import ActionRow, AttendanceRow, DecisionBlock, ItemBlock
from meetings.printing import minutes_pdf, print_data
from samverkan import pdf
from tests.meetings.minutes import ITEMS, SECRET, draft, minutes
from tests.papers import findings, read, sheets

HOSTILE = (
    '#panic("x") #import "/etc/passwd" $x^2$ @ref <label> _ok_',
    r"C:\temp\*fil* \u{41} \\ slut",
    "<script>alert(1)</script> &amp; <b>fet</b>",
    "Åsa, Örjan och Ärlig – ”citat” § 5 € 100 %",
    "```typ\n#eval\n``` = rubrik // kommentar /* bort */ ~ -- --- 'citat'",
)


def long_minutes():
    """Some twelve pages; no two lines alike, for a validator takes what recurs on many pages for a running head."""
    people = tuple(AttendanceRow(f"Ledamot {n}", "Samordnare", "Förvaltningen i exemplet") for n in range(60))
    return minutes(attendance=people, items=tuple(map(some_item, range(1, 41))))


def some_item(n: int) -> ItemBlock:
    word = "bdfgh"[n // 10] + "a" + "klmnprstvj"[n % 10] + "a"
    return ItemBlock(
        str(n),
        f"Frågan om {word}",
        paragraphs=(f"{word.title()} är **fet** och *kursiv*, och {word} tas upp igen i höst.",),
        decisions=(DecisionBlock(f"§ {n}", f"Det blir {word}."),),
        actions=(ActionRow(f"Ordna {word}", f"Enheten för {word}", date(2026, 5, 1), "Ny"),),
    )


@pytest.mark.parametrize(
    "document",
    [
        minutes().sealed(),
        draft(),
        draft(language="en"),
        minutes(attendance=(), items=(), dnr=()),
        long_minutes(),
    ],
    ids=["approved", "draft", "english", "bare", "long"],
)
def test_minutes_satisfy_both_standards_without_a_finding(document, tmp_path):
    assert findings(minutes_pdf(document), tmp_path) == []


def test_validators_would_have_found_a_fault(tmp_path):
    spoiled = (
        minutes_pdf(minutes())
        .replace(b"/Lang", b"/Lxng")
        .replace(b"/ViewerPreferences", b"/VxewerPreferences")
    )

    assert findings(spoiled, tmp_path) != []


def test_title_language_and_dates_come_from_the_minutes():
    reader = PdfReader(io.BytesIO(minutes_pdf(minutes())))

    assert reader.metadata.title == "Protokoll 4/2026 – Styrgruppen i exemplet"
    assert reader.root_object["/Lang"] == "sv-SE"
    assert (
        reader.metadata.creation_date.date() == reader.metadata.modification_date.date() == date(2026, 3, 20)
    )


def test_every_font_is_embedded_and_ours():
    reader = PdfReader(io.BytesIO(minutes_pdf(minutes(place="Rummet 🎉"))))
    fonts = [
        inner.get_object()
        for sheet in reader.pages
        for font in sheet["/Resources"]["/Font"].values()
        for inner in font["/DescendantFonts"]
    ]

    families = {font["/BaseFont"].partition("+")[2] for font in fonts}
    assert families == {"SourceSans3-Roman", "SourceSans3-Italic", "NotoEmoji-Regular"}
    assert all({"/FontFile2", "/FontFile3"} & set(font["/FontDescriptor"]) for font in fonts)


def test_text_reads_back_in_order():
    text = read(minutes_pdf(minutes()))

    parts = (
        "Protokoll 4/2026 Styrgruppen i exemplet",
        "torsdag 2026-03-12",
        "kl. 10.00–11.30",
        "Närvarande (2)",
        "Namn Titel Organisation Anmärkning",
        "Polisen Kommunpolis Polisen t.o.m. punkt 2",
        "Adjungerade (1)",
        "Skolkuratorn Skolkurator Utbildningsförvaltningen Anmält förhinder",
        "Ej närvarande (1)",
        "1. Mötets öppnande Ordföranden öppnar mötet.",
        "2. Lägesbild Föredragande: Polisen Läget är lugnare men otryggheten består.",
        "• belysning • bemanning 1. vardag 2. helg",
        "Beslut: § 24 Styrgruppen godkänner lägesbilden.",
        "Åtaganden • Beställa bättre belysning Ansvarig: Trafikkontoret. Senast: 2026-04-30.",
        "3. Punkten är inte öppen för alla.",
        "Beslut i sammandrag Nummer Beslut Punkt § 24 Styrgruppen godkänner lägesbilden. 2. Lägesbild",
        "Åtaganden i sammandrag Åtagande Ansvarig Senast Status Beställa bättre belysning Trafikkontoret 2026-04-30 Pågår",
        "Justerat och godkänt 2026-04-02 av Ordföranden",
    )
    places = [text.find(part) for part in parts]
    assert -1 not in places, [part for part, place in zip(parts, places, strict=True) if place < 0]
    assert places == sorted(places)


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_looks_like_markup_is_printed_as_typed(typed, tmp_path):
    everywhere = minutes(
        body_name=typed,
        organisation=typed,
        place=typed,
        chair=typed,
        dnr=(typed,),
        attendance=(AttendanceRow(typed, typed, typed, typed),),
        items=(
            ItemBlock("1", typed, typed, (f"a {typed}",), (DecisionBlock(typed, f"a {typed}"),)),
            *long_minutes().items,
        ),
    )
    content = minutes_pdf(everywhere)

    shown = re.sub(r"\s+", " ", typed.replace("*fil*", "fil").replace("_ok_", "ok"))
    assert f"a {shown}" in read(content)
    assert findings(content, tmp_path) == []


@pytest.mark.parametrize("word", ["Trygghets" * 40, "x" * 300, "/".join(["0123456789"] * 30)])
def test_words_longer_than_the_paper_stay_on_it_whole(word, tmp_path):
    document = minutes(
        place=word,
        attendance=(AttendanceRow(word, word, word, word),),
        items=(
            ItemBlock(
                "1",
                word,
                word,
                (word, f"- {word}"),
                (DecisionBlock(word, word),),
                (ActionRow(word, word, None, ""),),
            ),
        ),
    )
    content = minutes_pdf(document)

    with pymupdf.open(stream=content) as file:
        edges = [(word[0], word[2]) for sheet in file for word in sheet.get_text("words")]
        width = file[0].rect.width
    assert min(left for left, _ in edges) > 60
    assert max(right for _, right in edges) < width - 60
    letters = read(content).replace(" ", "").replace("-", "").replace("\u00ad", "")
    assert letters.count(word) >= 12
    assert findings(content, tmp_path) == []


def test_emoji_are_drawn_and_what_has_no_glyph_is_named(tmp_path):
    content = minutes_pdf(minutes(items=(ItemBlock("1", "Rum 🎉 日"),), chair="A\x07\ud800\u202eB\ue000"))

    text = read(content)
    assert "Rum 🎉 [CJK UNIFIED IDEOGRAPH-65E5]" in text
    assert "AB[U+E000]" in text
    assert findings(content, tmp_path) == []


def test_letters_in_pieces_are_put_together():
    decomposed = unicodedata.normalize("NFD", "Åsö")

    assert pdf.drawable_text(decomposed) == "Åsö"


def test_head_of_the_attendance_table_comes_again_on_the_next_page():
    with_people = [sheet for sheet in sheets(minutes_pdf(long_minutes())) if "Ledamot " in sheet]

    assert len(with_people) > 1
    assert all("Anmärkning" in sheet for sheet in with_people)


def test_every_page_says_which_it_is_of_how_many():
    pages = sheets(minutes_pdf(long_minutes()))

    assert len(pages) > 8
    for number, sheet in enumerate(pages, 1):
        assert f"Sida {number} ({len(pages)})" in sheet
        assert "RK 2020/196" in sheet


def test_headings_are_tagged_as_headings():
    reader = PdfReader(io.BytesIO(minutes_pdf(minutes())))

    assert [entry["/Title"] for entry in reader.outline if isinstance(entry, dict)] == ["Protokoll 4/2026"]
    [_, under] = reader.outline
    titles = [entry["/Title"] for entry in under if isinstance(entry, dict)]
    assert titles == [
        "Närvaro",
        "1. Mötets öppnande",
        "2. Lägesbild",
        "3. Punkten är inte öppen för alla.",
        "Beslut i sammandrag",
        "Åtaganden i sammandrag",
        "Justering",
    ]


def test_draft_says_so_in_words_and_approved_minutes_do_not():
    assert read(minutes_pdf(draft())).count("Utkast – inte justerat") >= 2
    assert "Utkast" not in read(minutes_pdf(minutes()))


def test_fingerprint_stands_on_every_page_of_sealed_minutes():
    sealed = long_minutes().sealed()

    assert all(
        f"Fingeravtryck (SHA-256): {sealed.fingerprint}" in sheet for sheet in sheets(minutes_pdf(sealed))
    )


def test_withheld_item_leaves_no_trace_of_its_text():
    opened = tuple(replace(item, withheld=False) for item in ITEMS)
    shown = ItemBlock("3", SECRET, paragraphs=(SECRET,))

    assert SECRET in read(minutes_pdf(minutes(items=(*opened[:2], shown))))
    assert SECRET not in read(minutes_pdf(minutes()))
    assert "§ 25" not in read(minutes_pdf(minutes()))


def test_same_input_gives_the_same_bytes_in_any_thread_and_any_process():
    document = minutes().sealed()
    expected = hashlib.sha256(minutes_pdf(document)).hexdigest()

    with ThreadPoolExecutor(4) as pool:
        made = {hashlib.sha256(content).hexdigest() for content in pool.map(minutes_pdf, [document] * 12)}
    program = (
        "import hashlib; from meetings.printing import minutes_pdf; from tests.meetings.minutes import minutes; "
        "print(hashlib.sha256(minutes_pdf(minutes().sealed())).hexdigest())"
    )
    afresh = subprocess.run(
        [sys.executable, "-c", program],
        cwd=pdf.PROJECT,
        env=os.environ | {"TZ": "Pacific/Auckland", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert made == {expected}
    assert afresh.stdout.strip() == expected


def test_missing_template_is_a_pdf_error():
    with pytest.raises(pdf.PdfError, match=r"no template nothing\.typ"):
        pdf.render("nothing", {"document_date": "2026-03-20"}, title="x", language="sv")


def test_data_that_do_not_fit_are_a_pdf_error():
    with pytest.raises(pdf.PdfError, match=r"minutes\.typ"):
        pdf.render("minutes", {"document_date": "2026-03-20"}, title="x", language="sv")


@pytest.mark.parametrize("day", [{}, {"document_date": "20 mars"}])
def test_data_without_a_day_are_a_pdf_error(day):
    with pytest.raises(pdf.PdfError, match="document_date"):
        pdf.render("minutes", print_data(minutes()) | {"document_date": ""} | day, title="x", language="sv")


def test_child_forked_after_a_pdf_gets_a_sentence_and_does_not_hang():
    program = (
        "import os\n"
        "from meetings.printing import minutes_pdf\n"
        "from samverkan.pdf import PdfError\n"
        "from tests.meetings.minutes import minutes\n"
        "minutes_pdf(minutes())\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    try:\n"
        "        minutes_pdf(minutes())\n"
        "    except PdfError:\n"
        "        os._exit(7)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program],
        cwd=pdf.PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert done.stdout.strip() == "7"
