"""The lists of the structure as tables to take away (``samverkan.tables``): what each column says."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from groups.models import Body, Membership
from samverkan.tables import Column

#: Needs ``with_people``.
MEMBERS = (
    Column[Membership](_("Name"), lambda row: row.user.name),
    Column[Membership](
        pgettext_lazy("of a person", "Title"), lambda row: row.workplace.title if row.workplace else ""
    ),
    Column[Membership](_("Function"), lambda row: row.get_function_display()),
    Column[Membership](_("Unit"), lambda row: row.workplace.unit.name if row.workplace else ""),
    Column[Membership](_("Agency"), lambda row: row.workplace.unit.agency.name if row.workplace else ""),
    Column[Membership](_("First day"), lambda row: row.valid_from),
    Column[Membership](_("Last day"), lambda row: row.valid_to),
    Column[Membership](_("Mandate"), lambda row: row.mandate),
)
#: Needs ``with_whole``.
BODIES = (
    Column[Body](_("Group"), lambda row: row.name),
    Column[Body](_("Kind"), lambda row: row.get_kind_display()),
    Column[Body](_("Reports to"), lambda row: row.parent.name if row.parent else ""),
    Column[Body](_("Meets"), lambda row: row.meets),
    Column[Body](_("Agreement"), lambda row: row.agreement.title),
    Column[Body](_("Members"), lambda row: len(row.members)),
    Column[Body](_("Agencies"), lambda row: [agency.name for agency in row.agencies]),
    Column[Body](_("Must take part, has no member"), lambda row: [agency.name for agency in row.lacking]),
    Column[Body](_("Mandate"), lambda row: row.mandate),
)
