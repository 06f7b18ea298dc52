"""The forms of the directory of agencies and contact points."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.contacts import add_contact, change_contact, describe_services
from groups.models import Agency, ContactPoint, User
from samverkan.fields import DayField
from samverkan.pages import attempt


class ContactForm(forms.Form):
    """Ends in the verb ``add_contact`` or ``change_contact``."""

    topic = forms.CharField(
        label=_("What it is for"),
        max_length=120,
        help_text=_("The role or topic, such as: young people, on-call."),
    )
    kind = forms.ChoiceField(
        label=_("Who answers"),
        choices=ContactPoint.Kind.choices,
        initial=ContactPoint.Kind.FUNCTION,
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=_("Name"), max_length=150, help_text=_("Of the person or the function."))
    phone = forms.CharField(
        label=_("Phone"),
        max_length=60,
        required=False,
        help_text=_("Phone or email address: at least one of them."),
    )
    email = forms.EmailField(label=_("Email address"), required=False)
    hours = forms.CharField(
        label=_("Hours"), max_length=120, required=False, help_text=_("Such as weekdays 8–16.")
    )
    valid_from = DayField(label=_("First day"), initial=timezone.localdate)
    valid_to = DayField(
        label=_("Last day"), required=False, help_text=_("Leave empty if it applies until further notice.")
    )

    def __init__(self, *args: Any, contact: ContactPoint | None = None, **kwargs: Any) -> None:
        if contact is not None:
            kwargs["initial"] = {name: getattr(contact, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.contact = contact

    def save(self, agency: Agency, *, by: User) -> ContactPoint | None:
        facts = self.cleaned_data
        if self.contact is None:
            return attempt(self, lambda: add_contact(agency, by=by, **facts))
        contact = self.contact
        return attempt(self, lambda: change_contact(contact, by=by, **facts))


class ServicesForm(forms.Form):
    """Ends in the verb ``describe_services``."""

    services = forms.CharField(
        label=_("Services"),
        max_length=300,
        required=False,
        help_text=_("What the agency offers, in one line."),
    )

    def save(self, agency: Agency, *, by: User) -> None:
        describe_services(agency, services=self.cleaned_data["services"], by=by)
