"""Forms of the meeting that is going on and of its minutes."""

from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Agency, Measure, User
from meetings.adopting import followed_up_by, tie
from meetings.live import LONGEST, TextConflict, agree, answerable, decide, tick, tick_remaining, write_item
from meetings.models import AgendaItem, Attendance, Meeting
from samverkan.fields import DayField


class DeskForm(forms.Form):
    """Everything that can be written under an item, in one form: whichever button is used, nothing typed is lost.

    ``needs`` names the fields that the button asks for; the text is saved only where its ``version`` was sent.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    text = forms.CharField(
        label=_("Notes"),
        required=False,
        max_length=LONGEST["text"],
        widget=forms.Textarea(attrs={"rows": 9}),
    )
    status = forms.ChoiceField(
        label=_("Outcome"), choices=AgendaItem.Status, required=False, widget=forms.RadioSelect
    )
    decision = forms.CharField(
        label=_("Decision"),
        required=False,
        max_length=LONGEST["decision"],
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Enter what was decided.")},
    )
    action = forms.CharField(
        label=_("What needs to be done"),
        required=False,
        max_length=500,
        error_messages={"required": _("Enter what needs to be done.")},
    )
    responsible_agency = forms.ModelChoiceField(
        label=_("Responsible agency"),
        queryset=Agency.objects.none(),
        required=False,
        empty_label=_("Choose an agency"),
    )
    responsible_person = forms.ModelChoiceField(
        label=_("Person"),
        queryset=User.objects.get_queryset().none(),
        required=False,
        empty_label=_("Nobody in particular"),
    )
    due = DayField(label=_("Last day"), required=False)
    measure = forms.ModelChoiceField(
        label=_("Measure it belongs to"),
        queryset=Measure.objects.none(),
        required=False,
        empty_label=_("No measure"),
    )

    def __init__(self, data: Any = None, *, item: AgendaItem, by: User, needs: tuple[str, ...] = ()) -> None:
        super().__init__(data, initial={"version": item.version, "text": item.text, "status": item.status})
        for field in self.fields.values():
            if not field.widget.is_hidden:
                dressed = "form-select" if isinstance(field, forms.ModelChoiceField) else "form-control"
                field.widget.attrs["class"] = f"{field.widget.attrs.get('class', '')} {dressed}".strip()
        self.item = item
        self.conflict: dict[str, str] | None = None
        for name in needs:
            self.fields[name].required = True
        people = answerable(item)
        agencies = Agency.objects.filter(units__employments__user__in=people).distinct().in_order()
        _choices(self.fields["responsible_agency"], agencies)
        _choices(self.fields["responsible_person"], people)
        _choices(self.fields["measure"], followed_up_by(by))
        if len(self.fields["measure"].choices) == 1:  # type: ignore[attr-defined]
            del self.fields["measure"]

    def clean(self) -> dict[str, Any]:
        values = dict(super().clean() or {})
        person, agency = values.get("responsible_person"), values.get("responsible_agency")
        if person is not None and agency is None:
            values["responsible_agency"] = person.agency
        begun = [person, agency, values.get("due"), values.get("measure")]
        if values.get("action"):
            self._ask(values, "responsible_agency", _("Choose the responsible agency."))
            self._ask(values, "due", _("Enter the last day."))
        elif any(begun) and "action" not in self.errors:
            self.add_error("action", _("Enter what needs to be done."))
        return values

    def _ask(self, values: dict[str, Any], name: str, message: Any) -> None:
        if not values.get(name) and name not in self.errors:
            self.add_error(name, message)

    @transaction.atomic
    def save(self, *, by: User, treated: bool = False) -> None:
        """Save what was typed, all of it or nothing; ``treated`` notes an item of which nothing else has become.

        Raises:
            ValidationError: what the verbs complain about; after a conflict the form holds both texts.
        """
        values = self.cleaned_data
        if values.get("version"):
            self._write(values, by=by, treated=treated)
        if values["decision"]:
            decide(self.item, text=values["decision"], by=by)
        if values["action"]:
            action = agree(
                self.item,
                text=values["action"],
                responsible_agency=values["responsible_agency"],
                responsible_person=values["responsible_person"],
                due=values["due"],
                by=by,
            )
            if values.get("measure"):
                tie(action, measure=values["measure"], by=by)

    def _write(self, values: dict[str, Any], *, by: User, treated: bool) -> None:
        status = values["status"] or self.item.status
        if treated and status == AgendaItem.Status.OPEN:
            status = AgendaItem.Status.NOTED
        try:
            write_item(self.item, text=values["text"], status=status, version=values["version"], by=by)
        except TextConflict as conflict:
            self._show_both(conflict.stored)
            raise

    def _show_both(self, stored: AgendaItem) -> None:
        typed = self.cleaned_data["text"]
        self.conflict = {"stored": stored.text, "typed": typed}
        both = "\n\n".join(text for text in (stored.text, typed) if text)
        self.data = {name: self.data[name] for name in self.data} | {
            "text": both,
            "version": str(stored.version),
        }


def _choices(field: Any, rows: Any) -> None:
    """The rows that may be chosen, asked for once however often the field is drawn."""
    field.queryset = rows
    field.choices = [("", field.empty_label), *((row.pk, str(row)) for row in rows)]


class TickForm(forms.Form):
    """How one person took part; or, with ``rest``, that everybody without a status is present."""

    attendance = forms.ModelChoiceField(queryset=Attendance.objects.none(), required=False)
    status = forms.CharField(required=False)
    substitute_name = forms.CharField(label=_("Substitute"), required=False, max_length=150)
    rest = forms.BooleanField(required=False)

    def __init__(self, data: Any, *, meeting: Meeting, user: User) -> None:
        super().__init__(data, prefix=None)
        self.meeting = meeting
        rows = Attendance.objects.visible_to(user).filter(meeting=meeting).select_related("meeting", "agency")
        self.fields["attendance"].queryset = rows  # type: ignore[attr-defined]

    @property
    def row(self) -> Attendance | None:
        """The row that was meant; None where there is none such."""
        row = getattr(self, "cleaned_data", {}).get("attendance")
        return row if isinstance(row, Attendance) else None

    def save(self, *, by: User) -> None:
        """Raises ValidationError as the verbs do; an empty form does nothing."""
        if self.cleaned_data["rest"]:
            tick_remaining(self.meeting, by=by)
        elif self.row is not None:
            values = self.cleaned_data
            tick(self.row, status=values["status"], substitute_name=values["substitute_name"], by=by)


class HoldForm(forms.Form):
    """Nothing to fill in; but of a meeting that is called for a day to come it asks whether it was held today."""

    held_today = forms.BooleanField(
        label=_("The meeting was held today"),
        help_text=_("The minutes then carry today's date and times, and the room booking is cancelled."),
        error_messages={
            "required": _(
                "The meeting is scheduled for a later day. Tick the box if it was held today; otherwise wait."
            )
        },
        widget=forms.CheckboxInput(attrs={"form": "hold"}),
    )

    def __init__(self, data: Any = None, *, meeting: Meeting) -> None:
        super().__init__(data)
        if timezone.localdate(meeting.starts_at) <= timezone.localdate():
            del self.fields["held_today"]


class ReasonForm(forms.Form):
    """Why minutes are sent back."""

    reason = forms.CharField(
        label=_("What should be changed?"),
        help_text=_("Whoever writes the minutes sees it."),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Enter what should be changed.")},
    )
