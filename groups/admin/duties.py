"""The collaboration year's duties."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from groups.admin.base import StructureAdmin
from groups.models import AnnualDuty


@admin.register(AnnualDuty)
class AnnualDutyAdmin(StructureAdmin):
    list_display = ("title", "source", "body", "counting", "valid_from", "valid_to")
    list_select_related = ("body",)
    list_filter = ("ground", "demand")
    search_fields = ("title", "source", "key")
    ordering = ("title",)
    autocomplete_fields = ("body", "agency", "person")
    prepopulated_fields = {"key": ("title",)}
    fieldsets = (
        (None, {"fields": ("title", "key", "ground", "source", "demand")}),
        (
            _("When"),
            {"fields": ("counting", "quarter", "month", "day", "every_years", "first_year", "months")},
        ),
        (_("On the agenda"), {"fields": ("body", "agenda_title", "lead_days", "agency", "person")}),
        (_("Validity"), {"fields": ("valid_from", "valid_to")}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).exclude(body__kind="case")
