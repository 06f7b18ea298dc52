"""Premises and their rooms."""

from django.contrib import admin

from groups.admin.base import StructureAdmin
from groups.models import (
    Premises,
    Room,
)


class RoomInline(admin.TabularInline):
    model = Room
    extra = 0


@admin.register(Premises)
class PremisesAdmin(StructureAdmin):
    list_display = ("name", "address", "agency")
    list_filter = (("agency", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("agency",)
    search_fields = ("name", "address", "rooms__name")
    ordering = ("name",)
    autocomplete_fields = ("agency",)
    inlines = (RoomInline,)
