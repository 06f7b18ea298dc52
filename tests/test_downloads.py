"""Every list as a file: both kinds, no formula, and as many questions however long the list."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from groups.hours import moment
from groups.week import monday_of
from meetings.models import Booking
from tests.cast import make_cast
from tests.conftest import AppClient
from tests.factories import (
    make_action,
    make_agency,
    make_agreement,
    make_body,
    make_decision,
    make_item,
    make_membership,
    make_room,
    make_unit,
    make_user,
    next_number,
)
from tests.factories_bodies import make_contact
from tests.factories_duties import make_turn
from tests.factories_leaving import make_hand_over, make_reorganisation, make_thing
from tests.factories_programme import (
    make_follow_up,
    make_goal,
    make_hours,
    make_indicator,
    make_measure,
    make_method,
    make_method_note,
    make_problem,
    make_programme,
    make_report,
    make_use,
    make_value,
)
from tests.matrix import furnish
from tests.matrix.rows_downloads import ROWS
from tests.matrix.world import World


@pytest.fixture
def world(db):
    return furnish(World(cast=make_cast()))


def addresses(world):
    """One of each list, as the coordinator reaches it."""
    found = {}
    for row in ROWS:
        asked = row.data(world)
        if row.expected("coordinator") == 200:
            found.setdefault(
                (row.name, asked.get("part", "")), (reverse(row.name, kwargs=row.arguments(world)), asked)
            )
    return found


def more(world):
    """Another row of each kind, with all that hangs on it."""
    cast, by, number = world.cast, world.cast.coordinator, next_number()
    agency = make_agency()
    user = make_user(unit=make_unit(agency=agency))
    agreement = make_agreement(parties=[agency])
    body = make_body(agreement=cast.agreement, parent=cast.steering, origin="new")
    body.required_agencies.add(agency)
    for group in (cast.steering, body):
        make_membership(body=group, user=user)
    make_contact(agency=agency)
    report = make_report(agreement=cast.agreement, by=by)
    make_report(agreement=agreement, by=by)
    make_problem(report=report.report, by=by)
    method = make_method(name=f"Metod {number}", proposed_by=agency)
    for used in (method, world.method):
        make_use(method=used, body=body)
    make_method_note(method=world.method, by=user, agency=agency)
    more_of_the_plan(world, number, agency, user)
    make_programme(version=report, by=by)
    make_room(premises=cast.premises, name=f"Rum {number}")
    for meeting in (world.held, world.called):
        item = make_item(meeting=meeting, position=number)
        make_decision(item=item, by=by)
        make_action(item=item, agency=cast.district, by=by, responsible_person=by)
    begins = moment(monday_of(timezone.localdate())) + timedelta(minutes=10 * (number % 900))
    Booking.objects.create(
        room=cast.room,
        starts_at=begins,
        ends_at=begins + timedelta(minutes=10),
        booked_by=user,
        agency=agency,
        purpose="=cmd()",
    )
    make_turn(duty=world.duty, due=date(2026, 1, 1) + timedelta(days=number % 300))
    make_thing(hand_over=make_hand_over(user=user, body=cast.steering))
    make_reorganisation(agencies=[agency], successor=make_agency(), by=by)


def more_of_the_plan(world, number, agency, user):
    by = world.cast.coordinator
    for goal in (make_goal(problem=world.problem, by=by), world.goal):
        indicator = make_indicator(goal=goal, by=by, responsible_agency=agency)
        make_value(indicator=indicator, by=by, day=date(2026, 1, 1), value=3)
    measure = make_measure(
        problem=world.problem,
        by=by,
        responsible_agency=agency,
        method=world.method,
        programme=world.programme,
    )
    for followed in (measure, world.measure):
        make_hours(measure=followed, by=user, agency=agency)
        make_follow_up(measure=followed, by=user)


def asked(browser, address, data):
    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(address, data)
    return answer, sum(row["sql"].startswith("SELECT ") for row in captured)


def test_every_list_costs_the_same_however_long(world):
    browser = AppClient()
    browser.force_login(world.cast.coordinator)
    lists = addresses(world)
    more(world)
    [asked(browser, *where) for where in lists.values()]
    before = {name: asked(browser, *where) for name, where in lists.items()}
    for _time in range(2):
        more(world)

    after = {name: asked(browser, *where) for name, where in lists.items()}

    assert {name: cost for name, (_answer, cost) in before.items()} == {
        name: cost for name, (_answer, cost) in after.items()
    }
    grown = {name for name in lists if len(after[name][0].content) > len(before[name][0].content)}
    assert len(grown) > 30, set(lists) - grown


def test_every_list_is_a_table_of_both_kinds_without_formulas(world):
    browser = AppClient()
    browser.force_login(world.cast.coordinator)
    more(world)

    for name, (address, data) in addresses(world).items():
        text = browser.get(address, data)
        rows = list(csv.reader(io.StringIO(text.content.decode("utf-8-sig"), newline=""), delimiter=";"))
        book = browser.get(address, data | {"download": "xlsx"})
        assert len(rows) > 1 and len(set(rows[0])) == len(rows[0]), name
        assert not [value for row in rows for value in row if value.startswith(("=", "+", "-", "@"))], name
        assert text["Content-Disposition"].startswith("attachment; filename") and book.content[:2] == b"PK", (
            name
        )
