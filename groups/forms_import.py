"""The form that takes in a table of people."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from samverkan.sheets import LARGEST


class PeopleFileForm(forms.Form):
    """A file; what is in it is judged by the worker, cell by cell."""

    file = forms.FileField(
        label=_("File"),
        max_length=255,
        help_text=_("Excel (.xlsx) or CSV, 10 MB and 20,000 rows at most."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    def clean_file(self) -> tuple[str, bytes]:
        sent = self.cleaned_data["file"]
        if sent.size > LARGEST:
            raise ValidationError(_("The file is larger than 10 MB. Split it."))
        return sent.name, sent.read()
