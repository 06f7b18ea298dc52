"""The administration: who works where, who sits where, and under what. Nothing of meetings, nothing of cases."""

from allauth.account.admin import EmailAddress
from allauth.mfa.admin import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import Group  # type: ignore[attr-defined] # its import registers it
from django.utils.translation import gettext_lazy as _

from groups.admin import agencies, agreements, bodies, duties, notices, people, premises, undertakings

__all__ = ["agencies", "agreements", "bodies", "duties", "notices", "people", "premises", "undertakings"]

admin.site.site_title = admin.site.site_header = _("Samverkan – administration")
admin.site.index_title = _("People, agencies and groups")
# One at a time, so that each refusal can say why.
admin.site.disable_action("delete_selected")
# Rights follow from memberships and grants, and second factors are their owners' own.
for model in (Group, EmailAddress, Authenticator):
    admin.site.unregister(model)
