"""Standing guests: people without an account who are invited to every meeting of a body."""

from datetime import date
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models.bodies import Body
from groups.models.people import User
from groups.ordering import swedish
from groups.periods import PeriodQuerySet, days, ends_after_it_begins


class StandingGuestQuerySet(PeriodQuerySet["StandingGuest"]):
    def visible_to(self, user: Any) -> "StandingGuestQuerySet":
        """Whoever sees the body sees who is invited to its meetings."""
        return self.filter(body__in=Body.objects.visible_to(user))

    def not_over(self) -> "StandingGuestQuerySet":
        """Those that stand today or will."""
        return self.filter(models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=timezone.localdate()))

    def invited_on(self, body: Body, day: date) -> "StandingGuestQuerySet":
        """Those whom a meeting of the body on that day invites: members are invited as members."""
        members = body.memberships.live().values(address=Lower("user__email"))
        standing = self.live(day).filter(body=body).alias(address=Lower("email"))
        return standing.exclude(address__in=members).in_order()

    def in_order(self) -> "StandingGuestQuerySet":
        return self.order_by(swedish("name"), "pk")


class StandingGuest(models.Model):
    """Somebody who cannot sign in and takes part in a body's meetings from day to day, such as a caretaker of a housing
    company. Each meeting that is called invites them; they see the invitation and nothing else. Never in a case."""

    body = models.ForeignKey(Body, models.PROTECT, verbose_name=_("group"), related_name="standing_guests")
    name = models.CharField(_("name"), max_length=150)
    organisation = models.CharField(_("agency or organisation"), max_length=200)
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(
        _("language"), max_length=5, choices=User.Language, default=User.Language.SWEDISH
    )
    reason = models.CharField(_("why"), max_length=300, blank=True)
    valid_from = models.DateField(_("first day"))
    valid_to = models.DateField(_("last day"), null=True, blank=True)

    objects = StandingGuestQuerySet.as_manager()

    class Meta:
        verbose_name = _("standing guest")
        verbose_name_plural = _("standing guests")
        constraints = [
            ends_after_it_begins("standing_guest_ends_after_it_begins"),
            ExclusionConstraint(
                name="standing_guest_once_in_a_body",
                expressions=[
                    ("body", RangeOperators.EQUAL),
                    (Lower("email"), RangeOperators.EQUAL),
                    (days(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_(
                    "Somebody with this address is already a standing guest on those days."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.organisation}"

    def acts_of(self, user: Any) -> frozenset[str]:
        """What the body's managers may do."""
        return self.body.acts_of(user)
