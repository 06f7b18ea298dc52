"""Bodies under the agreement, who sits in them, and their standard agendas."""

from datetime import date, datetime, timedelta

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.cadence import in_words, longest_gap
from groups.models.agencies import Agency
from groups.models.agreements import Agreement
from groups.models.mandates import Mandated, commits_is_said
from groups.models.people import Employment, User, employed_today
from groups.ordering import swedish
from groups.periods import PeriodQuerySet, days, ends_after_it_begins
from groups.roles import MANAGE, Function

#: A meeting that slips by a week is no sign that a group has stopped.
PATIENCE = timedelta(days=7)


class BodyQuerySet(models.QuerySet["Body"]):
    def visible_to(self, user: User) -> "BodyQuerySet":
        """Everyone in the structure sees its bodies, mandates and members; a case group is seen by its members only, for
        whoever holds no seat is not to learn that there is a case."""
        if not user.in_structure:
            return self.none()
        return self.filter(~Q(kind=Body.Kind.CASE) | Q(pk__in=user.bodies()))

    def called_by(self, user: User) -> "BodyQuerySet":
        """The bodies whose meetings this person may call."""
        return self.open().filter(pk__in=[body for body in user.bodies() if "call" in user.acts_in(body)])

    def open(self) -> "BodyQuerySet":
        """Those that are not closed."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate()))

    def found(self) -> "BodyQuerySet":
        """The inventory: bodies that somebody has said the origin of, those that existed before first."""
        return self.exclude(origin=Body.Origin.UNSAID).order_by(
            F("origin").asc(), F("valid_from").asc(nulls_last=True), swedish("name")
        )

    def with_last_meeting(self) -> "BodyQuerySet":
        """With ``last_met``: when the last meeting that was held began, or None."""
        held = Q(meetings__status__in=("held", "closed"))
        return self.annotate(last_met=models.Max("meetings__starts_at", filter=held))

    def with_members(self) -> "BodyQuerySet":
        """With the agencies that must take part, and ``members``: who sits there today."""
        members = Membership.objects.live().filter(user__is_active=True).in_order().with_people()
        return self.prefetch_related(
            models.Prefetch("required_agencies", Agency.objects.in_order()),
            models.Prefetch("memberships", members, to_attr="members"),
        )

    def with_whole(self) -> "BodyQuerySet":
        """With members, the body it reports to, and its agreement."""
        return self.with_members().with_last_meeting().select_related("parent", "agreement")

    def in_order(self) -> "BodyQuerySet":
        """Steering group first, then the others by name."""
        return self.order_by(F("parent").asc(nulls_first=True), swedish("name"))


class Body(Mandated):
    """A group that meets under the agreement."""

    class Kind(models.TextChoices):
        COUNCIL = "council", _("Strategic council")
        STEERING = "steering", _("Steering group")
        PREPARATORY = "preparatory", _("Preparatory group")
        WORKING = "working", _("Working group")
        PLACE = "place", _("Place-based collaboration")
        OPERATIVE = "operative", _("Operative group")
        CASE = "case", _("Case group")

    class Origin(models.TextChoices):
        UNSAID = "unsaid", _("Not said")
        BEFORE = "before", _("Existed before the agreement")
        NEW = "new", _("New with the agreement")

    #: So many levels at most, which the picture can show and a reader hold; the database refuses more.
    LEVELS = 6

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
    origin = models.CharField(_("origin"), max_length=10, choices=Origin, default=Origin.UNSAID)
    found_in = models.CharField(
        _("where it was found"),
        max_length=300,
        blank=True,
        help_text=_("Where the inventory met it, for a group that existed before."),
    )
    valid_from = models.DateField(_("works under the agreement from"), null=True, blank=True)
    valid_to = models.DateField(_("last day"), null=True, blank=True)
    closed_because = models.CharField(_("why it was closed"), max_length=300, blank=True)

    objects = BodyQuerySet.as_manager()

    #: Today's members, where ``with_members`` fetched them.
    members: "list[Membership]"
    #: When the last meeting that was held began, where ``with_last_meeting`` asked.
    last_met: datetime | None

    class Meta:
        verbose_name = _("group")
        verbose_name_plural = _("groups")
        constraints = [
            ends_after_it_begins("body_ends_after_it_begins"),
            *commits_is_said("body"),
            models.CheckConstraint(
                name="body_origin_known", condition=Q(origin__in=["unsaid", "before", "new"])
            ),
            models.CheckConstraint(
                name="body_found_in_inventory",
                condition=Q(found_in="") | Q(origin="before"),
                violation_error_message=_("Only a group that existed before was found somewhere."),
            ),
            models.CheckConstraint(
                name="body_is_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                violation_error_message=_("A group cannot report to itself."),
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
        """What one's functions here allow; who manages the body above manages this one too, so that a new group gets
        its first members, but never a case group."""
        acts = user.acts_in(self.pk)
        if self.parent_id and self.kind != self.Kind.CASE and MANAGE in user.acts_in(self.parent_id):
            acts |= {MANAGE}
        return acts

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
    def is_closed(self) -> bool:
        """Whether its last day is over."""
        return self.valid_to is not None and self.valid_to < timezone.localdate()

    @property
    def chair(self) -> "Membership | None":
        """Who leads it today; needs ``with_members``."""
        return next((member for member in self.members if member.function == Function.CHAIR), None)

    @property
    def should_have_met_by(self) -> date | None:
        """The day by which it should have met again, by its own rhythm; None where nothing tells. Needs
        ``with_last_meeting``."""
        since = timezone.localdate(self.last_met) if self.last_met else self.valid_from
        return since + longest_gap(self.cadence) + PATIENCE if since and self.cadence else None

    @property
    def is_stale(self) -> bool:
        """Whether it has not met for longer than its rhythm allows; needs ``with_last_meeting``."""
        expected = self.should_have_met_by
        return expected is not None and expected < timezone.localdate() and not self.is_closed

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
        """Who sits where is known to everyone in the structure, but not who sits in a case group."""
        return self.filter(body__in=Body.objects.visible_to(user))

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

    def not_over(self) -> "MembershipQuerySet":
        """Those that hold today or will."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=timezone.localdate()))

    def former(self) -> "MembershipQuerySet":
        """Those that are over."""
        return self.filter(valid_to__lt=timezone.localdate())

    def with_people(self) -> "MembershipQuerySet":
        """With each person, and where they work today, in two queries however many there are."""
        return self.select_related("user", "substitutes_for", "substitutes_for_agency").prefetch_related(
            employed_today("user__")
        )


class Membership(Mandated):
    """A person's seat in a body, from day to day."""

    body = models.ForeignKey(Body, models.PROTECT, verbose_name=_("group"), related_name="memberships")
    user = models.ForeignKey(User, models.PROTECT, verbose_name=_("person"), related_name="memberships")
    function = models.CharField(_("function"), max_length=20, choices=Function, default=Function.MEMBER)
    mandate = models.TextField(
        _("mandate"), blank=True, help_text=_("What this person may decide for their agency.")
    )
    leading = models.BooleanField(
        _("leading position"),
        default=False,
        help_text=_("Leads at their agency; asked for in the strategic council (2023:196 § 10)."),
    )
    substitutes_for = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name=_("substitutes for"),
        related_name="substituted_by",
        null=True,
        blank=True,
    )
    substitutes_for_agency = models.ForeignKey(
        Agency,
        models.PROTECT,
        verbose_name=_("substitutes for anyone from"),
        related_name="+",
        null=True,
        blank=True,
    )
    valid_from = models.DateField(_("first day"))
    valid_to = models.DateField(_("last day"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            ends_after_it_begins("membership_ends_after_it_begins"),
            *commits_is_said("membership"),
            models.CheckConstraint(
                name="membership_substitutes_for_one",
                condition=Q(substitutes_for__isnull=True, substitutes_for_agency__isnull=True)
                | Q(function="substitute", substitutes_for__isnull=False, substitutes_for_agency__isnull=True)
                | Q(
                    function="substitute", substitutes_for__isnull=True, substitutes_for_agency__isnull=False
                ),
                violation_error_message=_("A substitute stands in for one person or for one agency."),
            ),
            models.CheckConstraint(
                name="membership_substitutes_for_another",
                condition=Q(substitutes_for__isnull=True) | ~Q(substitutes_for=F("user")),
                violation_error_message=_("Nobody stands in for themselves."),
            ),
            ExclusionConstraint(
                name="membership_one_chair",
                expressions=[("body", RangeOperators.EQUAL), (days(), RangeOperators.OVERLAPS)],
                condition=Q(function="chair"),
                violation_error_message=_("The group already has a chair during these days."),
            ),
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
                violation_error_message=_("This person is already a member of the group during these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_function_display()}"

    def acts_of(self, user: User) -> frozenset[str]:
        """What the body's managers may do, who may end a seat as well."""
        acts = self.body.acts_of(user)
        return acts | {"end"} if MANAGE in acts else acts

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
