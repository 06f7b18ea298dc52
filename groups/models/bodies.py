"""Bodies under the agreement, who sits in them, and their standard agendas."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.cadence import in_words
from groups.models.agencies import Agency
from groups.models.agreements import Agreement
from groups.models.people import Employment, User, employed_today
from groups.ordering import swedish
from groups.periods import PeriodQuerySet, days, ends_after_it_begins
from groups.roles import MANAGE, Function


class BodyQuerySet(models.QuerySet["Body"]):
    def visible_to(self, user: User) -> "BodyQuerySet":
        """Everyone in the structure sees its bodies, mandates and members; a case group is seen by its members only, for
        whoever holds no seat is not to learn that there is a case."""
        if not user.in_structure:
            return self.none()
        return self.filter(~Q(kind=Body.Kind.CASE) | Q(pk__in=user.bodies()))

    def called_by(self, user: User) -> "BodyQuerySet":
        """The bodies whose meetings this person may call."""
        return self.filter(pk__in=[body for body in user.bodies() if "call" in user.acts_in(body)])

    def with_members(self) -> "BodyQuerySet":
        """With the agencies that must take part, and ``members``: who sits there today."""
        members = Membership.objects.live().filter(user__is_active=True).in_order().with_people()
        return self.prefetch_related(
            models.Prefetch("required_agencies", Agency.objects.in_order()),
            models.Prefetch("memberships", members, to_attr="members"),
        )

    def with_whole(self) -> "BodyQuerySet":
        """With members, the body it reports to, and its agreement."""
        return self.with_members().select_related("parent", "agreement")

    def in_order(self) -> "BodyQuerySet":
        """Steering group first, then the others by name."""
        return self.order_by(F("parent").asc(nulls_first=True), swedish("name"))


class Body(models.Model):
    """A group that meets under the agreement."""

    class Kind(models.TextChoices):
        COUNCIL = "council", _("Strategic council")
        STEERING = "steering", _("Steering group")
        PREPARATORY = "preparatory", _("Preparatory group")
        WORKING = "working", _("Working group")
        PLACE = "place", _("Place-based collaboration")
        OPERATIVE = "operative", _("Operative group")
        CASE = "case", _("Case group")

    key = models.SlugField(_("key"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    parent = models.ForeignKey(
        "self", models.PROTECT, verbose_name=_("reports to"), related_name="children", null=True, blank=True
    )
    agreement = models.ForeignKey(
        Agreement, models.PROTECT, verbose_name=_("agreement"), related_name="bodies"
    )
    mandate = models.TextField(_("mandate"), blank=True)
    required_agencies = models.ManyToManyField(
        Agency, verbose_name=_("agencies that must take part"), related_name="required_in", blank=True
    )
    cadence = models.CharField(
        _("meets"),
        max_length=200,
        blank=True,
        help_text=_("A recurrence rule (RFC 5545), such as FREQ=MONTHLY."),
    )

    objects = BodyQuerySet.as_manager()

    #: Today's members, where ``with_members`` fetched them.
    members: "list[Membership]"

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")
        constraints = [
            models.CheckConstraint(
                name="body_is_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                violation_error_message=_("A body cannot report to itself."),
            ),
            models.CheckConstraint(
                name="body_kind_known",
                condition=Q(
                    kind__in=["council", "steering", "preparatory", "working", "place", "operative", "case"]
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def acts_of(self, user: User) -> frozenset[str]:
        return user.acts_in(self.pk)

    @property
    def agencies(self) -> list[Agency]:
        """The agencies of today's members and those that must take part, each once; needs ``with_members``."""
        present = [member.workplace.unit.agency for member in self.members if member.workplace]
        return list({agency.pk: agency for agency in [*self.required_agencies.all(), *present]}.values())

    @property
    def contacts(self) -> "list[Membership]":
        """Whom to turn to: those who call and coordinate, else the chair; needs ``with_members``."""
        close = (Function.COORDINATOR, Function.CONVENER, Function.SECRETARY)
        return [member for member in self.members if member.function in close] or [
            member for member in self.members if member.function == Function.CHAIR
        ]

    @property
    def meets(self) -> str:
        """How often, in words."""
        return in_words(self.cadence) if self.cadence else ""

    @property
    def lacking(self) -> list[Agency]:
        """Agencies that must take part and from which nobody sits here today; needs ``with_members``."""
        present = {member.workplace.unit.agency_id for member in self.members if member.workplace}
        return [agency for agency in self.required_agencies.all() if agency.pk not in present]

    @property
    def agenda_kind(self) -> str:
        """Which standard agenda the body's meetings begin from."""
        if self.kind in (self.Kind.STEERING, self.Kind.COUNCIL):
            return StandardAgendaItem.Kind.STEERING
        return (
            StandardAgendaItem.Kind.CASE if self.kind == self.Kind.CASE else StandardAgendaItem.Kind.WORKING
        )


class MembershipQuerySet(PeriodQuerySet["Membership"]):
    def visible_to(self, user: User) -> "MembershipQuerySet":
        return self if user.in_structure else self.none()

    def in_order(self) -> "MembershipQuerySet":
        """Chair, vice chair, convener, coordinator, secretary, then members by name."""
        rank = models.Case(
            *(
                models.When(function=function, then=position)
                for position, function in enumerate(Function.values)
            ),
            output_field=models.IntegerField(),
        )
        return self.order_by(rank, swedish("user__name"))

    def coming(self) -> "MembershipQuerySet":
        """Those that have not begun."""
        return self.filter(valid_from__gt=timezone.localdate())

    def former(self) -> "MembershipQuerySet":
        """Those that are over."""
        return self.filter(valid_to__lt=timezone.localdate())

    def with_people(self) -> "MembershipQuerySet":
        """With each person, and where they work today, in two queries however many there are."""
        return self.select_related("user").prefetch_related(employed_today("user__"))


class Membership(models.Model):
    """A person's seat in a body, from day to day."""

    body = models.ForeignKey(Body, models.PROTECT, verbose_name=_("body"), related_name="memberships")
    user = models.ForeignKey(User, models.PROTECT, verbose_name=_("person"), related_name="memberships")
    function = models.CharField(_("function"), max_length=20, choices=Function, default=Function.MEMBER)
    mandate = models.TextField(
        _("mandate"), blank=True, help_text=_("What this person may decide for their agency.")
    )
    valid_from = models.DateField(_("first day"))
    valid_to = models.DateField(_("last day"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            ends_after_it_begins("membership_ends_after_it_begins"),
            models.CheckConstraint(
                name="membership_function_known", condition=Q(function__in=Function.values)
            ),
            ExclusionConstraint(
                name="membership_no_overlap",
                expressions=[
                    ("body", RangeOperators.EQUAL),
                    ("user", RangeOperators.EQUAL),
                    (days(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person is already a member of the body during these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_function_display()}"

    def acts_of(self, user: User) -> frozenset[str]:
        """The body's managers may end a seat in it."""
        return frozenset({"end"}) if MANAGE in user.acts_in(self.body_id) else frozenset()

    @property
    def workplace(self) -> Employment | None:
        """Where the person works today; needs ``with_people``."""
        return self.user.workplace


class StandardAgendaItem(models.Model):
    """One heading of the standard agenda for a kind of body."""

    class Kind(models.TextChoices):
        STEERING = "steering", _("Steering group")
        WORKING = "working", _("Working group")
        CASE = "case", _("Case group")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    position = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("heading"), max_length=200)
    closes = models.BooleanField(
        _("closes the meeting"),
        default=False,
        help_text=_("Stays last: items that are added to an agenda come before it."),
    )

    class Meta:
        verbose_name = _("standard agenda item")
        verbose_name_plural = _("standard agenda items")
        ordering = ["kind", "position"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "position"], name="standard_item_position_once")
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"
