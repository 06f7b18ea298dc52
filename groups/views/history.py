"""The structure on a day, so that a person can check what the program says was so."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from groups.history import agencies_on, groups_on, seats_of
from groups.lists import SEATS_ON
from groups.signed_in import me
from samverkan.fields import DayField
from samverkan.pages import page
from samverkan.tables import download


class DayForm(forms.Form):
    """A day that has been or is to come."""

    day = DayField(label=_("Day"), past=True, help_text=_("For example, 2023-06-30."))


@require_safe
def structure_on(request: HttpRequest) -> HttpResponse:
    """Today's where no day is chosen."""
    user = me(request)
    if not user.in_structure:
        raise PermissionDenied("This person sits in no body.")
    today = timezone.localdate()
    form = DayForm(request.GET if "day" in request.GET else None, initial={"day": today})
    day = form.cleaned_data["day"] if form.is_valid() else today
    context = {"form": form, "section": "groups", "part": "structure", "day": day, "today": today}
    if not form.errors:
        groups = groups_on(day, user)
        if file := download(request, f"{_now('The structure')} {day}", SEATS_ON, seats_of(groups)):
            return file
        context |= {"agencies": agencies_on(day, user), "groups": groups}
    return page(request, "groups/structure_on.html", context, form)
