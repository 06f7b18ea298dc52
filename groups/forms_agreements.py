"""Forms for agreements; each ends in its verb."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups import agreements
from groups.lines import LinesField
from groups.models import Agency, Agreement, AgreementParty, Body, User
from groups.ordering import swedish
from groups.roles import MANAGE
from samverkan.fields import DayField
from samverkan.pages import add_errors
from samverkan.uploads import PAPERS, UploadField

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


class Line(forms.CharField):
    """The base of a list of lines: how long each may be."""


class PartiesField(forms.ModelMultipleChoiceField):
    """Agencies; of one that has ended its last day is said, since it can only stand in what was signed before."""

    def label_from_instance(self, agency: Any) -> str:
        if not agency.is_over:
            return str(agency)
        return str(_("%(agency)s (ended on %(day)s)") % {"agency": agency, "day": agency.valid_to})


class DraftForm(forms.Form):
    """What a draft says. Purposes and areas may come later, but not after it is sent for signing."""

    prepared_in = forms.ModelChoiceField(
        Body.objects.none(),
        label=_("Responsible group"),
        help_text=_("Those who manage the group can edit the draft, send it and register signatures."),
    )
    title = forms.CharField(label=_("Title"), max_length=300)
    parent = forms.ModelChoiceField(
        Agreement.objects.none(),
        label=_("Frame agreement"),
        required=False,
        empty_label=_("No frame agreement"),
        help_text=_("The agreement above it, such as the one between the city and the police region."),
    )
    parties = PartiesField(
        Agency.objects.none(),
        label=_("Parties"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("Those who sign. At least two before signing."),
    )
    purposes = LinesField(
        base_field=Line(max_length=500),
        label=_("Purposes"),
        required=False,
        help_text=_(
            "What the collaboration is for. One on each line. Required before signing (2023:196 § 9)."
        ),
    )
    areas = LinesField(
        base_field=Line(max_length=200),
        label=_("Collaboration areas"),
        required=False,
        help_text=_("What it is about. One on each line. Required before signing (2023:196 § 9)."),
    )
    geographic_areas = LinesField(
        base_field=Line(max_length=200), label=_("Geographic areas"), required=False
    )
    valid_from = DayField(
        label=_("First day"),
        required=False,
        help_text=_("Leave empty for the day of the last signature."),
    )
    valid_to = DayField(
        label=_("Last day"), required=False, help_text=_("Leave empty if it applies until further notice.")
    )
    original_kept = forms.CharField(
        label=_("Where the signed original is kept"),
        required=False,
        max_length=300,
        help_text=_(
            "Only for an agreement that was signed before it was recorded here. It then counts as signed at once."
        ),
    )

    def __init__(self, *args: Any, by: User, agreement: Agreement | None = None, **kwargs: Any) -> None:
        self.by, self.agreement = by, agreement
        if agreement is not None:
            stored = {name: getattr(agreement, name) for name in agreements.CONTENT}
            stored["parties"] = [party.agency_id for party in agreement.parties.all()]
            kwargs["initial"] = stored | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self._offer(
            "parent",
            Agreement.objects.visible_to(by).exclude(pk=agreement.pk if agreement else 0).newest(),
        )
        ended_last = (F("valid_to").desc(nulls_first=True), swedish("name"))
        self._offer("parties", Agency.objects.visible_to(by).order_by(*ended_last))
        if agreement is not None:
            del self.fields["prepared_in"]
        else:
            tops = tops_managed_by(by)
            self._offer("prepared_in", tops)
            self.fields["prepared_in"].empty_label = _("Choose a group")  # type: ignore[attr-defined]
            if tops.count() == 1:
                self.initial["prepared_in"] = tops.get().pk

    def _offer(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows

    def save(self) -> Agreement | None:
        """The draft, or None where the verb refuses."""
        data = self.cleaned_data
        try:
            if self.agreement is None:
                return agreements.draft_agreement(by=self.by, **data)
            return agreements.change_draft(self.agreement, by=self.by, **data)
        except ValidationError as error:
            add_errors(self, error)
            return None


def tops_managed_by(user: User) -> Any:
    """The groups on top of a structure that this person manages."""
    managed = [body for body in user.bodies() if MANAGE in user.acts_in(body)]
    return (
        Body.objects.visible_to(user)
        .filter(pk__in=managed, parent=None)
        .exclude(kind=Body.Kind.CASE)
        .in_order()
    )


class VerbForm(forms.Form):
    """Ends in ``act``, called with what was filled in."""

    def carried_out(self, act: Any) -> bool:
        """Whether the verb did it; its complaint is then beside the fields."""
        try:
            act(**self.cleaned_data)
        except ValidationError as error:
            add_errors(self, error)
        return not self.errors

    def ask_for_files_again(self) -> None:
        """A browser keeps no file when a form comes back: say so beside it, or it is left out by mistake."""
        for name in self.files if self.errors else ():
            if name in self.fields and name not in self.errors:
                self.add_error(
                    name, _("Choose the file again. It was not kept, since something else is wrong.")
                )


class SignatureForm(VerbForm):
    """Who signed for a party, and when."""

    signatory = forms.CharField(label=_("Who signed"), max_length=150)
    signatory_title = forms.CharField(
        label=pgettext_lazy("of a person", "Title"), required=False, max_length=120
    )
    signed_on = DayField(
        label=_("Date signed"), past=True, help_text=_("For example, 2026-12-03, 3 Dec or today.")
    )
    paper = UploadField(
        kinds=PAPERS,
        label=_("The signed copy"),
        required=False,
        help_text=_(
            "PDF, PNG or JPEG, at most 20 MB. Everyone in the structure can download it. You can add it later."
        ),
    )

    def __init__(self, *args: Any, party: AgreementParty, **kwargs: Any) -> None:
        kwargs["initial"] = {"signatory": party.signatory, "signatory_title": party.signatory_title}
        super().__init__(*args, **kwargs)


class CopyForm(VerbForm):
    """The signed paper alone."""

    paper = UploadField(
        kinds=PAPERS, label=_("The signed copy"), help_text=_("PDF, PNG or JPEG, at most 20 MB.")
    )


class DayOrMonthField(DayField):
    """A day, or a month where the day is not known; gives ISO 8601 text."""

    default_error_messages = {"invalid": _("Write a day, such as 2026-04-21, or a month, such as 2026-04.")}

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        if _MONTH.fullmatch(text):
            return text
        day = super().to_python(value)
        return day.isoformat() if day else ""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(str(data or "").strip() != str(initial or ""))


class ReportForm(VerbForm):
    """Which board was told, and when."""

    board = forms.CharField(
        label=_("Board"), max_length=200, help_text=_("For example, Järva stadsdelsnämnd.")
    )
    reported = DayOrMonthField(
        label=_("Reported"), past=True, help_text=_("A day, such as 2026-04-21, or a month, such as 2026-04.")
    )
    reference = forms.CharField(label=_("The board's registry number"), required=False, max_length=60)


class NumberForm(VerbForm):
    """Under which number one of the parties keeps the document."""

    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Agency"), widget=forms.RadioSelect, empty_label=None
    )
    reference = forms.CharField(
        label=_("Registry number"),
        max_length=60,
        help_text=_(
            "Each authority registers the document in its own register (OSL 5:1–2), such as RK 2020/196."
        ),
    )

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = _parties_of(agreement)  # type: ignore[attr-defined]


class TerminateForm(VerbForm):
    """Who ends the agreement, when and why."""

    terminated_by = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("The party that terminates it"),
        widget=forms.RadioSelect,
        empty_label=None,
        help_text=_("The agreement then ends for all parties."),
    )
    terminated_on = DayField(label=_("Date of termination"), past=True)
    last_day = DayField(
        label=_("Last day in force"), help_text=_("After this day a meeting needs a recorded reason.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["terminated_by"].queryset = _parties_of(agreement)  # type: ignore[attr-defined]
        self.fields["terminated_on"].initial = timezone.localdate


def _parties_of(agreement: Agreement) -> Any:
    return Agency.objects.filter(agreements__agreement=agreement).in_order()
