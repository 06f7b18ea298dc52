"""The collaboration year as one person may see it: every turn with its state, and what is true of the whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from groups.models import Agreement, User
from meetings.models import AgendaItem, Decision, DutyOccurrence, Meeting, TurnFile
from meetings.placing import EARLIEST, is_untold, lacks_meeting, latest_meeting

State = DutyOccurrence.State
TONES = {
    State.DONE: "ok",
    State.OVERDUE: "danger",
    State.LACKING: "warn",
    State.UNTOLD: "warn",
    State.PLACED: "info",
    State.COMING: "plain",
}


@dataclass(frozen=True)
class Turn:
    """One turn of a duty. The meeting and the decision are there only for who may see them."""

    row: DutyOccurrence
    state: State
    meeting: Meeting | None
    decision: Decision | None
    file: TurnFile | None = None

    @property
    def tone(self) -> str:
        return TONES[self.state]

    @property
    def is_near(self) -> bool:
        """Whether it can be taken up by now: the turn of next year is not noted as done by a slip."""
        return timezone.localdate() >= self.row.deadline - EARLIEST

    @property
    def latest(self) -> date:
        """The day by which a meeting can still be called for it."""
        return latest_meeting(self.row)

    @property
    def word(self) -> str:
        return str(self.state.label)


def turns_for(user: User, rows: Iterable[DutyOccurrence]) -> list[Turn]:
    """The turns with what this person may see of each; four queries however many there are."""
    rows = list(rows)
    items = {row.item_id for row in rows if row.item_id and not row.is_done}
    seen = AgendaItem.objects.visible_to(user).filter(pk__in=items).select_related("meeting__body")
    places = {item.pk: item.meeting for item in seen}
    proofs = {row.meeting_id for row in rows if row.meeting_id}
    meetings = {
        found.pk: found
        for found in Meeting.objects.visible_to(user).filter(pk__in=proofs).select_related("body")
    }
    decided = {row.decision_id for row in rows if row.decision_id}
    decisions = {row.pk: row for row in Decision.objects.visible_to(user).filter(pk__in=decided)}
    done = [row for row in rows if row.is_done]
    files = {
        found.turn_id: found
        for found in TurnFile.objects.visible_to(user).filter(turn__in=done).defer("content")
    }
    return [_turn(row, places, meetings, decisions, files) for row in rows]


def _turn(
    row: DutyOccurrence,
    places: dict[int, Meeting],
    meetings: dict[int, Meeting],
    decisions: dict[int, Decision],
    files: dict[int, TurnFile],
) -> Turn:
    if row.is_done:
        meeting, decision = meetings.get(row.meeting_id or 0), decisions.get(row.decision_id or 0)
        return Turn(row, State.DONE, meeting, decision, files.get(row.pk))
    place = places.get(row.item_id or 0)
    if row.is_overdue:
        return Turn(row, State.OVERDUE, place, None)
    return Turn(row, _open_state(row, place), place, None)


def _open_state(row: DutyOccurrence, place: Meeting | None) -> State:
    """The same warnings as the start page gives those who lead, whoever looks."""
    if is_untold(row):
        return State.UNTOLD
    if lacks_meeting(row):
        return State.LACKING
    return State.PLACED if place else State.COMING


_NUMBERS = (
    pgettext_lazy("number", "none"),
    pgettext_lazy("number", "one"),
    pgettext_lazy("number", "two"),
    pgettext_lazy("number", "three"),
    pgettext_lazy("number", "four"),
    pgettext_lazy("number", "five"),
    pgettext_lazy("number", "six"),
    pgettext_lazy("number", "seven"),
    pgettext_lazy("number", "eight"),
    pgettext_lazy("number", "nine"),
    pgettext_lazy("number", "ten"),
    pgettext_lazy("number", "eleven"),
    pgettext_lazy("number", "twelve"),
)


def in_letters(number: int) -> str:
    """``nine``; figures above twelve."""
    return str(_NUMBERS[number]) if number < len(_NUMBERS) else str(number)


def finding(turns: list[Turn]) -> str:
    """The one sentence that says how the year goes, and what no meeting takes up in time."""
    said, lacking = _standing(turns), sum(turn.state == State.LACKING for turn in turns)
    if not lacking:
        return said
    words = ngettext(
        "%(finding)s; %(number)s has no meeting in time",
        "%(finding)s; %(number)s have no meeting in time",
        lacking,
    )
    return words % {"finding": said, "number": in_letters(lacking)}


def _standing(turns: list[Turn]) -> str:
    late = sum(turn.state == State.OVERDUE for turn in turns)
    done = sum(turn.state == State.DONE for turn in turns)
    if not turns:
        return _("No duty falls due this year")
    if late:
        words = ngettext(
            "%(part)s of %(whole)s duties is overdue", "%(part)s of %(whole)s duties are overdue", late
        )
        return (
            _filled(words, late, len(turns)) if len(turns) > 1 else _("The only duty of the year is overdue")
        )
    if done == len(turns):
        return pgettext("year", "Everything is done")
    if not done:
        words = ngettext(
            "Nothing is overdue; %(whole)s duty remains",
            "Nothing is overdue; %(whole)s duties remain",
            len(turns),
        )
        return _filled(words, done, len(turns))
    words = ngettext(
        "%(part)s of %(whole)s duties is done and none is overdue",
        "%(part)s of %(whole)s duties are done and none is overdue",
        done,
    )
    return _filled(words, done, len(turns))


def _filled(words: str, part: int, whole: int) -> str:
    text = words % {"part": in_letters(part), "whole": in_letters(whole)}
    return text[0].upper() + text[1:]


@dataclass(frozen=True)
class Mark:
    """A day of the agreement or the programme that the year turns on."""

    day: date
    text: str


def marks_of(user: User, year: int) -> list[Mark]:
    """Days in the year on which agreements begin and end, as their own pages say: one that was signed after its first
    day begins with the last signature."""
    found = []
    for agreement in Agreement.objects.visible_to(user).with_parties():
        first, last = agreement.period
        if first and first.year == year:
            found.append(Mark(first, _("The agreement begins: %(title)s") % {"title": agreement}))
        if last and last.year == year:
            found.append(Mark(last, _("The agreement ends: %(title)s") % {"title": agreement}))
    return sorted(found, key=lambda mark: mark.day)


def meetings_of(user: User, turns: list[Turn], year: int) -> list[Meeting]:
    """Meetings in the year of the bodies that answer for its duties, as far as this person sees them."""
    bodies = {turn.row.duty.body_id for turn in turns}
    rows = Meeting.objects.visible_to(user).filter(body__in=bodies).exclude(status=Meeting.Status.CANCELLED)
    return list(rows.filter(starts_at__year=year).order_by("starts_at"))


def years_around(first: date | None) -> list[int]:
    """Years to choose among: from the first turn there is to the next year."""
    this = timezone.localdate().year
    return list(range(min(first.year if first else this, this), this + 2))
