"""What a coordinator has put on the page that needs no log-in, one thing at a time."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Body, Premises, User
from groups.periods import holds
from meetings.models.meetings import Meeting


class PublicationQuerySet(models.QuerySet["Publication"]):
    def visible_to(self, user: Any) -> "PublicationQuerySet":
        """What is published is published: nobody need be signed in."""
        return self

    def shown(self) -> "PublicationQuerySet":
        """What the page shows now: premises that are there, called meetings to come that are still open to everyone, and
        bodies, never a case group. What a person published and somebody else has closed since is not shown, nor a meeting
        in premises whose door has been shut since (``meetings.shutting``)."""
        today = timezone.localdate()
        premises = Q(premises__isnull=False) & holds(today, "premises__")
        body = Q(body__isnull=False) & ~Q(body__kind=Body.Kind.CASE)
        meeting = Q(
            meeting__audience=Meeting.Audience.PUBLIC,
            meeting__status__in=[Meeting.Status.CALLED, Meeting.Status.IN_PROGRESS],
            meeting__ends_at__gte=timezone.now(),
            meeting__booking__shut_since=None,
        ) & ~Q(meeting__body__kind=Body.Kind.CASE)
        return self.filter(premises | body | meeting)


class Publication(models.Model):
    """One thing on the public page, with the words that were written for it."""

    premises = models.OneToOneField(
        Premises,
        models.CASCADE,
        verbose_name=_("premises"),
        related_name="publication",
        null=True,
        blank=True,
    )
    body = models.OneToOneField(
        Body, models.CASCADE, verbose_name=_("group"), related_name="publication", null=True, blank=True
    )
    meeting = models.OneToOneField(
        Meeting, models.CASCADE, verbose_name=_("meeting"), related_name="publication", null=True, blank=True
    )
    heading = models.CharField(_("heading"), max_length=120)
    text = models.TextField(_("text"), max_length=1000, blank=True)
    published_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    published_at = models.DateTimeField(_("published"), auto_now=True)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        constraints = [
            models.CheckConstraint(
                name="publication_is_of_one_thing",
                condition=Q(premises__isnull=False, body=None, meeting=None)
                | Q(premises=None, body__isnull=False, meeting=None)
                | Q(premises=None, body=None, meeting__isnull=False),
            ),
            models.CheckConstraint(name="publication_has_a_heading", condition=~Q(heading="")),
        ]

    def __str__(self) -> str:
        return self.heading
