"""Meetings, who is invited to them and who came."""

import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from groups.models import Agency, Agreement, Body, Room, User
from groups.roles import OFFICERS

if TYPE_CHECKING:
    from meetings.models.guests import Guest

_SIGNER = Signer(salt="meetings.answer", sep=".")


def user_or_guest(name: str, user: str = "user") -> models.CheckConstraint:
    """Exactly one of the two: a person with an account, or a guest."""
    return models.CheckConstraint(
        name=name,
        condition=Q(**{f"{user}__isnull": False, "guest__isnull": True})
        | Q(**{f"{user}__isnull": True, "guest__isnull": False}),
    )


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User) -> "MeetingQuerySet":
        """Meetings of one's bodies, those opened to the structure or to its authorities, and those below.

        A draft is seen by the body's officers only, also when it is cancelled before anybody was called to it. Members
        of the parent body see a meeting once its minutes are approved, unless it was a case group's.
        """
        if not user.in_structure:
            return self.none()
        reach = Q(body__in=user.bodies()) | Q(audience__in=self._wide_audiences(user))
        below = Q(body__parent__in=user.bodies(), minutes__status="approved") & ~Q(body__kind=Body.Kind.CASE)
        uncalled = Q(status=Meeting.Status.DRAFT) | Q(status=Meeting.Status.CANCELLED, called_at=None)
        return self.filter(reach | below).exclude(uncalled & ~Q(body__in=user.bodies(*OFFICERS)))

    @staticmethod
    def _wide_audiences(user: User) -> list[str]:
        wide: list[str] = [Meeting.Audience.PUBLIC, Meeting.Audience.STRUCTURE]
        return [*wide, Meeting.Audience.AUTHORITIES] if user.at_authority else wide

    def upcoming(self) -> "MeetingQuerySet":
        """Called or going on, and not over."""
        live = (Meeting.Status.DRAFT, Meeting.Status.CALLED, Meeting.Status.IN_PROGRESS)
        return self.filter(ends_at__gte=timezone.now(), status__in=live).order_by("starts_at")

    def past(self) -> "MeetingQuerySet":
        """Over, held or cancelled: every meeting that is not upcoming."""
        over = (Meeting.Status.HELD, Meeting.Status.CLOSED, Meeting.Status.CANCELLED)
        return self.filter(Q(ends_at__lt=timezone.now()) | Q(status__in=over))

    def with_place(self) -> "MeetingQuerySet":
        """With what a page about a meeting says of its body, room, caller and minutes, in the same query."""
        return self.select_related("body__parent", "room__premises", "called_by", "minutes", "agreement")

    def of_member(self, user: User) -> "MeetingQuerySet":
        """Meetings of the bodies in which the person sits today."""
        return self.filter(body__in=user.bodies())


class Meeting(models.Model):
    """One meeting of a body. Lifecycle: draft → called → in progress → held → closed; cancelled."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        CALLED = "called", _("Called")
        IN_PROGRESS = "in_progress", _("In progress")
        HELD = "held", _("Held")
        CLOSED = "closed", _("Closed")
        CANCELLED = "cancelled", _("Cancelled")

    class Audience(models.TextChoices):
        PUBLIC = "public", _("Everyone")
        STRUCTURE = "structure", _("Everyone in the structure")
        AUTHORITIES = "authorities", _("The authorities in the structure")
        BODY = "body", _("Members of the group")

    uid = models.UUIDField(_("calendar identity"), default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(_("calendar sequence"), default=0, editable=False)
    body = models.ForeignKey(Body, models.PROTECT, verbose_name=_("group"), related_name="meetings")
    agreement = models.ForeignKey(
        Agreement, models.PROTECT, verbose_name=_("agreement"), related_name="meetings"
    )
    reason_without_agreement = models.TextField(
        _("why it is held without an agreement in force"), max_length=1000, blank=True
    )
    title = models.CharField(pgettext_lazy("a document", "title"), max_length=200, blank=True)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    room = models.ForeignKey(
        Room, models.PROTECT, verbose_name=_("room"), related_name="meetings", null=True, blank=True
    )
    link = models.URLField(_("link for remote attendance"), blank=True)
    audience = models.CharField(_("open to"), max_length=20, choices=Audience, default=Audience.BODY)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.DRAFT)
    year = models.PositiveSmallIntegerField(_("year"), null=True, editable=False)
    number = models.PositiveIntegerField(_("number"), null=True, editable=False)
    prepared_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("prepared by"), related_name="+", null=True, editable=False
    )
    called_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    called_at = models.DateTimeField(_("called"), null=True, editable=False)
    opened_at = models.DateTimeField(_("opened"), null=True, editable=False)
    held_at = models.DateTimeField(_("held"), null=True, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        constraints = [
            models.CheckConstraint(
                name="meeting_ends_after_it_starts",
                condition=Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The meeting must end after it starts."),
            ),
            models.CheckConstraint(
                name="meeting_has_a_place_when_called",
                condition=Q(status__in=["draft", "cancelled"]) | Q(room__isnull=False) | ~Q(link=""),
                violation_error_message=_("A meeting that is called has a room or a link."),
            ),
            models.CheckConstraint(
                name="meeting_number_from_held_on",
                condition=Q(number__isnull=True, year__isnull=True) | Q(number__gt=0, year__gt=2000),
            ),
            models.UniqueConstraint(fields=["body", "year", "number"], name="meeting_number_once_a_year"),
            models.CheckConstraint(
                name="meeting_audience_known",
                condition=Q(audience__in=["public", "structure", "authorities", "body"]),
            ),
            # No year that calendars, time zones or PostgreSQL's own answers fall over.
            models.CheckConstraint(
                name="meeting_in_this_century",
                condition=Q(starts_at__gte=datetime(2000, 1, 1, tzinfo=UTC))
                & Q(ends_at__lt=datetime(2101, 1, 2, tzinfo=UTC)),
                violation_error_message=_("Choose a day from 2000 to 2100."),
            ),
        ]
        indexes = [models.Index(fields=["body", "-starts_at"]), models.Index(fields=["starts_at"])]

    def __str__(self) -> str:
        return f"{self.body} {timezone.localtime(self.starts_at):%Y-%m-%d}"

    def acts_of(self, user: User) -> frozenset[str]:
        return user.acts_in(self.body_id)

    @property
    def designation(self) -> str:
        """Number and year, such as ``4/2026``; empty until the meeting is held."""
        return f"{self.number}/{self.year}" if self.number else ""

    @property
    def place(self) -> str:
        """Where it is: the room, or the link where there is no room; empty while that is not settled."""
        return str(self.room) if self.room else self.link

    @property
    def neutral_name(self) -> str:
        """What mails, calendars and pages without log-in may call it: never its title, never that it is about a case."""
        return pgettext("occasion", "Meeting") if self.body.kind == Body.Kind.CASE else self.body.name

    @property
    def was_called(self) -> bool:
        """Whether anybody has been told of it: not a draft, nor one that was cancelled as a draft."""
        cancelled = self.status == self.Status.CANCELLED
        return self.called_at is not None if cancelled else self.status != self.Status.DRAFT

    def is_known_to_member(self, user: User) -> bool:
        """Whether ``visible_to`` gives it to this person as a member of its body, an officer or not; without a query
        for somebody looked up already, for asking of many at once."""
        return self.was_called and self.body_id in user.bodies()

    @property
    def may_change(self) -> bool:
        """Whether its time, place and agenda may still be changed."""
        return self.status in (self.Status.DRAFT, self.Status.CALLED)

    @property
    def is_open(self) -> bool:
        """Whether attendance and minutes may still be written."""
        return self.status in (self.Status.CALLED, self.Status.IN_PROGRESS, self.Status.HELD)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User) -> "InvitationQuerySet":
        """One's own, and those of meetings that one may see."""
        meetings = Meeting.objects.visible_to(user).filter(pk=OuterRef("meeting"))
        return self.filter(Q(user=user) | Exists(meetings))

    def with_token(self, token: str) -> "InvitationQuerySet":
        """The one that a link in a mail names; none where the link was not made by us."""
        try:
            return self.filter(pk=int(_SIGNER.unsign(token)))
        except (BadSignature, ValueError):
            return self.none()


class Invitation(models.Model):
    """One member's invitation to one meeting, and the answer."""

    class Answer(models.TextChoices):
        NONE = "none", _("No answer")
        ACCEPTED = "accepted", _("Coming")
        TENTATIVE = "tentative", _("Maybe")
        DECLINED = "declined", _("Not coming")

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, verbose_name=_("meeting"), related_name="invitations"
    )
    user = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("person"), related_name="invitations", null=True
    )
    guest = models.OneToOneField(
        "meetings.Guest", models.CASCADE, verbose_name=_("guest"), related_name="invitation", null=True
    )
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, default=Answer.NONE)
    substitute_name = models.CharField(_("substitute"), max_length=150, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "user"], name="invited_once_to_a_meeting"),
            user_or_guest("invitation_of_user_or_guest"),
            models.CheckConstraint(
                name="invitation_answer_known",
                condition=Q(answer__in=["none", "accepted", "tentative", "declined"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.meeting}"

    @property
    def sends_substitute(self) -> bool:
        """Not coming, and has said who comes instead."""
        return self.answer == self.Answer.DECLINED and bool(self.substitute_name)

    @property
    def person(self) -> "User | Guest":
        """Who is invited: a member, or a guest without an account."""
        person = self.user or self.guest
        assert person is not None, "invitation_of_user_or_guest holds this."
        return person

    @property
    def token(self) -> str:
        """What the link in the mail carries: this row, signed. It lives as long as the meeting may be answered, however
        often the meeting is moved (``meetings.answers``)."""
        return _SIGNER.sign(str(self.pk))


class AttendanceQuerySet(models.QuerySet["Attendance"]):
    def visible_to(self, user: User) -> "AttendanceQuerySet":
        return self.filter(Exists(Meeting.objects.visible_to(user).filter(pk=OuterRef("meeting"))))


class Attendance(models.Model):
    """How one member took part in one meeting; name, title and organisation as they were that day."""

    class Status(models.TextChoices):
        PRESENT = "present", _("Present")
        REMOTE = "remote", _("Remote")
        EXCUSED = "excused", _("Excused")
        ABSENT = "absent", _("Absent")
        SUBSTITUTE = "substitute", _("Substitute")

    meeting = models.ForeignKey(
        Meeting, models.CASCADE, verbose_name=_("meeting"), related_name="attendances"
    )
    user = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("person"), related_name="attendances", null=True
    )
    guest = models.OneToOneField(
        "meetings.Guest", models.RESTRICT, verbose_name=_("guest"), related_name="attendance", null=True
    )
    name = models.CharField(_("name"), max_length=150)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    title = models.CharField(_("title"), max_length=120, blank=True)
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name=_("agency"), null=True, related_name="+")
    function = models.CharField(_("function"), max_length=20)
    status = models.CharField(_("attendance"), max_length=10, choices=Status, blank=True)
    substitute_name = models.CharField(_("substitute"), max_length=150, blank=True)

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [
            models.UniqueConstraint(fields=["meeting", "user"], name="attends_once"),
            user_or_guest("attendance_of_user_or_guest"),
            models.CheckConstraint(
                name="attendance_status_known",
                condition=Q(status="")
                | Q(status__in=["present", "remote", "excused", "absent", "substitute"]),
            ),
            models.CheckConstraint(
                name="substitute_has_a_name",
                condition=~Q(status="substitute") | ~Q(substitute_name=""),
                violation_error_message=_("Write who came as substitute."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.meeting}"
