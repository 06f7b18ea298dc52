"""Answering an invitation: by the link in the mail, without signing in, and on the meeting's own page."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from groups.signed_in import me
from meetings.answers import answer_invitation, invitation_behind
from meetings.forms_calling import AnswerForm
from meetings.models import Invitation, Meeting
from samverkan.access import NotVisible, get_for
from samverkan.pages import add_errors, page


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Says when, where and which body, and nothing else; whoever is signed in here plays no part in it."""
    try:
        invitation = invitation_behind(token)
    except NotVisible:
        return _quiet(render(request, "meetings/answer_gone.html", _nobody(), status=404))
    with translation.override(invitation.person.language):
        form = _form(request, invitation)
        if form.is_valid() and _answered(form, invitation):
            return _quiet(redirect("answer", token))
        context = {"invitation": invitation, "meeting": invitation.meeting, "form": form}
        return _quiet(page(request, "meetings/answer.html", context | _nobody(), form))


@require_http_methods(["GET", "HEAD", "POST"])
def signed_in(request: HttpRequest, pk: int) -> HttpResponse:
    user = me(request)
    found = get_for(user, Meeting, pk=pk)
    mine = Invitation.objects.visible_to(user).select_related(
        "meeting__body", "meeting__room__premises", "user"
    )
    invitation = get_for(user, mine, meeting=found, user_id=user.pk)
    form = _form(request, invitation)
    if form.is_valid() and _answered(form, invitation):
        messages.success(request, _("Your answer has been saved."))
        return redirect("meeting", pk)
    context = {"invitation": invitation, "meeting": invitation.meeting, "form": form, "section": "meetings"}
    return page(request, "meetings/my_answer.html", context, form)


def _form(request: HttpRequest, invitation: Invitation) -> AnswerForm:
    initial = {"substitute_name": invitation.substitute_name}
    if invitation.answer != Invitation.Answer.NONE:
        initial["answer"] = invitation.answer
    return AnswerForm(request.POST if request.method == "POST" else None, initial=initial)


def _answered(form: AnswerForm, invitation: Invitation) -> bool:
    try:
        answer_invitation(invitation, **form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
    return form.is_valid()


def _nobody() -> dict[str, Any]:
    """The page is the invited person's, not that of somebody who happens to be signed in at this computer."""
    return {"user": AnonymousUser(), "messages": [], "by_link": True}


def _quiet(response: HttpResponse) -> HttpResponse:
    """Keep the address, which is a key, from other sites and from search engines.

    Not ``no-referrer``: under it a browser posts the answer with ``Origin: null``, and Django refuses the form.
    """
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
