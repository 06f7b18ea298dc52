"""Imports of people that nothing more comes of: those whose worker has died end, and what names people is forgotten."""

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from groups.models import PeopleImport
from groups.people_import import said

State = PeopleImport.State


def sweep_imports() -> tuple[int, int]:
    """How many ended and how many were forgotten; safe to run twice, and beside workers."""
    return give_up_silent(), forget_imports()


def give_up_silent() -> int:
    """End those whose worker is silent, with what to do. One that is being written is in its worker's hands (locked)
    until all of it stands or nothing does, so what is given up here has written nothing, and never will.
    """
    with transaction.atomic():
        rows = PeopleImport.objects.silent().select_for_update(skip_locked=True, of=("self",))
        silent = list(rows.select_related("by").defer("content"))
        for row in silent:
            with translation.override(row.by.language):
                report = said([_given_up(row)])
            now = timezone.now()
            PeopleImport.objects.filter(pk=row.pk).update(
                state=State.FAILED, seen_at=now, ended_at=now, report=report, content=b""
            )
    return len(silent)


def _given_up(row: PeopleImport) -> str:
    if not row.row_count:
        return _(
            "No worker took the file up. Nothing is written. Send the file again; if it happens again, tell whoever "
            "runs the program that its workers stand still."
        )
    return _(
        "The work stopped at row %(done)d of %(whole)d. Nothing is written. Send the file again; if it happens again, "
        "split the file."
    ) % {"done": row.row_done, "whole": row.row_count}


@transaction.atomic
def forget_imports() -> int:
    """Drop checked files that nobody has confirmed, what was wrong in the refused ones, and imports of long ago."""
    late = PeopleImport.objects.kept_too_long()
    forgotten = late.filter(state=State.CHECKED).update(
        state=State.CANCELLED, ended_at=timezone.now(), content=b"", report={"forgotten": True}
    )
    forgotten += late.update(content=b"", report={"forgotten": True})
    deleted, _rows = PeopleImport.objects.known_too_long().delete()
    return forgotten + deleted
