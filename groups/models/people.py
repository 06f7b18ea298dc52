"""People who sign in, and where they work."""

from functools import cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models.agencies import Agency, Unit
from groups.models.undertakings import has_undertaken
from groups.ordering import swedish
from groups.periods import PeriodQuerySet, days, ends_after_it_begins, holds
from groups.roles import ALLOWS, MANAGE, Function, acts_of

#: Kinds of bodies that lead others (``Body.Kind``): what is managed there reaches the whole structure.
LEADING = ("council", "steering")


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def employed(self) -> "UserQuerySet":
        return self.active().filter(Exists(Employment.objects.live().filter(user=OuterRef("pk"))))

    def at_authorities(self) -> "UserQuerySet":
        """Staff of authorities, whom a case or a case group may seat: nobody who administers or reviews the log."""
        work = Employment.objects.live().filter(user=OuterRef("pk")).exclude(unit__branch=Unit.Branch.NONE)
        return self.filter(is_staff=False, is_superuser=False, is_log_reviewer=False).filter(Exists(work))

    def undertaken(self) -> "UserQuerySet":
        """Those who have confirmed the current confidentiality undertaking, or everybody before there is one."""
        return self.filter(has_undertaken("pk"))

    def seated(self) -> "UserQuerySet":
        """Those who sit in a body today."""
        today = holds(timezone.localdate(), "memberships__")
        return self.employed().filter(
            pk__in=User.objects.filter(today, memberships__isnull=False).values("pk")
        )

    def visible_to(self, user: "User") -> "UserQuerySet":
        """Colleagues in the structure: everyone who works at one of its agencies today.

        Social services staff see them without sitting in a body: they choose whom to give a seat in a case.
        """
        leads_cases = (
            settings.CASES
            and user.is_active
            and user.unit is not None
            and user.unit.branch == Unit.Branch.SOCIAL
        )
        return self.employed() if user.in_structure or leads_cases else self.filter(pk=user.pk)

    def in_order(self) -> "UserQuerySet":
        return self.order_by(swedish("name"))

    def with_workplaces(self) -> "UserQuerySet":
        """With where each works today (``workplace``), in one more query."""
        return self.prefetch_related(employed_today())


class UserManager(BaseUserManager["User"]):
    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person who signs in with this e-mail address; no password means none that works."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with a log-in. What they may see follows from employment, memberships and seats, not from this row."""

    class Language(models.TextChoices):
        SWEDISH = "sv", "Svenska"
        ENGLISH = "en", "English"

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    language = models.CharField(_("language"), max_length=5, choices=Language, default=Language.SWEDISH)
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("administrator"), default=False)
    is_log_reviewer = models.BooleanField(
        _("log reviewer"),
        default=False,
        help_text=_("Reads the access log. Cannot be an administrator as well."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager.from_queryset(UserQuerySet)()

    #: Today's employment, where ``employed_today`` fetched it; one at most.
    employed_today: "list[Employment]"

    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_once",
                violation_error_message=_("Somebody already signs in with this address."),
            ),
            models.CheckConstraint(
                name="log_reviewer_is_no_administrator",
                condition=Q(is_log_reviewer=False) | Q(is_staff=False, is_superuser=False),
                violation_error_message=_("A log reviewer cannot be an administrator as well."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    # What follows is asked once for each request, since a request loads its own user. Never kept longer: a membership
    # that ends must end access at the next request.

    @cached_property
    def employment(self) -> "Employment | None":
        """Where this person works today."""
        return Employment.objects.live().filter(user=self).select_related("unit__agency").first()

    @property
    def workplace(self) -> "Employment | None":
        """Where this person works today, from rows already fetched (``employed_today``): for lists of people."""
        return self.employed_today[0] if self.employed_today else None

    @property
    def unit(self) -> Unit | None:
        return self.employment.unit if self.employment else None

    @property
    def unit_id(self) -> int | None:
        return self.employment.unit_id if self.employment else None

    @property
    def agency(self) -> Agency | None:
        return self.employment.unit.agency if self.employment else None

    @property
    def agency_id(self) -> int | None:
        return self.employment.unit.agency_id if self.employment else None

    @cached_property
    def functions(self) -> dict[int, set[str]]:
        """This person's functions today, by the key of the body; in structure mode nobody has one in a case group."""
        found: dict[int, set[str]] = {}
        for body_id, function, _kind in self._seats:
            found.setdefault(body_id, set()).add(function)
        return found

    @cached_property
    def _seats(self) -> list[tuple[int, str, str]]:
        """Body, function and kind of body of each seat today."""
        held = self.memberships.live()
        if not settings.CASES:
            held = held.exclude(body__kind="case")
        return list(held.values_list("body_id", "function", "body__kind"))

    @property
    def in_structure(self) -> bool:
        """Whether this person has a live membership and works somewhere; all of the structure rests on both."""
        return self.is_active and self.employment is not None and bool(self.functions)

    @property
    def at_authority(self) -> bool:
        return self.in_structure and self.agency is not None and self.agency.is_authority

    @property
    def coordinates(self) -> bool:
        """Whether this person coordinates a council or steering group: the coordination function that the law asks for
        (2023:196 §§ 11–12), not that of one working group."""
        held = (function == Function.COORDINATOR and kind in LEADING for _body, function, kind in self._seats)
        return self.in_structure and any(held)

    @property
    def manages(self) -> bool:
        """Whether this person manages any body."""
        return any(MANAGE in self.acts_in(body) for body in self.bodies())

    @cached_property
    def has_undertaken(self) -> bool:
        """Whether this person has confirmed the current confidentiality undertaking; true while there is none."""
        return User.objects.get_queryset().undertaken().filter(pk=self.pk).exists()

    def bodies(self, *functions: str) -> list[int]:
        """Keys of the bodies in which this person is a live member, in one of these functions if any are named."""
        if not self.in_structure:
            return []
        return [body for body, held in self.functions.items() if not functions or held & set(functions)]

    def acts_in(self, body_id: int) -> frozenset[str]:
        """What this person may do in a body."""
        return acts_of(self.functions.get(body_id, set())) if self.in_structure else frozenset()

    def managed(self) -> list[int]:
        """Keys of the bodies that this person manages."""
        return [body for body in self.bodies() if MANAGE in self.acts_in(body)]

    @cached_property
    def manages_the_top(self) -> bool:
        """Whether this person manages a council or steering group that reports to no other."""
        managing = [function for function, acts in ALLOWS.items() if MANAGE in acts]
        held = self.memberships.live().filter(function__in=managing, body__parent=None)
        return self.in_structure and held.filter(body__kind__in=LEADING).exists()

    def forget(self) -> None:
        """Drop what was remembered, after a change of this person's own employment or memberships."""
        for name in ("employment", "_seats", "functions", "manages_the_top", "has_undertaken"):
            self.__dict__.pop(name, None)


class EmploymentQuerySet(PeriodQuerySet["Employment"]):
    def visible_to(self, user: User) -> "EmploymentQuerySet":
        return self if user.in_structure else self.filter(user=user)


class Employment(models.Model):
    """Where a person works, from day to day; never in two units at once, so that access has one boundary."""

    user = models.ForeignKey(User, models.PROTECT, verbose_name=_("person"), related_name="employments")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name=_("unit"), related_name="employments")
    title = models.CharField(_("title"), max_length=120)
    valid_from = models.DateField(_("first day"))
    valid_to = models.DateField(_("last day"), null=True, blank=True)

    objects = EmploymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("employment")
        verbose_name_plural = _("employments")
        constraints = [
            ends_after_it_begins("employment_ends_after_it_begins"),
            ExclusionConstraint(
                name="employment_one_at_a_time",
                expressions=[("user", RangeOperators.EQUAL), (days(), RangeOperators.OVERLAPS)],
                violation_error_message=_("This person already has an employment during these days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.title}"

    def acts_of(self, user: User) -> frozenset[str]:
        """The coordination function may end employments at its own agency, those who manage the top body all; but who
        administers or reviews the log is for the administration to end."""
        if self.user.is_staff or self.user.is_log_reviewer:
            return frozenset()
        coordinates = self.unit.agency_id == user.agency_id and user.coordinates
        return frozenset({"end"}) if coordinates or user.manages_the_top else frozenset()


def employed_today(prefix: str = "") -> "models.Prefetch[str]":
    """Fetches where people work today; ``prefix`` walks a relation to them, such as ``"user__"``."""
    rows = Employment.objects.live().select_related("unit__agency")
    return models.Prefetch(f"{prefix}employments", rows, to_attr="employed_today")
