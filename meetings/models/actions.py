"""Action items: what somebody shall do, by when. An agency always answers; a person may be named."""

from datetime import date, datetime

from django.db import models
from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Agency, Measure, User
from meetings.models.agenda import AgendaItem, OfItemQuerySet


def names(user: User) -> Q:
    """The person who shall do it today: the one it was handed over to, else the one that was agreed."""
    return Q(moved_to_person=user) | Q(moved_to_person=None, responsible_person=user)


def answered_for_by(agency_id: int | None) -> Q:
    """The agency that answers today: the successor where there is one, else the one that was agreed."""
    return Q(moved_to_agency=agency_id) | Q(moved_to_agency=None, responsible_agency=agency_id)


class ActionItemQuerySet(OfItemQuerySet["ActionItem"]):
    def mine(self, user: User) -> "ActionItemQuerySet":
        """Those my agency answers for and no other person is named, and those that name me; visible ones only."""
        return self.visible_to(user).filter(
            names(user) | (answered_for_by(user.agency_id) & Q(moved_to_person=None, responsible_person=None))
        )

    def of_colleagues(self, user: User) -> "ActionItemQuerySet":
        """Those for which my agency answers by naming another person; visible ones only."""
        somebody = Q(moved_to_person__isnull=False) | Q(responsible_person__isnull=False)
        named = self.visible_to(user).filter(answered_for_by(user.agency_id), somebody)
        return named.exclude(names(user))

    def of_others(self, user: User) -> "ActionItemQuerySet":
        """Those for which another agency answers, and that do not name me; visible ones only."""
        return self.visible_to(user).exclude(answered_for_by(user.agency_id)).exclude(names(user))

    def done_since(self, moment: datetime) -> "ActionItemQuerySet":
        """Done at that moment or later, the latest first."""
        return self.filter(done_at__gte=moment).order_by("-done_at", "pk")

    def with_place(self) -> "ActionItemQuerySet":
        """With what a list says of who answers and where it was agreed, in the same query."""
        return self.select_related(
            "item__meeting__body",
            "responsible_agency",
            "responsible_person",
            "moved_to_agency",
            "moved_to_person",
            "done_by",
        )

    def with_measure(self, user: User) -> "ActionItemQuerySet":
        """With ``in_plan``: the measure that it belongs to, where this person may see it; one query more where any does."""
        return self.prefetch_related(Prefetch("measure", Measure.objects.visible_to(user), to_attr="in_plan"))

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
    # Who does it today, where that is no longer what was agreed: what stands in approved minutes is never rewritten.
    moved_to_agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        verbose_name=_("agency that answers today"),
        related_name="+",
        null=True,
        editable=False,
    )
    moved_to_person = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name=_("person who does it today"),
        related_name="+",
        null=True,
        editable=False,
    )
    measure = models.ForeignKey(
        Measure,
        models.SET_NULL,
        verbose_name=_("measure that it belongs to"),
        related_name="actions",
        null=True,
        blank=True,
    )
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
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def acts_of(self, user: User) -> frozenset[str]:
        """Those who answer for it may mark it as done, and so may those who write the minutes."""
        answers = self.person_id == user.pk or self.agency_id == user.agency_id
        acts = self.item.meeting.acts_of(user)
        return acts | {"finish"} if answers or "write" in acts else acts

    @property
    def agency_id(self) -> int:
        return self.moved_to_agency_id or self.responsible_agency_id

    @property
    def person_id(self) -> int | None:
        return self.moved_to_person_id or self.responsible_person_id

    @property
    def agency(self) -> Agency:
        """The agency that answers today; needs ``with_place`` in lists."""
        return self.moved_to_agency or self.responsible_agency

    @property
    def person(self) -> User | None:
        """Who does it today; needs ``with_place`` in lists."""
        return self.moved_to_person or self.responsible_person

    @property
    def was_agreed_for(self) -> str:
        """Whom the minutes name, where somebody else answers today; needs ``with_place`` in lists."""
        if self.moved_to_person_id and self.responsible_person:
            return self.responsible_person.name
        return self.responsible_agency.label if self.moved_to_agency_id else ""

    def days_late(self, today: date | None = None) -> int:
        """Whole days past the last day; 0 or less while there is time."""
        return ((today or timezone.localdate()) - self.due).days
