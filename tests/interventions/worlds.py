"""Random worlds of cases, and the rules once more in plain Python, apart from the program, to compare it with."""

import random
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.models import Group
from django.db import connection
from django.utils import timezone

from groups.models import Agency, Employment, Unit, User
from interventions.models import Case, DisclosedRecord, Disclosure, Note, Record, RecordGrant, Seat
from interventions.records import view_permission
from tests.factories_cases import make_ground

UNITS, PEOPLE, CASES = 30, 60, 120


@dataclass
class World:
    """Rows as they were made, not as the database gives them to anybody."""

    people: list[User]
    units: dict[int, Unit]
    employments: list[Employment]
    cases: list[Case]
    seats: list[Seat]
    records: list[Record]
    grants: list[RecordGrant]
    disclosures: list[Disclosure]
    disclosed: list[DisclosedRecord]

    # The rules, as a person would tell them.

    def unit_of(self, person: User) -> Unit | None:
        today = timezone.localdate()
        for job in self.employments:
            begun = job.valid_from <= today
            if job.user_id == person.pk and begun and (job.valid_to is None or job.valid_to >= today):
                return self.units[job.unit_id] if person.is_active else None
        return None

    def seated_in(self, person: User) -> set[uuid.UUID]:
        unit, now = self.unit_of(person), timezone.now()
        return {
            seat.case_id
            for seat in self.seats
            if unit and (seat.user_id, seat.unit_id) == (person.pk, unit.pk) and lives(seat, now)
        }

    def seen_by(self, person: User) -> dict[str, set[uuid.UUID]]:
        """Keys of what this person may see, by model."""
        unit, cases, now = self.unit_of(person), self.seated_in(person), timezone.now()
        group = unit.group_id if unit else None
        told = {
            grant.content_object_id
            for grant in self.grants
            if grant.group_id == group and (grant.valid_until is None or grant.valid_until > now)
        }
        records = {
            record.pk: record for record in self.records if record.case_id in cases and record.pk in told
        }
        disclosures = {
            row.pk
            for row in self.disclosures
            if unit and row.case_id in cases and unit.pk in (row.from_unit_id, row.to_unit_id)
        }
        return {
            "Case": cases,
            "Seat": {seat.pk for seat in self.seats if seat.case_id in cases},
            "Record": set(records),
            "Note": set(records),
            "RecordGrant": {
                grant.pk
                for grant in self.grants
                if grant.content_object_id in records
                and (
                    grant.group_id == group or records[grant.content_object_id].owner_unit_id == unit.pk  # type: ignore[union-attr]
                )
            },
            "Disclosure": disclosures,
            "DisclosedRecord": {row.pk for row in self.disclosed if row.disclosure_id in disclosures},
        }

    def grants_behind_the_wall(self, person: User) -> set[uuid.UUID]:
        """The wall around grants is wider than the queryset: it also shows one's own unit's that have run out."""
        unit, cases = self.unit_of(person), self.seated_in(person)
        owners = {record.pk: record.owner_unit_id for record in self.records}
        return {
            grant.pk
            for grant in self.grants
            if unit
            and grant.case_id in cases
            and (grant.group_id == unit.group_id or owners[grant.content_object_id] == unit.pk)
        }


def lives(seat: Seat, now: datetime) -> bool:
    return seat.valid_from <= now and (seat.valid_until is None or seat.valid_until > now)


def make_random_world(seed: int) -> World:
    """About as many people as seats allow to meet: some inactive, some without work, some who have moved on."""
    chance = random.Random(seed)
    units = _units()
    people = [
        User(
            email=f"{seed}-{n}@example.org", name=f"Person {n}", password="!", is_active=chance.random() > 0.1
        )
        for n in range(PEOPLE)
    ]
    User.objects.bulk_create(people)
    employments = [job for person in people for job in _employments(chance, person, units)]
    Employment.objects.bulk_create(employments)
    world = World(people, {unit.pk: unit for unit in units}, employments, [], [], [], [], [], [])
    _cases(chance, world)
    _records(chance, world)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # the planner knows nothing of rows that no transaction has committed
    return world


def _units() -> list[Unit]:
    agency = Agency.objects.create(key=f"a-{uuid.uuid4().hex[:8]}", name="Myndighet", kind="authority")
    groups = Group.objects.bulk_create(Group(name=f"unit:{uuid.uuid4()}") for _n in range(UNITS))
    return Unit.objects.bulk_create(
        Unit(agency=agency, name=f"Enhet {n}", branch="social" if n % 2 else "police", group=group)
        for n, group in enumerate(groups)
    )


def _employments(chance: random.Random, person: User, units: list[Unit]) -> list[Employment]:
    today = timezone.localdate()
    # Few units hold most people, so that colleagues meet.
    before, now = (units[min(int(chance.expovariate(0.25)), UNITS - 1)] for _n in range(2))
    kind = chance.choices(["steady", "moved", "left", "not yet", "never"], [6, 2, 1, 1, 1])[0]
    periods: dict[str, list[tuple[Unit, date, date | None]]] = {
        "steady": [(now, date(2024, 1, 1), None)],
        "moved": [
            (before, date(2024, 1, 1), today - timedelta(days=1)),
            (now, today, today + timedelta(days=9)),
        ],
        "left": [(now, date(2024, 1, 1), today - timedelta(days=1))],
        "not yet": [(now, today + timedelta(days=1), None)],
        "never": [],
    }
    return [
        Employment(user=person, unit=unit, title="Handläggare", valid_from=begins, valid_to=ends)
        for unit, begins, ends in periods[kind]
    ]


def _cases(chance: random.Random, world: World) -> None:
    now, units = timezone.now(), list(world.units.values())
    for number in range(CASES):
        case = Case(
            reference=f"R-{uuid.uuid4().hex[:12]}",
            lead_unit=chance.choice(units),
            created_by=chance.choice(world.people),
            opened_at=now - timedelta(hours=number),
        )
        world.cases.append(case)
        for person in chance.sample(world.people, chance.randint(0, 7)):
            world.seats.append(_seat(chance, world, case, person, now))
    Case.objects.bulk_create(world.cases)
    Seat.objects.bulk_create(world.seats)


def _seat(chance: random.Random, world: World, case: Case, person: User, now: datetime) -> Seat:
    jobs = [job.unit_id for job in world.employments if job.user_id == person.pk]
    wrong = chance.random() < 0.15 or not jobs
    begins, ends = chance.choices(
        [(-9, None), (-9, 9), (-9, -1), (1, None)],
        [6, 2, 1, 1],
    )[0]
    return Seat(
        case=case,
        case_opened_at=case.opened_at,
        user=person,
        unit_id=chance.choice(list(world.units)) if wrong else jobs[-1],
        valid_from=now + timedelta(days=begins),
        valid_until=None if ends is None else now + timedelta(days=ends),
        seated_by=case.created_by,
    )


def _records(chance: random.Random, world: World) -> None:
    now, ground = timezone.now(), make_ground()
    for case in world.cases:
        seats = [seat for seat in world.seats if seat.case_id == case.pk]
        for _n in range(chance.randint(0, 4) if seats else 0):
            by = chance.choice(seats)
            record = Record(
                case=case,
                owner_unit_id=by.unit_id,
                statement="fact",
                occurred_on=timezone.localdate(),
                created_by_id=by.user_id,
                created_at=now - timedelta(minutes=len(world.records)),
            )
            world.records.append(record)
            _grant(world, record, by.unit_id)
            for unit_id in {seat.unit_id for seat in seats} - {by.unit_id}:
                if chance.random() < 0.5:
                    _disclose(chance, world, record, unit_id, ground, now)
    Record.objects.bulk_create(world.records)
    Note.objects.bulk_create(Note(record=record, text="Anteckning") for record in world.records)
    Disclosure.objects.bulk_create(world.disclosures)
    DisclosedRecord.objects.bulk_create(world.disclosed)
    permission = view_permission()
    for grant in world.grants:
        grant.permission = permission
    RecordGrant.objects.bulk_create(world.grants)


def _disclose(
    chance: random.Random, world: World, record: Record, unit_id: int, ground, now: datetime
) -> None:
    revoked = chance.random() < 0.25
    disclosure = Disclosure(
        case_id=record.case_id,
        from_unit_id=record.owner_unit_id,
        to_unit_id=unit_id,
        ground=ground,
        reasoning="Behövs.",
        decided_by_id=record.created_by_id,
        decided_at=now,
        valid_until=chance.choice([None, None, now + timedelta(days=9), now - timedelta(days=1)]),
    )
    if revoked:
        disclosure.revoked_at, disclosure.revoked_by_id = now, record.created_by_id
        disclosure.revocation_reason = "Behövs inte."
    world.disclosures.append(disclosure)
    world.disclosed.append(DisclosedRecord(disclosure=disclosure, record=record))
    if not revoked:
        _grant(world, record, unit_id, disclosure=disclosure, valid_until=disclosure.valid_until)


def _grant(world: World, record: Record, unit_id: int, **fields: object) -> None:
    world.grants.append(
        RecordGrant(
            content_object=record,
            case_id=record.case_id,
            record_created_at=record.created_at,
            group_id=world.units[unit_id].group_id,
            **fields,
        )
    )
