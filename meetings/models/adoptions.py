"""That a decision at a meeting adopted an action programme."""

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from groups.models import ActionProgramme, User
from meetings.models.agenda import Decision


class AdoptionQuerySet(models.QuerySet["Adoption"]):
    def visible_to(self, user: User) -> "AdoptionQuerySet":
        """Where both the programme and the decision are; others see only the day."""
        programmes = ActionProgramme.objects.visible_to(user).filter(pk=OuterRef("programme"))
        decisions = Decision.objects.visible_to(user).filter(pk=OuterRef("decision"))
        return self.filter(Exists(programmes), Exists(decisions))

    def with_place(self) -> "AdoptionQuerySet":
        return self.select_related("decision__item__meeting__body")


class Adoption(models.Model):
    """The decision by which a programme was adopted; written once. One programme is in force at a time, so one decision
    adopts one."""

    programme = models.OneToOneField(
        ActionProgramme, models.PROTECT, verbose_name=_("action programme"), related_name="adoption"
    )
    decision = models.ForeignKey(
        Decision, models.PROTECT, verbose_name=_("decision"), related_name="adoptions"
    )
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    recorded_at = models.DateTimeField(_("written"), auto_now_add=True)

    objects = AdoptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("adoption")
        verbose_name_plural = _("adoptions")
        constraints = [
            models.UniqueConstraint(
                fields=["decision"],
                name="decision_adopts_one_programme",
                violation_error_message=_("The decision has adopted another programme."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme}, {self.decision}"
