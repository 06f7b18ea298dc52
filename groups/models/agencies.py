"""Agencies and their units. A unit is the secrecy boundary: independent branches inside one authority keep secrets
from each other as from anyone else (OSL 8:1–2)."""

import uuid
from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.ordering import swedish
from groups.periods import PeriodQuerySet, ends_after_it_begins
from groups.roles import MANAGE


class AgencyQuerySet(PeriodQuerySet["Agency"]):
    def visible_to(self, user: Any) -> "AgencyQuerySet":
        """Everyone in the structure sees which agencies are in it; nobody else does."""
        return self if user.in_structure else self.none()

    def in_order(self) -> "AgencyQuerySet":
        return self.order_by(swedish("name"))


class Agency(models.Model):
    """A party to the collaboration: an authority, a company or an association."""

    class Kind(models.TextChoices):
        DISTRICT = "district_administration", _("District administration")
        POLICE = "police", _("Police")
        EDUCATION = "education", _("Education")
        AUTHORITY = "authority", _("Other authority")
        COMPANY = "company", _("Company")
        CIVIL_SOCIETY = "civil_society", _("Civil society")

    #: Kinds that are authorities in the meaning of OSL; companies and associations are not.
    AUTHORITIES = (Kind.DISTRICT, Kind.POLICE, Kind.EDUCATION, Kind.AUTHORITY)

    #: Kinds that are parts of the municipality; another authority may be (a traffic office) or not (a prison).
    MUNICIPAL = (Kind.DISTRICT, Kind.EDUCATION)

    key = models.SlugField(_("key"), unique=True, help_text=_("Short name used in import files."))
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=30, blank=True)
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    registry_prefix = models.CharField(_("registry prefix"), max_length=20, blank=True)
    municipal = models.BooleanField(
        _("part of the municipality"),
        default=False,
        help_text=_(
            "For another authority, such as a traffic office. The council is led by the municipality."
        ),
    )
    services = models.CharField(
        _("services"), max_length=300, blank=True, help_text=_("What the agency offers, in one line.")
    )
    valid_from = models.DateField(_("first day"), null=True, blank=True)
    valid_to = models.DateField(_("last day"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("successor"),
        related_name="predecessors",
        null=True,
        blank=True,
    )

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        constraints = [
            ends_after_it_begins("agency_ends_after_it_begins"),
            models.CheckConstraint(
                name="agency_is_not_its_own_successor",
                condition=Q(successor__isnull=True) | ~Q(successor=F("pk")),
                violation_error_message=_("An agency cannot succeed itself."),
            ),
            models.CheckConstraint(
                name="agency_kind_known",
                condition=Q(
                    kind__in=[
                        "district_administration",
                        "police",
                        "education",
                        "authority",
                        "company",
                        "civil_society",
                    ]
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def acts_of(self, user: Any) -> frozenset[str]:
        """Its own people with a seat that manages a body, and coordinators, keep its contact points."""
        if user.in_structure and (user.coordinates or (user.agency_id == self.pk and user.manages)):
            return frozenset({MANAGE})
        return frozenset()

    @property
    def is_authority(self) -> bool:
        return self.kind in self.AUTHORITIES

    @property
    def is_municipal(self) -> bool:
        """Whether it belongs to the municipality, by its kind or because somebody has said so."""
        return self.municipal or self.kind in self.MUNICIPAL

    @property
    def is_over(self) -> bool:
        """Whether it has ended, such as by a merger."""
        return self.valid_to is not None and self.valid_to < timezone.localdate()

    @property
    def hue(self) -> str:
        """The name of the agency's colour in the style sheet; the same everywhere (chips, charts, pictures)."""
        return {
            self.Kind.POLICE: "police",
            self.Kind.DISTRICT: "district",
            self.Kind.EDUCATION: "school",
            self.Kind.AUTHORITY: "traffic",
            self.Kind.CIVIL_SOCIETY: "civil",
        }.get(self.Kind(self.kind), "other")

    @property
    def label(self) -> str:
        return self.short_name or self.name


class UnitQuerySet(models.QuerySet["Unit"]):
    def visible_to(self, user: Any) -> "UnitQuerySet":
        return self if user.in_structure else self.none()

    def in_order(self) -> "UnitQuerySet":
        return self.order_by(swedish("agency__name"), swedish("name"))


class Unit(models.Model):
    """A branch of an agency that holds information of its own. Grants on case records go to its auth group."""

    class Branch(models.TextChoices):
        SOCIAL = "social", _("Social services")
        SCHOOL = "school", _("School and pupil health")
        POLICE = "police", _("Police")
        PROBATION = "probation", _("Prison and probation service")
        AUTHORITY = "authority", _("Other authority")
        NONE = "none", _("Not an authority")

    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name=_("agency"), related_name="units")
    name = models.CharField(_("name"), max_length=200)
    branch = models.CharField(
        _("branch"),
        max_length=20,
        choices=Branch,
        help_text=_("Decides which secrecy rules apply to what the unit writes (OSL)."),
    )
    group = models.OneToOneField(
        Group, models.PROTECT, verbose_name=_("permission group"), related_name="unit", editable=False
    )

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [
            models.UniqueConstraint(fields=["agency", "name"], name="unit_name_once_in_agency"),
            models.CheckConstraint(
                name="unit_branch_known",
                condition=Q(branch__in=["social", "school", "police", "probation", "authority", "none"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.agency}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Also makes the unit's auth group, whose name is the key ``unit:<random>`` and says nothing."""
        if not self.group_id:
            self.group = Group.objects.create(name=f"unit:{uuid.uuid4()}")
        super().save(*args, **kwargs)

    def clean(self) -> None:
        if self.agency_id and self.is_authority and not self.agency.is_authority:
            raise ValidationError(
                {"branch": _("Only an authority's unit has a branch. Choose “Not an authority”.")}
            )

    @property
    def is_authority(self) -> bool:
        return self.branch != self.Branch.NONE
