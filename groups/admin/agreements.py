"""Agreements, methods, and the structure itself."""

from typing import Any

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
    BoardReport,
    Method,
    RegistryReference,
    Structure,
)

CONTENT = ("purposes", "areas", "geographic_areas")


class PartyInline(admin.TabularInline):
    """Who the parties are. Signatures are registered on the agreement's page, where the law's questions are asked."""

    model = AgreementParty
    autocomplete_fields = ("agency",)
    fields = ("agency", "signatory", "signatory_title", "signed_on")
    readonly_fields = ("signed_on",)
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and not _is_frozen(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_frozen(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not _is_frozen(obj)


class ReferenceInline(admin.TabularInline):
    model = RegistryReference
    autocomplete_fields = ("agency",)
    extra = 0


class BoardReportInline(admin.TabularInline):
    model = BoardReport
    extra = 0


@admin.register(Agreement)
class AgreementAdmin(StructureAdmin):
    """What somebody has signed is shown and not changed: a new version corrects it."""

    form = AgreementForm
    list_display = ("title", "version", "standing", "valid_from", "valid_to", "parent")
    search_fields = ("title", "key", "registry_references__reference")
    ordering = ("title", "version")
    autocomplete_fields = ("parent", "prepared_in")
    prepopulated_fields = {"key": ("title",)}
    inlines = (PartyInline, ReferenceInline, BoardReportInline)
    fieldsets = (
        (None, {"fields": ("title", "key", "parent", "prepared_in")}),
        (_("Content"), {"fields": CONTENT}),
        (_("Validity"), {"fields": ("valid_from", "valid_to", "original_kept")}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return Agreement.objects.with_parties()

    @admin.display(description=_("State"))
    def standing(self, agreement: Agreement) -> str:
        return str(agreement.state.label)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (
            ("title", "key", "parent", *CONTENT, "valid_from", "valid_to", "original_kept")
            if _is_frozen(obj)
            else ()
        )

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else self.prepopulated_fields

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not _is_frozen(obj)


def _is_frozen(agreement: Any) -> bool:
    """Whether it is sent for signing, or signed."""
    return agreement is not None and agreement.sent_on is not None


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
