"""People: where they work, where they sit, and how they sign in."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from groups import leaving
from groups.accounts import mail_link, tell_of_change
from groups.admin.base import LastingAdmin, NoCaseGroups, StructureAdmin
from groups.admin_forms import (
    BesideForm,
    ByBodyFormSet,
    PeriodFormSet,
    PersonForm,
)
from groups.models import (
    Employment,
    Membership,
    Unit,
    User,
)
from groups.models.people import employed_today
from groups.signed_in import me


class UnitChoices:
    """Names units with their agencies in one query."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "unit":
            kwargs["queryset"] = Unit.objects.select_related("agency")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]


class LeavingAdmin(StructureAdmin):
    """Ends of employments and seats go the same road as on the pages: access ends, and what the person answered for is
    listed for somebody to receive."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        with transaction.atomic():
            if formset.model in (Employment, Membership):
                for row in [row for row in formset.initial_forms if _ends(row)]:
                    _end(request, row, formset)
            super().save_formset(request, form, formset, change)


def _ends(form: Any) -> bool:
    """Whether the stored row, which is not over, is given an earlier end, or is taken away."""
    before, today = form.initial.get("valid_to"), timezone.localdate()
    if before and before < today:
        return False
    after = form.cleaned_data.get("valid_to")
    return bool(form.cleaned_data.get("DELETE")) or bool(after and (before is None or after < before))


def _end(request: HttpRequest, form: Any, formset: Any) -> None:
    last_day = None if form.cleaned_data.get("DELETE") else form.cleaned_data["valid_to"]
    if formset.model is Membership:
        made = leaving.end_membership(form.instance, by=me(request), last_day=last_day)
    else:
        agency = form.instance.unit.agency_id
        further = [row.cleaned_data.get("unit") for row in formset.extra_forms if row.has_changed()]
        goes_on = any(unit.agency_id == agency for unit in further if unit)
        made = leaving.end_employment(form.instance, by=me(request), last_day=last_day, goes_on=goes_on)
    if made is not None:
        messages.info(
            request,
            _("What %(name)s was responsible for is now listed for the coordinator to hand over.")
            % {"name": made.user},
        )


class EmploymentInline(UnitChoices, admin.TabularInline):
    model = Employment
    form = BesideForm
    formset = PeriodFormSet
    autocomplete_fields = ("unit",)
    extra = 0


class MembershipsOfPerson(NoCaseGroups, admin.TabularInline):
    model = Membership
    fk_name = "user"
    form = BesideForm
    formset: type[PeriodFormSet] = ByBodyFormSet
    autocomplete_fields = ("body",)
    fields = ("body", "function", "valid_from", "valid_to", "mandate", "commits", "commits_within", "leading")
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 30})}}
    extra = 0

    def get_queryset(self, request: HttpRequest) -> Any:
        """Seats in case groups are given and ended in the group itself."""
        return super().get_queryset(request).exclude(body__kind="case")


#: Without cases there is no access log to review.
DUTIES = ("is_staff", "is_log_reviewer") if settings.CASES else ("is_staff",)


@admin.register(User)
class UserAdmin(LeavingAdmin, LastingAdmin):
    """People. One who leaves gets a last day and may no longer sign in; the row stays."""

    form = PersonForm
    list_display = ("name", "email", "workplace", "is_active", *DUTIES)
    list_filter = (
        "is_active",
        *DUTIES,
        ("employments__unit__agency", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("name", "email")
    ordering = ("name",)
    readonly_fields = ("last_login", "created_at")
    inlines = (EmploymentInline, MembershipsOfPerson)
    actions = ("mail_link",)
    fieldsets = (
        (None, {"fields": ("name", "email", "phone", "language")}),
        (_("Logging in"), {"fields": ("is_active", "send_link", "last_login", "created_at")}),
        (
            _("Duties"),
            {
                "fields": DUTIES,
                "description": _("What people see depends on their seats, never on these duties."),
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
        if change and "is_active" in form.changed_data and not obj.is_active:
            leaving.close_account(obj, by=me(request))
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            tell_of_change(obj, "address", address=form.initial["email"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if form.cleaned_data["send_link"]:
            self.mail_link(request, [form.instance])

    @admin.action(description=_("Email a link to choose a password"))
    def mail_link(self, request: HttpRequest, people: Any) -> None:
        """To those who may sign in."""
        told = [user for user in people if user.is_active]
        for user in told:
            mail_link(user)
        if told:
            words = ngettext(
                "A link is on its way to one person.", "A link is on its way to %(count)d people.", len(told)
            )
            messages.success(request, words % {"count": len(told)})
