"""Premises that residents know, and the rooms in them where the bodies meet."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from groups.models.agencies import Agency
from groups.ordering import swedish


class Premises(models.Model):
    """An address where partners meet."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    address = models.CharField(_("address"), max_length=300, blank=True)
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name=_("kept by"), related_name="premises")

    class Meta:
        verbose_name = _("premises")
        verbose_name_plural = _("premises")

    def __str__(self) -> str:
        return self.name


class RoomQuerySet(models.QuerySet["Room"]):
    def visible_to(self, user: Any) -> "RoomQuerySet":
        return self if user.in_structure else self.none()

    def in_order(self) -> "RoomQuerySet":
        return self.order_by(swedish("premises__name"), swedish("name"))


class Room(models.Model):
    """A room that can be booked."""

    premises = models.ForeignKey(Premises, models.PROTECT, verbose_name=_("premises"), related_name="rooms")
    name = models.CharField(_("name"), max_length=200)
    capacity = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [
            models.UniqueConstraint(fields=["premises", "name"], name="room_name_once_in_premises")
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.premises}"
