"""The steps of a disclosure: records, receiving unit, ground, the answer to its test, and a last look.

What has been answered travels in the form from page to page and is checked anew at each: nothing is kept on the server,
or anywhere that others can read, until the last button writes it all.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from groups.models import Unit, User
from interventions import disclosures
from interventions.models import Case, Disclosure, LegalGround, Record
from samverkan.pages import add_errors

#: How many of one's own records are offered at once; an older one is disclosed from its own page.
OFFERED = 50


class RecordsForm(forms.Form):
    """First step of a disclosure: which of one's own unit's records."""

    records = forms.ModelMultipleChoiceField(
        Record.objects.none(),
        label=_("What do you disclose?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": disclosures.NO_RECORDS,
            "invalid_choice": disclosures.NOT_YOURS,
            "invalid_pk_value": disclosures.NOT_YOURS,
        },
        help_text=_("Choose only what the receiving unit needs."),
    )

    def __init__(self, *args: Any, case: Case, by: User, chosen: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Record.objects.visible_to(by).filter(case=case, owner_unit=by.unit_id).select_related("note")
        self.offered = list(own.newest()[:OFFERED])
        if chosen and chosen not in {str(record.pk) for record in self.offered}:
            self.offered += own.filter(_is(chosen))
        field = self.fields["records"]
        field.queryset = own.newest()  # type: ignore[attr-defined]
        field.choices = [(record.pk, _record_label(record)) for record in self.offered]  # type: ignore[attr-defined]

    def clean_records(self) -> list[Record]:
        return list(self.cleaned_data["records"])


def _is(chosen: str) -> Q:
    try:
        return Q(pk=Record._meta.pk.to_python(chosen))
    except forms.ValidationError:
        return Q(pk__in=[])


def _record_label(record: Record) -> str:
    return format_html(
        '<strong>{} · {}</strong> <span class="d-block muted">{}</span>',
        record.occurred_on.isoformat(),
        record.get_statement_display(),
        record.note.text,
    )


class RecipientForm(forms.Form):
    """Second step: to which unit; only those with somebody to read it."""

    to_unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label=_("Which unit receives it?"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": _("Choose a unit."),
            "invalid_choice": disclosures.NO_SEAT,
        },
        help_text=_("Units with a seat in the case. Everyone seated there sees what you disclose."),
    )

    def __init__(self, *args: Any, case: Case, by: User, records: Iterable[Record], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.by, self.records = case, by, list(records)
        units = disclosures.receiving_units(case, by=by)
        self.offered = list(units)
        self.fields["to_unit"].queryset = units  # type: ignore[attr-defined]

    def clean_to_unit(self) -> Unit:
        unit: Unit = self.cleaned_data["to_unit"]
        try:
            disclosures.check_records(self.case, self.records, to=unit, by=self.by)
        except forms.ValidationError as error:
            raise forms.ValidationError(error.messages) from error
        return unit


class GroundField(forms.ModelChoiceField):
    """Grounds with the test that each puts."""

    def label_from_instance(self, obj: Any) -> str:
        return format_html(
            '<strong>{}</strong> {} <span class="d-block muted">{}</span>', obj.statute, obj.name, obj.test_sv
        )


class GroundForm(forms.Form):
    """Third step: on which ground; those that can apply from this unit to that one today, and none proposed."""

    ground = GroundField(
        LegalGround.objects.none(),
        label=_("Which legal ground applies?"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={
            "required": _("Choose a ground."),
            "invalid_choice": disclosures.NO_FIT,
        },
        help_text=_("These can apply between the two units today. You decide which one does."),
    )

    def __init__(self, *args: Any, by: User, to_unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grounds = LegalGround.objects.visible_to(by)
        self.offered = grounds.fitting(by.unit, to_unit) if by.unit else []
        fitting = grounds.filter(pk__in=[ground.pk for ground in self.offered])
        self.fields["ground"].queryset = fitting  # type: ignore[attr-defined]


class AnswerForm(forms.Form):
    """Fourth step: the answer to the ground's test, in the words of the person who decides."""

    statements = forms.MultipleChoiceField(
        label=_("I confirm that"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": disclosures.NOT_CONFIRMED, "invalid_choice": disclosures.NOT_CONFIRMED},
    )
    statute_reference = forms.CharField(
        label=_("Law and section"),
        max_length=200,
        error_messages={"required": disclosures.NO_REFERENCE},
    )
    reasoning = forms.CharField(
        label=_("How you reasoned"),
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": disclosures.NO_REASONING},
        help_text=_("Only your unit reads this. It stays in the ledger."),
    )
    reservation = forms.CharField(
        label=_("Reservation"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("A condition on how the receiver may use it. The receiver reads this."),
    )

    def __init__(self, *args: Any, by: User, ground: LegalGround, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.wanted = ground.to_confirm(by.unit) if by.unit else []
        if self.wanted:
            self.fields["statements"].choices = [(text, text) for text in self.wanted]  # type: ignore[attr-defined]
        else:
            del self.fields["statements"]
        if not ground.statute_reference_required:
            del self.fields["statute_reference"]
        self.fields["reasoning"].required = ground.asks_for_reasoning
        if ground.needs_consent_scope:
            self.fields["reasoning"].help_text = _(
                "Write who has consented and when. Consents are not kept here yet. Only your unit reads this."
            )

    def clean_statements(self) -> list[str]:
        confirmed: list[str] = self.cleaned_data["statements"]
        if set(self.wanted) - set(confirmed):
            raise forms.ValidationError(disclosures.NOT_CONFIRMED)
        return confirmed


class Steps:
    """One disclosure on its way. ``number`` is the step to show, ``form`` its form; the fifth is the last look."""

    LAST = 5
    NAMES = (_("What"), _("To whom"), _("Ground"), _("Test"), _("Check"))

    def __init__(self, case: Case, *, by: User, data: QueryDict | None = None, chosen: str = "") -> None:
        self.case, self.by, self.data, self.chosen = case, by, data, chosen
        self.answers: dict[str, Any] = {}
        self.forms: list[forms.Form] = []
        sent, back = self._number("step"), self._number("back")
        answered = min(sent, self.LAST - 1, back - 1 if back else self.LAST)
        while len(self.forms) < answered and self._answer():
            pass
        if self.forms and self.forms[-1].errors:
            self.number, self.form = len(self.forms), self.forms[-1]
        else:
            self.number = len(self.forms) + 1
            self.form = self._make(self.number)
        self.confirmed = self.number == self.LAST and sent == self.LAST and not back

    def save(self) -> Disclosure | None:
        """Write it, if the last button was pressed; None where it was not, or where the verb complained of a step."""
        if not self.confirmed:
            return None
        answers = dict(self.answers)
        try:
            return disclosures.disclose(
                self.case, list(answers.pop("records")), to=answers.pop("to_unit"), by=self.by, **answers
            )
        except forms.ValidationError as error:
            self._complain(error)
            return None

    def _complain(self, error: forms.ValidationError) -> None:
        """Go back to the step that the verb's complaint speaks of, and put it there."""
        named = set(getattr(error, "error_dict", {}))
        found = [number for number, form in enumerate(self.forms, 1) if named & set(form.fields)]
        self.number = found[0] if found else len(self.forms)
        self.form = self.forms[self.number - 1]
        add_errors(self.form, error)

    @property
    def names(self) -> list[tuple[int, Any]]:
        """The steps by number, for the list of steps."""
        return list(enumerate(self.NAMES, 1))

    @property
    def carried(self) -> list[tuple[str, str]]:
        """Everything that was answered and is not in the form shown, for hidden fields."""
        if self.data is None:
            return []
        names = _CARRIED - set(self.form.fields)
        return [(name, value) for name in sorted(names) for value in self.data.getlist(name)]

    @property
    def shown(self) -> list[Record]:
        """The records that this step's page shows."""
        if isinstance(self.form, RecordsForm):
            return self.form.offered
        return self.answers["records"]

    def _answer(self) -> bool:
        form = self._make(len(self.forms) + 1, self.data)
        self.forms.append(form)
        if form.is_valid():
            self.answers |= form.cleaned_data
        return not form.errors

    def _make(self, number: int, data: QueryDict | None = None) -> forms.Form:
        """The form of a step: bound to what was sent, or filled with what was answered there before."""
        common: dict[str, Any] = {"data": data, "initial": None if data else self._initial()}
        match number:
            case 1:
                return RecordsForm(case=self.case, by=self.by, chosen=self.chosen, **common)
            case 2:
                return RecipientForm(case=self.case, by=self.by, records=self.answers["records"], **common)
            case 3:
                return GroundForm(by=self.by, to_unit=self.answers["to_unit"], **common)
            case 4:
                return AnswerForm(by=self.by, ground=self.answers["ground"], **common)
        return forms.Form(**common)

    def _initial(self) -> dict[str, Any]:
        if self.data is None:
            return {"records": [self.chosen]} if self.chosen else {}
        many = {"records", "statements"}
        return {
            name: self.data.getlist(name) if name in many else self.data[name]
            for name in _CARRIED & set(self.data)
        }

    def _number(self, name: str) -> int:
        sent = self.data.get(name, "") if self.data is not None else ""
        return int(sent) if sent in {"1", "2", "3", "4", "5"} else 0


_CARRIED = {
    name for form in (RecordsForm, RecipientForm, GroundForm, AnswerForm) for name in form.base_fields
}
