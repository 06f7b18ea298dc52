"""The collaboration agreement: what all authority in the structure rests on (2023:196 § 9)."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.models.agencies import Agency
from groups.ordering import swedish
from groups.periods import PeriodQuerySet, ends_after_it_begins
from groups.roles import MANAGE, VIEW
from samverkan.uploads import Upload


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


class State(models.TextChoices):
    """Where an agreement stands. Computed, never stored: from signatures and dates, here and in the database."""

    DRAFT = "draft", _("Draft")
    SIGNING = "signing", _("Out for signing")
    SIGNED = "signed", _("Signed, not yet in force")
    IN_FORCE = "in_force", _("In force")
    EXPIRED = "expired", _("Expired")
    TERMINATED = "terminated", _("Terminated")
    REPLACED = "replaced", _("Replaced")


#: Tops of a structure; a case group answers for no agreement.
_MAY_BE_TOP = ("council", "steering", "preparatory", "working", "place", "operative")


class AgreementQuerySet(PeriodQuerySet["Agreement"]):
    def visible_to(self, user: Any) -> "AgreementQuerySet":
        """Everyone in the structure reads what it rests on, drafts as well: they say what is being agreed."""
        return self if user.in_structure else self.none()

    def managed_by(self, user: Any) -> "AgreementQuerySet":
        """Those for which this person may act."""
        lines = managed_lines(user)
        return self.filter(Q(pk__in=lines) | Q(first__in=lines))

    def in_state(self, *states: str, on: date | None = None) -> "AgreementQuerySet":
        """Those that stand so on a day (default: today in Sweden), as the database computes it."""
        day = Value(on or timezone.localdate(), output_field=models.DateField())
        state = Func(F("pk"), day, function="agreement_state", output_field=models.CharField())
        return self.alias(state_then=state).filter(state_then__in=states)

    def drafts(self, on: date | None = None) -> "AgreementQuerySet":
        return self.in_state(State.DRAFT, on=on)

    def signing(self, on: date | None = None) -> "AgreementQuerySet":
        return self.in_state(State.SIGNING, on=on)

    def signed(self, on: date | None = None) -> "AgreementQuerySet":
        """Signed by everyone and not yet begun."""
        return self.in_state(State.SIGNED, on=on)

    def in_force(self, on: date | None = None) -> "AgreementQuerySet":
        return self.in_state(State.IN_FORCE, on=on)

    def expired(self, on: date | None = None) -> "AgreementQuerySet":
        return self.in_state(State.EXPIRED, on=on)

    def terminated(self, on: date | None = None) -> "AgreementQuerySet":
        return self.in_state(State.TERMINATED, on=on)

    def replaced(self, on: date | None = None) -> "AgreementQuerySet":
        return self.in_state(State.REPLACED, on=on)

    def live(self, on: date | None = None) -> "AgreementQuerySet":
        """What holds on a day is what is in force: its period alone says too little."""
        return self.in_force(on)

    def of_line(self, agreement: "Agreement") -> "AgreementQuerySet":
        """Every version of the same agreement."""
        return self.filter(Q(pk=agreement.line_id) | Q(first=agreement.line_id))

    def with_parties(self) -> "AgreementQuerySet":
        """With parties, their successors, registry numbers, and what the state needs; as many queries however many
        there are."""
        parties = AgreementParty.objects.select_related("agency__successor").order_by(swedish("agency__name"))
        numbers = RegistryReference.objects.select_related("agency").order_by("reference")
        return self.select_related("parent", "replaced_by").prefetch_related(
            models.Prefetch("parties", parties),
            models.Prefetch("registry_references", numbers),
            models.Prefetch("board_reports", BoardReport.objects.in_order()),
            "replaced_by__parties",
        )

    def newest(self) -> "AgreementQuerySet":
        """The one that began last first; one without a first day is the oldest."""
        return self.order_by(F("valid_from").desc(nulls_last=True), "pk")


class Agreement(models.Model):
    """One version of a written agreement on collaboration between agencies.

    Its state is computed: ``state`` here needs ``with_parties``, ``in_state`` on the queryset asks the database, and a
    test compares the two. What is signed is frozen by triggers; a new version corrects it.
    """

    key = models.SlugField(_("key"), unique=True)
    title = models.CharField(pgettext_lazy("a document", "title"), max_length=300)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("frame agreement"),
        related_name="children",
        null=True,
        blank=True,
    )
    purposes = ArrayField(
        models.CharField(max_length=500), verbose_name=_("purposes"), default=list, blank=True
    )
    areas = ArrayField(
        models.CharField(max_length=200), verbose_name=_("collaboration areas"), default=list, blank=True
    )
    geographic_areas = ArrayField(
        models.CharField(max_length=200), verbose_name=_("geographic areas"), default=list, blank=True
    )
    valid_from = models.DateField(_("first day"), null=True, blank=True)
    valid_to = models.DateField(_("last day"), null=True, blank=True)
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        verbose_name=_("replaces"),
        related_name="replaced_by",
        null=True,
        editable=False,
    )
    first = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("first version"),
        related_name="later",
        null=True,
        editable=False,
    )
    prepared_in = models.ForeignKey(
        "groups.Body",
        models.PROTECT,
        verbose_name=_("prepared by"),
        related_name="prepares",
        null=True,
        blank=True,
        help_text=_("The group that answers for the agreement before any group works under it."),
    )
    original_kept = models.CharField(
        _("where the signed original is kept"),
        max_length=300,
        blank=True,
        help_text=_(
            "Only for an agreement that was signed before it was recorded here: it then counts as signed, though "
            "the days of the signatures are not known."
        ),
    )
    sent_on = models.DateField(_("sent for signing"), null=True, editable=False)
    sent_by = models.ForeignKey(
        "groups.User", models.PROTECT, verbose_name=_("sent by"), related_name="+", null=True, editable=False
    )
    terminated_on = models.DateField(_("terminated"), null=True, editable=False)
    terminated_by = models.ForeignKey(
        Agency, models.PROTECT, verbose_name=_("terminated by"), related_name="+", null=True, editable=False
    )
    termination_reason = models.TextField(_("reason for the termination"), blank=True, editable=False)
    last_day = models.DateField(_("last day after termination"), null=True, editable=False)
    created_at = models.DateTimeField(_("recorded"), auto_now_add=True)
    created_by = models.ForeignKey(
        "groups.User",
        models.PROTECT,
        verbose_name=_("recorded by"),
        related_name="+",
        null=True,
        editable=False,
    )

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        constraints = [
            ends_after_it_begins("agreement_ends_after_it_begins"),
            models.CheckConstraint(
                name="agreement_has_purposes_and_areas",
                condition=Q(sent_on=None, original_kept="") | Q(purposes__len__gt=0, areas__len__gt=0),
                violation_error_message=_(
                    "An agreement states purposes and collaboration areas (2023:196 § 9)."
                ),
            ),
            models.CheckConstraint(
                name="agreement_is_signed_here_or_recorded_afterwards",
                condition=Q(sent_on=None) | Q(original_kept=""),
                violation_error_message=_(
                    "An agreement is either signed here or recorded afterwards, not both."
                ),
            ),
            models.CheckConstraint(
                name="agreement_versions_are_numbered",
                condition=Q(version=1, replaces=None, first=None)
                | Q(version__gt=1, replaces__isnull=False, first__isnull=False),
            ),
            models.CheckConstraint(
                name="agreement_is_not_its_own_frame",
                condition=Q(parent=None) | ~Q(parent=F("pk")),
                violation_error_message=_("An agreement cannot be its own frame."),
            ),
            models.CheckConstraint(
                name="agreement_termination_is_whole",
                condition=Q(terminated_on=None, terminated_by=None, termination_reason="", last_day=None)
                | Q(
                    terminated_on__isnull=False,
                    terminated_by__isnull=False,
                    last_day__gte=F("terminated_on"),
                )
                & ~Q(termination_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def acts_of(self, user: Any) -> frozenset[str]:
        return frozenset({VIEW, MANAGE}) if self.line_id in managed_lines(user) else frozenset({VIEW})

    @property
    def line_id(self) -> int:
        """The key of the first version, which all versions of an agreement share."""
        return self.first_id or self.pk

    @property
    def successor(self) -> "Agreement | None":
        """The version that replaces this one, signed or not."""
        return getattr(self, "replaced_by", None)

    @property
    def is_recorded_afterwards(self) -> bool:
        return self.original_kept != ""

    @property
    def unsigned(self) -> "list[AgreementParty]":
        return [party for party in self.parties.all() if party.signed_on is None]

    @property
    def is_signed(self) -> bool:
        """Whether everyone has signed, here or before it was recorded here."""
        if self.is_recorded_afterwards:
            return True
        return bool(self.sent_on and self.parties.all()) and not self.unsigned

    @property
    def begins(self) -> date | None:
        """The first day on which it holds: its own, or that of the last signature where that came later. None while
        somebody has not signed; the first day of all where it was recorded afterwards without one."""
        if not self.is_signed:
            return None
        if self.is_recorded_afterwards:
            return self.valid_from or date.min
        return max(day for day in (self.valid_from, *(p.signed_on for p in self.parties.all())) if day)

    @property
    def ends(self) -> date | None:
        """The last day on which it holds, or will hold as things stand; None for until further notice."""
        successor = self.successor.begins if self.successor else None
        before = successor and max(successor, date(1, 1, 2)) - timedelta(days=1)
        return min((day for day in (self.valid_to, self.last_day, before) if day), default=None)

    @property
    def never_held(self) -> bool:
        """Whether a later version took over, or it was terminated, before the first day came."""
        begins, ends = self.begins, self.ends
        return begins is not None and ends is not None and ends < begins

    @property
    def period(self) -> tuple[date | None, date | None]:
        """The days to show: those on which it holds, or what is written where it does not hold yet or never did."""
        if self.never_held:
            return self.valid_from, self.valid_to
        return self.begins if self.begins not in (None, date.min) else self.valid_from, self.ends

    def state_on(self, day: date) -> State:
        """The same as the database's ``agreement_state``."""
        begins = self.begins
        if begins is None:
            return State.SIGNING if self.sent_on else State.DRAFT
        successor = self.successor.begins if self.successor else None
        if successor and successor <= day:
            return State.REPLACED
        if self.last_day and self.last_day < day:
            return State.TERMINATED
        if self.valid_to and self.valid_to < day:
            return State.EXPIRED
        return State.SIGNED if begins > day else State.IN_FORCE

    @property
    def state(self) -> State:
        return self.state_on(timezone.localdate())

    @property
    def tone(self) -> str:
        """The colour and sign of the state (``partials/status.html``)."""
        if self.warning:
            return "warn"
        return {State.IN_FORCE: "ok", State.SIGNING: "info", State.SIGNED: "info"}.get(
            self.state, "danger" if self.state in (State.EXPIRED, State.TERMINATED) else "plain"
        )

    @property
    def days_left(self) -> int | None:
        """Days until the last one, which is 0; None where none is set or it is not in force."""
        if self.state != State.IN_FORCE or self.ends is None:
            return None
        return (self.ends - timezone.localdate()).days

    @property
    def warning(self) -> int | None:
        """The nearest threshold of ``AGREEMENT_WARNINGS`` that has been passed, in days; None while there is time, and
        where the next version is signed and takes over."""
        left = self.days_left
        if left is None or (self.successor and self.successor.is_signed):
            return None
        return min((days for days in settings.AGREEMENT_WARNINGS if left <= days), default=None)

    @property
    def short_name(self) -> str:
        """Its registry number where it has one, as people call it; needs ``with_parties`` in lists."""
        numbers = list(self.registry_references.all())
        return numbers[0].reference if numbers else self.title

    def version_on(self, day: date) -> "Agreement | None":
        """The version of the same agreement that is in force on a day."""
        return Agreement.objects.of_line(self).in_force(day).order_by("-version").first()


def managed_lines(user: Any) -> set[int]:
    """Agreements, by their first version, for which this person may act: those whose top group they manage, those that
    such a group prepares, and the frames of both. Asked anew each time, in two queries."""
    managed = [body for body in user.bodies() if MANAGE in user.acts_in(body)]
    if not managed:
        return set()
    top = Q(bodies__in=managed, bodies__parent=None, bodies__kind__in=_MAY_BE_TOP)
    rows = Agreement.objects.filter(top | Q(prepared_in__in=managed)).values_list("pk", "first_id")
    lines = {first or pk for pk, first in rows}
    below = Agreement.objects.filter(Q(pk__in=lines) | Q(first__in=lines)).exclude(parent=None)
    return lines | {first or pk for pk, first in below.values_list("parent_id", "parent__first_id")}


class AgreementParty(models.Model):
    """An agency that is party to an agreement, and its signature."""

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, verbose_name=_("agreement"), related_name="parties"
    )
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name=_("agency"), related_name="agreements")
    signatory = models.CharField(_("signatory"), max_length=150, blank=True)
    signatory_title = models.CharField(_("title"), max_length=120, blank=True)
    signed_on = models.DateField(_("signed"), null=True, blank=True)

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "agency"], name="party_once_in_agreement"),
            models.CheckConstraint(
                name="signature_has_a_name",
                condition=Q(signed_on=None) | ~Q(signatory=""),
                violation_error_message=_("Write who signed."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.agency)


class SignedCopyQuerySet(models.QuerySet["SignedCopy"]):
    def visible_to(self, user: Any) -> "SignedCopyQuerySet":
        """Whoever reads the agreement."""
        return self if user.in_structure else self.none()


class SignedCopy(Upload):
    """The paper that one party signed."""

    party = models.OneToOneField(
        AgreementParty, models.CASCADE, verbose_name=_("party"), related_name="signed_copy"
    )

    objects = SignedCopyQuerySet.as_manager()

    class Meta(Upload.Meta):
        verbose_name = _("signed copy")
        verbose_name_plural = _("signed copies")


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


class BoardReportQuerySet(models.QuerySet["BoardReport"]):
    def in_order(self) -> "BoardReportQuerySet":
        return self.order_by("reported", swedish("board"))


class BoardReport(models.Model):
    """That an agreement was reported to a board: which, when as far as it is known, and the board's own number."""

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, verbose_name=_("agreement"), related_name="board_reports"
    )
    board = models.CharField(_("board"), max_length=200, blank=True)
    reported = models.CharField(
        _("reported"),
        max_length=10,
        blank=True,
        help_text=_("A day, such as 2026-04-21, or a month, such as 2026-04, where the day is not known."),
    )
    reference = models.CharField(_("registry number"), max_length=60, blank=True)

    objects = BoardReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report to a board")
        verbose_name_plural = _("reports to boards")
        constraints = [
            models.UniqueConstraint(fields=["agreement", "board", "reported"], name="reported_once"),
            models.CheckConstraint(
                name="board_report_is_a_day_or_a_month",
                condition=Q(reported="")
                | Q(reported__regex=r"^\d{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?$"),
                violation_error_message=_("Write a day, such as 2026-04-21, or a month, such as 2026-04."),
            ),
            models.CheckConstraint(
                name="board_report_says_something", condition=~Q(board="") | ~Q(reported="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.board} {self.reported}".strip()
