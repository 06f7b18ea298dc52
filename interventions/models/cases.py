"""Cases and the seats in them. Nobody without a live seat learns that a case exists."""

import uuid

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from groups.models import Employment, Method, Unit, User
from groups.ordering import swedish
from interventions.models.holding import seat_holds
from samverkan.reader import CaseData


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, user: User) -> "CaseQuerySet":
        """Cases in which the person holds a live seat for the unit where they work today.

        A join and no EXISTS: nobody has two seats in a case at a time, and the seat's copy of the date, said to be
        equal, lets the newest be read from the index on seats in their order (docs/permissions.md has the figures).
        """
        if not user.is_active or user.unit_id is None:
            return self.none()
        return self.filter(
            seat_holds("seats__"),
            seats__user=user.pk,
            seats__unit=user.unit_id,
            seats__case_opened_at=F("opened_at"),
        )

    def newest(self) -> "CaseQuerySet":
        return self.order_by("-opened_at", "-pk")


class Case(CaseData, models.Model):
    """A social intervention case. The reference is neutral: it says nothing about whom or what the case concerns."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        CLOSED = "closed", _("Closed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    lead_unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("lead unit"), related_name="+")
    method = models.ForeignKey(
        Method, models.PROTECT, verbose_name=_("method"), null=True, blank=True, related_name="+"
    )
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.ACTIVE)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False, db_index=False)
    opened_at = models.DateTimeField(_("opened"))
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    case_key = "pk"

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="case_status_known", condition=Q(status__in=["active", "closed"])),
            models.CheckConstraint(
                name="closed_case_says_when",
                condition=Q(status="closed", closed_at__isnull=False) | Q(status="active", closed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def acts_of(self, user: User) -> frozenset[str]:
        """Seated staff write notes for their own unit and disclose them; the lead unit also seats, unseats, closes.

        This says who may; whether the case still takes it, the verb says, so that what was typed in a case that was
        closed meanwhile is kept.
        """
        if user.unit is None or not user.unit.is_authority:
            return frozenset()
        if user.unit_id == self.lead_unit_id:
            return frozenset({"write", "disclose", "seat", "close", "log"})
        return frozenset({"write", "disclose"})

    @property
    def is_active(self) -> bool:
        return self.status == self.Status.ACTIVE


def _work_behind_seat() -> models.QuerySet[Employment]:
    return Employment.objects.live().filter(user=OuterRef("user"), unit=OuterRef("unit"))


class SeatQuerySet(models.QuerySet["Seat"]):
    def live(self) -> "SeatQuerySet":
        """Begun and not ended."""
        return self.filter(seat_holds())

    def in_force(self) -> "SeatQuerySet":
        """Live, and held by somebody who may sign in and still works at the seat's unit: those who really see."""
        return self.live().filter(Exists(_work_behind_seat()), user__is_active=True)

    def with_people(self) -> "SeatQuerySet":
        """With person, unit and agency; ``title`` is what the person is at that unit today, None for who has left."""
        return self.select_related("user", "unit__agency").annotate(
            title=Subquery(_work_behind_seat().values("title")[:1])
        )

    def in_order(self) -> "SeatQuerySet":
        return self.order_by(swedish("unit__agency__name"), swedish("unit__name"), swedish("user__name"))

    def held_by(self, user: User) -> "SeatQuerySet":
        """The person's own, for the unit where they work today: a change of job takes the seat's force at once."""
        return (
            self.filter(user=user.pk, unit=user.unit_id) if user.is_active and user.unit_id else self.none()
        )

    def visible_to(self, user: User) -> "SeatQuerySet":
        """All seats of cases in which the person is seated."""
        return self.filter(Exists(Case.objects.visible_to(user).filter(pk=OuterRef("case"))))


class Seat(CaseData, models.Model):
    """A person's place in a case, for a unit, from one moment to another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The case and its date once more, so that the newest are found by an index on seats. One composite foreign key stands
    # for both in the database (0002); with a second one on the case alone, the planner would not see that they are one.
    case = models.ForeignKey(
        Case,
        models.PROTECT,
        verbose_name=_("case"),
        related_name="seats",
        db_constraint=False,
        db_index=False,
    )
    case_opened_at = models.DateTimeField(editable=False)
    user = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("person"), related_name="seats", db_index=False
    )
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="+")
    valid_from = models.DateTimeField(_("from"))
    valid_until = models.DateTimeField(_("until"), null=True, blank=True)
    seated_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False, db_index=False)

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="seat_ends_after_it_begins",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
            ),
            ExclusionConstraint(
                name="seat_one_at_a_time",
                expressions=[
                    ("case", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_until"),
                            RangeBoundary(),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("This person already has a seat in the case."),
            ),
        ]
        indexes = [
            # Both carry all that a list and the wall ask of a seat, so that the table itself is left alone.
            models.Index(
                name="seat_held_by",
                fields=["user", "unit", "-case_opened_at", "-case"],
                include=["valid_from", "valid_until"],
            ),
            models.Index(
                name="seat_of_case", fields=["case", "user", "unit"], include=["valid_from", "valid_until"]
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


# Change history is written by triggers in the database, so that bulk and raw statements are caught too; it is case
# data like any other and lies behind the same wall.
_CASE_EVENTS = pghistory.create_event_model(
    Case,
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    fields=["id", "lead_unit", "status", "opened_at", "closed_at"],
    obj_field=pghistory.ObjForeignKey(related_name="history"),
    context_field=None,  # type: ignore[arg-type]
    model_name="CaseHistory",
)
_SEAT_EVENTS = pghistory.create_event_model(
    Seat,
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    fields=["id", "case", "user", "unit", "valid_from", "valid_until", "seated_by"],
    obj_field=pghistory.ObjForeignKey(related_name="history"),
    context_field=None,  # type: ignore[arg-type]
    model_name="SeatHistory",
)


class CaseHistory(CaseData, _CASE_EVENTS):  # type: ignore[valid-type, misc]
    """How a case's status and dates have changed."""

    class Meta:
        verbose_name = _("change of a case")
        verbose_name_plural = _("changes of cases")
        default_permissions = ()


class SeatHistory(CaseData, _SEAT_EVENTS):  # type: ignore[valid-type, misc]
    """How seats have been given and ended."""

    class Meta:
        verbose_name = _("change of a seat")
        verbose_name_plural = _("changes of seats")
        default_permissions = ()
