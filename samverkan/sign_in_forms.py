"""The forms of signing in: allauth's, with our labels and help and without text inside the fields."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

CODE = {
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "class": "code",
    "maxlength": "12",
    "spellcheck": "false",
}
PASSWORD_HELP = _(
    "At least 15 characters. Several ordinary words in a row work well. A password that many others use is refused."
)


def begin_here(form: forms.BaseForm, name: str) -> None:
    """Let the page begin in this field; one that came back with mistakes begins at the summary of them."""
    if not form.is_bound:
        form.fields[name].widget.attrs["autofocus"] = True


def describe(field: forms.Field, label: Any, help_text: Any = "") -> None:
    """Label above the field, help beneath the label, nothing inside the field (WCAG 3.3.2)."""
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)


class LoginForm(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe(self.fields["login"], _("Email address"))
        describe(self.fields["password"], _("Password"))
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        begin_here(self, "login")


class ReauthenticateForm(account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe(self.fields["password"], _("Password"))


class ResetPasswordKeyForm(account.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe(self.fields["password1"], _("New password"), PASSWORD_HELP)
        describe(self.fields["password2"], _("Repeat the new password"))


class ChangePasswordForm(account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe(self.fields["oldpassword"], _("Current password"))
        describe(self.fields["password1"], _("New password"), PASSWORD_HELP)
        describe(self.fields["password2"], _("Repeat the new password"))


class CodeForm(mfa.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe(
            self.fields["code"], _("Code"), _("Six digits from your app, or one of your recovery codes.")
        )
        self.fields["code"].widget.attrs |= CODE
        begin_here(self, "code")


class CodeAgainForm(mfa.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe(
            self.fields["code"], _("Code"), _("Six digits from your app, or one of your recovery codes.")
        )
        self.fields["code"].widget.attrs |= CODE


class ActivateForm(totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        describe(self.fields["code"], _("Code"), _("Six digits; a new code comes every 30 seconds."))
        self.fields["code"].widget.attrs |= CODE

    @property
    def issuer(self) -> str:
        """The name under which the app lists us."""
        return str(settings.MFA_TOTP_ISSUER)
