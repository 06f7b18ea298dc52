"""Forms of problems, goals, indicators and values."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from groups.forms_plan import PlanForm, long_text, offer
from groups.lines import LinesField
from groups.models import Agency, Goal, Indicator, IndicatorValue, Problem, SituationReport, User
from groups.models.planning import plans
from groups.problems import (
    areas_for,
    correct_value,
    write_goal,
    write_indicator,
    write_problem,
    write_value,
)
from samverkan.fields import DayField, FigureField


class ReportField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title} ({', '.join(obj.areas)})"


class ReportChoiceForm(PlanForm):
    """Which report a new problem comes from."""

    report = ReportField(
        label=_("Situation report"),
        queryset=SituationReport.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
        help_text=_("The report whose analysis identifies the problem."),
    )

    def __init__(self, data: Any = None, *, by: User, **kwargs: Any) -> None:
        super().__init__(data, by=by, **kwargs)
        rows = SituationReport.objects.visible_to(by).filter(agreement__in=plans(by))
        offer(self.fields["report"], rows.in_order())

    def carry_out(self, **values: Any) -> Any:
        return values["report"]


class ProblemForm(PlanForm):
    title = forms.CharField(
        label=_("Problem"),
        max_length=200,
        help_text=_(
            "What happens, where and when. For example: Break-ins in bicycle storerooms on Exempelgatan."
        ),
    )
    area = forms.ChoiceField(label=_("Priority area of the agreement"))
    description = long_text(_("Description"), required=False)
    causes = LinesField(
        label=_("Causes"),
        required=False,
        base_field=forms.CharField(max_length=300),
        help_text=_(
            "Why it happens, as far as you know: one cause per line. Measures are chosen to address causes."
        ),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        by: User,
        report: SituationReport,
        problem: Problem | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, by=by, **kwargs)
        self.report, self.problem = report, problem
        areas = self.fields["area"]
        areas.choices = [(area, area) for area in areas_for(report, problem)]  # type: ignore[attr-defined]
        if problem is not None:
            self.initial = {
                name: getattr(problem, name) for name in ("title", "area", "description", "causes")
            }

    def carry_out(self, **values: Any) -> Any:
        return write_problem(self.report, problem=self.problem, **values)


class GoalForm(PlanForm):
    text = forms.CharField(
        label=_("Goal"),
        max_length=300,
        help_text=_(
            "What should be true, put so that it can be measured. For example: Break-ins are halved."
        ),
    )
    due = DayField(label=_("Reached by"))

    def __init__(
        self, data: Any = None, *, by: User, problem: Problem, goal: Goal | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, by=by, **kwargs)
        self.problem, self.goal = problem, goal
        if goal is not None:
            self.initial = {"text": goal.text, "due": goal.due}

    def carry_out(self, **values: Any) -> Any:
        return write_goal(self.problem, goal=self.goal, **values)


class IndicatorForm(PlanForm):
    name = forms.CharField(
        label=_("Indicator"),
        max_length=200,
        help_text=_("For example: Reported break-ins in bicycle storerooms."),
    )
    unit = forms.CharField(
        label=_("Unit"), max_length=60, help_text=_("Such as percent, or reports a quarter.")
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        help_text=_("Where the figure comes from, so that others can find it."),
    )
    direction = forms.ChoiceField(
        label=_("Which way is better?"), choices=Indicator.Direction, widget=forms.RadioSelect
    )
    baseline = FigureField(
        label=_("Baseline"), max_digits=12, decimal_places=2, help_text=_("The figure you start from.")
    )
    baseline_day = DayField(label=_("Baseline date"), past=True)
    target = FigureField(label=_("Target"), max_digits=12, decimal_places=2)
    responsible_agency = forms.ModelChoiceField(
        label=_("Measured by"),
        queryset=Agency.objects.none(),
        empty_label=_("Choose an agency"),
        help_text=_("Its staff enter the values."),
    )

    def __init__(
        self, data: Any = None, *, by: User, goal: Goal, indicator: Indicator | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, by=by, **kwargs)
        self.goal, self.indicator = goal, indicator
        offer(self.fields["responsible_agency"], Agency.objects.visible_to(by).live().in_order())
        if indicator is not None:
            self.initial = {name: getattr(indicator, name) for name in self.fields}

    def carry_out(self, **values: Any) -> Any:
        return write_indicator(self.goal, indicator=self.indicator, **values)


class ValueForm(PlanForm):
    day = DayField(label=_("Day"), past=True, help_text=_("The last day the figure covers."))
    value = FigureField(label=_("Value"), max_digits=12, decimal_places=2)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=300,
        help_text=_("What readers need to know, for example that the figure is now counted differently."),
    )

    def __init__(self, data: Any = None, *, by: User, indicator: Indicator, **kwargs: Any) -> None:
        super().__init__(data, by=by, **kwargs)
        self.indicator = indicator
        self.fields["value"].label = _("Value (%(unit)s)") % {"unit": indicator.unit}

    def carry_out(self, **values: Any) -> Any:
        return write_value(self.indicator, **values)


class CorrectionForm(PlanForm):
    value = FigureField(label=_("Value"), max_digits=12, decimal_places=2)
    because = forms.CharField(
        label=_("Why"),
        max_length=300,
        help_text=_("For example: a typing error, or new figures from the source."),
    )

    def __init__(self, data: Any = None, *, by: User, value: IndicatorValue, **kwargs: Any) -> None:
        super().__init__(data, by=by, **kwargs)
        self.row = value
        self.initial = {"value": value.value}
        self.fields["value"].label = _("Value (%(unit)s)") % {"unit": value.indicator.unit}

    def carry_out(self, **values: Any) -> Any:
        return correct_value(self.row, **values)
