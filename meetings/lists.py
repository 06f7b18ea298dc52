"""The lists of meetings, action items and the year as tables to take away (``samverkan.tables``)."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from groups.roles import Function
from meetings.law import Entry
from meetings.models import ActionItem, Attendance, Meeting, Publication
from meetings.visibility import Line
from meetings.year import Turn
from samverkan.tables import Column

#: Needs ``with_place``.
MEETINGS = (
    Column[Meeting](_("Group"), lambda row: row.body.name),
    Column[Meeting](_("Number"), lambda row: row.designation),
    Column[Meeting](_("Title"), lambda row: row.title),
    Column[Meeting](_("Starts"), lambda row: row.starts_at),
    Column[Meeting](_("Ends"), lambda row: row.ends_at),
    Column[Meeting](_("Place"), lambda row: row.place),
    Column[Meeting](_("Status"), lambda row: row.get_status_display()),
)
#: Needs ``with_place``.
ACTIONS = (
    Column[ActionItem](_("Action item"), lambda row: row.text),
    Column[ActionItem](_("Responsible agency"), lambda row: row.responsible_agency.name),
    Column[ActionItem](
        _("Responsible person"), lambda row: row.responsible_person.name if row.responsible_person else ""
    ),
    Column[ActionItem](_("Last day"), lambda row: row.due),
    Column[ActionItem](_("Done"), lambda row: row.done_at),
    Column[ActionItem](_("Group"), lambda row: row.item.meeting.body.name),
    Column[ActionItem](_("Meeting"), lambda row: row.item.meeting.starts_at),
    Column[ActionItem](_("Agenda item"), lambda row: row.item.title),
)
YEAR = (
    Column[Turn](_("Last day"), lambda turn: turn.row.due),
    Column[Turn](_("Duty"), lambda turn: turn.row.duty.title),
    Column[Turn](_("Ground"), lambda turn: turn.row.duty.source or turn.row.duty.get_ground_display()),
    Column[Turn](_("Group"), lambda turn: turn.row.duty.body.name),
    Column[Turn](
        _("Responsible agency"), lambda turn: turn.row.duty.agency.name if turn.row.duty.agency else ""
    ),
    Column[Turn](
        _("Responsible person"), lambda turn: turn.row.duty.person.name if turn.row.duty.person else ""
    ),
    Column[Turn](_("State"), lambda turn: turn.word),
    Column[Turn](_("Meeting"), lambda turn: turn.meeting.starts_at if turn.meeting else None),
    Column[Turn](_("Done on"), lambda turn: turn.row.done_on),
    Column[Turn](_("Noted by"), lambda turn: turn.row.done_by.name if turn.row.done_by else ""),
    Column[Turn](_("How it was done"), lambda turn: turn.row.note),
    Column[Turn](_("Online"), lambda turn: turn.row.link),
    Column[Turn](_("File"), lambda turn: turn.file.name if turn.file else ""),
)
LAW = (
    Column[Entry](_("Demand"), lambda entry: entry.demand.label),
    Column[Entry](_("What it requires"), lambda entry: entry.asks),
    Column[Entry](_("Found"), lambda entry: [fact.text for fact in entry.facts if fact.holds]),
    Column[Entry](_("Missing"), lambda entry: [fact.text for fact in entry.facts if not fact.holds]),
    Column[Entry](_("Added"), lambda entry: [f"{shown.row.day} {shown.row.note}" for shown in entry.shown]),
    Column[Entry](
        _("Withdrawn"),
        lambda entry: [
            f"{timezone.localdate(row.withdrawn_at)} {row.note}: {row.withdrawn_because}"
            for row in entry.withdrawn
        ],
    ),
    Column[Entry](
        _("Assessment"), lambda entry: entry.judgement.get_state_display() if entry.judgement else ""
    ),
    Column[Entry](_("Why"), lambda entry: entry.judgement.reason if entry.judgement else ""),
    Column[Entry](_("Assessed by"), lambda entry: entry.judgement.judged_by.name if entry.judgement else ""),
    Column[Entry](
        _("Day"), lambda entry: timezone.localdate(entry.judgement.judged_at) if entry.judgement else None
    ),
)
#: The lines of an agenda as this reader sees them; of an item kept to other units there is a number and nothing else.
AGENDA = (
    Column[Line](_("Number"), lambda line: line.position),
    Column[Line](_("Agenda item"), lambda line: line.item.title if line.item else _now("Not open to you")),
    Column[Line](_("Presenter"), lambda line: line.item.presenter if line.item else ""),
    Column[Line](_("Minutes"), lambda line: line.item.minutes_planned if line.item else None),
    Column[Line](
        _("Visible only to"),
        lambda line: (
            [f"{unit}" for unit in line.item.units.all()]
            if line.item and line.item.audience == line.item.Audience.UNITS
            else ""
        ),
    ),
)
ANSWERS = (
    Column[Any](_("Name"), lambda line: line.invitation.person.name),
    Column[Any](_("Agency"), lambda line: _from_where(line)),
    Column[Any](_("Answer"), lambda line: line.invitation.get_answer_display()),
    Column[Any](_("Comes instead"), lambda line: line.invitation.substitute_name),
    Column[Any](_("Answered"), lambda line: line.invitation.answered_at),
)
#: A part of the minutes as this reader sees it, and a decision in it.
MINUTED = (
    Column[Any](_("Number"), lambda row: row[1].label),
    Column[Any](_("Decision"), lambda row: row[1].text),
    Column[Any](_("Agenda item"), lambda row: row[0].item.title),
    Column[Any](_("Item number"), lambda row: row[0].position),
)
#: A part of the minutes, and an action item in it.
AGREED = (
    Column[Any](_("Action item"), lambda row: row[1].text),
    Column[Any](_("Responsible agency"), lambda row: row[1].responsible_agency.name),
    Column[Any](
        _("Responsible person"),
        lambda row: row[1].responsible_person.name if row[1].responsible_person else "",
    ),
    Column[Any](_("Last day"), lambda row: row[1].due),
    Column[Any](_("Done"), lambda row: row[1].done_at),
    Column[Any](_("Agenda item"), lambda row: row[0].item.title),
)
CAME = (
    Column[Attendance](_("Name"), lambda row: row.name),
    Column[Attendance](_("Title"), lambda row: row.title),
    Column[Attendance](_("Agency"), lambda row: row.agency.name if row.agency else row.organisation),
    Column[Attendance](_("Function"), lambda row: Function(row.function).label if row.function else ""),
    Column[Attendance](_("Attendance"), lambda row: row.get_status_display()),
    Column[Attendance](_("Comes instead"), lambda row: row.substitute_name),
)
#: What a room's week shows to this reader: what for is “taken” where it is not theirs to know.
TAKEN = (
    Column[Any](_("From"), lambda taken: taken.starts_at),
    Column[Any](_("Until"), lambda taken: taken.ends_at),
    Column[Any](_("What for"), lambda taken: taken.text),
)
#: A publication, and whether residents see it now.
PUBLISHED = (
    Column[tuple[Publication, bool]](_("Heading"), lambda row: row[0].heading),
    Column[tuple[Publication, bool]](_("Text"), lambda row: row[0].text),
    Column[tuple[Publication, bool]](_("Shown"), lambda row: row[1]),
    Column[tuple[Publication, bool]](_("Published"), lambda row: row[0].published_at),
)


def _from_where(line: Any) -> str:
    if line.invitation.guest:
        return str(line.invitation.guest.organisation)
    return str(line.agency.name) if line.agency else ""
