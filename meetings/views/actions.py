"""What was agreed and is to be done."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from groups.models import Body
from groups.signed_in import me
from meetings.actions import finish as finish_action
from meetings.lists import ACTIONS
from meetings.models import ActionItem
from meetings.models.actions import answered_for_by
from samverkan.access import get_for
from samverkan.tables import download
from samverkan.ways import way_back

RECENTLY = timedelta(days=30)


@require_safe
def actions(request: HttpRequest) -> HttpResponse:
    """Mine, then those that colleagues at my agency answer for by name, then other agencies' in my groups, then what was
    done lately; with a group chosen, all of that group's and nobody else's."""
    user = me(request)
    bodies = list(Body.objects.visible_to(user).in_order())
    chosen = next((body for body in bodies if body.key == request.GET.get("body")), None)
    rows = ActionItem.objects.visible_to(user).with_place().with_measure(user)
    if chosen is not None:
        rows = rows.filter(item__meeting__body=chosen)
    others = (
        rows.of_others(user) if chosen else rows.of_others(user).filter(item__meeting__body__in=user.bodies())
    )
    mine, ours, others = (
        rows.mine(user).outstanding(),
        rows.of_colleagues(user).outstanding(),
        others.outstanding(),
    )
    open_ones = [*mine, *ours, *others] if "download" in request.GET else []
    if file := download(request, _("Action items"), ACTIONS, open_ones):
        return file
    done = rows.done_since(timezone.now() - RECENTLY)
    context = {
        "mine": mine,
        "ours": ours,
        "others": [(row, "finish" in row.acts_of(user)) for row in others],
        "done": (done if chosen else done.filter(answered_for_by(user.agency_id)))[:20],
        "bodies": user.bodies(),
        "groups": bodies,
        "chosen": chosen,
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
    return redirect(way_back(request))
