"""The access log as an app; the first of ours that has tables, so it also grants what the roles may do with all."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from samverkan import grants


class AuditConfig(AppConfig):
    name = "samverkan.audit"
    label = "audit"
    verbose_name = _("Access log")

    def ready(self) -> None:
        # Not business logic: a new table without privileges would fail closed until someone remembered to grant them.
        post_migrate.connect(grants.after_migrate, sender=self)
