"""Carrying out that agencies become another: previewed, refused with reasons or done whole, once, and written down."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Agency, Employment, Reorganisation, ReorganisationLine, Unit, UnitPairing, User
from groups.models.agencies import AgencyQuerySet
from groups.reorganising_notices import tell_of_change, tell_of_plan
from groups.reorganising_sources import Change, circle, in_circle, sources, units_left


@transaction.atomic
def plan_reorganisation(
    agencies: Iterable[Agency], *, successor: Agency, on: date, by: User, scheduled: bool = False
) -> Reorganisation:
    """Plan it. A unit goes into the successor's unit of the same name and branch, or else into a new one of its own
    name; ``pair_units`` changes that. Nothing moves yet.

    Raises:
        ValidationError: keyed ``agencies`` (none, of several kinds, or one with a plan that waits) or ``successor`` (one
            of them, of another kind, ended, or about to become one of them).
    """
    ending = list(
        Agency.objects.select_for_update().filter(pk__in=[row.pk for row in agencies]).order_by("pk")
    )
    _refuse_impossible(ending, successor)
    _refuse_waiting(ending)
    _refuse_successor(ending, successor, on)
    planned = Reorganisation.objects.create(successor=successor, on=on, created_by=by, scheduled=scheduled)
    planned.agencies.set(ending)
    there = {unit.name: unit for unit in successor.units.all()}
    pairings = []
    for unit in units_left(ending).order_by("agency__name", "name"):
        same = there.get(unit.name)
        same = same if same and same.branch == unit.branch else None
        pairings.append(
            UnitPairing(reorganisation=planned, unit=unit, into=same, new_name="" if same else unit.name)
        )
    UnitPairing.objects.bulk_create(pairings)
    tell_of_plan(planned)
    return planned


def _refuse_impossible(ending: list[Agency], successor: Agency) -> None:
    if not ending:
        raise ValidationError({"agencies": _("Choose at least one agency that ends.")})
    if successor in ending:
        raise ValidationError({"successor": _("The successor cannot be one of those that end.")})
    kinds = list(dict.fromkeys(str(agency.get_kind_display()) for agency in ending))
    if len(kinds) > 1:
        sentence = _("Agencies that end together must be of the same kind. You have chosen %(kinds)s.")
        raise ValidationError({"agencies": sentence % {"kinds": ", ".join(kinds)}})
    if ending[0].kind != successor.kind:
        sentence = _("%(agency)s is of the kind %(kind)s. Choose a successor of that kind.")
        raise ValidationError({"successor": sentence % {"agency": ending[0].name, "kind": kinds[0]}})


def _refuse_waiting(ending: list[Agency]) -> None:
    """One plan at a time for an agency, or the second would move what the first has moved."""
    plans = Reorganisation.objects.filter(state=Reorganisation.State.PLANNED, agencies__in=ending)
    waiting = plans.order_by("on", "pk").first()
    if waiting is None:
        return
    name = next(agency.name for agency in ending if agency in waiting.agencies.all())
    sentence = _("There is already a plan for %(agency)s from %(day)s. Change or withdraw that one.")
    raise ValidationError({"agencies": sentence % {"agency": name, "day": f"{waiting.on:%Y-%m-%d}"}})


def _refuse_successor(ending: list[Agency], successor: Agency, on: date) -> None:
    if successor.valid_to and successor.valid_to < max(on, timezone.localdate()):
        sentence = _("%(agency)s ends on %(day)s. Choose one that continues.")
        words = {"agency": successor.name, "day": f"{successor.valid_to:%Y-%m-%d}"}
        raise ValidationError({"successor": sentence % words})
    if found := in_circle(ending, successor, waiting=True):
        raise ValidationError({"successor": circle(successor, found)})


def may_succeed(agencies: AgencyQuerySet) -> AgencyQuerySet:
    """Those that have not ended."""
    return agencies.exclude(valid_to__lt=timezone.localdate())


def may_end(agencies: AgencyQuerySet) -> AgencyQuerySet:
    """Those that have not ended, and those that have with people still in them; not those whose plan waits, nor the only
    one of a kind."""
    working = Employment.objects.exclude(valid_to__lt=timezone.localdate())
    living = Q(pk__in=may_succeed(agencies)) | Q(pk__in=working.values("unit__agency"))
    waiting = Reorganisation.objects.filter(state=Reorganisation.State.PLANNED, agencies__isnull=False)
    others = may_succeed(Agency.objects.all()).filter(kind=OuterRef("kind")).exclude(pk=OuterRef("pk"))
    return agencies.filter(living, Exists(others)).exclude(pk__in=waiting.values("agencies"))


@transaction.atomic
def pair_units(reorganisation: Reorganisation, goals: Mapping[int, Unit | str], *, by: User) -> None:
    """Say where units go, by their key: a unit of the successor, the name of a new one, or ``""``: it stays for now.

    Raises:
        ValidationError: carried out or withdrawn meanwhile.
    """
    reorganisation = _planned(reorganisation)
    for pairing in reorganisation.pairings.filter(unit__in=goals):
        goal = goals[pairing.unit_id]
        pairing.into = goal if isinstance(goal, Unit) else None
        pairing.new_name = "" if isinstance(goal, Unit) else goal.strip()
        pairing.save(update_fields=["into", "new_name"])


@transaction.atomic
def withdraw(reorganisation: Reorganisation, *, by: User) -> None:
    """Give the plan up; it stays to be read.

    Raises:
        ValidationError: carried out or withdrawn meanwhile.
    """
    reorganisation = _planned(reorganisation)
    reorganisation.state = Reorganisation.State.WITHDRAWN
    reorganisation.save(update_fields=["state"])


def preview(reorganisation: Reorganisation) -> list[ReorganisationLine]:
    """What would move and what would stay, unsaved."""
    change = _change(reorganisation)
    return [line for source in sources() for line in source.lines(change)]


def named(lines: Iterable[ReorganisationLine], user: User) -> list[ReorganisationLine]:
    """The lines that this person may know of, each named by what it is about as far as they may read it; never to be
    saved."""
    lines = list(lines)
    words = {key: text for source in sources() for key, text in source.says(lines, user).items()}
    known = [line for line in lines if words.get((line.kind, line.key), line.name) is not None]
    for line in known:
        line.name = words.get((line.kind, line.key)) or line.name
    return known


def left_behind(reorganisation: Reorganisation) -> list[Unit]:
    """Units that stay for now, and have not followed since."""
    stays = reorganisation.pairings.filter(into=None, new_name="").values("unit")
    rows = units_left(reorganisation.agencies.all()).filter(pk__in=stays)
    return list(rows.select_related("agency").order_by("agency__name", "name"))


def waiting_for(units: Iterable[Unit]) -> Reorganisation | None:
    """The next plan for the agencies of the units."""
    plans = Reorganisation.objects.filter(state=Reorganisation.State.PLANNED)
    return plans.filter(agencies__in=[unit.agency_id for unit in units]).order_by("on", "pk").first()


def obstacles(reorganisation: Reorganisation) -> list[str]:
    """Why it cannot be carried out, whatever the day."""
    change = _change(reorganisation)
    return [sentence for source in sources() for sentence in source.obstacles(change)]


@transaction.atomic
def carry_out(reorganisation: Reorganisation, *, by: User) -> None:
    """Do all of it, and write down each line. A second call, or a second person, is refused.

    Raises:
        ValidationError: it is done or withdrawn, its day has not come, or something is in the way.
    """
    reorganisation = _planned(reorganisation)
    if not reorganisation.has_come:
        raise ValidationError(_("It can be carried out from its first day."))
    keys = [*reorganisation.agencies.values_list("pk", flat=True), reorganisation.successor_id]
    list(Agency.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    # Whoever is about to rest something on a unit that moves waits, and so is seen here or sees what has become of it.
    moving = reorganisation.pairings.exclude(into=None, new_name="").values("unit")
    list(Unit.objects.select_for_update().filter(pk__in=moving).order_by("pk"))
    if found := obstacles(reorganisation):
        raise ValidationError(found)
    change = _change(reorganisation)
    lines = [line for source in sources() for line in source.lines(change)]
    for source in sources():
        source.carry(change)
    for line in lines:
        line.reorganisation = reorganisation
    ReorganisationLine.objects.bulk_create(lines)
    reorganisation.state = Reorganisation.State.CARRIED_OUT
    reorganisation.carried_out_by, reorganisation.carried_out_at = by, timezone.now()
    reorganisation.refused_because = ""
    reorganisation.save()
    tell_of_change(reorganisation)


def carry_out_due() -> int:
    """Carry out what was planned to happen by itself and whose day has come; safe to run twice. What is in the way is
    written on the plan, for whoever planned it to see."""
    done = 0
    for planned in Reorganisation.objects.due().filter(scheduled=True).select_related("created_by"):
        try:
            if "change" not in planned.acts_of(planned.created_by):
                raise ValidationError(
                    _("Whoever planned this may no longer carry it out. Somebody else must.")
                )
            carry_out(planned, by=planned.created_by)
            done += 1
        except ValidationError as error:
            Reorganisation.objects.filter(pk=planned.pk, state=Reorganisation.State.PLANNED).update(
                refused_because="\n".join(error.messages)
            )
    return done


def _planned(reorganisation: Reorganisation) -> Reorganisation:
    """Held until the transaction ends."""
    stored = Reorganisation.objects.select_for_update(of=("self",)).get(pk=reorganisation.pk)
    if not stored.is_planned:
        raise ValidationError(_("This has already been carried out or withdrawn."))
    return stored


def _change(reorganisation: Reorganisation) -> Change:
    pairings = reorganisation.pairings.select_related("unit__agency", "into").order_by(
        "unit__agency__name", "pk"
    )
    return Change(
        reorganisation=reorganisation,
        on=reorganisation.on,
        successor=reorganisation.successor,
        agencies=list(reorganisation.agencies.select_related("successor").order_by("pk")),
        pairings=list(pairings),
    )
