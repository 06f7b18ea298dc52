"""The administration: who works where, who sits where, and under what. Nothing of meetings, nothing of cases."""

import contextlib
import uuid
from typing import Any

from allauth.account.admin import EmailAddress
from allauth.account.forms import ResetPasswordForm
from allauth.mfa.admin import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import NestedObjects
from django.contrib.auth.admin import Group  # type: ignore[attr-defined] # its import registers it
from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, connection, models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from groups.admin_forms import (
    AgencyForm,
    AgreementForm,
    BesideForm,
    BodyForm,
    ByBodyFormSet,
    ByPersonFormSet,
    PeriodFormSet,
    PersonForm,
)
from groups.lines import LinesField
from groups.models import (
    Agency,
    Agreement,
    AgreementParty,
    Body,
    Employment,
    Membership,
    Method,
    Premises,
    RegistryReference,
    Room,
    StandardAgendaItem,
    Structure,
    Unit,
    User,
)
from groups.models.people import employed_today
from samverkan import mail
from samverkan.reader import reading_as

admin.site.site_title = admin.site.site_header = _("Samverkan – administration")
admin.site.index_title = _("People, agencies and groups")
# One at a time, so that each refusal can say why.
admin.site.disable_action("delete_selected")
# Rights follow from memberships and grants, and second factors are their owners' own.
for model in (Group, EmailAddress, Authenticator):
    admin.site.unregister(model)


class StructureAdmin(admin.ModelAdmin):
    """What all of them share: lists that name their rows' relations once, and a deletion that refuses kindly."""

    list_per_page = 50
    formfield_overrides = {ArrayField: {"form_class": LinesField}}

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Refuse kindly where something refers to the row, also what is out of the administrator's sight."""
        try:
            with reading_as(None), transaction.atomic():
                return super().delete_view(request, object_id, extra_context)
        except (models.ProtectedError, IntegrityError):
            messages.error(
                request, _("It cannot be deleted, since something else refers to it. Let it end instead.")
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
    if row._meta.app_label != User._meta.app_label:
        return capfirst(str(row._meta.verbose_name_plural))
    return f"{capfirst(str(row._meta.verbose_name))}: {row}"


class LastingAdmin(StructureAdmin):
    """Rows that are never deleted, since what was done in their name must still say whose it was."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class UnitChoices:
    """Names units with their agencies in one query."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "unit":
            kwargs["queryset"] = Unit.objects.select_related("agency")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class EmploymentInline(UnitChoices, admin.TabularInline):
    model = Employment
    form = BesideForm
    formset = PeriodFormSet
    autocomplete_fields = ("unit",)
    extra = 0


class MembershipsOfPerson(admin.TabularInline):
    model = Membership
    form = BesideForm
    formset: type[PeriodFormSet] = ByBodyFormSet
    autocomplete_fields = ("body",)
    fields = ("body", "function", "valid_from", "valid_to", "mandate")
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 30})}}
    extra = 0


class MembershipsInBody(MembershipsOfPerson):
    formset = ByPersonFormSet
    autocomplete_fields = ("user",)
    fields = ("user", "function", "valid_from", "valid_to", "mandate")


@admin.register(User)
class UserAdmin(LastingAdmin):
    """People. One who leaves gets a last day and may no longer sign in; the row stays."""

    form = PersonForm
    list_display = ("name", "email", "workplace", "is_active", "is_staff", "is_log_reviewer")
    list_filter = (
        "is_active",
        "is_staff",
        "is_log_reviewer",
        ("employments__unit__agency", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("name", "email")
    ordering = ("name",)
    readonly_fields = ("last_login", "created_at")
    inlines = (EmploymentInline, MembershipsOfPerson)
    actions = ("mail_link",)
    fieldsets = (
        (None, {"fields": ("name", "email", "phone", "language")}),
        (_("Signing in"), {"fields": ("is_active", "send_link", "last_login", "created_at")}),
        (
            _("Duties"),
            {
                "fields": ("is_staff", "is_log_reviewer"),
                "description": _("What people see follows from their seats, never from these duties."),
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related(employed_today())

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Not by password, whose hash could be found out letter by letter in the address."""
        return not lookup.startswith("password") and super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("works at"))
    def workplace(self, user: User) -> str:
        return str(user.workplace.unit) if user.workplace else "–"

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        # There is one kind of administrator: of everything here, and of nothing else.
        obj.is_superuser = obj.is_staff
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            self._tell_former_address(obj, form.initial["email"])

    @staticmethod
    def _tell_former_address(user: User, former: str) -> None:
        """Whoever signs in with an address hears there that it was taken from them, and can say that it was wrong."""
        with translation.override(user.language):
            change = _("An administrator has changed the e-mail address with which you sign in.")
        with contextlib.suppress(
            OSError
        ):  # a post office that is closed must not keep an old address in force
            mail.send(
                "account_changed",
                to=former,
                language=user.language,
                context={"change": change, "at": timezone.now()},
                key=f"address:{user.pk}:{uuid.uuid4()}",
            )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.cleaned_data["send_link"]:
            self.mail_link(request, [form.instance])

    @admin.action(description=_("Mail a link to choose a password"))
    def mail_link(self, request: HttpRequest, people: Any) -> None:
        """To those who may sign in; a post office that does not answer is said, and changes nothing else."""
        told = 0
        for user in people:
            form = ResetPasswordForm({"email": user.email})
            if not user.is_active or not form.is_valid():
                continue
            try:
                form.save(request)
            except OSError:
                messages.error(
                    request,
                    _("The mail to %(address)s could not be sent. Try again in a while.")
                    % {"address": user.email},
                )
                continue
            told += 1
        if told:
            words = ngettext(
                "A link was mailed to one person.", "A link was mailed to %(count)d people.", told
            )
            messages.success(request, words % {"count": told})


class UnitInline(admin.TabularInline):
    model = Unit
    fields = ("name", "branch")
    extra = 0
    can_delete = False
    show_change_link = True


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
    inlines = (UnitInline,)
    fieldsets = (
        (None, {"fields": ("name", "short_name", "key", "kind", "registry_prefix")}),
        (_("Validity"), {"fields": ("valid_from", "valid_to", "successor")}),
    )


@admin.register(Unit)
class UnitAdmin(LastingAdmin):
    list_display = ("name", "agency", "branch")
    list_filter = ("branch", ("agency", admin.RelatedOnlyFieldListFilter))
    search_fields = ("name", "agency__name", "agency__short_name")
    ordering = ("agency__name", "name")
    autocomplete_fields = ("agency",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("agency")


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


@admin.register(Body)
class BodyAdmin(StructureAdmin):
    form = BodyForm
    list_display = ("name", "kind", "parent", "agreement", "cadence")
    list_filter = ("kind", ("agreement", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("parent", "agreement")
    search_fields = ("name", "key")
    ordering = ("name",)
    autocomplete_fields = ("parent", "agreement", "required_agencies")
    prepopulated_fields = {"key": ("name",)}
    inlines = (MembershipsInBody,)
    fieldsets = (
        (None, {"fields": ("name", "key", "kind", "agreement", "parent")}),
        (_("What it is for"), {"fields": ("mandate", "cadence", "required_agencies")}),
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


@admin.register(Method)
class MethodAdmin(StructureAdmin):
    list_display = ("name", "origin")
    search_fields = ("name", "origin")
    ordering = ("name",)


@admin.register(StandardAgendaItem)
class StandardAgendaItemAdmin(StructureAdmin):
    list_display = ("title", "kind", "position")
    list_filter = ("kind",)
    search_fields = ("title",)
    ordering = ("kind", "position")


@admin.register(Structure)
class InstallationAdmin(LastingAdmin):
    """The one row that names what this installation serves."""

    list_display = ("name", "municipality")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Structure.objects.exists()
