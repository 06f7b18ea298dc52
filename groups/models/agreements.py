"""The collaboration agreement: what all authority in the structure rests on (2023:196 § 9)."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from groups.models.agencies import Agency
from groups.ordering import swedish
from groups.periods import PeriodQuerySet, ends_after_it_begins


class StructureQuerySet(models.QuerySet["Structure"]):
    def visible_to(self, user: Any) -> "StructureQuerySet":
        """Its name stands on every page, the one for signing in as well."""
        return self


class Structure(models.Model):
    """The collaboration structure that this installation serves; one row."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    municipality = models.CharField(_("municipality"), max_length=200)

    objects = StructureQuerySet.as_manager()

    class Meta:
        verbose_name = _("structure")
        verbose_name_plural = _("structures")

    def __str__(self) -> str:
        return self.name


class AgreementQuerySet(PeriodQuerySet["Agreement"]):
    def visible_to(self, user: Any) -> "AgreementQuerySet":
        return self if user.in_structure else self.none()

    def with_parties(self) -> "AgreementQuerySet":
        """With parties, their successors and registry numbers, in three queries however many there are."""
        parties = AgreementParty.objects.select_related("agency__successor").order_by(swedish("agency__name"))
        numbers = RegistryReference.objects.select_related("agency").order_by("reference")
        return self.select_related("parent").prefetch_related(
            models.Prefetch("parties", parties), models.Prefetch("registry_references", numbers)
        )

    def newest(self) -> "AgreementQuerySet":
        """The one that began last first; one without a first day is the oldest."""
        return self.order_by(F("valid_from").desc(nulls_last=True), "pk")


class Agreement(models.Model):
    """A written agreement on collaboration between agencies."""

    key = models.SlugField(_("key"), unique=True)
    title = models.CharField(_("title"), max_length=300)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("frame agreement"),
        related_name="children",
        null=True,
        blank=True,
    )
    purposes = ArrayField(models.CharField(max_length=500), verbose_name=_("purposes"))
    areas = ArrayField(models.CharField(max_length=200), verbose_name=_("collaboration areas"))
    geographic_areas = ArrayField(
        models.CharField(max_length=200), verbose_name=_("geographic areas"), default=list
    )
    reported_to_board = models.CharField(_("reported to board"), max_length=30, blank=True)
    valid_from = models.DateField(_("first day"), null=True, blank=True)
    valid_to = models.DateField(_("last day"), null=True, blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            ends_after_it_begins("agreement_ends_after_it_begins"),
            models.CheckConstraint(
                name="agreement_has_purposes_and_areas",
                condition=models.Q(purposes__len__gt=0) & models.Q(areas__len__gt=0),
                violation_error_message=_(
                    "An agreement states purposes and collaboration areas (2023:196 § 9)."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def short_name(self) -> str:
        """Its registry number where it has one, as people call it; needs ``with_parties`` in lists."""
        numbers = list(self.registry_references.all())
        return numbers[0].reference if numbers else self.title


class AgreementParty(models.Model):
    """An agency that is party to an agreement."""

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, verbose_name=_("agreement"), related_name="parties"
    )
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name=_("agency"), related_name="agreements")

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "agency"], name="party_once_in_agreement")
        ]

    def __str__(self) -> str:
        return str(self.agency)


class RegistryReference(models.Model):
    """A registry number (diarienummer); each agency registers the document in its own register (OSL 5:1–2)."""

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, verbose_name=_("agreement"), related_name="registry_references"
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, verbose_name=_("agency"), related_name="registry_references"
    )
    reference = models.CharField(_("registry number"), max_length=60)

    class Meta:
        verbose_name = _("registry number")
        verbose_name_plural = _("registry numbers")
        constraints = [
            models.UniqueConstraint(fields=["agency", "reference"], name="reference_once_in_agency")
        ]

    def __str__(self) -> str:
        return self.reference


class MethodQuerySet(models.QuerySet["Method"]):
    def visible_to(self, user: Any) -> "MethodQuerySet":
        """Everyone in the structure sees which methods its groups discuss."""
        return self if user.in_structure else self.none()

    def in_order(self) -> "MethodQuerySet":
        return self.order_by(swedish("name"))


class Method(models.Model):
    """A way of working that the groups discuss; a free label, never a workflow."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    origin = models.CharField(_("proposed by"), max_length=200, blank=True)

    objects = MethodQuerySet.as_manager()

    class Meta:
        verbose_name = _("method")
        verbose_name_plural = _("methods")

    def __str__(self) -> str:
        return self.name
