"""The form that asks for a new password. It looks nobody up: an address that is known and one that is not cost the same."""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from groups.accounts import ask_for_password


class ResetPasswordForm(forms.Form):
    """Stands in the place of allauth's."""

    email = forms.EmailField(
        label=_("Email address"),
        max_length=254,
        help_text=_("The one you log in with."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        email: str = self.cleaned_data["email"]
        ask_for_password(email)
        return email
