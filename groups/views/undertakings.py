"""Reading and confirming the confidentiality undertaking, and who has."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from groups.lists import CONFIRMATIONS, Confirmed
from groups.models import Undertaking, UndertakingText, User
from groups.signed_in import me
from groups.undertakings import confirm_undertaking, not_undertaken
from samverkan.access import NotVisible
from samverkan.pages import attempt, page
from samverkan.tables import download

_SECTION = {"section": "groups", "part": "undertaking"}


class ConfirmForm(forms.Form):
    """The version that was read, and that it was."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    read = forms.BooleanField(
        label=gettext_lazy("I have read the text and undertake to follow it"),
        error_messages={"required": gettext_lazy("Tick the box to say that you have read the text.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def undertaking(request: HttpRequest) -> HttpResponse:
    """The current text, for everybody who signs in."""
    user = me(request)
    texts = UndertakingText.objects.visible_to(user)
    text = texts.current().first()
    form = ConfirmForm(
        request.POST if request.method == "POST" else None,
        initial={"version": text.version if text else None},
    )
    if form.is_valid():
        read = texts.filter(version=form.cleaned_data["version"]).first()
        if read and attempt(form, lambda: confirm_undertaking(read, by=user)):
            messages.success(request, _("Your undertaking has been saved."))
            return redirect("undertaking")
        if not read:
            form.add_error("read", _("There is no such version."))
    mine = Undertaking.objects.visible_to(user).filter(user=user).select_related("text")
    mine = mine.order_by("-text__version")
    confirmed = next((row for row in mine if text and row.text_id == text.pk), None)
    context = {"text": text, "mine": mine, "confirmed": confirmed, "form": form}
    return page(request, "groups/undertaking.html", context | _SECTION, form)


@require_safe
def undertakings(request: HttpRequest) -> HttpResponse:
    """Who has confirmed the current text and who has not, for coordinators."""
    user = me(request)
    if not user.in_structure:
        raise NotVisible(Undertaking, {})
    if not user.coordinates:
        raise PermissionDenied("Coordinators follow this up.")
    text = UndertakingText.objects.visible_to(user).current().first()
    seen = User.objects.visible_to(user)  # type: ignore[attr-defined]
    lacking = not_undertaken().filter(pk__in=seen.values("pk")).with_workplaces()
    confirmed = Undertaking.objects.visible_to(user).filter(text=text).order_by("name")
    rows: list[Confirmed] = [*lacking, *confirmed] if "download" in request.GET and text else []
    if file := download(request, _("Confidentiality undertaking"), CONFIRMATIONS, rows, offered=bool(text)):
        return file
    context = {"text": text, "lacking": lacking, "confirmed": confirmed}
    return render(request, "groups/undertakings.html", context | _SECTION)
