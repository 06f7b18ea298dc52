"""Minutes on paper: the words and the order that the PDF and the DOCX share, and the PDF itself.

Follows the practice of Swedish authorities (docs: minutes): attendance as Namn – Titel – Organisation – Anmärkning,
"Beslut:" under each item and again in a list, actions as Åtagande – Ansvarig – Senast – Status.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from meetings.bodytext import Block, NumberedList, Paragraph, Run, blocks, runs
from meetings.documents import ActionRow, AttendanceRow, ItemBlock, MinutesDocument, Presence
from samverkan import pdf


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Every word on the paper that nobody typed, in one language."""

    tag: str
    weekdays: tuple[str, ...]
    clock: str
    hour: str
    date: str
    time: str
    place: str
    dnr: str
    without_agreement: str
    drawn_up: str
    chair: str
    secretary: str
    attendance: str
    groups: dict[Presence, str]
    attendance_columns: tuple[str, ...]
    presenter: str
    decision: str
    item_actions: str
    responsible: str
    due: str
    withheld: str
    decision_list: str
    decision_columns: tuple[str, ...]
    action_list: str
    action_columns: tuple[str, ...]
    approval: str
    approved: str
    by: str
    not_approved: str
    draft: str
    page: str
    fingerprint: str
    and_others: str
    minutes: str
    notes: str
    remote: str
    substitute_for: str
    online: str
    postponed: str
    done: str
    outstanding: str


SWEDISH = Words(
    tag="sv-SE",
    weekdays=("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag"),
    clock="kl. ",
    hour="%-H.%M",
    date="Datum",
    time="Tid",
    place="Plats",
    dnr="Diarienummer",
    without_agreement="Utan gällande överenskommelse",
    drawn_up="Upprättat",
    chair="Ordförande",
    secretary="Sekreterare",
    attendance="Närvaro",
    groups={
        Presence.PRESENT: "Närvarande",
        Presence.CO_OPTED: "Adjungerade",
        Presence.EXCUSED: "Anmält förhinder",
        Presence.ABSENT: "Ej närvarande",
    },
    attendance_columns=("Namn", "Titel", "Organisation", "Anmärkning"),
    presenter="Föredragande",
    decision="Beslut",
    item_actions="Åtaganden",
    responsible="Ansvarig",
    due="Senast",
    withheld="Punkten är inte öppen för alla.",
    decision_list="Beslut i sammandrag",
    decision_columns=("Nummer", "Beslut", "Punkt"),
    action_list="Åtaganden i sammandrag",
    action_columns=("Åtagande", "Ansvarig", "Senast", "Status"),
    approval="Justering",
    approved="Justerat och godkänt",
    by="av",
    not_approved="Ännu inte justerat",
    draft="Utkast – inte justerat",
    page="Sida",
    fingerprint="Fingeravtryck (SHA-256)",
    and_others="m.fl.",
    minutes="Protokoll",
    notes="Mötesanteckningar",
    remote="På distans",
    substitute_for="Ers. för {name}",
    online="Digitalt möte",
    postponed="Punkten bordläggs.",
    done="Klar",
    outstanding="Pågår",
)

ENGLISH = Words(
    tag="en-GB",
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    clock="",
    hour="%H:%M",
    date="Date",
    time="Time",
    place="Place",
    dnr="Registry reference",
    without_agreement="Without an agreement in force",
    drawn_up="Drawn up",
    chair="Chair",
    secretary="Secretary",
    attendance="Attendance",
    groups={
        Presence.PRESENT: "Present",
        Presence.CO_OPTED: "Co-opted",
        Presence.EXCUSED: "Apologies",
        Presence.ABSENT: "Absent",
    },
    attendance_columns=("Name", "Title", "Organisation", "Remark"),
    presenter="Presented by",
    decision="Decision",
    item_actions="Actions",
    responsible="Responsible",
    due="By",
    withheld="This item is not open to everyone.",
    decision_list="Decisions in brief",
    decision_columns=("Number", "Decision", "Item"),
    action_list="Action list",
    action_columns=("Action item", "Responsible", "By", "Status"),
    approval="Approval",
    approved="Checked and approved",
    by="by",
    not_approved="Not yet approved",
    draft="Draft – not approved",
    page="Page",
    fingerprint="Fingerprint (SHA-256)",
    and_others="et al.",
    minutes="Minutes",
    notes="Meeting notes",
    remote="Remote",
    substitute_for="Substitute for {name}",
    online="Online meeting",
    postponed="The item is postponed.",
    done="Done",
    outstanding="In progress",
)


def minutes_pdf(document: MinutesDocument) -> bytes:
    """The minutes as PDF/A-3a and PDF/UA-1; raises :class:`samverkan.pdf.PdfError`."""
    words = words_for(document)
    return pdf.render("minutes", print_data(document), title=document.title, language=words.tag)


def words_for(document: MinutesDocument) -> Words:
    """Swedish unless the document says English: the law's language is Swedish (språklagen 10 §)."""
    return ENGLISH if document.language.startswith("en") else SWEDISH


def facts(document: MinutesDocument) -> tuple[tuple[str, str], ...]:
    """What stands at the top of the first page, label and value; what is not known is left out."""
    words = words_for(document)
    known = (
        (words.date, meeting_day(document)),
        (words.time, meeting_hours(document)),
        (words.place, document.place),
        (words.dnr, ", ".join(document.dnr)),
        (words.chair, document.chair),
        (words.secretary, document.secretary),
        (words.drawn_up, document.document_date.isoformat()),
        (words.without_agreement, document.without_agreement),
    )
    return tuple((label, value) for label, value in known if value)


def meeting_day(document: MinutesDocument) -> str:
    """``torsdag 2026-03-12``, or both days of a meeting over midnight."""
    first, last = document.starts_at.date(), document.ends_at.date()
    weekday = words_for(document).weekdays[first.weekday()]
    return f"{weekday} {first}" if first == last else f"{weekday} {first} – {last}"


def meeting_hours(document: MinutesDocument) -> str:
    """``kl. 10.00–11.30``."""
    words = words_for(document)

    def clock(moment: datetime) -> str:
        return moment.strftime(words.hour)

    return f"{words.clock}{clock(document.starts_at)}–{clock(document.ends_at)}"


def short_dnr(document: MinutesDocument) -> str:
    """The registry references for the head of every page: two at most, for the head has one line for them."""
    shown = ", ".join(document.dnr[:2])
    return shown if len(document.dnr) <= 2 else f"{shown} {words_for(document).and_others}"


def attendance_blocks(document: MinutesDocument) -> tuple[tuple[str, tuple[AttendanceRow, ...]], ...]:
    """The blocks that have anyone in them, with the heading ``Närvarande (9)``."""
    words = words_for(document)
    members = {group: tuple(row for row in document.attendance if row.group is group) for group in Presence}
    return tuple((f"{words.groups[group]} ({len(rows)})", rows) for group, rows in members.items() if rows)


def attendance_cells(row: AttendanceRow, words: Words) -> tuple[str, ...]:
    """One line of the attendance table. A row read alone must say whether the person was there."""
    standing = "" if row.group is Presence.PRESENT else words.groups[row.group]
    return row.name, row.title, row.organisation, row.remark or standing


def action_cells(action: ActionRow) -> tuple[str, ...]:
    return action.text, action.responsible, day(action.due), action.status


def action_owner(action: ActionRow, words: Words) -> str:
    """``Ansvarig: Skolan. Senast: 2026-05-01.``, what follows an action under its item."""
    due = day(action.due) if action.due else ""
    known = ((words.responsible, action.responsible), (words.due, due))
    return " ".join(f"{label}: {value}." for label, value in known if value)


def item_heading(item: ItemBlock, words: Words) -> str:
    heading = words.withheld if item.withheld else item.heading
    return f"{item.number}. {heading}" if item.number else heading


def approval_line(document: MinutesDocument) -> str:
    """When and by whom the minutes were approved, or that they are not."""
    words = words_for(document)
    if document.approved_on is None:
        return words.not_approved
    by = f" {words.by} {document.approved_by}" if document.approved_by else ""
    return f"{words.approved} {document.approved_on}{by}"


def day(value: date | None) -> str:
    return value.isoformat() if value else "–"


def print_data(document: MinutesDocument) -> dict[str, object]:
    """What ``templates/pdf/minutes.typ`` reads: finished words, and text taken apart into runs."""
    shown = _shown(document, words_for(document))
    long_words = any(_unbreakable(word) for text in _texts(shown) for word in text.split())
    return shown | {"long_words": long_words, "fingerprint": document.fingerprint}


def _shown(document: MinutesDocument, words: Words) -> dict[str, object]:
    return {
        "document_date": document.document_date.isoformat(),
        "organisation": document.organisation,
        "body": document.body_name,
        "kind": document.body_kind_label,
        "name": f"{document.document_title} {document.meeting_number}".strip(),
        "dnr": short_dnr(document),
        "page": words.page,
        "draft": words.draft if document.draft else "",
        "facts": facts(document),
        "attendance": {
            "heading": words.attendance,
            "columns": words.attendance_columns,
            "blocks": [
                {"heading": heading, "rows": [attendance_cells(row, words) for row in rows]}
                for heading, rows in attendance_blocks(document)
            ],
        },
        "items": [_item(item, words) for item in document.items],
        "labels": {
            "presenter": words.presenter,
            "decision": words.decision,
            "actions": words.item_actions,
            "fingerprint": words.fingerprint,
        },
        "decisions": {
            "heading": words.decision_list,
            "columns": words.decision_columns,
            "rows": [
                {
                    "label": decision.label,
                    "blocks": tree(blocks(decision.text)),
                    "item": item_heading(item, words),
                }
                for item, decision in document.decisions
            ],
        },
        "actions": {
            "heading": words.action_list,
            "columns": words.action_columns,
            "rows": [[_runs(runs(action.text)), *action_cells(action)[1:]] for _, action in document.actions],
        },
        "approval": {
            "heading": words.approval,
            "line": approval_line(document),
            "signed": document.approved_on is not None,
            "people": [[words.chair, document.chair], [words.secretary, document.secretary]],
        },
    }


def _texts(value: object) -> Iterator[str]:
    """Every text in the data, at any depth."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)


def _unbreakable(word: str) -> bool:
    """Too long for a column of a table, and not a plain word that can be hyphenated: an address, a reference."""
    return len(word) >= 20 and (len(word) > 44 or not word.replace("-", "").isalpha())


def _item(item: ItemBlock, words: Words) -> dict[str, object]:
    return {
        "heading": item_heading(item, words),
        "presenter": item.presenter,
        "blocks": [block for text in item.paragraphs for block in tree(blocks(text))],
        "decisions": [
            {"label": decision.label, "blocks": tree(blocks(decision.text))} for decision in item.decisions
        ],
        "actions": [
            {"runs": _runs(runs(action.text)), "owner": action_owner(action, words)}
            for action in item.actions
        ],
    }


def tree(content: Sequence[Block]) -> list[dict[str, object]]:
    """What people wrote, as the templates on paper read it."""
    return [_node(block) for block in content]


def _node(block: Block) -> dict[str, object]:
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "runs": _runs(block.runs)}
    items = [tree(item) for item in block.items]
    if isinstance(block, NumberedList):
        return {"kind": "numbers", "items": items, "start": block.start}
    return {"kind": "bullets", "items": items}


def _runs(content: Sequence[Run]) -> list[list[object]]:
    return [[run.text, run.bold, run.italic] for run in content]
