"""Groups that have not met for longer than their rhythm allows."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from groups.models import Body, User
from groups.roles import Function
from groups.waiting import Task


def stale_bodies(user: User) -> list[Body]:
    """Those that this person coordinates."""
    mine = Body.objects.visible_to(user).open().filter(pk__in=user.bodies(Function.COORDINATOR))
    return [body for body in mine.with_last_meeting().in_order() if body.is_stale]


def waiting_for(user: User) -> list[Task]:
    return [
        Task(
            pgettext("a group", "Not met"),
            "warn",
            _("%(group)s has not met since %(day)s")
            % {"group": body.name, "day": f"{body.last_met:%Y-%m-%d}"}
            if body.last_met
            else _("%(group)s has no meeting recorded") % {"group": body.name},
            reverse("body", args=[body.key]),
            detail=body.meets,
            action=_("Open"),
        )
        for body in stale_bodies(user)
    ]
