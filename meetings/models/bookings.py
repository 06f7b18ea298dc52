"""Bookings of rooms; the database refuses two at once."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Agency, Room, User
from meetings.models.meetings import Meeting


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, user: User) -> "BookingQuerySet":
        """That a room is taken is seen by everyone in the structure; what for, only where ``readable`` says so."""
        return self if user.in_structure else self.none()

    def with_readable(self, user: User) -> "BookingQuerySet":
        """With ``readable``: whether this person may know what the room is taken for. A meeting is known to those who
        see the meeting, so one about a case is “taken” to everyone else, and looks like any other."""
        meeting = Exists(Meeting.objects.visible_to(user).filter(pk=OuterRef("meeting")))
        mine = Q(booked_by=user) | Q(audience=Booking.Audience.STRUCTURE)
        ours = Q(audience=Booking.Audience.AGENCY, agency=user.agency_id)
        own = Q(meeting=None) & (mine | ours)
        return self.annotate(
            readable=models.Case(
                models.When(own, then=True),
                models.When(Q(meeting__isnull=False) & meeting, then=True),
                default=False,
                output_field=models.BooleanField(),
            )
        )

    def to_come(self) -> "BookingQuerySet":
        """Those that have not begun, and those that go on."""
        return self.filter(ends_at__gt=timezone.now())

    def during(self, start: Any, end: Any) -> "BookingQuerySet":
        return self.filter(starts_at__lt=end, ends_at__gt=start)


class Booking(models.Model):
    """A room, taken from one moment up to another: for a meeting, or for a purpose of somebody's own."""

    class Audience(models.TextChoices):
        OWN = "own", _("Only you")
        AGENCY = "agency", _("Your agency")
        STRUCTURE = "structure", _("Everyone in the structure")

    room = models.ForeignKey(Room, models.PROTECT, verbose_name=_("room"), related_name="bookings")
    meeting = models.OneToOneField(
        Meeting, models.CASCADE, verbose_name=_("meeting"), related_name="booking", null=True, blank=True
    )
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    booked_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("booked by"), related_name="bookings", null=True, editable=False
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, verbose_name=_("agency"), related_name="bookings", null=True, editable=False
    )
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    audience = models.CharField(
        _("purpose visible to"), max_length=20, choices=Audience, default=Audience.AGENCY
    )
    series = models.UUIDField(_("series"), null=True, editable=False, db_index=True)
    shut_since = models.DateTimeField(
        _("door shut since"),
        null=True,
        editable=False,
        help_text=_("When hours or closures were changed so that the premises are not open at this time."),
    )

    objects = BookingQuerySet.as_manager()

    #: Whether the person who asks may know what for, where ``with_readable`` fetched it.
    readable: bool

    class Meta:
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        constraints = [
            ExclusionConstraint(
                name="booking_one_at_a_time",
                expressions=[
                    ("room", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_at"),
                            F("ends_at"),
                            RangeBoundary(),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("The room is already booked at that time."),
            ),
            models.CheckConstraint(
                name="booking_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="booking_is_for_a_meeting_or_a_purpose",
                condition=Q(meeting__isnull=False, purpose="", series=None)
                | Q(meeting=None, booked_by__isnull=False, agency__isnull=False) & ~Q(purpose=""),
            ),
            models.CheckConstraint(
                name="booking_audience_known", condition=Q(audience__in=["own", "agency", "structure"])
            ),
        ]
        indexes = [models.Index(fields=["room", "starts_at"])]

    def __str__(self) -> str:
        return f"{self.room}, {self.starts_at:%Y-%m-%d}"

    def acts_of(self, user: User) -> frozenset[str]:
        """Who booked it may give it back, and so may the agency's others where they know what it is for. A meeting's
        room is given back by moving or cancelling the meeting."""
        if self.meeting_id or not user.in_structure:
            return frozenset()
        shared = self.agency_id == user.agency_id and self.audience != self.Audience.OWN
        return frozenset({"cancel"}) if shared or self.booked_by_id == user.pk else frozenset()
