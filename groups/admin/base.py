"""What the pages of the administration share."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import NestedObjects
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, connection, models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from groups.lines import LinesField
from groups.models import Body, User
from samverkan.reader import reading_as


class NoCaseGroups:
    """Case groups are none of the administration's business: whoever could choose one would let themselves in. Whoever
    leads one seats its members, on its own page."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.remote_field.model is Body:
            kwargs["queryset"] = Body.objects.exclude(kind=Body.Kind.CASE)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class StructureAdmin(NoCaseGroups, admin.ModelAdmin):
    """What all of them share: lists that name their rows' relations once, a summary of mistakes that leads to each, and a
    deletion that refuses kindly."""

    list_per_page = 50
    formfield_overrides = {ArrayField: {"form_class": LinesField}}

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """``sent_forms`` are all forms of the page, for the summary of what was wrong."""
        rows = [form for inline in context["inline_admin_formsets"] for form in inline.formset.forms]
        context["sent_forms"] = [context["adminform"].form, *rows]
        return super().render_change_form(request, context, *args, **kwargs)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Refuse kindly where something refers to the row, also what is out of the administrator's sight."""
        try:
            with reading_as(None), transaction.atomic():
                return super().delete_view(request, object_id, extra_context)
        except (models.ProtectedError, IntegrityError):
            messages.error(
                request,
                _("It cannot be deleted, because something else refers to it. Give it a last day instead."),
            )
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
            return redirect(name, object_id)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Of what stands in the way, rows of the structure by name; of meetings only the kind, since a decision's or an
        action's name is what it says."""
        deleted, counts, needed, protected = super().get_deleted_objects(objs, request)
        if protected:
            found = NestedObjects(using=self.model._default_manager.db)
            found.collect(objs)
            protected = sorted({_in_the_way(row) for row in found.protected})
        return deleted, counts, needed, protected

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """The database checks who refers to the row here and now, not when the request is over."""
        super().delete_model(request, obj)
        connection.check_constraints()


def _in_the_way(row: models.Model) -> str:
    body = row if isinstance(row, Body) else getattr(row, "body", None)
    in_case_group = isinstance(body, Body) and body.kind == Body.Kind.CASE
    if in_case_group or row._meta.app_label != User._meta.app_label:
        return capfirst(str(row._meta.verbose_name_plural))
    return f"{capfirst(str(row._meta.verbose_name))}: {row}"


class WithoutCases:
    """Rows with a ``kind``, of which those of cases are out of sight in structure mode: in lists, forms and searches."""

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)  # type: ignore[misc]
        return rows if settings.CASES else rows.exclude(kind="case")

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "kind" and not settings.CASES:
            kwargs["choices"] = [choice for choice in db_field.get_choices() if choice[0] != "case"]
        return super().formfield_for_choice_field(db_field, request, **kwargs)  # type: ignore[misc]


class WithoutCaseGroups:
    """A list of groups without those (see ``NoCaseGroups``)."""

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).exclude(kind="case")  # type: ignore[misc]

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "kind":
            kwargs["choices"] = [choice for choice in db_field.get_choices() if choice[0] != "case"]
        return super().formfield_for_choice_field(db_field, request, **kwargs)  # type: ignore[misc]


class KindFilter(admin.ChoicesFieldListFilter):
    """The kinds there can be here."""

    def choices(self, changelist: Any) -> Any:
        hidden = "" if settings.CASES else dict(self.field.flatchoices)["case"]
        return (choice for choice in super().choices(changelist) if choice["display"] != hidden)


class GroupKindFilter(admin.ChoicesFieldListFilter):
    """The kinds of groups that are administered here."""

    def choices(self, changelist: Any) -> Any:
        hidden = dict(self.field.flatchoices)["case"]
        return (choice for choice in super().choices(changelist) if choice["display"] != hidden)


class LastingAdmin(StructureAdmin):
    """Rows that are never deleted, since what was done in their name must still say whose it was."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
