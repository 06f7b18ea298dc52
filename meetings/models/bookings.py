"""Bookings of rooms; the database refuses two at once."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func
from django.utils.translation import gettext_lazy as _

from groups.models import Room, User
from meetings.models.meetings import Meeting


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, user: User) -> "BookingQuerySet":
        """That a room is taken is seen by everyone in the structure; what for, only through the meeting's own door."""
        return self if user.in_structure else self.none()


class Booking(models.Model):
    """A room, taken for a meeting from one moment up to another."""

    room = models.ForeignKey(Room, models.PROTECT, verbose_name=_("room"), related_name="bookings")
    meeting = models.OneToOneField(Meeting, models.CASCADE, verbose_name=_("meeting"), related_name="booking")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))

    objects = BookingQuerySet.as_manager()

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
        ]

    def __str__(self) -> str:
        return f"{self.room}, {self.meeting}"
