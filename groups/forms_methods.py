"""Forms of the register of methods."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.forms_plan import PlanForm, long_text, offer
from groups.methods import end_use, tell, use, write_method
from groups.models import Agency, Body, Method, MethodUse, User
from samverkan.fields import DayField


class MethodForm(PlanForm):
    name = forms.CharField(label=_("Name"), max_length=200)
    proposed_by = forms.ModelChoiceField(
        label=_("Proposed by"), queryset=Agency.objects.none(), required=False, empty_label=_("Not known")
    )
    description = long_text(
        _("Description"),
        required=False,
        help_text=_("What you do, who it is for and what supports it."),
    )

    def __init__(self, data: Any = None, *, by: User, method: Method | None = None, **kwargs: Any) -> None:
        super().__init__(data, by=by, **kwargs)
        self.method = method
        offer(self.fields["proposed_by"], Agency.objects.visible_to(by).in_order())
        if method is None:
            self.fields["proposed_by"].initial = by.agency_id
        else:
            self.initial = {name: getattr(method, name) for name in ("name", "description", "proposed_by")}

    def carry_out(self, **values: Any) -> Any:
        return write_method(method=self.method, **values)


class UseForm(PlanForm):
    body = forms.ModelChoiceField(
        label=_("Group"), queryset=Body.objects.none(), empty_label=_("Choose a group")
    )
    valid_from = DayField(label=_("First day"), past=True)
    valid_to = DayField(
        label=_("Last day"), required=False, help_text=_("Leave empty if it applies until further notice.")
    )

    def __init__(self, data: Any = None, *, by: User, method: Method, **kwargs: Any) -> None:
        super().__init__(data, by=by, **kwargs)
        self.method = method
        offer(self.fields["body"], Body.objects.visible_to(by).exclude(kind=Body.Kind.CASE).in_order())

    def carry_out(self, **values: Any) -> Any:
        del values["answered"]  # there is no text in it
        return use(self.method, **values)


class EndUseForm(PlanForm):
    valid_to = DayField(label=_("Last day"), past=True)

    def __init__(self, data: Any = None, *, by: User, used: MethodUse, **kwargs: Any) -> None:
        super().__init__(data, by=by, **kwargs)
        self.used = used
        self.fields["valid_to"].initial = timezone.localdate

    def carry_out(self, **values: Any) -> Any:
        return end_use(self.used, day=values["valid_to"], by=values["by"])


class NoteForm(PlanForm):
    day = DayField(label=_("Day"), past=True)
    text = long_text(_("How it went"), help_text=_("About the way of working, never about a person."))

    def __init__(self, data: Any = None, *, by: User, method: Method, **kwargs: Any) -> None:
        super().__init__(data, by=by, **kwargs)
        self.method = method
        self.fields["day"].initial = timezone.localdate

    def carry_out(self, **values: Any) -> Any:
        return tell(self.method, **values)
