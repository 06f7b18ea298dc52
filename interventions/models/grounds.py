"""Legal grounds for disclosure, as dated data: the law changes more often than the program."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from groups.models import Unit, User
from groups.periods import PeriodQuerySet, ends_after_it_begins


class LegalGroundQuerySet(PeriodQuerySet["LegalGround"]):
    def visible_to(self, user: User) -> "LegalGroundQuerySet":
        """Law is public; the register is shown to everyone who works somewhere, member of a group or not."""
        return self if user.is_active and user.employment else self.none()

    def fitting(self, origin: Unit, recipient: Unit, on: date | None = None) -> "list[LegalGround]":
        """Grounds that may carry what ``origin`` holds to ``recipient`` on that day; which one applies, a person says."""
        rows = self.live(on or timezone.localdate()).order_by("position")
        return [ground for ground in rows if ground.fits(origin.branch, recipient.branch)]


class LegalGround(models.Model):
    """A provision that lets an authority tell another (OSL 10 and 12 ch., 2025:170), and the test a person answers.

    ``from_kinds``/``to_kinds`` hold branches of units, ``any_authority`` (not companies or associations) or ``any``.
    The program offers what can fit and records the reasoning; it never computes an answer.
    """

    key = models.SlugField(_("key"))
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    statute = models.CharField(_("statute"), max_length=100)
    name_sv = models.CharField(_("name in Swedish"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)
    from_kinds = ArrayField(models.CharField(max_length=30), verbose_name=_("from"))
    not_from_kinds = ArrayField(
        models.CharField(max_length=30), verbose_name=_("not from"), default=list, blank=True
    )
    to_kinds = ArrayField(models.CharField(max_length=30), verbose_name=_("to"))
    test_sv = models.TextField(_("test to answer"))
    statements = ArrayField(
        models.CharField(max_length=300), verbose_name=_("statements to confirm"), default=list, blank=True
    )
    max_age = models.PositiveSmallIntegerField(_("highest age"), null=True, blank=True)
    reasoning_required = models.BooleanField(_("reasoning required"), default=True)
    statute_reference_required = models.BooleanField(_("law and section required"), default=False)
    needs_consent_scope = models.BooleanField(_("rests on consent"), default=False)
    executing_role = models.CharField(_("who decides"), max_length=60, blank=True)
    valid_from = models.DateField(_("first day"), null=True, blank=True)
    valid_to = models.DateField(_("last day"), null=True, blank=True)

    objects = LegalGroundQuerySet.as_manager()

    class Meta:
        verbose_name = _("legal ground")
        verbose_name_plural = _("legal grounds")
        ordering = ["position", "pk"]
        constraints = [
            ends_after_it_begins("ground_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["key", "valid_from"], name="ground_version_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.statute} – {self.name}"

    @property
    def name(self) -> str:
        return self.name_en if get_language() == "en" else self.name_sv

    def to_confirm(self, origin: Unit) -> list[str]:
        """What the person who discloses must confirm: the ground's own statements, and those its other terms give."""
        statements = list(self.statements)
        if self.max_age is not None:
            statements.append(
                gettext("The young person is at most %(age)d years old") % {"age": self.max_age}
            )
        if self.needs_consent_scope:
            statements.append(
                gettext("The consent covers exactly this: these records, this unit, this purpose, and today")
            )
        if self.executing_role and origin.branch == Unit.Branch.SCHOOL:
            statements.append(gettext("The decision is made by: %(role)s") % {"role": self.executing_role})
        return statements

    @property
    def asks_for_reasoning(self) -> bool:
        """Consents are not kept here yet, so one that rests on consent says in words who has given it and when."""
        return self.reasoning_required or self.needs_consent_scope

    def fits(self, origin: str, recipient: str) -> bool:
        """Whether the provision can apply between two branches; ``Unit.Branch`` values."""
        authority = origin != Unit.Branch.NONE
        gives = (
            authority
            and origin not in self.not_from_kinds
            and {"any_authority", origin} & set(self.from_kinds)
        )
        takers = {"any", recipient} if recipient == Unit.Branch.NONE else {"any", "any_authority", recipient}
        return bool(gives) and bool(takers & set(self.to_kinds))
