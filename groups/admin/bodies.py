"""Bodies and their standard agendas."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from groups.admin.base import GroupKindFilter, KindFilter, StructureAdmin, WithoutCaseGroups, WithoutCases
from groups.admin.people import LeavingAdmin, MembershipsOfPerson
from groups.admin_forms import (
    BodyForm,
    ByPersonFormSet,
)
from groups.models import (
    Body,
    StandardAgendaItem,
)


class MembershipsInBody(MembershipsOfPerson):
    fk_name = "body"
    formset = ByPersonFormSet
    autocomplete_fields = ("user",)
    fields = ("user", "function", "valid_from", "valid_to", "mandate", "commits", "commits_within", "leading")


@admin.register(Body)
class BodyAdmin(WithoutCaseGroups, LeavingAdmin):
    form = BodyForm
    list_display = ("name", "kind", "parent", "agreement", "meets")
    list_filter = (("kind", GroupKindFilter), ("agreement", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("parent", "agreement")
    search_fields = ("name", "key")
    ordering = ("name",)
    autocomplete_fields = ("parent", "agreement", "required_agencies")
    prepopulated_fields = {"key": ("name",)}
    readonly_fields = ("valid_to", "closed_because")
    inlines = (MembershipsInBody,)
    fieldsets = (
        (None, {"fields": ("name", "key", "kind", "agreement", "parent")}),
        (
            _("What it is for"),
            {"fields": ("mandate", "commits", "commits_within", "required_agencies")},
        ),
        (_("How often it meets"), {"fields": ("rhythm", ("every", "which", "weekday"), "cadence")}),
        (_("Where it comes from"), {"fields": ("origin", "found_in", "valid_from")}),
        (
            _("Closed"),
            {
                "fields": ("valid_to", "closed_because"),
                "description": _(
                    "A group is closed on its own page, which sees to its meetings, action items and seats."
                ),
            },
        ),
    )

    @admin.display(description=_("meets"))
    def meets(self, body: Body) -> str:
        return body.meets or "–"


@admin.register(StandardAgendaItem)
class StandardAgendaItemAdmin(WithoutCases, StructureAdmin):
    list_display = ("title", "kind", "position", "closes")
    list_filter = (("kind", KindFilter),)
    search_fields = ("title",)
    ordering = ("kind", "position")
