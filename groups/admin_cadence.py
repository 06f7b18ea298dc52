"""How often a body meets, as the administration asks it: in plain choices, or as a rule for what they cannot say."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from groups.cadence import LARGEST_INTERVAL, Rhythm, is_rule

NONE, OWN = "none", "own"


class CadenceForm(forms.ModelForm):
    """Fills ``cadence`` from the choices; a form sent without them is taken at the rule it sends."""

    rhythm = forms.ChoiceField(
        label=_("Meets"),
        required=False,
        choices=[(NONE, _("No fixed rhythm")), *Rhythm.Kind.choices, (OWN, _("Something else, by a rule"))],
    )
    every = forms.IntegerField(
        label=_("Weeks or months between meetings"),
        required=False,
        min_value=1,
        max_value=LARGEST_INTERVAL,
        help_text=_("1 for every week or month, 2 for every other."),
    )
    which = forms.TypedChoiceField(
        label=_("Which one in the month"), required=False, choices=Rhythm.WHICH, coerce=int, empty_value=None
    )
    weekday = forms.ChoiceField(
        label=_("Weekday"), required=False, choices=[("", _("Any weekday")), *Rhythm.WEEKDAYS]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule = self.fields["cadence"]
        rule.label = _("Rule")
        rule.help_text = _(
            "Only if none of the choices above fits. Uses RFC 5545, for example %(example)s."
        ) % {"example": "FREQ=MONTHLY;BYMONTHDAY=15"}
        if self.instance.meets:
            said = _("Now: %(words)s.") % {"words": self.instance.meets}
            self.fields["rhythm"].help_text = said
        self.initial = self._as_choices() | dict(self.initial)

    def _as_choices(self) -> dict[str, Any]:
        rule = self.instance.cadence
        if found := Rhythm.of(rule):
            return {
                "rhythm": found.kind,
                "every": found.every,
                "which": found.which,
                "weekday": found.weekday,
            }
        return {"rhythm": OWN if rule else NONE, "every": 1}

    def clean_cadence(self) -> str:
        rule: str = self.cleaned_data["cadence"].strip().upper()
        if self.cleaned_data.get("rhythm") in ("", OWN) and rule and not is_rule(rule):
            raise ValidationError(
                _("Write a recurrence rule (RFC 5545), such as FREQ=MONTHLY;BYMONTHDAY=15.")
            )
        return rule

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        rhythm = data.get("rhythm")
        if rhythm == NONE:
            data["cadence"] = ""
        elif rhythm in Rhythm.Kind.values and "every" in data:
            weekday = data.get("weekday") or ("MO" if rhythm == Rhythm.Kind.NTH_WEEKDAY else "")
            data["cadence"] = Rhythm(
                rhythm, data["every"] or 1, weekday=weekday, which=data.get("which") or 1
            ).rule
        elif rhythm == OWN and not data.get("cadence") and "cadence" not in self.errors:
            self.add_error("cadence", _("Enter the rule."))
        return data
