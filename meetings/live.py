"""In the meeting: opening it, who came, what was said, decided and agreed, and ending it.

Whatever is written locks the meeting's row first, so that nothing slips in while the minutes are sent, numbered or
approved. Numbers are given under a lock on the body, in one transaction, so that they have no gaps.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Max, Sum
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.models import Agency, Body, Employment, Membership, User
from groups.models.people import UserQuerySet
from groups.roles import Function
from meetings.guests import attendance_of
from meetings.models import (
    ActionItem,
    AgendaItem,
    Attendance,
    Booking,
    Decision,
    DutyOccurrence,
    Invitation,
    Meeting,
    Minutes,
)
from meetings.placing import settle_duties

HERE = (Attendance.Status.PRESENT, Attendance.Status.REMOTE, Attendance.Status.SUBSTITUTE)
#: Characters of an item's text and of a decision, and of all texts of one meeting together: some forty pages.
LONGEST = {"text": 20_000, "decision": 4_000}
LONGEST_WHOLE = 120_000


class TextConflict(ValidationError):
    """Somebody else saved the item since it was opened; ``stored`` is the item as it is now."""

    def __init__(self, stored: AgendaItem) -> None:
        super().__init__(
            {"text": _("Somebody saved another text while you were writing. Both are shown below.")},
            code="conflict",
        )
        self.stored = stored


@transaction.atomic
def open_meeting(meeting: Meeting, *, by: User) -> Minutes:
    """Begin a called meeting: minutes to write in, and a row of attendance for each member and invited person.

    Name, title and agency are kept as they are today. Who has declined is put down as excused, to be changed by hand.

    Raises:
        ValidationError: the meeting is not called, or is open already.
    """
    stored = _locked(meeting, by)
    if stored.status != Meeting.Status.CALLED:
        raise ValidationError(_("Only a meeting to which the members have been invited can be opened."))
    minutes = Minutes.objects.create(meeting=meeting)
    Attendance.objects.bulk_create(_attendance_of(meeting))
    meeting.status, meeting.opened_at = Meeting.Status.IN_PROGRESS, timezone.now()
    meeting.save(update_fields=["status", "opened_at"])
    return minutes


def _attendance_of(meeting: Meeting) -> list[Attendance]:
    functions = dict(
        Membership.objects.live().filter(body=meeting.body_id).values_list("user_id", "function")
    )
    invitations = list(Invitation.objects.filter(meeting=meeting).select_related("guest"))
    answers = {invitation.user_id: invitation for invitation in invitations if invitation.user_id}
    users = User.objects.get_queryset().filter(pk__in=functions.keys() | answers.keys())
    work = {
        employment.user_id: employment
        for employment in Employment.objects.live().filter(user__in=users).select_related("unit")
    }
    return [
        _attendance(meeting, user, functions.get(user.pk, ""), work.get(user.pk), answers.get(user.pk))
        for user in users
    ] + [attendance_of(row.guest, row) for row in invitations if row.guest]


def _attendance(
    meeting: Meeting, user: User, function: str, work: Employment | None, answer: Invitation | None
) -> Attendance:
    declined = answer is not None and answer.answer == Invitation.Answer.DECLINED
    return Attendance(
        meeting=meeting,
        user=user,
        name=user.name,
        title=work.title if work else "",
        agency_id=work.unit.agency_id if work else None,
        function=function or Function.CO_OPTED,
        status=Attendance.Status.EXCUSED if declined else "",
        substitute_name=answer.substitute_name if answer else "",
    )


@transaction.atomic
def tick(attendance: Attendance, *, status: str, by: User, substitute_name: str = "") -> None:
    """Put down how one person took part. A substitute has a name; the others have none.

    Raises:
        ValidationError: keyed ``status`` (unknown) or ``substitute_name`` (missing); without a key when the minutes
            cannot be written now.
    """
    _refuse_unwritable(attendance.meeting, by)
    if status not in Attendance.Status.values:
        raise ValidationError({"status": _("Choose how the person took part.")})
    name = substitute_name.strip() if status == Attendance.Status.SUBSTITUTE else ""
    if status == Attendance.Status.SUBSTITUTE and not name:
        raise ValidationError({"substitute_name": _("Write who came as substitute.")})
    attendance.status, attendance.substitute_name = status, name
    attendance.save(update_fields=["status", "substitute_name"])


@transaction.atomic
def tick_remaining(meeting: Meeting, *, by: User) -> None:
    """Put down everybody who has no status yet as present.

    Raises:
        ValidationError: the minutes cannot be written now.
    """
    _refuse_unwritable(meeting, by)
    meeting.attendances.filter(status="").update(status=Attendance.Status.PRESENT)


@transaction.atomic
def write_item(item: AgendaItem, *, text: str, status: str, version: int, by: User) -> AgendaItem:
    """Save what was said under an item. ``version`` is the one that was shown to the writer.

    Raises:
        TextConflict: another text was saved since then; nothing is changed.
        ValidationError: keyed ``status`` (unknown); without a key when the minutes cannot be written now.
    """
    _refuse_unwritable(item.meeting, by)
    if status not in AgendaItem.Status.values:
        raise ValidationError({"status": _("Choose an outcome for the item.")})
    stored = AgendaItem.objects.get(pk=item.pk)
    text = _tidy(text)
    _refuse_too_long("text", text, instead_of=stored.text, meeting=item.meeting)
    if stored.version != version and stored.text != text:
        raise TextConflict(stored)
    if (stored.text, stored.status) != (text, status):
        stored.text, stored.status, stored.version = text, status, stored.version + 1
        stored.save(update_fields=["text", "status", "version"])
    return stored


@transaction.atomic
def note_rest(meeting: Meeting, *, by: User) -> int:
    """Put down as noted every item that nothing has become of yet and that the writer sees; how many there were.

    Raises:
        ValidationError: there was none; or the minutes cannot be written now.
    """
    _refuse_unwritable(meeting, by)
    rest = AgendaItem.objects.visible_to(by).filter(meeting=meeting, status=AgendaItem.Status.OPEN)
    noted = rest.update(status=AgendaItem.Status.NOTED, version=F("version") + 1)
    if not noted:
        raise ValidationError(_("Every item has been dealt with."))
    return noted


@transaction.atomic
def decide(item: AgendaItem, *, text: str, by: User) -> Decision:
    """Write a decision under an item, which is then decided. After the meeting it gets the next § at once.

    Raises:
        ValidationError: keyed ``decision`` (empty); without a key when the minutes cannot be written now.
    """
    meeting = _refuse_unwritable(item.meeting, by)
    if not text.strip():
        raise ValidationError({"decision": _("Enter what was decided.")})
    _refuse_too_long("decision", _tidy(text), meeting=meeting)
    decision = Decision.objects.create(item=item, body=meeting.body, text=_tidy(text), created_by=by)
    AgendaItem.objects.filter(pk=item.pk).update(status=AgendaItem.Status.DECIDED)
    if meeting.number:
        _number_decisions(meeting, [decision])
    return decision


@transaction.atomic
def remove_decision(decision: Decision, *, by: User) -> None:
    """Strike a decision that was written by mistake.

    Raises:
        ValidationError: it has its §, which would leave a gap; or the minutes cannot be written now.
    """
    _refuse_unwritable(decision.item.meeting, by)
    if decision.number:
        raise ValidationError(
            _("The decision has its number and cannot be removed. Write under the item what was wrong.")
        )
    decision.delete()
    # An item is not decided by nothing; it waits to be treated again.
    undecided = AgendaItem.objects.filter(
        pk=decision.item_id, status=AgendaItem.Status.DECIDED, decisions=None
    )
    undecided.update(status=AgendaItem.Status.OPEN)


@transaction.atomic
def agree(
    item: AgendaItem,
    *,
    text: str,
    responsible_agency: Agency,
    due: date,
    by: User,
    responsible_person: User | None = None,
) -> ActionItem:
    """Write down what somebody shall do. An agency always answers for it; a person may be named.

    Raises:
        ValidationError: keyed ``action`` (empty), ``due`` (before the meeting) or ``responsible_person`` (does not see
            the item, or works elsewhere); without a key when the minutes cannot be written now.
    """
    meeting = _refuse_unwritable(item.meeting, by)
    if not text.strip():
        raise ValidationError({"action": _("Enter what needs to be done.")})
    if due < timezone.localdate(meeting.starts_at):
        raise ValidationError({"due": _("The last day must not be before the meeting.")})
    if responsible_person is not None:
        _refuse_outsider(item, responsible_person, responsible_agency)
    return ActionItem.objects.create(
        item=item,
        text=" ".join(text.split()),
        responsible_agency=responsible_agency,
        responsible_person=responsible_person,
        due=due,
        created_by=by,
    )


@transaction.atomic
def remove_action(action: ActionItem, *, by: User) -> None:
    """Strike an action item that was written by mistake.

    Raises:
        ValidationError: the minutes cannot be written now.
    """
    _refuse_unwritable(action.item.meeting, by)
    action.delete()


@transaction.atomic
def hold(meeting: Meeting, *, by: User, held_today: bool = False) -> None:
    """End a meeting. It gets its number, and its decisions their §, in the order of the agenda, for the body and year.

    ``held_today``, for one that is called for another day, gives it the hours in which it really was held, and its room
    back. The year is that of the meeting's start in Sweden. Everything happens under a lock on the body, so that two
    meetings that end at once get one number each and none is skipped.

    Raises:
        ValidationError: keyed ``attendance`` (somebody has no status); without a key when it is not going on.
    """
    stored = _locked(meeting, by)
    if stored.status != Meeting.Status.IN_PROGRESS:
        raise ValidationError(_("Only a meeting in progress can be ended."))
    unticked = list(meeting.attendances.filter(status="").values_list("name", flat=True))
    if unticked:
        raise ValidationError({"attendance": _say_unticked(unticked)})
    _take_turns(meeting)
    now = timezone.now()
    meeting.starts_at, meeting.ends_at = stored.starts_at, stored.ends_at
    if held_today:
        meeting.starts_at = stored.opened_at or now
        meeting.ends_at = max(now, meeting.starts_at + timedelta(minutes=1))
        Booking.objects.filter(meeting=meeting).delete()
    meeting.year = timezone.localtime(meeting.starts_at).year
    meeting.number = _last(Meeting.objects.filter(body=meeting.body_id, year=meeting.year)) + 1
    meeting.status, meeting.held_at = Meeting.Status.HELD, now
    meeting.save(update_fields=["year", "number", "status", "held_at", "starts_at", "ends_at"])
    _number_decisions(
        meeting, Decision.objects.filter(item__meeting=meeting).order_by("item__position", "pk")
    )
    settle_duties(DutyOccurrence.objects.filter(item__meeting=meeting))


def _refuse_too_long(name: str, text: str, *, meeting: Meeting, instead_of: str = "") -> None:
    """Minutes are made to paper while somebody waits, so that neither a part nor the whole may be without end."""
    limit = LONGEST[name]
    if len(text) > limit:
        said = _("Write at most %(limit)s characters here. This is %(length)s.")
        raise ValidationError({name: said % {"limit": limit, "length": len(text)}})
    if len(text) <= len(instead_of):
        return
    whole = sum(
        rows.aggregate(length=Sum(Length("text")))["length"] or 0
        for rows in (meeting.items.all(), Decision.objects.filter(item__meeting=meeting))
    )
    if whole - len(instead_of) + len(text) > LONGEST_WHOLE:
        said = _(
            "The minutes can have at most %(limit)s characters in all. Shorten the text, or refer to a separate document."
        )
        raise ValidationError({name: said % {"limit": LONGEST_WHOLE}})


def _number_decisions(meeting: Meeting, decisions: Iterable[Decision]) -> None:
    _take_turns(meeting)
    last = _last(Decision.objects.filter(body=meeting.body_id, year=meeting.year))
    for number, decision in enumerate(decisions, last + 1):
        decision.year, decision.number = meeting.year, number
        decision.save(update_fields=["year", "number"])


def _take_turns(meeting: Meeting) -> None:
    """Let one meeting of the body at a time number; locked after the meeting, never before it, and never as a key,
    since every new decision holds the body's key."""
    Body.objects.select_for_update(no_key=True).get(pk=meeting.body_id)


def _last(rows: models.QuerySet[Meeting] | models.QuerySet[Decision]) -> int:
    return rows.aggregate(last=Max("number"))["last"] or 0


def _say_unticked(names: list[str]) -> str:
    return ngettext(
        "Attendance is missing for %(names)s.", "Attendance is missing for: %(names)s.", len(names)
    ) % {"names": ", ".join(names)}


def rank(row: Attendance) -> tuple[int, str]:
    """Chair first, then by function and name, as bodies list their members."""
    order = Function.values
    return order.index(row.function) if row.function in order else len(order), row.name.casefold()


def missing_agencies(meeting: Meeting, attendances: Iterable[Attendance]) -> list[Agency]:
    """Agencies that must take part and of which nobody came, or could still come."""
    here = {
        row.agency_id for row in attendances if (row.status in HERE or not row.status) and not row.guest_id
    }
    return [agency for agency in meeting.body.required_agencies.all() if agency.pk not in here]


def answerable(item: AgendaItem) -> UserQuerySet:
    """Whom an action item under this item may name: members of the body who see the item."""
    members = Membership.objects.live().filter(body=item.meeting.body_id)
    people = User.objects.get_queryset().employed().filter(pk__in=members.values("user"))
    if item.audience == AgendaItem.Audience.UNITS:
        inside = Employment.objects.live().filter(unit__in=item.units.all())
        people = people.filter(pk__in=inside.values("user"))
    return people.in_order()


def _refuse_outsider(item: AgendaItem, person: User, agency: Agency) -> None:
    if not answerable(item).filter(pk=person.pk).exists():
        raise ValidationError({"responsible_person": _("This person cannot see the item.")})
    if person.agency_id != agency.pk:
        raise ValidationError({"responsible_person": _("This person works at another agency.")})


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _locked(meeting: Meeting, by: User) -> Meeting:
    """The meeting as it is stored, held until the transaction ends; refuses those who may not write its minutes."""
    stored = (
        Meeting.objects.select_for_update(no_key=True, of=("self",)).select_related("body").get(pk=meeting.pk)
    )
    if "write" not in stored.acts_of(by):
        raise PermissionDenied("write is not allowed here.")
    return stored


def _refuse_unwritable(meeting: Meeting, by: User) -> Meeting:
    """The locked meeting, if its minutes are being written."""
    stored = _locked(meeting, by)
    status = Minutes.objects.filter(meeting=stored).values_list("status", flat=True).first()
    if status == Minutes.Status.APPROVED:
        raise ValidationError(_("The minutes are approved and locked."))
    if status == Minutes.Status.REVIEW:
        raise ValidationError(_("The minutes are waiting for approval. Take them back to edit them."))
    if status is None or not stored.is_open:
        raise ValidationError(_("The meeting is not open."))
    return stored
