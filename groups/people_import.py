"""Importing people and memberships: a dry run first, then all of it or nothing, and only what was shown.

The worker checks and writes; both are safe to begin again. Nobody gets a password: an administrator sends a link.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from groups.leaving import end_employment, end_membership
from groups.models import Employment, Membership, PeopleImport, User
from groups.people_plan import Plan, add_row, load_world
from groups.people_rows import PersonRow, Wrong, columns_of, read_row
from samverkan.sheets import read_sheet

State = PeopleImport.State
#: Rows between two looks at the clock and at whether somebody has cancelled.
STEP = 500
BATCH = 2000
#: So many lines and mistakes are kept for the page.
SHOWN = 1000


class Stopped(Exception):
    """Somebody has cancelled the import."""


@transaction.atomic
def begin_import(*, name: str, content: bytes, by: User) -> PeopleImport:
    """Take a file in; a worker checks it."""
    return PeopleImport.objects.create(
        by=by, name=name[:120], content=content, sha256=hashlib.sha256(content).hexdigest()
    )


def check_import(pk: int) -> None:
    """The dry run: say of every row what it would do, or what is wrong in it. Writes nothing but the report."""
    row = PeopleImport.objects.select_related("by").filter(pk=pk, state=State.CHECKING).first()
    if row is not None:
        with translation.override(row.by.language):
            _check(row)


def _check(row: PeopleImport) -> None:
    try:
        plan, basis = _planned(
            bytes(row.content), lambda done, count: _tell(row, State.CHECKING, done, count)
        )
    except Stopped:
        return
    except ValidationError as error:
        _end(row, State.CHECKING, State.REFUSED, {"mistakes": _said(error)})
        return
    if plan.wrong:
        _end(row, State.CHECKING, State.REFUSED, _report(plan))
        return
    PeopleImport.objects.filter(pk=row.pk, state=State.CHECKING).update(
        state=State.CHECKED, basis=basis, report=_report(plan)
    )


@transaction.atomic
def confirm_import(row: PeopleImport, *, by: User) -> None:
    """Let what was shown be written, once; a worker does it.

    Raises:
        ValidationError: it is not checked, or is being written already.
    """
    ready = PeopleImport.objects.filter(pk=row.pk, by=by, state=State.CHECKED)
    if not ready.update(state=State.WRITING, begun_at=timezone.now(), row_done=0):
        raise ValidationError(_("This file is not waiting to be imported."))


@transaction.atomic
def cancel_import(row: PeopleImport, *, by: User) -> None:
    """Stop what goes on, or drop what was checked; nothing of it is written.

    Raises:
        ValidationError: it is being written, or over.
    """
    open_ones = PeopleImport.objects.filter(pk=row.pk, by=by, state__in=(State.CHECKING, State.CHECKED))
    if not open_ones.update(state=State.CANCELLED, ended_at=timezone.now(), content=b"", report={}):
        raise ValidationError(_("It is too late to cancel."))


def write_import(pk: int) -> None:
    """Write what was shown: refused where the file or what the check rested on is no longer the same."""
    row = PeopleImport.objects.select_related("by").filter(pk=pk, state=State.WRITING).first()
    if row is not None:
        with translation.override(row.by.language):
            _write_as_shown(row)


def _write_as_shown(row: PeopleImport) -> None:
    try:
        if hashlib.sha256(bytes(row.content)).hexdigest() != row.sha256:
            raise ValidationError(_("The file is not the one that was checked."))
        plan, basis = _planned(bytes(row.content), lambda done, count: _tell(row, State.WRITING, done, count))
        with transaction.atomic():
            _write(row, plan, basis)
    except ValidationError as error:
        _end(row, State.WRITING, State.FAILED, {"mistakes": _said(error)})
    except IntegrityError:
        changed = [
            Wrong(0, "", _("Somebody changed the same people at the same time. Check the file again.")).said()
        ]
        _end(row, State.WRITING, State.FAILED, {"mistakes": changed})


def _planned(content: bytes, tell: Callable[[int, int], None]) -> tuple[Plan, str]:
    sheet = read_sheet(content)
    places, wrong = columns_of(sheet.headings)
    plan = Plan(wrong=wrong)
    if wrong:
        return plan, ""
    read: list[PersonRow] = []
    count = len(sheet.rows)
    for done, (number, cells) in enumerate(sheet.rows):
        if done % STEP == 0:
            tell(done // 2, count)
        person, bad = read_row(number, cells, places)
        plan.wrong += bad
        if person:
            read.append(person)
    world = load_world({person.email for person in read})
    basis = world.digest
    for done, person in enumerate(read):
        if done % STEP == 0:
            tell(count // 2 + done // 2, count)
        add_row(plan, person, world)
    plan.wrong.sort(key=lambda wrong: wrong.row)
    return plan, basis


def _write(row: PeopleImport, plan: Plan, basis: str) -> None:
    held = PeopleImport.objects.select_for_update().get(pk=row.pk)
    if held.state != State.WRITING:
        return
    if plan.wrong or basis != held.basis or load_world(set(plan.first)).digest != held.basis:
        raise ValidationError(_("Something has changed since the file was checked. Check it again."))
    people = _write_people(plan)
    for email, employment in plan.new_employments.items():
        employment.user_id = people[email]
    Employment.objects.bulk_create(plan.new_employments.values(), batch_size=BATCH)
    for (email, _body), seat in plan.new_seats.items():
        seat.user_id = people[email]
    Membership.objects.bulk_create(plan.new_seats.values(), batch_size=BATCH)
    for standing, day in plan.ended_seats.values():
        end_membership(standing, by=row.by, last_day=day)
    for employed, day in plan.ended_employments.values():
        end_employment(employed, by=row.by, last_day=day)
    held.state, held.ended_at, held.content = State.DONE, timezone.now(), b""
    held.row_done, held.report = held.row_count, _report(plan)
    held.save()


def _write_people(plan: Plan) -> dict[str, int]:
    """Keys by address of everybody in the file."""
    for user in plan.new_people.values():
        user.password = make_password(None)
    User.objects.bulk_create(plan.new_people.values(), batch_size=BATCH)
    User.objects.bulk_update(plan.changed_people.values(), ["name", "phone"], batch_size=BATCH)
    rows = User.objects.get_queryset().filter(email__in=list(plan.first))
    return {email.lower(): pk for email, pk in rows.values_list("email", "pk")}


def _tell(row: PeopleImport, state: str, done: int, count: int) -> None:
    """Keep how far it has come, outside of any transaction, so that the page sees it; ends where it was cancelled."""
    if not PeopleImport.objects.filter(pk=row.pk, state=state).update(row_done=done, row_count=count):
        raise Stopped


def _end(row: PeopleImport, before: str, after: str, report: dict[str, Any]) -> None:
    PeopleImport.objects.filter(pk=row.pk, state=before).update(
        state=after, ended_at=timezone.now(), report=report, content=b""
    )


def _report(plan: Plan) -> dict[str, Any]:
    return {
        "counts": plan.counts(),
        "lines": [line for line in plan.lines if line["what"] != "unchanged"][:SHOWN],
        "mistakes": [wrong.said() for wrong in plan.wrong[:SHOWN]],
        "mistake_count": len(plan.wrong),
    }


def _said(error: ValidationError) -> list[dict[str, Any]]:
    return [Wrong(0, "", message).said() for message in error.messages]
