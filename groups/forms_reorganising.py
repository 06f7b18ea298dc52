"""Forms for planning that agencies become another, and for saying where their units go."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from groups.models import Agency, Reorganisation, Unit, User
from groups.ordering import swedish
from groups.reorganising import may_end, may_succeed, pair_units, plan_reorganisation
from samverkan.fields import DayField
from samverkan.pages import add_errors


def _named(agency: Agency) -> str:
    """An agency that has ended, or will, says when."""
    if agency.valid_to is None:
        return agency.name
    return gettext("%(agency)s (last day %(day)s)") % {
        "agency": agency.name,
        "day": f"{agency.valid_to:%Y-%m-%d}",
    }


class KindIterator(ModelChoiceIterator):
    """Agencies under their kinds, since one becomes another of its own kind; a kind that has one agency only can wait
    for its successor to be added."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield ("", self.field.empty_label)
        under: dict[str, list[Any]] = {}
        for agency in self.queryset:
            under.setdefault(str(agency.get_kind_display()), []).append(self.choice(agency))
        yield from under.items()


class EndingField(forms.ModelMultipleChoiceField):
    """Agencies to tick."""

    iterator = KindIterator

    def label_from_instance(self, obj: Any) -> str:
        return _named(obj)


class SuccessorField(forms.ModelChoiceField):
    """One agency."""

    iterator = KindIterator

    def label_from_instance(self, obj: Any) -> str:
        return _named(obj)


class PlanForm(forms.Form):
    """Ends in the verb ``plan_reorganisation``."""

    agencies = EndingField(
        label=_("Agencies that end"),
        error_messages={"required": _("Choose at least one agency that ends.")},
        queryset=Agency.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Agencies that have another of the same kind to become part of, and no plan waiting."),
    )
    successor = SuccessorField(
        label=_("Successor"),
        error_messages={"required": _("Choose the successor.")},
        queryset=Agency.objects.none(),
        empty_label=_("Choose an agency"),
        help_text=_(
            "One of the same kind that continues. Not listed yet? Ask the administrator to add it first."
        ),
    )
    on = DayField(
        label=_("First day of the new order"),
        past=True,
        help_text=_(
            "For example, 2023-07-01. It can be in the past: what happened before that day stays as it was."
        ),
    )
    scheduled = forms.BooleanField(
        label=_("Carry it out automatically on the day"),
        required=False,
        help_text=_("Otherwise somebody carries it out manually, on the day or later."),
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        agencies = Agency.objects.visible_to(by)
        ending = may_end(agencies)
        successors = may_succeed(agencies).filter(kind__in=ending.values("kind"))
        for name, rows in (("agencies", ending), ("successor", successors)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows.order_by("kind", swedish("name"))

    def save(self) -> Reorganisation | None:
        data = self.cleaned_data
        try:
            return plan_reorganisation(
                data["agencies"],
                successor=data["successor"],
                on=data["on"],
                scheduled=data["scheduled"],
                by=self.by,
            )
        except ValidationError as error:
            add_errors(self, error)
            return None


NEW, STAYS = "new", "stays"


class PairForm(forms.Form):
    """One choice for each unit; ends in the verb ``pair_units``."""

    def __init__(self, *args: Any, reorganisation: Reorganisation, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reorganisation, self.by = reorganisation, by
        units = list(reorganisation.successor.units.order_by("name"))
        self.units = {unit.pk: unit for unit in units}
        self.pairings = list(reorganisation.pairings.select_related("unit__agency", "into").order_by("pk"))
        for pairing in self.pairings:
            fitting = [(str(unit.pk), unit.name) for unit in units if unit.branch == pairing.unit.branch]
            initial = STAYS if pairing.stays else str(pairing.into_id or NEW)
            self.fields[f"unit_{pairing.unit_id}"] = forms.ChoiceField(
                label=str(pairing.unit),
                choices=[*fitting, (NEW, _("A new unit of its own")), (STAYS, _("Stays for now"))],
                initial=initial,
            )

    def save(self) -> bool:
        goals: dict[int, Unit | str] = {}
        for pairing in self.pairings:
            chosen = self.cleaned_data[f"unit_{pairing.unit_id}"]
            goals[pairing.unit_id] = (
                ""
                if chosen == STAYS
                else self._new_name(pairing.unit)
                if chosen == NEW
                else self.units[int(chosen)]
            )
        try:
            pair_units(self.reorganisation, goals, by=self.by)
        except ValidationError as error:
            add_errors(self, error)
        return not self.errors

    def _new_name(self, unit: Unit) -> str:
        """Its own name, with the old agency's where the successor or another moving unit has one of that name."""
        names = [other.name for other in self.units.values()]
        names += [pairing.unit.name for pairing in self.pairings if pairing.unit_id != unit.pk]
        return f"{unit.name} ({unit.agency.label})" if unit.name in names else unit.name
