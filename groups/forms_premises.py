"""Forms for premises and their parts; each ends in a verb of ``groups.premises``."""

from datetime import date, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from groups import premises as verbs
from groups.lines import LinesField
from groups.models import Agency, Closure, OpeningHours, Premises, Room, StaffedShift, User
from groups.models.hours import Weekly
from samverkan.fields import ClockField, DayField
from samverkan.pages import add_errors

FOREVER = _("Leave empty if it applies until further notice.")


class EndClockField(ClockField):
    """As on a door: 24 is midnight."""

    def to_python(self, value: Any) -> time | None:
        if str(value or "").strip() in ("24", "24.00", "24:00", "2400"):
            return time(0)
        return super().to_python(value)


class DaysField(LinesField):
    """Days, one on each line."""

    def to_python(self, value: Any) -> Any:
        read = DayField(required=False).to_python
        days = [line if isinstance(line, date) else read(line) for line in super().to_python(value)]
        return [day for day in days if day]

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return "\n".join(f"{day:%Y-%m-%d}" if isinstance(day, date) else day for day in value)

    def run_validators(self, value: Any) -> None:
        """Days have nothing more to check."""

    def validate(self, value: Any) -> None:
        """Days have nothing more to check."""


class PremisesForm(forms.ModelForm):
    """The facts of premises; a new one's keeper is chosen among the agencies that are there today."""

    equipment = LinesField(label=_("Equipment"), required=False, help_text=_("One per line."))
    valid_from = DayField(label=_("First day"), required=False)
    valid_to = DayField(label=_("Last day"), required=False, help_text=FOREVER)

    class Meta:
        model = Premises
        fields = [
            "name",
            "agency",
            "address",
            "area",
            "contact",
            "capacity",
            "equipment",
            "step_free",
            "hearing_loop",
            "neutral_ground",
            "known_to_residents",
            "access_rules",
            "closed_on_red_days",
            "closed_on_eves",
            "valid_from",
            "valid_to",
        ]
        widgets = {"access_rules": forms.Textarea(attrs={"rows": 3})}
        error_messages = {"name": {"unique": _("There are already premises with this name. Choose another.")}}

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ModelChoiceField)
        agency.queryset = Agency.objects.visible_to(by).live().in_order()
        agency.empty_label = str(_("Choose an agency"))
        agency.initial = by.agency_id

    def save(self, commit: bool = True) -> Any:
        try:
            return verbs.keep_premises(self.instance, by=self.by)
        except ValidationError as error:
            add_errors(self, error)
            return None


class PartForm(forms.ModelForm):
    """One part of premises."""

    instance: Any

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def save(self, commit: bool = True) -> bool:
        """Whether it is stored; where not, the reasons stand in the form."""
        try:
            self.store()
        except ValidationError as error:
            add_errors(self, error)
        return not self.errors

    def store(self) -> None:
        verbs.keep_part(self.instance, by=self.by)


class RoomForm(PartForm):
    capacity = forms.IntegerField(label=_("Seats"), required=False, min_value=1, max_value=32767)
    equipment = LinesField(label=_("Equipment"), required=False, help_text=_("One per line."))

    class Meta:
        model = Room
        fields = ["name", "capacity", "confidential", "step_free", "hearing_loop", "equipment"]


class ClosureForm(PartForm):
    first_day = DayField(label=_("First day"), help_text=_("For example, 2026-12-03, 3 Dec or today."))
    last_day = DayField(label=_("Last day"), help_text=_("The same day if it is only one day."))

    class Meta:
        model = Closure
        fields = ["first_day", "last_day", "reason"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("The last day must not be before the first."))
        return cleaned


class WeeklyForm(PartForm):
    """A new one on several weekdays at once; one that is there on its own."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Weekdays"), choices=Weekly.Weekday, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    begins = ClockField(label=_("From"), help_text=_("For example, 10 or 10:30."))
    ends = EndClockField(
        label=_("Until"),
        help_text=_("If it is earlier than the start, it runs past midnight. 0–24 is round the clock."),
    )
    valid_from = DayField(
        label=_("First day"), required=False, help_text=_("For a season, or from the day the times change.")
    )
    valid_to = DayField(label=_("Last day"), required=False, help_text=FOREVER)

    field_order = ["agency", "weekdays", "begins", "ends", "valid_from", "valid_to"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["weekdays"]
        else:
            # A placeholder until the verb gives each day its own row.
            self.instance.weekday = 0

    def store(self) -> None:
        if self.instance.pk:
            super().store()
        else:
            verbs.keep_on_days(self.instance, self.cleaned_data["weekdays"], by=self.by)


class HoursForm(WeeklyForm):
    class Meta:
        model = OpeningHours
        fields = ["begins", "ends", "valid_from", "valid_to"]


class ShiftForm(WeeklyForm):
    away = DaysField(
        label=_("Not there on"), required=False, help_text=_("One day per line, for example 2026-12-23.")
    )

    class Meta:
        model = StaffedShift
        fields = ["agency", "begins", "ends", "valid_from", "valid_to", "note"]

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, by=by, **kwargs)
        agency = self.fields["agency"]
        assert isinstance(agency, forms.ModelChoiceField)
        agency.queryset = Agency.objects.visible_to(by).live().in_order()
        agency.empty_label = str(_("Choose an agency"))
        if self.instance.pk:
            self.fields["away"].initial = [absence.day for absence in self.instance.absences.all()]
        else:
            del self.fields["away"]

    def store(self) -> None:
        super().store()
        if self.instance.pk:
            verbs.set_absences(self.instance, self.cleaned_data["away"], by=self.by)
