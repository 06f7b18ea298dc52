"""Forms that tie planning to meetings: adopting a programme, and what was agreed about a measure."""

from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from groups.forms_plan import PlanForm, offer
from groups.models import ActionProgramme, Measure, User
from meetings.adopting import adopt, adopting, tie, untied
from meetings.models import ActionItem, Decision


class DecisionField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        meeting = obj.item.meeting
        text = Truncator(obj.text).chars(70)
        return f"{obj.label}, {meeting.body.name} {meeting.starts_at:%Y-%m-%d}: {text}"


class AdoptForm(PlanForm):
    decision = DecisionField(
        label=_("Decision"),
        queryset=Decision.objects.none(),
        empty_label=_("Choose a decision"),
        help_text=_("Decisions of the steering group or the council, once their meeting has been held."),
    )

    def __init__(self, data: Any = None, *, by: User, programme: ActionProgramme, **kwargs: Any) -> None:
        super().__init__(data, by=by, **kwargs)
        self.programme = programme
        offer(self.fields["decision"], adopting(programme, by))

    def carry_out(self, **values: Any) -> Any:
        return adopt(self.programme, decision=values["decision"], by=values["by"])


class ActionField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        meeting = obj.item.meeting
        return f"{Truncator(obj.text).chars(70)} – {meeting.body.name} {meeting.starts_at:%Y-%m-%d}"


class TieForm(PlanForm):
    action = ActionField(
        label=_("Action item"),
        queryset=ActionItem.objects.none(),
        empty_label=_("Choose an action item"),
        help_text=_("What was agreed at a meeting you can see and does not belong to a measure yet."),
    )

    def __init__(self, data: Any = None, *, by: User, measure: Measure, **kwargs: Any) -> None:
        super().__init__(data, by=by, **kwargs)
        self.measure = measure
        offer(self.fields["action"], untied(by))

    def carry_out(self, **values: Any) -> Any:
        tie(values["action"], measure=self.measure, by=values["by"])
        return values["action"]
