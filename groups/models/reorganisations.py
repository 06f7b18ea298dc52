"""Reorganisations: one or more agencies become another on a day, and what followed is written down line by line."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models.agencies import Agency, Unit
from groups.models.bodies import Body
from groups.models.people import User


class ReorganisationQuerySet(models.QuerySet["Reorganisation"]):
    def visible_to(self, user: User) -> "ReorganisationQuerySet":
        """Everyone in the structure sees how it has changed and is about to."""
        return self if user.in_structure else self.none()

    def due(self) -> "ReorganisationQuerySet":
        """Planned, and their day has come."""
        return self.filter(state=Reorganisation.State.PLANNED, on__lte=timezone.localdate()).order_by(
            "on", "pk"
        )

    def with_whole(self) -> "ReorganisationQuerySet":
        return self.select_related("successor", "created_by", "carried_out_by").prefetch_related("agencies")


class Reorganisation(models.Model):
    """Carried out it never changes again (a trigger holds it), nor do its lines."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        CARRIED_OUT = "carried_out", _("Carried out")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    agencies = models.ManyToManyField(Agency, verbose_name=_("agencies that end"), related_name="+")
    successor = models.ForeignKey(Agency, models.PROTECT, verbose_name=_("successor"), related_name="+")
    on = models.DateField(_("first day of the new order"))
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PLANNED)
    scheduled = models.BooleanField(_("carried out by itself on the day"), default=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(_("planned"), auto_now_add=True)
    carried_out_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    carried_out_at = models.DateTimeField(_("carried out"), null=True, editable=False)
    refused_because = models.TextField(_("could not be carried out"), blank=True, editable=False)

    objects = ReorganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("reorganisation")
        verbose_name_plural = _("reorganisations")
        constraints = [
            models.CheckConstraint(
                name="reorganisation_state_known",
                condition=Q(state__in=["planned", "carried_out", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="carried_out_says_by_whom",
                condition=Q(state="carried_out", carried_out_at__isnull=False, carried_out_by__isnull=False)
                | (~Q(state="carried_out") & Q(carried_out_at=None, carried_out_by=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.successor} {self.on}"

    def acts_of(self, user: User) -> frozenset[str]:
        """Those who manage a body that reports to no other: the order of the agencies is the whole structure's."""
        if self.state != self.State.PLANNED:
            return frozenset()
        return frozenset({"change"}) if user.manages_the_top else frozenset()

    @property
    def tone(self) -> str:
        return {"planned": "info", "carried_out": "ok"}.get(self.state, "plain")

    @property
    def is_planned(self) -> bool:
        return self.state == self.State.PLANNED

    @property
    def has_come(self) -> bool:
        return self.on <= timezone.localdate()


class UnitPairing(models.Model):
    """Where one unit goes: into a unit of the successor, into a new one with this name, or nowhere for now."""

    reorganisation = models.ForeignKey(Reorganisation, models.CASCADE, related_name="pairings")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="+")
    into = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("goes into"), related_name="+", null=True)
    new_name = models.CharField(_("new unit"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("pairing of units")
        verbose_name_plural = _("pairings of units")
        constraints = [
            models.UniqueConstraint(fields=["reorganisation", "unit"], name="unit_paired_once"),
            models.CheckConstraint(name="unit_goes_one_way", condition=Q(into=None) | Q(new_name="")),
        ]

    def __str__(self) -> str:
        return f"{self.unit} → {self.into or self.new_name or '–'}"

    @property
    def stays(self) -> bool:
        return self.into_id is None and not self.new_name

    @property
    def goal(self) -> str:
        """The name of the unit where its people will work; empty where it stays."""
        return self.into.name if self.into else self.new_name


class ReorganisationLineQuerySet(models.QuerySet["ReorganisationLine"]):
    def visible_to(self, user: User) -> "ReorganisationLineQuerySet":
        """All but what concerns a case group of which one is no member."""
        if not user.in_structure:
            return self.none()
        return self.filter(Q(body=None) | ~Q(body__kind=Body.Kind.CASE) | Q(body__in=user.bodies()))


class ReorganisationLine(models.Model):
    """One thing that moved, or that stayed and why; written when the reorganisation was carried out."""

    class Kind(models.TextChoices):
        AGENCY = "agency", _("Agencies")
        UNIT = "unit", _("Units")
        EMPLOYMENT = "employment", _("Employments")
        MEMBERSHIP = "membership", _("Seats in groups")
        REQUIRED = "required", _("Agencies that must take part")
        PREMISES = "premises", _("Premises kept")
        DUTY = "duty", _("Duties of the year")
        BOOKING = "booking", _("Coming bookings of rooms")
        SHIFT = "shift", _("Hours of presence")
        CONTACT = "contact", _("Contact points")
        MEASURE = "measure", _("Measures under way")
        SUBSTITUTE = "substitute", _("Substitutes for anyone from the agency")
        PARTY = "party", _("Parties to agreements")
        COMMITMENT = "commitment", _("Commitments")
        ATTENDANCE = "attendance", _("Attendance in minutes being written")
        ITEM = "item", _("Agenda items kept to named units")
        INVITATION = "invitation", _("Invitations to coming meetings")

    class Outcome(models.TextChoices):
        MOVES = "moves", _("Moves")
        STAYS = "stays", _("Stays")

    class Why(models.TextChoices):
        NONE = "", ""
        WITH_PERSON = "with_person", _("Follows the person, who is shown under the successor from that day")
        SIGNED = "signed", _("An agreement names those who signed it; the successor is shown beside")
        CHOSEN = "chosen", _("The unit stays for now, with its people")
        UNIT = "unit", _("The agency goes on until the unit that stays has followed")
        LOCKED = "locked", _("Stands in approved minutes, which never change")
        ALREADY = "already", _("The successor is there already; the two become one")

    reorganisation = models.ForeignKey(Reorganisation, models.PROTECT, related_name="lines")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    why = models.CharField(_("why"), max_length=20, choices=Why, blank=True)
    key = models.CharField(_("key"), max_length=40, blank=True)
    name = models.CharField(_("name"), max_length=400)
    former = models.CharField(_("before"), max_length=400, blank=True)
    latter = models.CharField(_("after"), max_length=400, blank=True)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", null=True)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", null=True)

    objects = ReorganisationLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a reorganisation")
        verbose_name_plural = _("lines of reorganisations")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.name}: {self.former} → {self.latter}"
