"""The agenda: items, what was said under them and what was decided."""

from typing import Self, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from groups.models import Body, Unit, User
from meetings.models.meetings import Meeting


class AgendaItemQuerySet(models.QuerySet["AgendaItem"]):
    def visible_to(self, user: User) -> "AgendaItemQuerySet":
        """Items of meetings that one may see, less those kept to units to which one does not belong.

        Named units narrow a meeting's audience and never widen it; members of a parent body never see such items.
        """
        meetings = Meeting.objects.visible_to(user).filter(pk=OuterRef("meeting"))
        named = AgendaItem.units.through.objects.filter(agendaitem=OuterRef("pk"), unit=user.unit_id)
        members = Q(meeting__body__in=user.bodies())
        open_to_all = Q(audience=AgendaItem.Audience.MEETING)
        return self.filter(Exists(meetings), open_to_all | (members & Exists(named)))


class AgendaItem(models.Model):
    """One numbered item of a meeting's agenda."""

    class Audience(models.TextChoices):
        MEETING = "meeting", _("Everyone who sees the meeting")
        UNITS = "units", _("Named units only")

    class Status(models.TextChoices):
        OPEN = "open", _("Not dealt with")
        NOTED = "noted", _("Noted")
        DECIDED = "decided", _("Decided")
        POSTPONED = "postponed", _("Postponed")

    meeting = models.ForeignKey(Meeting, models.CASCADE, verbose_name=_("meeting"), related_name="items")
    position = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("heading"), max_length=200)
    presenter = models.CharField(_("presented by"), max_length=150, blank=True)
    minutes_planned = models.PositiveSmallIntegerField(_("minutes planned"), null=True, blank=True)
    closes = models.BooleanField(_("closes the meeting"), default=False, editable=False)
    audience = models.CharField(_("visible to"), max_length=20, choices=Audience, default=Audience.MEETING)
    units = models.ManyToManyField(Unit, verbose_name=_("units"), related_name="+", blank=True)
    text = models.TextField(_("text"), blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.OPEN)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "position"],
                name="agenda_position_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                name="item_audience_known", condition=Q(audience__in=["meeting", "units"])
            ),
            models.CheckConstraint(
                name="item_status_known", condition=Q(status__in=["open", "noted", "decided", "postponed"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"

    def acts_of(self, user: User) -> frozenset[str]:
        return self.meeting.acts_of(user)


Row = TypeVar("Row", bound=models.Model)


class OfItemQuerySet(models.QuerySet[Row]):
    """Rows that hang on an agenda item and are part of the minutes: seen where the item is, before the minutes are
    approved by the body's members only."""

    def visible_to(self, user: User) -> Self:
        written = Q(meeting__body__in=user.bodies()) | Q(meeting__minutes__status="approved")
        items = AgendaItem.objects.visible_to(user).filter(written, pk=OuterRef("item"))
        return self.filter(Exists(items))


class DecisionQuerySet(OfItemQuerySet["Decision"]):
    """Decisions, seen where their item is, as soon as the minutes are."""


class Decision(models.Model):
    """A decision under an item; its § runs per body and year and is given when the meeting has been held (FL 31 §)."""

    item = models.ForeignKey(
        AgendaItem, models.CASCADE, verbose_name=_("agenda item"), related_name="decisions"
    )
    body = models.ForeignKey(Body, models.PROTECT, related_name="decisions", editable=False)
    text = models.TextField(_("decision"))
    year = models.PositiveSmallIntegerField(_("year"), null=True, editable=False)
    number = models.PositiveIntegerField("§", null=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["body", "year", "number"], name="decision_number_once_a_year"),
            models.CheckConstraint(name="decision_says_something", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"§ {self.number}" if self.number else self.text[:40]

    @property
    def label(self) -> str:
        """``§ 24``; empty until the meeting has been held."""
        return f"§\u00a0{self.number}" if self.number else ""
