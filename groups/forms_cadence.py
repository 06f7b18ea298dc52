"""How often a group meets, as those who lead it say it: in plain choices. A rule that the choices cannot say is kept."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from groups.cadence import Rhythm, in_words

OWN = "own"
_WEEKS = {"weeks-1": 1, "weeks-2": 2}
_MONTHS = {f"months-{every}": every for every in (1, 2, 3, 6)}
_NAMES = {
    "": _("No fixed rhythm"),
    "weeks-1": _("Every week"),
    "weeks-2": _("Every other week"),
    "months-1": _("Every month"),
    "months-2": _("Every other month"),
    "months-3": _("Every third month"),
    "months-6": _("Every six months"),
}


class CadenceFields(forms.Form):
    """Fills ``cadence``, a recurrence rule, from three choices."""

    rhythm = forms.ChoiceField(label=_("Meets"), required=False, choices=list(_NAMES.items()))
    which = forms.TypedChoiceField(
        label=_("Which week of the month"),
        required=False,
        choices=[("", _("Any week")), *Rhythm.WHICH],
        coerce=int,
        empty_value=None,
        help_text=_("For a group that meets every month or less often, for example on the first Thursday."),
    )
    weekday = forms.ChoiceField(
        label=_("Weekday"), required=False, choices=[("", _("Any weekday")), *Rhythm.WEEKDAYS]
    )

    def offer_rhythm(self, rule: str) -> None:
        """Choose what the rule says; one that the choices cannot say is a choice of its own, and stays as it is."""
        self.rule = rule
        found = chosen(rule)
        if not found:
            rhythm = self.fields["rhythm"]
            assert isinstance(rhythm, forms.ChoiceField)
            own = _("As now: %(words)s") % {"words": in_words(rule)}
            rhythm.choices = [(OWN, own), *_NAMES.items()]
            found = {"rhythm": OWN}
        self.initial = {**found, **self.initial}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        rhythm, which, weekday = (data.pop(name, "") for name in ("rhythm", "which", "weekday"))
        if rhythm in _MONTHS and bool(which) != bool(weekday):
            self.add_error(
                "which" if weekday else "weekday", _("Choose both the week and the weekday, or neither.")
            )
        elif which and rhythm not in _MONTHS:
            self.add_error(
                "which", _("Only a group that meets every month or less often has a week of the month.")
            )
        elif weekday and rhythm not in {**_MONTHS, **_WEEKS}:
            self.add_error("weekday", _("Choose how often the group meets as well."))
        data["cadence"] = self.rule if rhythm == OWN else _rule(rhythm, which or 0, weekday)
        return data


def chosen(rule: str) -> dict[str, Any]:
    """The choices that say the rule; empty where none do."""
    if not rule:
        return {"rhythm": ""}
    found = Rhythm.of(rule)
    if found is None:
        return {}
    name = f"{'weeks' if found.kind == Rhythm.Kind.WEEKLY else 'months'}-{found.every}"
    return {"rhythm": name, "which": found.which, "weekday": found.weekday} if name in _NAMES else {}


def _rule(rhythm: str, which: int, weekday: str) -> str:
    if not rhythm:
        return ""
    if rhythm in _WEEKS:
        return Rhythm(Rhythm.Kind.WEEKLY, _WEEKS[rhythm], weekday=weekday).rule
    kind = Rhythm.Kind.NTH_WEEKDAY if which and weekday else Rhythm.Kind.MONTHLY
    return Rhythm(kind, _MONTHS[rhythm], weekday=weekday, which=which).rule
