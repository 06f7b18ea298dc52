"""Importing people and memberships: a dry run first, then all of it or nothing, and only what was shown.

The worker checks and writes; both are safe to begin again. Nobody gets a password: an administrator sends a link.
"""

import hashlib
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from groups.models import PeopleImport, User
from groups.people_plan import Plan, add_row, load_world
from groups.people_rows import COLUMNS, PersonRow, Wrong, columns_of, read_row
from groups.people_writing import rehearse, write_plan
from samverkan.sheets import Sheet, read_sheet

State = PeopleImport.State
#: Rows between two looks at the clock and at whether somebody has cancelled.
STEP = 500
#: So many lines and mistakes are kept for the page.
SHOWN = 1000


class Stopped(Exception):
    """The import is no longer to be worked on: somebody has cancelled it, or it was given up."""


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
        row.day = timezone.localdate()
        _begin(row)
        with translation.override(row.by.language):
            _check(row)


def _begin(row: PeopleImport) -> None:
    """The time that is left is reckoned from when a worker took it up."""
    now = timezone.now()
    PeopleImport.objects.filter(pk=row.pk, state=row.state).update(
        day=row.day, begun_at=now, seen_at=now, row_done=0
    )


def _check(row: PeopleImport) -> None:
    try:
        plan, basis = _planned(row)
        if not plan.wrong:
            rehearse(plan, by=row.by, day=row.day)
        if plan.wrong:
            _end(row, State.REFUSED, _report(plan))
            return
    except Stopped:
        return
    except ValidationError as error:
        _end(row, State.REFUSED, said(error.messages))
        return
    PeopleImport.objects.filter(pk=row.pk, state=State.CHECKING).update(
        state=State.CHECKED, basis=basis, report=_report(plan), seen_at=timezone.now()
    )


@transaction.atomic
def confirm_import(row: PeopleImport, *, by: User) -> None:
    """Let what was shown be written, once; a worker does it.

    Raises:
        ValidationError: it is not checked, or is being written already.
    """
    ready = PeopleImport.objects.filter(pk=row.pk, by=by, state=State.CHECKED)
    now = timezone.now()
    if not ready.update(state=State.WRITING, begun_at=now, seen_at=now, row_done=0):
        raise ValidationError(_("This file is not waiting to be imported."))


@transaction.atomic
def cancel_import(row: PeopleImport, *, by: User) -> None:
    """Stop what goes on, or drop what was checked; nothing of it is written.

    Raises:
        ValidationError: it is being written, or over.
    """
    open_ones = PeopleImport.objects.filter(pk=row.pk, by=by, state__in=(State.CHECKING, State.CHECKED))
    now = timezone.now()
    if not open_ones.update(state=State.CANCELLED, seen_at=now, ended_at=now, content=b"", report={}):
        raise ValidationError(_("It is too late to cancel."))


def write_import(pk: int) -> None:
    """Write what was shown: refused where the file or what the check rested on is no longer the same."""
    row = PeopleImport.objects.select_related("by").filter(pk=pk, state=State.WRITING).first()
    if row is not None:
        _begin(row)
        with translation.override(row.by.language):
            _write_as_shown(row)


def _write_as_shown(row: PeopleImport) -> None:
    try:
        if hashlib.sha256(bytes(row.content)).hexdigest() != row.sha256:
            raise ValidationError(_("The file is not the one that was checked."))
        plan, basis = _planned(row)
        with transaction.atomic():
            _write(row, plan, basis)
    except Stopped:
        return
    except ValidationError as error:
        _end(row, State.FAILED, said(error.messages))
    except IntegrityError:
        sentence = _("Somebody changed the same people at the same time. Check the file again.")
        _end(row, State.FAILED, said([sentence]))


def _planned(row: PeopleImport) -> tuple[Plan, str]:
    sheet = read_sheet(bytes(row.content))
    places, wrong = columns_of(sheet.headings)
    plan = Plan(wrong=wrong)
    if wrong:
        return plan, ""
    read = _read(row, sheet, places, plan)
    world = load_world({person.email for person in read}, row.day)
    basis = world.digest
    count = len(sheet.rows)
    for done, person in enumerate(read):
        if done % STEP == 0:
            _tell(row, (count + done) // 2, count)
        add_row(plan, person, world)
    _tell(row, count, count)
    plan.headings = {key: sheet.headings[place] for key, place in places.items()}
    return plan, basis


def _read(row: PeopleImport, sheet: Sheet, places: dict[str, int], plan: Plan) -> list[PersonRow]:
    """The rows that read well by themselves; what is wrong in the others is put in the plan."""
    read: list[PersonRow] = []
    count = len(sheet.rows)
    for done, (number, cells) in enumerate(sheet.rows):
        if done % STEP == 0:
            _tell(row, done // 2, count)
        person, bad = read_row(number, cells, places)
        plan.wrong += bad
        if person:
            read.append(person)
    return read


def _write(row: PeopleImport, plan: Plan, basis: str) -> None:
    """Take the import first: who gave it up, or wrote it, before us has the last word."""
    held = PeopleImport.objects.select_for_update().get(pk=row.pk)
    if held.state != State.WRITING:
        raise Stopped
    changed = _("Something has changed since the file was checked. Check it again.")
    if plan.wrong or basis != held.basis or load_world(set(plan.first), row.day).digest != held.basis:
        raise ValidationError(changed)
    write_plan(plan, by=row.by, day=row.day)
    if plan.wrong:
        raise ValidationError(changed)
    held.state, held.content, held.row_done = State.DONE, b"", held.row_count
    held.seen_at = held.ended_at = timezone.now()
    held.report = {"counts": plan.counts()}
    held.save()


def _tell(row: PeopleImport, done: int, count: int) -> None:
    """Keep how far it has come, outside of any transaction, so that the page sees it; ends where it was cancelled."""
    now = timezone.now()
    facts: dict[str, Any] = {"row_done": done, "row_count": count, "seen_at": now}
    if not done:  # opening the file says nothing of how long its rows take
        facts["begun_at"] = now
    if not PeopleImport.objects.filter(pk=row.pk, state=row.state).update(**facts):
        raise Stopped


def _end(row: PeopleImport, state: str, report: dict[str, Any]) -> None:
    now = timezone.now()
    PeopleImport.objects.filter(pk=row.pk, state=row.state).update(
        state=state, seen_at=now, ended_at=now, report=report, content=b""
    )


def _report(plan: Plan) -> dict[str, Any]:
    lines = [line for line in plan.lines if line["what"] != "unchanged"]
    wrong = sorted((_named(mistake, plan) for mistake in plan.wrong), key=lambda mistake: mistake.row)
    return {
        "counts": plan.counts(),
        "lines": [] if wrong else lines[:SHOWN],
        "line_count": len(lines),
        "mistakes": [mistake.said() for mistake in wrong[:SHOWN]],
        "mistake_count": len(wrong),
    }


def _named(mistake: Wrong, plan: Plan) -> Wrong:
    """With the column as the file itself names it."""
    if mistake.column not in COLUMNS or not plan.headings:
        return mistake
    ours = COLUMNS[mistake.column][0][0]
    return replace(mistake, column=plan.headings.get(mistake.column, ours))


def said(sentences: list[str]) -> dict[str, Any]:
    """A report of what is wrong with a file as a whole."""
    return {
        "mistakes": [Wrong(0, "", sentence).said() for sentence in sentences],
        "mistake_count": len(sentences),
    }
