"""The confidentiality undertaking: publishing a text, which is then never changed."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from groups.admin.base import LastingAdmin
from groups.models import UndertakingText
from groups.undertakings import PROPOSAL, publish_undertaking


@admin.register(UndertakingText)
class UndertakingTextAdmin(LastingAdmin):
    """A text is published when it is saved; everybody is then asked to confirm it."""

    list_display = ("version", "published_at")
    fields = ("text",)
    readonly_fields = ("version", "published_at")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"text": PROPOSAL.read_text(encoding="utf-8")}

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.CharField):
            field.help_text = _("Published at once, as a new version. It cannot be changed afterwards.")
        return field

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        made = publish_undertaking(obj.text)
        obj.pk, obj.version = made.pk, made.version
