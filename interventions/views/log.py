"""The access log, for log reviewers."""

import uuid

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from groups.signed_in import me
from interventions.models import Case, VisibleAccessEvent
from samverkan import keyset
from samverkan.access import NotVisible
from samverkan.audit.models import AccessEvent


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The newest of the access log, for log reviewers: who did what, where and when, and nothing of what it said."""
    user = me(request)
    if not user.is_log_reviewer:
        raise NotVisible(AccessEvent, {})
    rows = VisibleAccessEvent.objects.visible_to(user).select_related("actor", "unit__agency")
    shown = keyset.newest(rows, moment="at", before=request.GET.get("before", ""))
    references: dict[uuid.UUID | None, str] = dict(
        Case.objects.visible_to(user)
        .filter(pk__in=[event.case_id for event in shown.rows if event.case_id])
        .values_list("pk", "reference")
    )
    events = [(event, references.get(event.case_id), _kind(event.object_type)) for event in shown.rows]
    context = {"page": shown, "events": events, "first": "before" not in request.GET, "section": "log"}
    return render(request, "interventions/log.html", context)


def _kind(label: str) -> str:
    """What a row of the log speaks of, in words."""
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except LookupError:
        return label
