"""The fields with which a mandate is written, the same for a group and for a person in it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from groups.models import Commits


class MandateForm(forms.Form):
    """``mandate``, ``commits`` and ``commits_within``."""

    mandate = forms.CharField(
        label=_("Mandate"),
        required=False,
        max_length=2000,
        help_text=_("What this person may decide for their agency."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    commits = forms.ChoiceField(
        label=_("May this person commit resources?"),
        choices=Commits.choices,
        required=False,
        initial=Commits.UNSAID,
        widget=forms.RadioSelect,
        help_text=_("The agency's staff, money or premises, without first asking their manager."),
    )
    commits_within = forms.CharField(
        label=_("Within which limits?"),
        required=False,
        max_length=300,
        help_text=_(
            "Only for “Within limits”. For example: up to SEK 50,000 a year, or two officers a week."
        ),
    )

    def clean_commits(self) -> str:
        return self.cleaned_data["commits"] or Commits.UNSAID
