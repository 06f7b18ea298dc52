"""Guests of a meeting: inviting one and taking the invitation back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from groups.signed_in import me
from meetings.forms_guests import GuestForm
from meetings.guests import remove_guest
from meetings.models import Guest, Meeting
from samverkan.access import get_for
from samverkan.pages import page


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = get_for(user, Meeting.objects.visible_to(user).with_place(), "call", pk=pk)
    form = GuestForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (guest := form.save(found, by=user)):
        messages.success(request, _("%(name)s has been invited as a guest.") % {"name": guest.name})
        return redirect("meeting_live" if found.status == Meeting.Status.IN_PROGRESS else "meeting", pk)
    context = {"meeting": found, "form": form, "section": "meetings"}
    return page(request, "meetings/guest_add.html", context, form)


@require_POST
def remove(request: HttpRequest, pk: int, guest: int) -> HttpResponse:
    user = me(request)
    rows = Guest.objects.visible_to(user).select_related("meeting__body")
    found = get_for(user, rows, "call", pk=guest, meeting=pk)
    try:
        remove_guest(found, by=user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("meeting", pk)
