"""Guests: people without an account who are invited to one meeting."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from groups.models import User
from meetings.models.meetings import Meeting


class GuestQuerySet(models.QuerySet["Guest"]):
    def visible_to(self, user: User) -> "GuestQuerySet":
        """Those of meetings that one may see."""
        return self.filter(Exists(Meeting.objects.visible_to(user).filter(pk=OuterRef("meeting"))))


class Guest(models.Model):
    """Somebody who is invited to one meeting and cannot sign in: sees the own invitation behind the link in the mail,
    and nothing else."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, verbose_name=_("meeting"), related_name="guests")
    name = models.CharField(_("name"), max_length=150)
    organisation = models.CharField(_("agency or organisation"), max_length=200)
    email = models.EmailField(_("e-mail address"))
    language = models.CharField(
        _("language"), max_length=5, choices=User.Language, default=User.Language.SWEDISH
    )
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    invited_at = models.DateTimeField(_("invited"), auto_now_add=True)

    objects = GuestQuerySet.as_manager()

    class Meta:
        verbose_name = _("guest")
        verbose_name_plural = _("guests")
        constraints = [
            models.UniqueConstraint(
                "meeting",
                Lower("email"),
                name="guest_once_at_a_meeting",
                violation_error_message=_("Somebody with this address is invited already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.organisation}"

    def acts_of(self, user: Any) -> frozenset[str]:
        return self.meeting.acts_of(user)
