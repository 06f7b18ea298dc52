"""Forms for leaving and for handing over."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from groups import handover
from groups.forms import LateForm, PersonField
from groups.models import HandOver, HandOverItem, User
from samverkan.fields import DayField
from samverkan.pages import add_errors


class EndForm(LateForm):
    """When something ends: at once, or after a last day. Ends in the verb that it is given."""

    AT_ONCE, ON_A_DAY = "now", "day"

    when = forms.ChoiceField(
        label=_("When it ends"),
        error_messages={"required": _("Choose whether it ends at once or after a last day.")},
        choices=[
            (AT_ONCE, _("At once. The next page the person opens shows nothing.")),
            (ON_A_DAY, _("After a last day")),
        ],
        widget=forms.RadioSelect,
    )
    last_day = DayField(
        label=_("Last day"),
        required=False,
        help_text=_("For example, 2026-12-03. Access lasts until the end of that day."),
    )

    late = forms.BooleanField(
        label=_("The person had left by then; I am adding it afterwards"),
        required=False,
        widget=forms.HiddenInput,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("when") == self.ON_A_DAY and not data.get("last_day") and "last_day" not in self.errors:
            self.add_error("last_day", _("Enter the last day."))
        return data

    @property
    def ends_on(self) -> date | None:
        """The day that was meant; None is at once."""
        return self.cleaned_data["last_day"] if self.cleaned_data["when"] == self.ON_A_DAY else None


class PrepareForm(forms.Form):
    """Ends in the verb ``prepare``."""

    last_day = DayField(
        label=_("Your last day"),
        help_text=_("For example, 2026-12-03. This does not end anything; it tells others when you leave."),
    )

    def save(self, *, by: User) -> tuple[bool, HandOver | None]:
        """Whether it was done, and the list, if there is anything to hand over."""
        try:
            return True, handover.prepare(by=by, last_day=self.cleaned_data["last_day"])
        except ValidationError as error:
            add_errors(self, error)
            return False, None


class GiveForm(forms.Form):
    """Ends in the verb ``give_item``; offers those who may receive the thing."""

    receiver = PersonField(
        label=_("Who should take over"),
        queryset=User.objects.none(),
        empty_label=_("Choose a person"),
        error_messages={"required": _("Choose a person.")},
    )

    def __init__(self, *args: Any, item: HandOverItem, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item, self.by = item, by
        people = self.fields["receiver"]
        assert isinstance(people, PersonField)
        people.queryset = handover.receivers(item, by=by).with_workplaces().in_order()

    def save(self) -> bool:
        try:
            handover.give_item(self.item, to=self.cleaned_data["receiver"], by=self.by)
        except ValidationError as error:
            add_errors(self, error)
        return not self.errors


class ReasonForm(forms.Form):
    """Why a thing is declined or let go; ends in the verb that it is given."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Enter why nobody needs to take over.")},
    )

    def __init__(self, *args: Any, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = required
