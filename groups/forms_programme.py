"""Forms of the action programme."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.forms_plan import PlanForm, long_text, offer
from groups.models import ActionProgramme, Measure, ReportVersion, User
from groups.models.planning import plans
from groups.programme import review, write_programme
from samverkan.fields import DayField


class VersionField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.report.title}, {_('version')} {obj.number} ({timezone.localdate(obj.published_at)})"


class MeasuresField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.title} – {obj.problem.title} ({obj.problem.report.title})"


class ProgrammeForm(PlanForm):
    """Ends in ``write_programme``; offers published reports, and measures that stand in no other programme."""

    version = VersionField(
        label=_("Situation report it is based on"),
        queryset=ReportVersion.objects.none(),
        empty_label=_("Choose a situation report"),
        help_text=_("The programme is based on a published situation report (§ 5)."),
    )
    title = forms.CharField(label=_("Title"), max_length=200)
    summary = long_text(_("Summary"), required=False, rows=4)
    valid_from = DayField(label=_("First day"))
    valid_to = DayField(label=_("Last day"))
    measures = MeasuresField(
        label=_("Measures"),
        queryset=Measure.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Measures for the report's problems that are not in another programme."),
    )

    def __init__(
        self, data: Any = None, *, by: User, programme: ActionProgramme | None = None, **kwargs: Any
    ) -> None:
        super().__init__(data, by=by, **kwargs)
        self.programme = programme
        versions = ReportVersion.objects.visible_to(by).published().filter(report__agreement__in=plans(by))
        versions = versions.select_related("report").order_by("-published_at", "pk")
        offer(self.fields["version"], versions)
        ours = Measure.objects.visible_to(by).filter(problem__report__agreement__in=plans(by))
        offered = ours.filter(programme=None, outcome="")
        if programme is not None:
            own = ours.filter(programme=programme)
            self.initial = {
                name: getattr(programme, name)
                for name in ("version", "title", "summary", "valid_from", "valid_to")
            } | {"measures": own}
            offered = offered | own
        elif len(versions) == 1:
            self.initial = {"version": versions[0]}
        offer(self.fields["measures"], offered.select_related("problem__report").in_order())
        if not offered.exists():
            self.fields["measures"].help_text = _(
                "There is none to choose yet. Save the draft, plan measures against the report's problems, and come back."
            )

    def clean(self) -> dict[str, Any]:
        values = dict(super().clean() or {})
        version = values.get("version")
        strangers = [
            measure
            for measure in values.get("measures") or []
            if version is not None and measure.problem.report_id != version.report_id
        ]
        if strangers:
            self.add_error(
                "measures",
                _("“%(title)s” addresses a problem from another situation report.")
                % {"title": strangers[0].title},
            )
        return values

    def carry_out(self, **values: Any) -> Any:
        return write_programme(programme=self.programme, **values)


class ReviewForm(PlanForm):
    day = DayField(label=_("Followed up on"), past=True)
    text = long_text(
        _("What the follow-up found"),
        rows=8,
        help_text=_("Which goals have been reached, which measures are done and what needs to change (§ 6)."),
    )

    def __init__(self, data: Any = None, *, by: User, programme: ActionProgramme, **kwargs: Any) -> None:
        super().__init__(data, by=by, **kwargs)
        self.programme = programme
        self.fields["day"].initial = timezone.localdate

    def carry_out(self, **values: Any) -> Any:
        return review(self.programme, **values)
