"""The form of a standing guest."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Body, StandingGuest, User
from groups.standing_guests import add_standing_guest, change_standing_guest
from samverkan.fields import DayField
from samverkan.pages import attempt


class StandingGuestForm(forms.Form):
    """Ends in the verb ``add_standing_guest`` or ``change_standing_guest``."""

    name = forms.CharField(label=_("Name"), max_length=150)
    organisation = forms.CharField(
        label=_("Agency or organisation"), max_length=200, help_text=_("As it should appear in the minutes.")
    )
    email = forms.EmailField(
        label=_("Email address"), help_text=_("Invitations are sent here, each with a link for answering.")
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=User.Language.choices, initial=User.Language.SWEDISH
    )
    reason = forms.CharField(
        label=_("Why the guest takes part"),
        max_length=300,
        required=False,
        help_text=_("Shown to everyone who sees the group. Do not write about individuals."),
    )
    valid_from = DayField(label=_("First day"), initial=timezone.localdate)
    valid_to = DayField(
        label=_("Last day"), required=False, help_text=_("Leave empty if it applies until further notice.")
    )

    def __init__(self, *args: Any, guest: StandingGuest | None = None, **kwargs: Any) -> None:
        if guest is not None:
            kwargs["initial"] = {name: getattr(guest, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.guest = guest

    def save(self, body: Body, *, by: User) -> StandingGuest | None:
        facts, guest = self.cleaned_data, self.guest
        if guest is None:
            return attempt(self, lambda: add_standing_guest(body, by=by, **facts))
        return attempt(self, lambda: change_standing_guest(guest, by=by, **facts))
