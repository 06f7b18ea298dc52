"""What the forms of planning have in common: they end in a verb, and ask before they take what looks like a person."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from groups.models import User
from samverkan.pages import add_errors
from samverkan.personal_numbers import personal_numbers

ANSWER = "something_else"


class PlanForm(forms.Form):
    """Ends in ``carry_out``. What is written here is about areas: where a text holds something like a personal number,
    a question is added, and the verb refuses until it is answered."""

    def __init__(self, data: Any = None, *, by: User, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.by = by
        if data is not None and any(personal_numbers(data.get(name, "") or "") for name in self.fields):
            self.fields[ANSWER] = forms.BooleanField(
                label=_("I have checked: it is not a personal identity number and does not refer to anyone"),
                required=False,
            )

    def carry_out(self, **values: Any) -> Any:
        """Call the verb with what was written; each form says which. Raises ValidationError as the verb does."""
        raise TypeError(f"{type(self).__name__} names no verb.")

    def save(self) -> Any:
        """What the verb made, or None where it refuses; its reasons are then beside the fields."""
        values = dict(self.cleaned_data)
        answered = values.pop(ANSWER, False)
        try:
            return self.carry_out(**values, by=self.by, answered=answered)
        except ValidationError as error:
            add_errors(self, error)
            return None


def long_text(label: Any, *, rows: int = 5, required: bool = True, help_text: Any = "") -> forms.CharField:
    """A field for several lines of our small Markdown."""
    return forms.CharField(
        label=label, required=required, help_text=help_text, widget=forms.Textarea(attrs={"rows": rows})
    )


def offer(field: forms.Field, rows: Any) -> None:
    """Let the field offer these rows and no others."""
    field.queryset = rows  # type: ignore[attr-defined]
