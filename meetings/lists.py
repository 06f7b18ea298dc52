"""The lists of meetings, action items and the year as tables to take away (``samverkan.tables``)."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.law import Entry
from meetings.models import ActionItem, Meeting
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
