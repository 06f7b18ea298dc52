"""The register of methods: who proposed one, which body uses it, and how it went."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from groups.models.agencies import Agency
from groups.models.bodies import Body
from groups.models.people import User
from groups.models.planning import FOLLOW_UP, PLAN, plans
from groups.ordering import swedish
from groups.periods import PeriodQuerySet, days, ends_after_it_begins


class MethodQuerySet(models.QuerySet["Method"]):
    def visible_to(self, user: User) -> "MethodQuerySet":
        """Everyone in the structure sees which methods its groups discuss."""
        return self if user.in_structure else self.none()

    def in_order(self) -> "MethodQuerySet":
        return self.order_by(swedish("name"))


class Method(models.Model):
    """A way of working that the groups discuss; a free label, never a workflow."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    origin = models.CharField(_("origin"), max_length=200, blank=True)
    proposed_by = models.ForeignKey(
        Agency,
        models.PROTECT,
        verbose_name=_("proposed by"),
        related_name="proposed_methods",
        null=True,
        blank=True,
    )
    description = models.TextField(_("description"), blank=True)

    objects = MethodQuerySet.as_manager()

    class Meta:
        verbose_name = _("method")
        verbose_name_plural = _("methods")

    def __str__(self) -> str:
        return self.name

    def acts_of(self, user: User) -> frozenset[str]:
        """Those who plan, and the people of the agency that proposed it, change it; everyone may tell how it went."""
        if not user.in_structure:
            return frozenset()
        own = self.proposed_by_id is not None and self.proposed_by_id == user.agency_id
        return frozenset({PLAN, FOLLOW_UP}) if plans(user) or own else frozenset({FOLLOW_UP})


class MethodUseQuerySet(PeriodQuerySet["MethodUse"]):
    def visible_to(self, user: User) -> "MethodUseQuerySet":
        """Where the body is visible: that a case group uses a method would tell that there is a case."""
        return self.filter(Exists(Body.objects.visible_to(user).filter(pk=OuterRef("body"))))


class MethodUse(models.Model):
    """That a body works by a method, from day to day."""

    method = models.ForeignKey(Method, models.CASCADE, verbose_name=_("method"), related_name="uses")
    body = models.ForeignKey(Body, models.PROTECT, verbose_name=_("body"), related_name="methods")
    valid_from = models.DateField(_("first day"))
    valid_to = models.DateField(_("last day"), null=True, blank=True)

    objects = MethodUseQuerySet.as_manager()

    class Meta:
        verbose_name = _("use of a method")
        verbose_name_plural = _("uses of methods")
        constraints = [
            ends_after_it_begins("method_use_ends_after_it_begins"),
            ExclusionConstraint(
                name="method_use_no_overlap",
                expressions=[
                    ("method", RangeOperators.EQUAL),
                    ("body", RangeOperators.EQUAL),
                    (days(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("The group already uses the method during these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method}, {self.body}"


class MethodNoteQuerySet(models.QuerySet["MethodNote"]):
    def visible_to(self, user: User) -> "MethodNoteQuerySet":
        return self if user.in_structure else self.none()


class MethodNote(models.Model):
    """How a method went, as somebody put it on a day."""

    method = models.ForeignKey(Method, models.CASCADE, verbose_name=_("method"), related_name="notes")
    day = models.DateField(_("day"))
    text = models.TextField(_("how it went"))
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", null=True, editable=False)

    objects = MethodNoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note on a method")
        verbose_name_plural = _("notes on methods")
        constraints = [models.CheckConstraint(name="method_note_says_something", condition=~Q(text=""))]

    def __str__(self) -> str:
        return f"{self.method} {self.day}"
