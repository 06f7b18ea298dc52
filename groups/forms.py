"""The form that gives a person a seat in a body."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.memberships import add_member
from groups.models import Body, Membership, User
from groups.roles import Function
from samverkan.fields import DayField
from samverkan.pages import add_errors


class PersonField(forms.ModelChoiceField):
    """People by name, each with title and agency, since two may have one name."""

    def label_from_instance(self, obj: Any) -> str:
        work = obj.workplace
        return f"{obj.name} – {work.title}, {work.unit.agency.label}" if work else obj.name


class MemberForm(forms.Form):
    """Ends in the verb ``add_member``; offers the people who work in the structure today."""

    user = PersonField(label=_("Person"), queryset=User.objects.none(), empty_label=_("Choose a person"))
    function = forms.ChoiceField(label=_("Function"), choices=Function.choices, initial=Function.MEMBER)
    valid_from = DayField(label=_("First day"), help_text=_("Such as 2026-12-03, 3 dec or today."))
    valid_to = DayField(
        label=_("Last day"), required=False, help_text=_("Leave empty for until further notice.")
    )
    mandate = forms.CharField(
        label=_("Mandate"),
        required=False,
        max_length=2000,
        help_text=_("What this person may decide for their agency."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, body: Body, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.body = body
        people = self.fields["user"]
        assert isinstance(people, PersonField)
        people.queryset = User.objects.get_queryset().visible_to(by).with_workplaces().in_order()
        self.fields["valid_from"].initial = timezone.localdate

    def save(self) -> Membership | None:
        """The new seat, or None where the verb refuses; its reasons are then beside the fields."""
        try:
            return add_member(self.body, **self.cleaned_data)
        except ValidationError as error:
            add_errors(self, error)
            return None
