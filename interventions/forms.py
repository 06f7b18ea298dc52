"""Forms of cases. Each offers only what the person may choose; what a person can mend, the verb says."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Employment, Method, User
from interventions.cases import seatable
from interventions.models import Case, Record
from samverkan.fields import DayField


class ConfirmForm(forms.Form):
    """Nothing to fill in: the button is the answer, and a place for what the verb says."""


class OpenCaseForm(forms.Form):
    method = forms.ModelChoiceField(
        Method.objects.none(), label=_("Method"), required=False, empty_label=_("No method chosen")
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["method"].queryset = Method.objects.visible_to(by).in_order()  # type: ignore[attr-defined]


class NoteForm(forms.Form):
    statement = forms.ChoiceField(
        label=_("What you write is"),
        choices=Record.Statement.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what it is.")},
        help_text=_("Facts are kept apart from assessments and from what others have said (2018:1177 2:10)."),
    )
    occurred_on = DayField(
        label=_("When it happened"), past=True, help_text=_("For example, 2026-11-18 or 18 Nov.")
    )
    text = forms.CharField(
        label=_("Note"),
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Enter the note.")},
        help_text=_("Could the young person read this?"),
    )


class SeatForm(forms.Form):
    user = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Person"),
        empty_label=_("Choose a person"),
        help_text=_(
            "Staff of the authorities in the structure who have confirmed the confidentiality undertaking."
        ),
        error_messages={
            "required": _("Choose a person."),
            "invalid_choice": _("Choose a person in the list."),
        },
    )

    def __init__(self, *args: Any, case: Case, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["user"]
        field.queryset = User.objects.visible_to(by).employed()  # type: ignore[attr-defined]
        field.choices = [("", _("Choose a person")), *_by_agency(seatable(case, by=by))]  # type: ignore[attr-defined]


def _by_agency(rows: Iterable[Employment]) -> list[tuple[str, list[tuple[int, str]]]]:
    grouped: dict[str, list[tuple[int, str]]] = {}
    for row in rows:
        lacks = "" if row.has_undertaken else _("has not confirmed the undertaking")  # type: ignore[attr-defined]
        label = ", ".join(str(part) for part in (row.user.name, row.title, row.unit.name, lacks) if part)
        grouped.setdefault(row.unit.agency.name, []).append((row.user_id, label))
    return list(grouped.items())


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label=_("Why you are revoking it"),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Enter why the disclosure is being revoked.")},
        help_text=_("Only your unit reads this."),
    )


def today() -> dict[str, Any]:
    """What a new note begins with."""
    return {"occurred_on": timezone.localdate()}
