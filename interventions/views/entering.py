"""What the pages of cases share: the door to a case and to its ledger, and the row that each page leaves in the log."""

import uuid
from collections.abc import Callable, Sequence

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Prefetch
from django.forms import BaseForm
from django.http import HttpRequest, QueryDict

from groups.models import User
from interventions.models import Case, Disclosure, Record
from samverkan.access import get_for
from samverkan.audit import log as access_log
from samverkan.audit.models import AccessEvent
from samverkan.pages import add_errors

SECTION = {"section": "cases"}


def case_for(user: User, act: str, pk: uuid.UUID) -> Case:
    return get_for(
        user, Case.objects.visible_to(user).select_related("lead_unit__agency", "method"), act, pk=pk
    )


def ledger_for(user: User) -> models.QuerySet[Disclosure]:
    """Disclosures with all that their pages show; of the records told, those that the reader may still see."""
    return (
        Disclosure.objects.visible_to(user)
        .select_related("from_unit__agency", "to_unit__agency", "ground", "decided_by", "revoked_by")
        .prefetch_related(Prefetch("records", Record.objects.visible_to(user).newest()))
    )


def log_read(user: User, case: Case, rows: Sequence[models.Model] = ()) -> None:
    """One row for a page: what it showed, all of one kind, or the case itself where it showed nothing else."""
    shown = rows or [case]
    access_log.record(user, AccessEvent.Act.READ, type(shown[0]), [row.pk for row in shown], case_id=case.pk)


def sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def done(form: BaseForm, verb: Callable[[], object]) -> bool:
    """Whether the verb went through; what it complains of stands in the form otherwise."""
    try:
        verb()
    except ValidationError as error:
        add_errors(form, error)
        return False
    return True
