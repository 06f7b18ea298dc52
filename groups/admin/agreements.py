"""Agreements, methods, and the structure itself."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from groups.admin.base import LastingAdmin, StructureAdmin
from groups.admin_forms import (
    AgreementForm,
)
from groups.models import (
    Agreement,
    AgreementParty,
    Method,
    RegistryReference,
    Structure,
)


class PartyInline(admin.TabularInline):
    model = AgreementParty
    autocomplete_fields = ("agency",)
    extra = 0


class ReferenceInline(admin.TabularInline):
    model = RegistryReference
    autocomplete_fields = ("agency",)
    extra = 0


@admin.register(Agreement)
class AgreementAdmin(StructureAdmin):
    form = AgreementForm
    list_display = ("title", "reported_to_board", "valid_from", "valid_to", "parent")
    list_select_related = ("parent",)
    search_fields = ("title", "key", "registry_references__reference")
    ordering = ("title",)
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"key": ("title",)}
    inlines = (PartyInline, ReferenceInline)
    fieldsets = (
        (None, {"fields": ("title", "key", "parent", "reported_to_board")}),
        (_("Content"), {"fields": ("purposes", "areas", "geographic_areas")}),
        (_("Validity"), {"fields": ("valid_from", "valid_to")}),
    )


@admin.register(Method)
class MethodAdmin(StructureAdmin):
    list_display = ("name", "origin")
    search_fields = ("name", "origin")
    ordering = ("name",)


@admin.register(Structure)
class InstallationAdmin(LastingAdmin):
    """The one row that names what this installation serves."""

    list_display = ("name", "municipality")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Structure.objects.exists()
