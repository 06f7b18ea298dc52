"""The form that invites a guest."""

from django import forms
from django.utils.translation import gettext_lazy as _

from groups.models import User
from meetings.guests import invite_guest
from meetings.models import Guest, Meeting
from samverkan.pages import attempt


class GuestForm(forms.Form):
    """Ends in the verb ``invite_guest``."""

    name = forms.CharField(label=_("Name"), max_length=150)
    organisation = forms.CharField(
        label=_("Agency or organisation"), max_length=200, help_text=_("As it should appear in the minutes.")
    )
    email = forms.EmailField(
        label=_("Email address"), help_text=_("The invitation is sent here, with a link for answering.")
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=User.Language.choices, initial=User.Language.SWEDISH
    )

    def save(self, meeting: Meeting, *, by: User) -> Guest | None:
        return attempt(self, lambda: invite_guest(meeting, by=by, **self.cleaned_data))
