"""Minutes as a file, as one reader may see them. Always in Swedish, the language of the law (språklagen 10 §)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone, translation

from groups.models import User
from groups.roles import Function
from meetings.documents import (
    ActionRow,
    AttendanceRow,
    DecisionBlock,
    ItemBlock,
    MinutesDocument,
    Presence,
)
from meetings.docx import minutes_docx
from meetings.live import HERE, rank
from meetings.models import ActionItem, AgendaItem, Attendance, Decision, Meeting, Minutes, MinutesFile
from meetings.printing import SWEDISH, minutes_pdf
from meetings.visibility import Line, agenda_for

MAKERS = {MinutesFile.Format.PDF: minutes_pdf, MinutesFile.Format.DOCX: minutes_docx}
MIME_TYPES = {
    MinutesFile.Format.PDF: "application/pdf",
    MinutesFile.Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}

_GROUPS = {
    Attendance.Status.EXCUSED: Presence.EXCUSED,
    Attendance.Status.ABSENT: Presence.ABSENT,
    "": Presence.ABSENT,
}
#: What no file system or header should meet in a name.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u202a-\u202e\u2066-\u2069]+')


@dataclass(frozen=True)
class ExportedFile:
    """A file to hand over: its name, its media type and its bytes."""

    name: str
    mime_type: str
    content: bytes


def file_for(meeting: Meeting, file_format: str, user: User) -> ExportedFile:
    """The minutes as this person may see them, in a format of ``MAKERS``.

    Who sees every item of approved minutes gets the file that was made when they were approved; everybody else gets
    a rendering of what they see, marked as a draft until the minutes are approved.
    """
    document = document_for(meeting, user)
    withheld = any(item.withheld for item in document.items)
    if meeting.minutes.locked and not withheld:
        content = bytes(MinutesFile.objects.get(minutes=meeting.minutes, format=file_format).content)
    else:
        content = MAKERS[MinutesFile.Format(file_format)](document)
    name = f"{_file_name(document)}.{file_format}"
    return ExportedFile(name, MIME_TYPES[MinutesFile.Format(file_format)], content)


def _file_name(document: MinutesDocument) -> str:
    """``Protokoll Styrgruppen 4-2026``; the day where there is no number yet, and that it is a draft."""
    number = document.meeting_number.replace("/", "-") or document.starts_at.date().isoformat()
    parts = (document.document_title, document.body_name, number, "utkast" if document.draft else "")
    name = " ".join(part for part in parts if part)
    return " ".join(_UNSAFE.sub(" ", name).split()).strip(". ")[:150]


def document_for(meeting: Meeting, user: User) -> MinutesDocument:
    """The minutes as data, from what this person may see; a withheld item keeps its number and nothing else.

    Approved minutes are read back from the text that was approved, so that what has happened since (an action done, an
    agency renamed) changes nothing in them; the fingerprint is that of the complete minutes, for those who see them.
    """
    lines = agenda_for(user, meeting)
    minutes = meeting.minutes
    if not minutes.locked:
        return _from_rows(meeting, minutes, lines, user)
    hidden = {str(line.position) for line in lines if line.item is None}
    whole = MinutesDocument.from_json(minutes.canonical)
    items = tuple(replace(item, withheld=item.withheld or item.number in hidden) for item in whole.items)
    # A digest of the whole would let somebody test guesses of what is withheld from them.
    return replace(whole, items=items, fingerprint="" if hidden else whole.fingerprint)


def _from_rows(meeting: Meeting, minutes: Minutes, lines: list[Line], user: User) -> MinutesDocument:
    attendances = sorted(meeting.attendances.select_related("agency"), key=rank)
    decisions = _by_item(Decision.objects.visible_to(user).filter(item__meeting=meeting))
    actions = _by_item(
        ActionItem.objects.visible_to(user)
        .filter(item__meeting=meeting)
        .select_related("responsible_agency", "responsible_person")
    )
    chair = _holder(attendances, Function.CHAIR, Function.VICE_CHAIR, Function.CONVENER)
    secretary = _holder(attendances, Function.SECRETARY, Function.COORDINATOR)
    keeper = chair or secretary
    drawn_up = timezone.localdate(minutes.submitted_at or timezone.now())
    with translation.override("sv"):
        return MinutesDocument(
            body_name=meeting.body.name,
            body_kind_label=str(meeting.body.get_kind_display()),
            organisation=keeper.agency.name if keeper and keeper.agency else meeting.body.name,
            document_title=SWEDISH.minutes if decisions else SWEDISH.notes,
            meeting_number=meeting.designation,
            dnr=_registry_numbers(meeting),
            without_agreement=meeting.reason_without_agreement,
            starts_at=timezone.localtime(meeting.starts_at),
            ends_at=timezone.localtime(meeting.ends_at),
            place=str(meeting.room) if meeting.room else SWEDISH.online,
            document_date=drawn_up,
            attendance=tuple(map(_attendance_row, attendances)),
            items=tuple(_item_block(line, decisions, actions) for line in lines),
            chair=chair.name if chair else "",
            secretary=secretary.name if secretary else "",
        )


def _by_item(rows: Iterable[Any]) -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.item_id].append(row)
    return found


def _registry_numbers(meeting: Meeting) -> tuple[str, ...]:
    references = meeting.agreement.registry_references.order_by("pk")
    return tuple(references.values_list("reference", flat=True))


def _holder(rows: Iterable[Attendance], *functions: str) -> Attendance | None:
    """Who held the first of these functions that anybody who came in person held."""
    came = [row for row in rows if row.status in (Attendance.Status.PRESENT, Attendance.Status.REMOTE)]
    held = (row for function in functions for row in came if row.function == function)
    return next(held, None)


def _attendance_row(row: Attendance) -> AttendanceRow:
    agency = row.agency.name if row.agency else row.organisation
    if row.status == Attendance.Status.SUBSTITUTE:
        remark = SWEDISH.substitute_for.format(name=row.name)
        return AttendanceRow(row.substitute_name, organisation=agency, remark=remark, group=_presence(row))
    remark = SWEDISH.remote if row.status == Attendance.Status.REMOTE else ""
    return AttendanceRow(row.name, row.title, agency, remark, _presence(row))


def _presence(row: Attendance) -> Presence:
    if row.status in HERE:
        return Presence.CO_OPTED if row.function == Function.CO_OPTED else Presence.PRESENT
    return _GROUPS[row.status]


def _item_block(
    line: Line, decisions: Mapping[int, list[Decision]], actions: Mapping[int, list[ActionItem]]
) -> ItemBlock:
    item = line.item
    if item is None:
        return ItemBlock(str(line.position), withheld=True)
    postponed = SWEDISH.postponed if item.status == AgendaItem.Status.POSTPONED else ""
    return ItemBlock(
        number=str(item.position),
        heading=item.title,
        presenter=item.presenter,
        paragraphs=tuple(text for text in (item.text, postponed) if text),
        decisions=tuple(DecisionBlock(row.label, row.text) for row in decisions.get(item.pk, ())),
        actions=tuple(map(_action_row, actions.get(item.pk, ()))),
    )


def _action_row(action: ActionItem) -> ActionRow:
    person = f", {action.responsible_person.name}" if action.responsible_person else ""
    return ActionRow(
        text=action.text,
        responsible=f"{action.responsible_agency.name}{person}",
        due=action.due,
        status=SWEDISH.done if action.done_at else SWEDISH.outstanding,
    )
