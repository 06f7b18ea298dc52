"""``manage.py load_demo``: fictional people, rooms, meetings and a case, so that every part can be tried."""

import json
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from groups.models import Agency, Body, Employment, Membership, Method, Premises, Room, Unit, User
from interventions import demo
from interventions.cases import open_case, seat
from interventions.demo_meetings import add_meetings
from interventions.disclosures import disclose
from interventions.models import Case, LegalGround, Record
from interventions.records import write_note
from samverkan.reader import reading_as

STRUCTURE_FIRST = "Run “manage.py import_structure groups/data/jarva.toml” first: {missing} is not there."
GROUNDS_FIRST = (
    "Run “manage.py import_grounds interventions/data/legal_grounds.toml” first: {missing} is not there."
)


class Command(BaseCommand):
    """Safe to repeat: adds what is missing and changes nothing that is there."""

    help = "Add the demo's fictional people, rooms, meetings and case, in demo and test only. Repeatable."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--print-logins", action="store_true", help="Print the log-ins as JSON and nothing else."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.MODE not in ("demo", "test"):
            raise CommandError(
                "Fictional people with a public password belong in a demo only; SAMVERKAN_MODE is production here."
            )
        with transaction.atomic():
            people = add_people()
            add_memberships(people)
            add_mandates()
            add_meetings(people, add_rooms())
            add_case(people)
        if options["print_logins"]:
            self.stdout.write(json.dumps(logins(), ensure_ascii=False))
        else:
            self.stdout.write(f"The demo has {len(people)} people; all sign in with {demo.PASSWORD}")


def logins() -> list[dict[str, str]]:
    """One log-in for each part."""
    return [
        {"part": person.part, "email": person.email, "password": demo.PASSWORD, "sees": person.sees}
        for person in demo.PEOPLE
    ]


def add_people() -> dict[str, User]:
    """The people by part, each employed."""
    people = {}
    for person in demo.PEOPLE:
        user = User.objects.filter(email=person.email).first() or _make(person)
        if not user.employments.exists():
            Employment.objects.create(
                user=user, unit=_unit(*person.unit), title=person.title, valid_from=demo.SINCE
            )
        people[person.part] = user
    return people


def _make(person: demo.Person) -> User:
    return User.objects.create_user(
        person.email,
        demo.PASSWORD,
        name=person.name,
        is_log_reviewer=person.is_log_reviewer,
        is_staff=person.is_administrator,
        is_superuser=person.is_administrator,
    )


def _unit(agency: str, name: str) -> Unit:
    unit = Unit.objects.filter(agency__key=agency, name=name).first()
    if unit is None:
        raise CommandError(STRUCTURE_FIRST.format(missing=f"the unit “{name}” of {agency}"))
    return unit


def _body(key: str) -> Body:
    body = Body.objects.filter(key=key).first()
    if body is None:
        raise CommandError(STRUCTURE_FIRST.format(missing=f"the group “{key}”"))
    return body


def add_memberships(people: dict[str, User]) -> None:
    """Seats in the bodies; a person who has or had one there is left as they are."""
    for key, seats in demo.SEATS.items():
        body = _body(key)
        for part, function in seats.items():
            if not Membership.objects.filter(body=body, user=people[part]).exists():
                Membership.objects.create(
                    body=body,
                    user=people[part],
                    function=function,
                    mandate=demo.PERSONAL_MANDATES.get((key, part), ""),
                    valid_from=demo.SINCE,
                )


def add_mandates() -> None:
    """What each body is for, where nobody has written it."""
    for key, mandate in demo.MANDATES.items():
        Body.objects.filter(key=key, mandate="").update(mandate=mandate)


def add_rooms() -> dict[str, Room]:
    """Premises with two rooms; the rooms by name."""
    keeper = Agency.objects.get(key="jarva")
    premises, _made = Premises.objects.get_or_create(
        name=demo.PREMISES, defaults={"address": demo.ADDRESS, "agency": keeper}
    )
    return {
        name: Room.objects.get_or_create(premises=premises, name=name, defaults={"capacity": capacity})[0]
        for name, capacity in demo.ROOMS.items()
    }


def add_case(people: dict[str, User]) -> None:
    """One case with two notes, of which the police have been told one, unless the case worker has a case already."""
    worker = people["district case worker"]
    with reading_as(worker.pk):
        if Case.objects.visible_to(worker).exists():
            return
        ground = LegalGround.objects.live().filter(key=demo.GROUND).first()
        if ground is None:
            raise CommandError(GROUNDS_FIRST.format(missing=f"the ground “{demo.GROUND}”"))
        case = _opened(worker)
        for part in ("police officer", "school welfare officer"):
            seat(case, people[part], by=worker)
        _note(case, demo.KEPT_NOTE, Record.Statement.ASSESSMENT, days_ago=6, by=worker)
        told = _note(case, demo.TOLD_NOTE, Record.Statement.FACT, days_ago=2, by=worker)
        disclose(
            case,
            [told],
            to=_unit(*demo.YOUTH),
            ground=ground,
            by=worker,
            reasoning=demo.REASONING,
            statements=ground.to_confirm(_unit(*demo.SOCIAL)),
        )


def _opened(worker: User) -> Case:
    method = Method.objects.filter(name=demo.METHOD).first()
    try:
        return open_case(by=worker, method=method)
    except ValidationError as error:
        raise CommandError(
            f"{worker.name} cannot open the demo's case: {' '.join(error.messages)} Give the unit "
            f"“{demo.SOCIAL[1]}” of {demo.SOCIAL[0]} the branch social (groups/data/jarva.toml does)."
        ) from error


def _note(case: Case, text: str, statement: str, *, days_ago: int, by: User) -> Record:
    day = timezone.localdate() - timedelta(days=days_ago)
    return write_note(case, text=text, statement=statement, occurred_on=day, by=by)
