"""Records of a case and the grants that open them to units."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from guardian.managers import GroupObjectPermissionManager
from guardian.models import GroupObjectPermissionBase

from groups.models import Unit, User
from interventions.models.cases import Case
from interventions.models.holding import grant_holds, seated_in
from samverkan.reader import CaseData


class RecordQuerySet(models.QuerySet["Record"]):
    def visible_to(self, user: User) -> "RecordQuerySet":
        """Visible if and only if the reader holds a live seat in the case and their unit a live grant on the record.

        The grant by a join, for the reason that cases have: a unit has one grant on a record.
        """
        if not user.is_active or user.unit is None:
            return self.none()
        return self.filter(
            seated_in("case", user_id=user.pk, unit_id=user.unit.pk),
            grant_holds("grants__"),
            grants__group=user.unit.group_id,
            grants__case=F("case"),
            grants__record_created_at=F("created_at"),
        )

    def newest(self) -> "RecordQuerySet":
        return self.order_by("-created_at", "-pk")


class Record(CaseData, models.Model):
    """What every record of a case has; its content is in a child such as :class:`Note`. Never changed once written."""

    class Kind(models.TextChoices):
        NOTE = "note", _("Note")

    class Statement(models.TextChoices):
        FACT = "fact", _("Fact")
        ASSESSMENT = "assessment", _("Assessment")
        REPORTED = "reported", _("Reported by someone")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(
        Case, models.PROTECT, verbose_name=_("case"), related_name="records", db_index=False
    )
    owner_unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("owning unit"), related_name="+")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.NOTE)
    statement = models.CharField(
        _("is a"),
        max_length=20,
        choices=Statement,
        help_text=_("Facts are kept apart from assessments and from what others have said (2018:1177 2:10)."),
    )
    occurred_on = models.DateField(_("date of the event"))
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False, db_index=False)
    created_at = models.DateTimeField(_("written"))

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("record")
        verbose_name_plural = _("records")
        default_permissions = ("view",)
        constraints = [
            models.CheckConstraint(
                name="record_statement_known", condition=Q(statement__in=["fact", "assessment", "reported"])
            ),
        ]
        indexes = [
            models.Index(fields=["case", "-created_at"], name="record_of_case"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def acts_of(self, user: User) -> frozenset[str]:
        """Only the owning unit decides to whom a record is disclosed."""
        return frozenset({"disclose"}) if user.unit_id == self.owner_unit_id else frozenset()


class NoteQuerySet(models.QuerySet["Note"]):
    def visible_to(self, user: User) -> "NoteQuerySet":
        return self.filter(Exists(Record.objects.visible_to(user).filter(pk=OuterRef("record"))))


class Note(CaseData, models.Model):
    """A note: the text of a record."""

    record = models.OneToOneField(Record, models.PROTECT, primary_key=True, related_name="note")
    text = models.TextField(_("note"))

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        default_permissions = ()
        constraints = [models.CheckConstraint(name="note_says_something", condition=~Q(text=""))]

    def __str__(self) -> str:
        return str(self.pk)


class RecordGrantQuerySet(models.QuerySet["RecordGrant"]):
    def live(self) -> "RecordGrantQuerySet":
        return self.filter(grant_holds())

    def held_by(self, user: User) -> "RecordGrantQuerySet":
        """Grants of the unit where the person works today."""
        return self.filter(group=user.unit.group_id) if user.is_active and user.unit else self.none()

    def visible_to(self, user: User) -> "RecordGrantQuerySet":
        """One's own unit's grants; for records that one's unit owns, everyone's."""
        records = Record.objects.visible_to(user).filter(pk=OuterRef("content_object"))
        owned = records.filter(owner_unit=user.unit_id)
        mine = Q(group=user.unit.group_id) if user.unit else Q(pk__in=[])
        return self.filter(Exists(records), mine | Exists(owned))


class RecordGrant(CaseData, GroupObjectPermissionBase):
    """A unit's right to read one record: a django-guardian group permission with a direct foreign key, and why.

    The owning unit's grant has no disclosure and cannot be removed; any other unit's rests on one and ends with it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.ForeignKey(Group, models.PROTECT, db_index=False)
    content_object = models.ForeignKey(
        Record,
        models.PROTECT,
        verbose_name=_("record"),
        related_name="grants",
        db_constraint=False,
        db_index=False,
    )
    # The record's case and date once more: the wall around grants need not look behind the one around records, and the
    # newest are found by an index. One composite foreign key stands for all three in the database (0002).
    case = models.ForeignKey(
        Case, models.PROTECT, verbose_name=_("case"), related_name="grants", db_constraint=False
    )
    record_created_at = models.DateTimeField(editable=False)
    disclosure = models.ForeignKey(
        "interventions.Disclosure",
        models.PROTECT,
        verbose_name=_("disclosure"),
        related_name="grants",
        null=True,
    )
    valid_until = models.DateTimeField(_("until"), null=True, blank=True)

    objects: ClassVar[Any] = GroupObjectPermissionManager.from_queryset(RecordGrantQuerySet)()

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["group", "content_object"], name="grant_once"),
        ]
        indexes = [
            # As with seats, all that is asked of a grant.
            models.Index(name="grant_of_record", fields=["content_object", "group"], include=["valid_until"]),
            models.Index(
                name="grant_held_by",
                fields=["group", "-record_created_at", "-content_object"],
                include=["case", "valid_until"],
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
