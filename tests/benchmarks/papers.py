"""Eight pages of minutes to PDF/A and PDF/UA, against a bare ``typst.compile`` of the same content."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from itertools import count

import typst
from pypdf import PdfReader

from meetings.documents import ActionRow, AttendanceRow, DecisionBlock, ItemBlock, MinutesDocument
from meetings.printing import minutes_pdf, print_data, words_for
from samverkan import pdf
from tests.benchmarks.figures import Figure, alternate, milliseconds, ratio
from tests.meetings.minutes import minutes

PAGES, ITEMS, PEOPLE = 8, 19, 24


def figures(rounds: int) -> Iterator[Figure]:
    """One figure. Every document differs a little, so that no compiler can answer from what it remembers."""
    papers = (_paper(number) for number in count())
    pages = len(PdfReader(io.BytesIO(minutes_pdf(next(papers)))).pages)
    assert pages == PAGES, f"The minutes have {pages} pages; change ITEMS."
    ours, bare = alternate(rounds, lambda: minutes_pdf(next(papers)), lambda: _bare(next(papers)))
    yield Figure(
        f"minutes of {PAGES} pages: ours / bare typst.compile",
        ratio(ours, bare),
        1.2,
        at_most=True,
        detail=f"{milliseconds(ours)} / {milliseconds(bare)} ms",
    )


def _bare(document: MinutesDocument) -> bytes:
    words = words_for(document)
    language, _dash, region = words.tag.partition("-")
    data = json.dumps(print_data(document), ensure_ascii=False)
    return typst.compile(  # type: ignore[no-any-return, call-overload]
        str(pdf.TEMPLATES / "minutes.typ"),
        format="pdf",
        root=str(pdf.TEMPLATES),
        font_paths=[str(pdf.FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": data, "title": document.title, "language": language, "region": region},
        pdf_standards=pdf.STANDARDS,
        timestamp=datetime.combine(document.document_date, time(12), tzinfo=UTC),
    )


def _paper(number: int) -> MinutesDocument:
    people = tuple(AttendanceRow(f"Ledamot {n}", "Samordnare", "Förvaltningen") for n in range(PEOPLE))
    return minutes(attendance=people, items=tuple(_item(n, number) for n in range(1, ITEMS + 1)))


def _item(n: int, number: int) -> ItemBlock:
    text = (
        f"Gruppen gick igenom läget i fråga {n} (utgåva {number}) och vad var och en har gjort sedan sist. "
        * 4
    )
    return ItemBlock(
        str(n),
        f"Fråga {n}",
        paragraphs=(text.strip(),),
        decisions=(DecisionBlock(f"§ {n}", f"Arbetet med fråga {n} går vidare."),),
        actions=(ActionRow(f"Följ upp fråga {n}", "Stadsdelen", date(2026, 5, 1), "Ny"),),
    )
