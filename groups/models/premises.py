"""Premises that residents know, and the rooms in them where the bodies meet."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from groups.models.agencies import Agency
from groups.ordering import swedish
from groups.periods import PeriodQuerySet, ends_after_it_begins, holds
from groups.roles import MANAGE

AT_LEAST_ONE = MinValueValidator(1, _("Write at least 1, or leave it empty."))


class PremisesQuerySet(PeriodQuerySet["Premises"]):
    def visible_to(self, user: Any) -> "PremisesQuerySet":
        """Everyone in the structure; residents see what is published of it (``meetings.publishing``)."""
        return self if user.in_structure else self.none()

    def with_times(self) -> "PremisesQuerySet":
        """With keeper, hours, closures and shifts: what is asked to know who is there, in four more queries."""
        return self.select_related("agency").prefetch_related(
            "hours", "closures", "shifts__agency", "shifts__absences"
        )

    def in_order(self) -> "PremisesQuerySet":
        return self.order_by(swedish("name"))


class Premises(models.Model):
    """An address where partners meet."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    area = models.CharField(_("area"), max_length=200, blank=True, help_text=_("The part of town."))
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name=_("kept by"), related_name="premises")
    capacity = models.PositiveSmallIntegerField(
        _("people at most"),
        null=True,
        blank=True,
        validators=[AT_LEAST_ONE],
        help_text=_("In all of the premises at once."),
    )
    equipment = ArrayField(
        models.CharField(max_length=100), verbose_name=_("equipment"), default=list, blank=True
    )
    step_free = models.BooleanField(_("step-free access"), default=False)
    hearing_loop = models.BooleanField(_("hearing loop"), default=False)
    neutral_ground = models.BooleanField(
        _("neutral ground"),
        default=False,
        help_text=_("Nobody who is seen going in is taken for a suspect, a client or a patient."),
    )
    known_to_residents = models.BooleanField(_("known to residents"), default=False)
    access_rules = models.TextField(
        _("access"), blank=True, help_text=_("Keys, alarm and who lets you in. Never published.")
    )
    contact = models.CharField(
        _("contact"),
        max_length=200,
        blank=True,
        help_text=_("A telephone number or an address that residents may use. Published with the premises."),
    )
    closed_on_red_days = models.BooleanField(
        _("closed on public holidays"), default=True, help_text=_("The holidays in 1989:253, Sundays aside.")
    )
    closed_on_eves = models.BooleanField(
        _("closed on eves"), default=True, help_text=_("Midsummer Eve, Christmas Eve and New Year's Eve.")
    )
    valid_from = models.DateField(_("first day"), null=True, blank=True)
    valid_to = models.DateField(_("last day"), null=True, blank=True)

    objects = PremisesQuerySet.as_manager()

    class Meta:
        verbose_name = _("premises")
        verbose_name_plural = _("premises")
        constraints = [
            ends_after_it_begins("premises_end_after_they_begin"),
            models.CheckConstraint(
                name="premises_hold_somebody", condition=Q(capacity__isnull=True) | Q(capacity__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def acts_of(self, user: Any) -> frozenset[str]:
        """Coordinators manage all premises; those of the keeper's people who manage a body manage its own."""
        if not user.in_structure:
            return frozenset()
        keeps = self.agency_id == user.agency_id and any(
            MANAGE in user.acts_in(body) for body in user.bodies()
        )
        return frozenset({"manage"}) if keeps or user.coordinates else frozenset()


class RoomQuerySet(models.QuerySet["Room"]):
    def visible_to(self, user: Any) -> "RoomQuerySet":
        return self if user.in_structure else self.none()

    def in_use(self, day: Any) -> "RoomQuerySet":
        """Rooms of premises that are there on that day."""
        return self.filter(holds(day, "premises__"))

    def in_order(self) -> "RoomQuerySet":
        return self.order_by(swedish("premises__name"), swedish("name"))

    def fit_first(self) -> "RoomQuerySet":
        """Those where talk is not overheard first, and among them those on neutral ground."""
        return self.order_by(
            "-confidential", "-premises__neutral_ground", swedish("premises__name"), swedish("name")
        )


class Room(models.Model):
    """A room that can be booked."""

    premises = models.ForeignKey(Premises, models.PROTECT, verbose_name=_("premises"), related_name="rooms")
    name = models.CharField(_("name"), max_length=200)
    capacity = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True, validators=[AT_LEAST_ONE])
    equipment = ArrayField(
        models.CharField(max_length=100), verbose_name=_("equipment"), default=list, blank=True
    )
    step_free = models.BooleanField(_("step-free access"), default=False)
    hearing_loop = models.BooleanField(_("hearing loop"), default=False)
    confidential = models.BooleanField(
        _("fit for confidential talk"),
        default=False,
        help_text=_("What is said is not heard outside, and nobody sees in."),
    )

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [
            models.UniqueConstraint(
                fields=["premises", "name"],
                name="room_name_once_in_premises",
                violation_error_message=_("The premises already have a room with this name."),
            ),
            models.CheckConstraint(
                name="room_seats_somebody",
                condition=Q(capacity__isnull=True) | Q(capacity__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.premises}"

    def acts_of(self, user: Any) -> frozenset[str]:
        """Everyone in the structure books; who manages the premises manages its rooms. Needs the premises."""
        booking = frozenset({"book"}) if user.in_structure else frozenset()
        return booking | self.premises.acts_of(user)
