"""The disclosure ledger: what was told to whom, on which ground, with which reasoning. Written once, never changed."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from groups.models import Unit, User
from interventions.models.cases import Case
from interventions.models.grounds import LegalGround
from interventions.models.records import Record
from samverkan.reader import CaseData


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    def visible_to(self, user: User) -> "DisclosureQuerySet":
        """Seated staff of the unit that told and of the unit that was told; the ledger outlives a revocation."""
        cases = Case.objects.visible_to(user).filter(pk=OuterRef("case"))
        return self.filter(Q(from_unit=user.unit_id) | Q(to_unit=user.unit_id), Exists(cases))

    def newest(self) -> "DisclosureQuerySet":
        return self.order_by("-decided_at", "-pk")


class Disclosure(CaseData, models.Model):
    """One act of telling: records of a case, from a unit to another, on a ground (OSL 10 ch.; 2018:1202 3:4)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, verbose_name=_("case"), related_name="disclosures")
    from_unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("from"), related_name="+")
    to_unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("to"), related_name="+")
    ground = models.ForeignKey(LegalGround, models.PROTECT, verbose_name=_("legal ground"), related_name="+")
    statute_reference = models.CharField(_("law and section"), max_length=200, blank=True)
    statements = ArrayField(
        models.CharField(max_length=300), verbose_name=_("confirmed statements"), default=list
    )
    reasoning = models.TextField(_("reasoning"), blank=True)
    reservation = models.TextField(_("reservation"), blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("decided by"))
    decided_at = models.DateTimeField(_("decided"))
    valid_until = models.DateTimeField(_("until"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", null=True, verbose_name=_("revoked by")
    )
    revocation_reason = models.TextField(_("reason for revoking"), blank=True)
    records = models.ManyToManyField(Record, through="DisclosedRecord", related_name="disclosures")

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("disclosure")
        verbose_name_plural = _("disclosures")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="disclosure_to_another_unit", condition=~Q(to_unit=F("from_unit"))),
            models.CheckConstraint(
                name="revocation_says_who_and_why",
                condition=Q(revoked_at=None, revoked_by=None, revocation_reason="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revocation_reason="")),
            ),
        ]
        indexes = [models.Index(fields=["case", "-decided_at"], name="disclosure_of_case")]

    def __str__(self) -> str:
        return str(self.pk)

    def acts_of(self, user: User) -> frozenset[str]:
        """The unit that told may revoke; that it was done before, the verb says."""
        return frozenset({"revoke"}) if user.unit_id == self.from_unit_id else frozenset()


class DisclosedRecordQuerySet(models.QuerySet["DisclosedRecord"]):
    def visible_to(self, user: User) -> "DisclosedRecordQuerySet":
        return self.filter(Exists(Disclosure.objects.visible_to(user).filter(pk=OuterRef("disclosure"))))


class DisclosedRecord(CaseData, models.Model):
    """One record in one disclosure."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    disclosure = models.ForeignKey(Disclosure, models.PROTECT, related_name="disclosed")
    record = models.ForeignKey(Record, models.PROTECT, related_name="disclosed_in")

    objects = DisclosedRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("disclosed record")
        verbose_name_plural = _("disclosed records")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["disclosure", "record"], name="record_once_in_disclosure")
        ]

    def __str__(self) -> str:
        return str(self.pk)
