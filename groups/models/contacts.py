"""Whom to turn to at an agency: a person or a function, for a topic."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models.agencies import Agency
from groups.ordering import swedish
from groups.periods import PeriodQuerySet, ends_after_it_begins


class ContactPointQuerySet(PeriodQuerySet["ContactPoint"]):
    def visible_to(self, user: Any) -> "ContactPointQuerySet":
        """Everyone in the structure may turn to everyone in it."""
        return self if user.in_structure else self.none()

    def not_over(self) -> "ContactPointQuerySet":
        """Those that hold today or will."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate()))

    def in_order(self) -> "ContactPointQuerySet":
        return self.order_by(swedish("topic"), swedish("name"), "pk")


class ContactPoint(models.Model):
    """A way to reach an agency; it may be a function that several people answer for."""

    class Kind(models.TextChoices):
        PERSON = "person", _("A person")
        FUNCTION = "function", _("A function or shared mailbox")

    agency = models.ForeignKey(
        Agency, models.PROTECT, verbose_name=_("agency"), related_name="contact_points"
    )
    topic = models.CharField(
        _("what for"), max_length=120, help_text=_("The role or topic, such as: young people, on-call.")
    )
    kind = models.CharField(_("who answers"), max_length=10, choices=Kind, default=Kind.FUNCTION)
    name = models.CharField(_("name"), max_length=150, help_text=_("Of the person or the function."))
    phone = models.CharField(_("phone"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    hours = models.CharField(_("hours"), max_length=120, blank=True, help_text=_("Such as weekdays 8–16."))
    valid_from = models.DateField(_("first day"))
    valid_to = models.DateField(_("last day"), null=True, blank=True)

    objects = ContactPointQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact point")
        verbose_name_plural = _("contact points")
        constraints = [
            ends_after_it_begins("contact_ends_after_it_begins"),
            models.CheckConstraint(name="contact_kind_known", condition=Q(kind__in=["person", "function"])),
            models.CheckConstraint(
                name="contact_can_be_reached",
                condition=~Q(phone="") | ~Q(email=""),
                violation_error_message=_("Write a phone number or an e-mail address."),
            ),
        ]
        indexes = [models.Index(fields=["agency", "valid_from"])]

    def __str__(self) -> str:
        return f"{self.topic}: {self.name}"

    def acts_of(self, user: Any) -> frozenset[str]:
        return self.agency.acts_of(user)
