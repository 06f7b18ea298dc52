"""What was agreed and is to be done."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from groups.signed_in import me
from meetings.actions import finish as finish_action
from meetings.lists import ACTIONS
from meetings.models import ActionItem
from meetings.models.actions import answered_for_by
from samverkan.access import get_for
from samverkan.tables import download

RECENTLY = timedelta(days=30)


@require_safe
def actions(request: HttpRequest) -> HttpResponse:
    """Mine, then those that colleagues at my agency answer for by name, then what was done lately."""
    user = me(request)
    mine = ActionItem.objects.visible_to(user).mine(user).with_place().with_measure(user)
    ours = ActionItem.objects.visible_to(user).of_colleagues(user).with_place().with_measure(user)
    done = ActionItem.objects.visible_to(user).done_since(timezone.now() - RECENTLY)
    open_ones = [*mine.outstanding(), *ours.outstanding()] if "download" in request.GET else []
    if file := download(request, _("Action items"), ACTIONS, open_ones):
        return file
    context = {
        "mine": mine.outstanding(),
        "ours": ours.outstanding(),
        "done": done.filter(answered_for_by(user.agency_id)).with_place().with_measure(user)[:20],
        "bodies": user.bodies(),
        "section": "actions",
    }
    return render(request, "meetings/actions.html", context)


@require_POST
def finish(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    action = get_for(
        user, ActionItem.objects.visible_to(user).select_related("item__meeting"), "finish", pk=pk
    )
    try:
        finish_action(action, by=user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Done: %(action)s") % {"action": action.text})
    return redirect("actions")
