"""Forms of measures: planning one, hours, follow-up and the outcome."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.forms_plan import PlanForm, long_text, offer
from groups.measures import close, follow_up, most_hours, purposes_for, spend_hours, write_measure
from groups.models import ActionProgramme, Agency, FollowUp, Goal, Measure, Method, Problem, User
from groups.models.planning import PLAN
from samverkan.fields import DayField, FigureField


class MeasureForm(PlanForm):
    """Ends in ``write_measure``; offers the causes, goals and purposes that belong to the problem."""

    title = forms.CharField(label=_("Measure"), max_length=200, help_text=_("What is done, in a few words."))
    description = long_text(_("Description"), required=False, rows=4)
    cause = forms.ChoiceField(
        label=_("Cause it addresses"), required=False, help_text=_("A measure without a cause is a guess.")
    )
    goal = forms.ModelChoiceField(
        label=_("Goal"), queryset=Goal.objects.none(), required=False, empty_label=_("No goal chosen")
    )
    purpose = forms.ChoiceField(
        label=_("Purpose of the agreement"),
        widget=forms.RadioSelect,
        help_text=_("Which of its purposes the measure serves (§ 9)."),
    )
    responsible_agency = forms.ModelChoiceField(
        label=_("Responsible agency"),
        queryset=Agency.objects.none(),
        empty_label=_("Choose an agency"),
        help_text=_("Responsible for the measure. Its staff record hours, follow-up and outcome."),
    )
    method = forms.ModelChoiceField(
        label=_("Method"), queryset=Method.objects.none(), required=False, empty_label=_("No method chosen")
    )
    programme = forms.ModelChoiceField(
        label=_("Action programme"),
        queryset=ActionProgramme.objects.none(),
        required=False,
        empty_label=_("None yet"),
        help_text=_("Programmes that have not been adopted yet."),
    )
    valid_from = DayField(label=_("First day"))
    valid_to = DayField(label=_("Last day"))

    def __init__(
        self, data: Any = None, *, by: User, problem: Problem, measure: Measure | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, by=by, **kwargs)
        self.problem, self.measure = problem, measure
        _choices(self.fields["cause"], problem.causes, empty=_("No cause chosen"))
        purposes = purposes_for(problem, measure)
        _choices(self.fields["purpose"], purposes)
        if len(purposes) == 1:
            self.fields["purpose"].initial = purposes[0]
        offer(self.fields["goal"], Goal.objects.visible_to(by).filter(problem=problem).order_by("due", "pk"))
        offer(self.fields["responsible_agency"], Agency.objects.visible_to(by).live().in_order())
        offer(self.fields["method"], Method.objects.visible_to(by).in_order())
        drafts = ActionProgramme.objects.visible_to(by).filter(
            version__report=problem.report_id, adopted_on=None
        )
        offer(self.fields["programme"], drafts.newest())
        if measure is not None:
            self.initial = {name: getattr(measure, name) for name in self.fields}

    def carry_out(self, **values: Any) -> Any:
        return write_measure(self.problem, measure=self.measure, **values)


class HoursForm(PlanForm):
    agency = forms.ModelChoiceField(label=_("Agency"), queryset=Agency.objects.none(), empty_label=None)
    hours = FigureField(label=pgettext_lazy("spent", "Hours"), max_digits=7, decimal_places=1)
    day = DayField(label=_("Up to and including"), past=True, help_text=_("The last day the hours cover."))
    note = forms.CharField(label=_("Note"), required=False, max_length=300)

    def __init__(self, data: Any = None, *, by: User, measure: Measure, **kwargs: Any) -> None:
        super().__init__(data, by=by, **kwargs)
        self.measure = measure
        agencies = Agency.objects.visible_to(by).live()
        if PLAN not in measure.acts_of(by):
            agencies = agencies.filter(pk=by.agency_id)
        offer(self.fields["agency"], agencies.in_order())
        self.fields["agency"].initial = by.agency_id
        self.fields["day"].initial = timezone.localdate
        if data is not None and self._seems_too_many(data):
            self.fields["sure"] = forms.BooleanField(
                label=_("The figure is right: several people have worked on the measure"), required=False
            )

    def _seems_too_many(self, data: Any) -> bool:
        """Whether to ask; what is no figure and no day is told beside its field."""
        try:
            hours, day = (self.fields[name].clean(data.get(name)) for name in ("hours", "day"))
        except forms.ValidationError:
            return False
        return bool(hours > most_hours(self.measure, day))

    def carry_out(self, **values: Any) -> Any:
        return spend_hours(self.measure, **values)


class FollowUpForm(PlanForm):
    day = DayField(label=_("Day"), past=True)
    standing = forms.ChoiceField(
        label=_("How it is going"),
        choices=[choice for choice in FollowUp.Standing.choices if choice[0] != FollowUp.Standing.ENDED],
        widget=forms.RadioSelect,
    )
    text = long_text(
        _("What has been done and seen"),
        help_text=_("About places and ways of working, never about a person."),
    )

    def __init__(self, data: Any = None, *, by: User, measure: Measure, **kwargs: Any) -> None:
        super().__init__(data, by=by, **kwargs)
        self.measure = measure
        self.fields["day"].initial = timezone.localdate

    def carry_out(self, **values: Any) -> Any:
        return follow_up(self.measure, **values)


class CloseForm(PlanForm):
    outcome = forms.ChoiceField(label=_("Outcome"), choices=Measure.Outcome, widget=forms.RadioSelect)
    text = long_text(
        _("What it led to"),
        help_text=_(
            "What was done, what you have seen since, and what you do not know. That a figure has moved does not show "
            "that the measure moved it."
        ),
    )
    day = DayField(label=_("Closed on"), past=True)

    def __init__(self, data: Any = None, *, by: User, measure: Measure, **kwargs: Any) -> None:
        super().__init__(data, by=by, **kwargs)
        self.measure = measure
        self.fields["day"].initial = timezone.localdate

    def carry_out(self, **values: Any) -> Any:
        return close(self.measure, **values)


def _choices(field: Any, texts: list[str], *, empty: Any = "") -> None:
    field.choices = [("", empty)] * bool(empty) + [(text, text) for text in texts]
