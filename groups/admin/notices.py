"""Mail that is not about a meeting: whether it went, and what the server said where it did not."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from groups.admin.base import LastingAdmin
from groups.models import Notice


@admin.register(Notice)
class NoticeAdmin(LastingAdmin):
    """To look at only. What a mail said is nowhere kept."""

    list_display = ("kind", "recipient", "due_at", "state", "attempts", "sent_at", "last_error")
    list_display_links = None
    list_filter = ("state", "kind")
    list_select_related = ("recipient",)
    ordering = ("-due_at",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
