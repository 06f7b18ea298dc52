"""Forms of the collaboration year."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.functional import lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from groups.forms import PersonField
from groups.models import Agency, AnnualDuty, Body, User
from groups.roles import MANAGE
from meetings.duties import Evidence, finish_duty, write_duty
from meetings.models import Decision, DutyOccurrence, Meeting
from samverkan.fields import DayField
from samverkan.pages import add_errors
from samverkan.uploads import UploadField

#: So many meetings and decisions are offered as evidence, the latest first.
OFFERED = 30


def _quarter(number: int) -> str:
    return gettext("Quarter %(number)d") % {"number": number}


_quarter_lazy = lazy(_quarter, str)
PERIODS: list[tuple[str, Any]] = [
    ("", _("Choose")),
    *((f"q{number}", _quarter_lazy(number)) for number in range(1, 5)),
    *((f"m{number}", MONTHS[number]) for number in range(1, 13)),
]


class DutyForm(forms.ModelForm):
    """A duty of the year; offers the bodies that this person manages, and those below them. Ends in ``write_duty``."""

    period = forms.ChoiceField(
        label=_("When in the year"),
        choices=PERIODS,
        required=False,
        help_text=_("For what follows the calendar."),
    )
    person = PersonField(
        label=_("Responsible person"),
        queryset=User.objects.none(),
        required=False,
    )
    valid_from = DayField(label=_("First day"), required=False)
    valid_to = DayField(label=_("Last day"), required=False)

    class Meta:
        model = AnnualDuty
        fields = (
            "title",
            "ground",
            "source",
            "demand",
            "body",
            "counting",
            "day",
            "every_years",
            "first_year",
            "months",
            "lead_days",
            "agenda_title",
            "agency",
        )

    field_order = (
        "title",
        "ground",
        "source",
        "demand",
        "counting",
        "period",
        "day",
        "every_years",
        "first_year",
        "months",
        "body",
        "lead_days",
        "agenda_title",
        "agency",
        "person",
        "valid_from",
        "valid_to",
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        duty = kwargs.get("instance")
        kwargs["initial"] = self._initial(duty) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.by = by
        self._offer("body", managed_bodies(by), _("Choose a group"))
        self._offer("agency", Agency.objects.visible_to(by).in_order(), _("No agency"))
        people = User.objects.get_queryset().visible_to(by).with_workplaces().in_order()
        self._offer("person", people, _("Nobody named"))
        self.fields["demand"].choices = [("", gettext("None")), *self.fields["demand"].choices[1:]]  # type: ignore[attr-defined]
        self.fields["day"].label = _("Day of the month")
        self.fields["day"].help_text = _("Leave empty for the last day of the month.")

    def _initial(self, duty: AnnualDuty | None) -> dict[str, Any]:
        if duty is None:
            return {}
        period = f"q{duty.quarter}" if duty.quarter else f"m{duty.month}" if duty.month else ""
        return {
            "period": period,
            "person": duty.person_id,
            "valid_from": duty.valid_from,
            "valid_to": duty.valid_to,
        }

    def _offer(self, name: str, rows: "QuerySet[Any]", empty: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset, field.empty_label = rows, empty

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        period = cleaned.get("period") or ""
        duty = self.instance
        duty.quarter = int(period[1:]) if period.startswith("q") else None
        duty.month = int(period[1:]) if period.startswith("m") else None
        for name in ("person", "valid_from", "valid_to"):
            setattr(duty, name, cleaned.get(name))
        if cleaned.get("counting") == AnnualDuty.Counting.CALENDAR:
            if not period:
                self.add_error("period", _("Choose a quarter or a month."))
            elif cleaned.get("day") and duty.quarter:
                self.add_error("day", _("A day goes with a month, not with a quarter."))
        elif cleaned.get("counting") and cleaned.get("months") is None:
            self.add_error("months", _("Enter how many months."))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        """The duty as it now stands, or None where the verb refuses; its reasons are then beside the fields."""
        try:
            return write_duty(self.instance, by=self.by)
        except ValidationError as error:
            add_errors(self, error)
            return None


def managed_bodies(user: User) -> "QuerySet[Body]":
    """Bodies for which this person may write duties: those they manage and those that report to them; no case group."""
    managed = [body for body in user.bodies() if MANAGE in user.acts_in(body)]
    rows = Body.objects.visible_to(user).exclude(kind=Body.Kind.CASE)
    return (rows.filter(pk__in=managed) | rows.filter(parent__in=managed)).in_order()


class DecisionField(forms.ModelChoiceField):
    """Decisions by § and year, each with how it begins."""

    def label_from_instance(self, obj: Any) -> str:
        text = obj.text if len(obj.text) <= 80 else f"{obj.text[:79]}…"
        return f"{obj.label}/{obj.year} {text}"


class FinishForm(forms.Form):
    """How a turn was done; offers what this person sees of the body's meetings and decisions."""

    done_on = DayField(label=_("Done on"), past=True)
    meeting = forms.ModelChoiceField(
        Meeting.objects.none(),
        label=_("Meeting"),
        required=False,
        empty_label=pgettext_lazy("in a list to choose from", "No meeting"),
    )
    decision = DecisionField(
        Decision.objects.none(), label=_("Decision"), required=False, empty_label=_("No decision")
    )
    link = forms.URLField(
        label=_("Online"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("For example, the report in the registry or on a web page."),
    )
    file = UploadField(
        label=_("File"), required=False, help_text=_("PDF, image or Office file, 20 MB at most.")
    )
    note = forms.CharField(
        label=_("How it was done"),
        required=False,
        max_length=500,
        help_text=_("A few words. Nothing about individuals."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, turn: DutyOccurrence, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.turn, self.by = turn, by
        self.fields["done_on"].initial = timezone.localdate
        meetings = Meeting.objects.visible_to(by).filter(body=turn.duty.body_id).past()
        decisions = Decision.objects.visible_to(by).filter(body=turn.duty.body_id, number__isnull=False)
        self._offer(
            "meeting", meetings.exclude(status=Meeting.Status.CANCELLED).select_related("body"), "-starts_at"
        )
        self._offer("decision", decisions.select_related("item__meeting"), "-year", "-number")

    def _offer(self, name: str, rows: "QuerySet[Any]", *order: str) -> None:
        """The newest; by key, since a choice is looked up again among them."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        newest = list(rows.order_by(*order).values_list("pk", flat=True)[:OFFERED])
        field.queryset = rows.filter(pk__in=newest).order_by(*order)

    def save(self) -> bool:
        """Whether the verb did it; where it refuses, its reasons are beside the fields."""
        proof = Evidence(
            **{name: self.cleaned_data[name] for name in ("meeting", "decision", "link", "note", "file")}
        )
        try:
            finish_duty(self.turn, done_on=self.cleaned_data["done_on"], evidence=proof, by=self.by)
        except ValidationError as error:
            add_errors(self, error)
            return False
        return True
