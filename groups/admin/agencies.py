"""Agencies and their units."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from groups.admin.base import LastingAdmin, StructureAdmin
from groups.admin_forms import (
    AgencyForm,
    BesideForm,
    UnitForm,
)
from groups.models import (
    Agency,
    ContactPoint,
    Unit,
)


class UnitInline(admin.TabularInline):
    model = Unit
    form = UnitForm
    fields = ("name", "branch")
    extra = 0
    can_delete = False
    show_change_link = True


class ContactPointInline(admin.TabularInline):
    model = ContactPoint
    form = BesideForm
    fields = ("topic", "kind", "name", "phone", "email", "hours", "valid_from", "valid_to")
    extra = 0


@admin.register(Agency)
class AgencyAdmin(StructureAdmin):
    form = AgencyForm
    list_display = ("name", "short_name", "kind", "registry_prefix", "valid_from", "valid_to", "successor")
    list_filter = ("kind",)
    list_select_related = ("successor",)
    search_fields = ("name", "short_name", "key")
    ordering = ("name",)
    autocomplete_fields = ("successor",)
    prepopulated_fields = {"key": ("name",)}
    inlines = (UnitInline, ContactPointInline)
    fieldsets = (
        (None, {"fields": ("name", "short_name", "key", "kind", "municipal", "registry_prefix", "services")}),
        (_("Validity"), {"fields": ("valid_from", "valid_to", "successor")}),
    )


@admin.register(Unit)
class UnitAdmin(LastingAdmin):
    form = UnitForm
    list_display = ("name", "agency", "branch")
    list_filter = ("branch", ("agency", admin.RelatedOnlyFieldListFilter))
    search_fields = ("name", "agency__name", "agency__short_name")
    ordering = ("agency__name", "name")
    autocomplete_fields = ("agency",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("agency")
