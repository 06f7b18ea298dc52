"""Which of the agencies that must take part will be, or are, at a meeting, and whose mandate nobody has written."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from groups.models import Agency, Body, Membership
from groups.representation import without_mandate
from meetings.live import HERE
from meetings.models import Attendance, Invitation, Meeting


@dataclass(frozen=True)
class Line:
    """One agency that must take part; ``tone`` and ``word`` as ``partials/status.html`` wants them."""

    agency: Agency
    members: tuple[Membership, ...]
    tone: str
    word: str


@dataclass(frozen=True)
class Representation:
    """What a meeting's page and desk show of who may speak for whom."""

    lines: list[Line]
    unsaid: list[Membership]


def representation_of(
    meeting: Meeting, *, invitations: Iterable[Invitation] = (), attendances: Iterable[Attendance] = ()
) -> Representation:
    """Before a meeting from the answers, in and after it from the list of attendance; nothing of one that is cancelled."""
    if meeting.status == Meeting.Status.CANCELLED:
        return Representation([], [])
    body = Body.objects.with_members().get(pk=meeting.body_id)
    answers = {row.user_id: row for row in invitations if row.user_id}
    came = {row.agency_id: row for row in attendances if row.status in HERE and not row.guest_id}
    opened = meeting.status not in (Meeting.Status.DRAFT, Meeting.Status.CALLED)
    lines = []
    for agency in body.required_agencies.all():
        members = tuple(
            member
            for member in body.members
            if member.workplace and member.workplace.unit.agency_id == agency.pk
        )
        if opened:
            tone, word = ("ok", _("Here")) if agency.pk in came else ("warn", _("Not represented"))
        else:
            tone, word = _before(members, answers)
        lines.append(Line(agency, members, tone, word))
    return Representation(lines, without_mandate(body))


def _before(members: tuple[Membership, ...], answers: dict[int, Invitation]) -> tuple[str, str]:
    if not members:
        return "warn", _("No member")
    rows = [answers[member.user_id] for member in members if member.user_id in answers]
    given = [row.answer for row in rows]
    if Invitation.Answer.ACCEPTED in given:
        return "ok", _("Coming")
    if any(row.sends_substitute for row in rows):
        return "ok", _("Substitute is coming")
    if len(given) == len(members) and set(given) == {Invitation.Answer.DECLINED}:
        return "warn", _("Nobody is coming")
    return "plain", _("No answer yet")
