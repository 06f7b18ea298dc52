"""Forms of the checklist of 2023:196."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.models import User
from meetings import law
from meetings.forms_duties import OFFERED, DecisionField
from meetings.models import Decision, DemandEvidence, DemandJudgement, Meeting
from samverkan.fields import DayField, LinkField
from samverkan.pages import add_errors
from samverkan.uploads import UploadField


class JudgeForm(forms.Form):
    """What one makes of a demand. Ends in ``judge``."""

    state = forms.ChoiceField(
        label=_("Assessment"), choices=DemandJudgement.State.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=2000,
        help_text=_("What the assessment is based on, and what is missing."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, demand: str, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.demand, self.by = demand, by

    def save(self) -> DemandJudgement | None:
        """The judgement, or None where the verb refuses; its reasons are then beside the fields."""
        try:
            return law.judge(self.demand, by=self.by, **self.cleaned_data)
        except ValidationError as error:
            add_errors(self, error)
            return None


class WithdrawForm(forms.Form):
    """Why evidence no longer counts. Ends in ``withdraw``."""

    because = forms.CharField(
        label=_("Why"),
        max_length=500,
        help_text=_("For example: it concerns another year. Nothing about individuals."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, evidence: DemandEvidence, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.evidence, self.by = evidence, by

    def save(self) -> bool:
        """Whether the verb did it; where it refuses, its reasons are beside the field."""
        try:
            law.withdraw(self.evidence, by=self.by, **self.cleaned_data)
        except ValidationError as error:
            add_errors(self, error)
        return not self.errors


class ShowForm(forms.Form):
    """Evidence for a demand; offers the meetings and decisions that this person sees. Ends in ``show``."""

    note = forms.CharField(
        label=_("What it shows"), max_length=500, help_text=_("A few words. Nothing about individuals.")
    )
    day = DayField(
        label=_("Day"), past=True, help_text=_("The day of what is shown, such as that of a decision.")
    )
    link = LinkField(label=_("Online"), required=False, max_length=500)
    file = UploadField(
        label=_("File"), required=False, help_text=_("PDF, image or Office file, 20 MB at most.")
    )
    meeting = forms.ModelChoiceField(
        Meeting.objects.none(),
        label=_("Meeting"),
        required=False,
        empty_label=pgettext_lazy("in a list to choose from", "No meeting"),
    )
    decision = DecisionField(
        Decision.objects.none(), label=_("Decision"), required=False, empty_label=_("No decision")
    )

    def __init__(self, *args: Any, demand: str, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.demand, self.by = demand, by
        self.fields["day"].initial = timezone.localdate
        held = (Meeting.Status.HELD, Meeting.Status.CLOSED)
        meetings = Meeting.objects.visible_to(by).filter(status__in=held).select_related("body")
        decisions = Decision.objects.visible_to(by).filter(number__isnull=False)
        self._offer("meeting", meetings, "-starts_at")
        self._offer("decision", decisions, "-year", "-number")

    def _offer(self, name: str, rows: "QuerySet[Any]", *order: str) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        newest = list(rows.order_by(*order).values_list("pk", flat=True)[:OFFERED])
        field.queryset = rows.filter(pk__in=newest).order_by(*order)

    def save(self) -> DemandEvidence | None:
        """The evidence, or None where the verb refuses; its reasons are then beside the fields."""
        try:
            return law.show(self.demand, by=self.by, **self.cleaned_data)
        except ValidationError as error:
            add_errors(self, error)
            return None
