"""Hand-overs: what somebody who leaves was answering for, each thing to be received by a named person."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models.agencies import Agency
from groups.models.bodies import Body
from groups.models.people import User
from groups.roles import Function


class HandOverQuerySet(models.QuerySet["HandOver"]):
    def visible_to(self, user: User) -> "HandOverQuerySet":
        """One's own, and those of which one sees a thing."""
        if not user.in_structure:
            return self.none()
        items = HandOverItem.objects.visible_to(user).filter(hand_over=OuterRef("pk"))
        return self.filter(Q(user=user) | Exists(items))

    def newest(self) -> "HandOverQuerySet":
        return self.order_by("-created_at", "-pk")


class HandOver(models.Model):
    """Why a person's things must find somebody else, and from when. Seats in cases are never among the things stored
    here: that there is a case is known behind its own wall alone."""

    class Why(models.TextChoices):
        EMPLOYMENT = "employment", _("Leaves the workplace")
        MEMBERSHIP = "membership", _("Leaves the group")
        ACCOUNT = "account", _("May no longer sign in")
        PREPARED = "prepared", _("Is going to leave")

    user = models.ForeignKey(User, models.PROTECT, verbose_name=_("person"), related_name="hand_overs")
    why = models.CharField(_("why"), max_length=20, choices=Why)
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name=_("agency"), null=True, related_name="+")
    body = models.ForeignKey(Body, models.PROTECT, verbose_name=_("group"), null=True, related_name="+")
    ended = models.CharField(_("what ended"), max_length=300, blank=True)
    last_day = models.DateField(_("last day"))
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(_("begun"), auto_now_add=True)

    objects = HandOverQuerySet.as_manager()

    class Meta:
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        constraints = [
            models.CheckConstraint(
                name="hand_over_why_known",
                condition=Q(why__in=["employment", "membership", "account", "prepared"]),
            ),
            models.UniqueConstraint(
                fields=["user"], condition=Q(why="prepared"), name="hand_over_prepared_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.last_day}"


class HandOverItemQuerySet(models.QuerySet["HandOverItem"]):
    def visible_to(self, user: User) -> "HandOverItemQuerySet":
        """The person's own and the receiver's; the body's managers and those of the body above; and the coordinators of
        the person's agency. What belongs to a case group is seen by nobody outside it."""
        if not user.in_structure:
            return self.none()
        managed = user.managed()
        above = Q(body__parent__in=managed)
        if user.coordinates:
            above |= Q(hand_over__agency=user.agency_id)
        open_bodies = Q(body=None) | ~Q(body__kind=Body.Kind.CASE)
        mine = Q(hand_over__user=user) | Q(receiver=user)
        return self.filter(mine | Q(body__in=managed) | (above & open_bodies))

    def unsettled(self) -> "HandOverItemQuerySet":
        """Not received by anybody, and not let go."""
        return self.exclude(state__in=HandOverItem.SETTLED)

    def with_whole(self) -> "HandOverItemQuerySet":
        return self.select_related("hand_over__user", "hand_over__agency", "body", "receiver", "given_by")

    def in_order(self) -> "HandOverItemQuerySet":
        """By kind, the most urgent first."""
        return self.order_by("kind", models.F("day").asc(nulls_last=True), "pk")


class HandOverItem(models.Model):
    """One thing to be received. ``kind`` and ``key`` name it to the app that holds it; what it says is never copied
    here, since the reader may see the list and not the thing."""

    class Kind(models.TextChoices):
        ROLE = "role", _("Role")
        COMMITMENT = "commitment", _("Commitment")
        DRAFT = "draft", _("Meeting being prepared")
        MINUTES = "minutes", _("Minutes being written")
        CONTACT = "contact", _("Contact point")
        DUTY = "duty", _("Duty of the year")

    class State(models.TextChoices):
        OPEN = "open", _("Nobody asked")
        OFFERED = "offered", _("Asked")
        ACCEPTED = "accepted", _("Received")
        DECLINED = "declined", _("Declined")
        RELEASED = "released", _("Let go")

    SETTLED = (State.ACCEPTED, State.RELEASED)
    TONES = {
        State.OPEN: "danger",
        State.OFFERED: "info",
        State.ACCEPTED: "ok",
        State.DECLINED: "danger",
        State.RELEASED: "plain",
    }

    hand_over = models.ForeignKey(HandOver, models.CASCADE, verbose_name=_("hand-over"), related_name="items")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    key = models.CharField(_("key"), max_length=40, editable=False)
    body = models.ForeignKey(Body, models.PROTECT, verbose_name=_("group"), null=True, related_name="+")
    function = models.CharField(_("function"), max_length=20, choices=Function, blank=True)
    day = models.DateField(_("day"), null=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    receiver = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("receiver"), null=True, related_name="received_items"
    )
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    given_at = models.DateTimeField(_("asked"), null=True, editable=False)
    settled_by = models.ForeignKey(User, models.PROTECT, related_name="+", null=True, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = HandOverItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("thing to receive")
        verbose_name_plural = _("things to receive")
        constraints = [
            models.UniqueConstraint(fields=["hand_over", "kind", "key"], name="thing_once_in_hand_over"),
            models.UniqueConstraint(
                fields=["kind", "key"],
                condition=Q(state__in=["open", "offered", "declined"]),
                name="thing_waits_once",
            ),
            models.CheckConstraint(
                name="thing_asked_or_received_names_the_receiver",
                condition=Q(state__in=["open", "released"]) | Q(receiver__isnull=False),
            ),
            models.CheckConstraint(
                name="thing_let_go_says_why", condition=~Q(state="released") | ~Q(reason="")
            ),
            models.CheckConstraint(
                name="thing_state_known",
                condition=Q(state__in=["open", "offered", "accepted", "declined", "released"]),
            ),
        ]
        indexes = [
            models.Index(fields=["receiver"], condition=Q(state="offered"), name="thing_offered_to"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.key}"

    @property
    def tone(self) -> str:
        """Red only where nobody has it and the person is gone."""
        tone = self.TONES[self.State(self.state)]
        return "warn" if tone == "danger" and not self.is_urgent else tone

    @property
    def is_settled(self) -> bool:
        return self.state in self.SETTLED

    @property
    def is_urgent(self) -> bool:
        """Nobody has it, and the person is gone."""
        unasked = self.state in (self.State.OPEN, self.State.DECLINED)
        return unasked and self.hand_over.last_day < timezone.localdate()

    def acts_of(self, user: User) -> frozenset[str]:
        """Whoever is asked answers. The body's managers and those above ask, and let go; so do the agency's coordinators,
        and the person who leaves, but never about roles, which are not theirs to give."""
        if self.is_settled:
            return frozenset()
        acts = {"answer"} if self.receiver_id == user.pk and self.state == self.State.OFFERED else set()
        if self._is_managed_by(user):
            acts |= {"give", "release"}
        elif self.hand_over.user_id == user.pk and self.kind != self.Kind.ROLE:
            acts |= {"give"}
        return frozenset(acts)

    def _is_managed_by(self, user: User) -> bool:
        if self.hand_over.user_id == user.pk:
            return self.body_id in user.managed()
        managed = user.managed()
        if self.body_id in managed:
            return True
        if self.body and self.body.kind == Body.Kind.CASE:
            return False
        if self.body is not None and self.body.parent_id in managed:
            return True
        coordinates = user.coordinates and self.hand_over.agency_id == user.agency_id
        return coordinates and self.kind != self.Kind.ROLE
