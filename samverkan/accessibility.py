"""The accessibility statement (2018:1937 13 §) and its feedback, open to everybody."""

import logging
import uuid
from smtplib import SMTPException
from typing import Any

from allauth.core import ratelimit
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from samverkan import errors, mail
from samverkan.pages import page

logger = logging.getLogger(__name__)


class FeedbackForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What does not work?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "Say which page it is and what you use, such as a screen reader. Do not write about any person."
        ),
        error_messages={"required": gettext_lazy("Say what does not work.")},
    )
    email = forms.EmailField(
        label=gettext_lazy("Your email address"),
        required=False,
        help_text=gettext_lazy("If you want an answer."),
    )

    def send(self) -> None:
        """Mail it to the contact address.

        Raises:
            ValidationError: the mail server did not take it.
        """
        try:
            mail.send(
                "accessibility",
                to=settings.CONTACT_ADDRESS,
                language=settings.LANGUAGE_CODE,
                context=self.cleaned_data,
                key=f"accessibility:{uuid.uuid4()}",
            )
        except (SMTPException, OSError) as error:
            logger.exception("Feedback on accessibility could not be sent.")
            raise ValidationError(
                _("It could not be sent just now. Write to %(address)s instead.")
                % {"address": settings.CONTACT_ADDRESS}
            ) from error


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def statement(request: HttpRequest) -> HttpResponse:
    if not ratelimit.consume(request, action="accessibility"):
        return errors.too_many(request)
    form = FeedbackForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _sent(form):
        messages.success(request, _("Thank you. What you wrote has been sent."))
        return redirect("accessibility")
    context: dict[str, Any] = {"form": form, "contact": settings.CONTACT_ADDRESS}
    return page(request, "accessibility.html", context, form)


def _sent(form: FeedbackForm) -> bool:
    try:
        form.send()
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True
