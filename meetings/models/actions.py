"""Action items: what somebody shall do, by when. An agency always answers; a person may be named."""

from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Agency, User
from meetings.models.agenda import AgendaItem, OfItemQuerySet


class ActionItemQuerySet(OfItemQuerySet["ActionItem"]):
    def mine(self, user: User) -> "ActionItemQuerySet":
        """Those my agency answers for and no other person is named, and those that name me; visible ones only."""
        to_me = Q(responsible_person=user) | Q(responsible_person=None, responsible_agency=user.agency_id)
        return self.visible_to(user).filter(to_me)

    def of_colleagues(self, user: User) -> "ActionItemQuerySet":
        """Those for which my agency answers by naming another person; visible ones only."""
        named = self.visible_to(user).filter(
            responsible_agency=user.agency_id, responsible_person__isnull=False
        )
        return named.exclude(responsible_person=user)

    def done_since(self, moment: datetime) -> "ActionItemQuerySet":
        """Done at that moment or later, the latest first."""
        return self.filter(done_at__gte=moment).order_by("-done_at", "pk")

    def with_place(self) -> "ActionItemQuerySet":
        """With what a list says of who answers and where it was agreed, in the same query."""
        return self.select_related(
            "item__meeting__body", "responsible_agency", "responsible_person", "done_by"
        )

    def outstanding(self) -> "ActionItemQuerySet":
        """Not done, the longest overdue first."""
        return self.filter(done_at=None).order_by("due", "pk")


class ActionItem(models.Model):
    """What was agreed under an item: text, the agency that answers for it, and the last day."""

    item = models.ForeignKey(
        AgendaItem, models.CASCADE, verbose_name=_("agenda item"), related_name="actions"
    )
    text = models.CharField(_("action"), max_length=500)
    responsible_agency = models.ForeignKey(
        Agency, models.PROTECT, verbose_name=_("responsible agency"), related_name="actions"
    )
    responsible_person = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name=_("responsible person"),
        related_name="actions",
        null=True,
        blank=True,
    )
    due = models.DateField(_("last day"))
    done_at = models.DateTimeField(_("done"), null=True, editable=False)
    done_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    objects = ActionItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("action item")
        verbose_name_plural = _("action items")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["responsible_agency", "due"], condition=Q(done_at=None), name="action_outstanding"
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def acts_of(self, user: User) -> frozenset[str]:
        """Those who answer for it may mark it as done, and so may those who write the minutes."""
        answers = self.responsible_person_id == user.pk or self.responsible_agency_id == user.agency_id
        acts = self.item.meeting.acts_of(user)
        return acts | {"finish"} if answers or "write" in acts else acts

    def days_late(self, today: date | None = None) -> int:
        """Whole days past the last day; 0 or less while there is time."""
        return ((today or timezone.localdate()) - self.due).days
