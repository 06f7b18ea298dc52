"""The register of legal grounds in the administration. No other model of this app may be here (a test looks)."""

from typing import Any

from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from groups.admin.base import StructureAdmin
from groups.admin_forms import TriedForm
from groups.models import Unit
from interventions.importing import BRANCHES
from interventions.models import LegalGround

_BRANCHES = [(branch.value, branch.label) for branch in Unit.Branch if branch.value in BRANCHES]
_ORIGINS = [*_BRANCHES, ("any_authority", _("Any authority"))]
_RECIPIENTS = [*_ORIGINS, ("any", _("Anyone, also companies and associations"))]


class KindsField(forms.MultipleChoiceField):
    """A list of branches as check boxes."""

    widget = forms.CheckboxSelectMultiple

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(set(initial or []) != set(data or []))


class LegalGroundForm(TriedForm):
    """From whom and to whom as choices, never as free text that would silently match nothing."""

    from_kinds = KindsField(label=_("From"), choices=_ORIGINS)
    not_from_kinds = KindsField(label=_("Not from"), choices=_BRANCHES, required=False)
    to_kinds = KindsField(label=_("To"), choices=_RECIPIENTS)

    refused = {
        "ground_in_the_ledger_stays": (
            "statute",
            _(
                "Disclosures have been made on this ground, so its text cannot be changed. Give it a "
                "last day and add a new row."
            ),
        ),
    }


@admin.register(LegalGround)
class LegalGroundAdmin(StructureAdmin):
    """A ground whose wording changes gets a last day, and a new row with the same key and a first day."""

    form = LegalGroundForm
    list_display = ("statute", "name_sv", "valid_from", "valid_to", "reasoning_required", "position")
    list_filter = ("reasoning_required", "needs_consent_scope")
    search_fields = ("statute", "name_sv", "name_en", "key")
    ordering = ("position", "pk")
    fieldsets = (
        (None, {"fields": ("statute", "name_sv", "name_en", "key", "position")}),
        (_("Between whom"), {"fields": ("from_kinds", "not_from_kinds", "to_kinds", "executing_role")}),
        (
            _("The test"),
            {
                "fields": (
                    "test_sv",
                    "statements",
                    "max_age",
                    "reasoning_required",
                    "statute_reference_required",
                    "needs_consent_scope",
                )
            },
        ),
        (_("Validity"), {"fields": ("valid_from", "valid_to")}),
    )
