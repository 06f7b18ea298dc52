"""The page that closes a body, or says what hinders it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups.models import Body
from groups.signed_in import me
from meetings.closing import hindrances
from meetings.forms_closing import CloseBodyForm
from samverkan.access import get_for
from samverkan.pages import page


@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, key: str) -> HttpResponse:
    user = me(request)
    body = get_for(
        user, Body.objects.visible_to(user).with_members().select_related("parent"), "manage", key=key
    )
    form = CloseBodyForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (closed := form.save(body, by=user)):
        messages.success(
            request, _("The last day of the group is %(day)s.") % {"day": f"{closed.valid_to:%Y-%m-%d}"}
        )
        return redirect("structure")
    context = {"body": body, "form": form, "hindrances": hindrances(body, user)}
    return page(request, "meetings/close_body.html", context | {"section": "groups"}, form)
