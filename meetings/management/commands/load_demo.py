"""``manage.py load_demo``: fictional people, rooms, meetings and what the settings add, so that every part can be tried."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.utils.module_loading import import_string

from groups.models import Agency, Body, Employment, Membership, Premises, Room, Unit, User
from meetings import demo
from meetings.demo_bodies import add_bodies_and_people
from meetings.demo_leaving import add_changes
from meetings.demo_meetings import add_meetings
from meetings.demo_plan import add_plan
from meetings.demo_premises import add_premises
from meetings.demo_year import add_year

STRUCTURE_FIRST = "Run “manage.py import_structure groups/data/jarva.toml” first: {missing} is not there."


class Command(BaseCommand):
    """Safe to repeat: adds what is missing and changes nothing that is there."""

    help = "Add the demo's fictional people, rooms and meetings, in demo and test only. Repeatable."

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
            add_bodies_and_people(people)
            rooms = add_rooms()
            add_meetings(people, rooms)
            add_premises(people, rooms)
            add_plan(people)
            add_year(people["coordinator"])
            add_changes(people)
            for step in settings.DEMO_STEPS:
                import_string(step)(people)
        if options["print_logins"]:
            self.stdout.write(json.dumps(logins(), ensure_ascii=False))
        else:
            self.stdout.write(f"The demo has {len(people)} people; all sign in with {demo.PASSWORD}")


def logins() -> list[dict[str, str]]:
    """One log-in for each part."""
    return [
        {
            "part": person.part,
            "email": person.email,
            "password": demo.PASSWORD,
            "sees": person.shows(cases=settings.CASES),
        }
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
