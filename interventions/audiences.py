"""Who sees a record, and why, as far as the reader may know it.

The unit that wrote a record knows to whom it has been disclosed. A unit that has been told knows that, when and on
which ground, and is told nothing about others.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Unit, User
from interventions.models import Case, Disclosure, Record, RecordGrant, Seat
from samverkan.audience import Chip, Reason, Sees


@dataclass(frozen=True)
class Shown:
    """A record as one reader meets it. ``units`` see it now; ``absent`` have been told but nobody there is seated."""

    record: Record
    own: bool
    units: tuple[Unit, ...]
    absent: tuple[Unit, ...]
    disclosures: tuple[Disclosure, ...]

    @property
    def narrow(self) -> bool:
        """Seen by the unit that wrote it and nobody else."""
        return self.own and len(self.units) == 1

    @property
    def chips(self) -> tuple[Chip, ...]:
        return tuple(chip(unit) for unit in self.units)


def chip(unit: Unit, count: int | None = None) -> Chip:
    """A unit in its agency's colour."""
    return Chip(unit.name, unit.agency.hue, count)


def seats_in(case: Case, reader: User) -> list[Seat]:
    """The live seats of a case; one whose holder has left has no ``title`` and no force."""
    return list(Seat.objects.visible_to(reader).live().filter(case=case).with_people().in_order())


def in_force(seats: Sequence[Seat]) -> list[Seat]:
    """Those of ``seats_in`` that let somebody in: held by a person who may sign in and works there still."""
    return [seat for seat in seats if seat.user.is_active and getattr(seat, "title", None) is not None]


def shown(records: Sequence[Record], seats: Sequence[Seat], reader: User) -> list[Shown]:
    """What the reader may know of who sees these records. Asks the database once, however many they are."""
    grants: dict[object, list[RecordGrant]] = defaultdict(list)
    rows = (
        RecordGrant.objects.visible_to(reader)
        .live()
        .filter(content_object__in=[record.pk for record in records], disclosure__isnull=False)
        .select_related("group__unit__agency", "disclosure__ground", "disclosure__to_unit")
        .order_by("-disclosure__decided_at", "pk")
    )
    for grant in rows:
        grants[grant.content_object_id].append(grant)
    seated = {seat.unit_id for seat in in_force(seats)}
    return [_shown(record, grants[record.pk], seated, reader) for record in records]


def _shown(record: Record, grants: Sequence[RecordGrant], seated: set[int], reader: User) -> Shown:
    told = [grant.group.unit for grant in grants]
    return Shown(
        record=record,
        own=record.owner_unit_id == reader.unit_id,
        units=(record.owner_unit, *(unit for unit in told if unit.pk in seated)),
        absent=tuple(unit for unit in told if unit.pk not in seated),
        disclosures=tuple(grant.disclosure for grant in grants if grant.disclosure),
    )


def of_case(seats: Sequence[Seat]) -> Sees:
    """The strip of a case: the seated. A seat shows that the case exists, and no record."""
    present = in_force(seats)
    count = Counter(seat.unit_id for seat in present)
    units = {seat.unit_id: seat.unit for seat in present}
    return Sees(
        lead=_("those with a seat in the case"),
        chips=tuple(chip(unit, count[pk]) for pk, unit in units.items()),
        narrow=True,
        note=_("A seat on its own shows no notes. Each note is disclosed to a unit."),
        reasons=tuple(_reason(seat) for seat in present),
    )


def before_writing(writer: User, seats: Sequence[Seat]) -> Sees:
    """The strip of a note that has not been saved: what will be true afterwards."""
    mine = [seat for seat in in_force(seats) if seat.unit_id == writer.unit_id]
    return Sees(
        lead="" if mine else _("your unit"),
        chips=(chip(mine[0].unit),) if mine else (),
        narrow=True,
        note=_("Nobody else sees the note until you disclose it."),
        reasons=tuple(_reason(seat, _("works at the unit that writes it")) for seat in mine),
    )


def of_record(item: Shown, seats: Sequence[Seat]) -> Sees:
    """The strip of one record, with every person in it and the seat, ownership or disclosure behind each."""
    return _to_owner(item, seats) if item.own else _to_recipient(item, seats)


def _to_owner(item: Shown, seats: Sequence[Seat]) -> Sees:
    told = {made.to_unit_id: made for made in item.disclosures}
    reasons = []
    for unit in item.units:
        made = told.get(unit.pk)
        why = _told(made) if made else _("works at the unit that wrote it")
        reasons += [_reason(seat, why) for seat in in_force(seats) if seat.unit_id == unit.pk]
    return Sees(
        lead="",
        chips=item.chips,
        narrow=item.narrow,
        note="; ".join(
            _("%(unit)s has been told, but nobody there has a seat now") % {"unit": unit.name}
            for unit in item.absent
        ),
        reasons=tuple(reasons),
    )


def _to_recipient(item: Shown, seats: Sequence[Seat]) -> Sees:
    mine = [
        seat for seat in in_force(seats) if any(seat.unit_id == made.to_unit_id for made in item.disclosures)
    ]
    return Sees(
        lead=_("your unit, because %(unit)s has disclosed it to you") % {"unit": item.record.owner_unit.name},
        note=_("Only the unit that wrote it knows who else has been told."),
        reasons=tuple(_reason(seat, _told(made)) for made in item.disclosures for seat in mine),
    )


def _told(made: Disclosure) -> str:
    return _("disclosed %(day)s under %(statute)s") % {
        "day": timezone.localdate(made.decided_at).isoformat(),
        "statute": made.ground.statute,
    }


def _reason(seat: Seat, why: str = "") -> Reason:
    who = ", ".join(filter(None, [seat.user.name, getattr(seat, "title", ""), seat.unit.name]))
    since = _("seat since %(day)s") % {"day": timezone.localdate(seat.valid_from).isoformat()}
    return Reason(who, seat.unit.agency.hue, "; ".join(filter(None, [why, since])))
