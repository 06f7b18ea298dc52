"""Premises, their rooms, hours, closures and who is there."""

from django.contrib import admin

from groups.admin.base import StructureAdmin
from groups.models import (
    Closure,
    OpeningHours,
    Premises,
    Room,
    StaffedShift,
)


class RoomInline(admin.TabularInline):
    model = Room
    fields = ("name", "capacity", "confidential", "step_free", "hearing_loop")
    extra = 0


class HoursInline(admin.TabularInline):
    model = OpeningHours
    extra = 0


class ShiftInline(admin.TabularInline):
    model = StaffedShift
    autocomplete_fields = ("agency",)
    extra = 0


class ClosureInline(admin.TabularInline):
    model = Closure
    extra = 0


@admin.register(Premises)
class PremisesAdmin(StructureAdmin):
    list_display = ("name", "address", "area", "agency", "valid_to")
    list_filter = (("agency", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("agency",)
    search_fields = ("name", "address", "area", "rooms__name")
    ordering = ("name",)
    autocomplete_fields = ("agency",)
    inlines = (RoomInline, HoursInline, ShiftInline, ClosureInline)
