"""Mails that are not about a meeting: an account that was changed, an agreement that runs out."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from groups.models.people import User
from samverkan.outbox import Outgoing


class Notice(Outgoing):
    """One mail to one person: a kind, a link, and at most a neutral word of what it is about. Written by
    ``groups.notices.notify``; nobody sees the rows but administrators, who see where and whether, not what."""

    kind = models.CharField(_("kind"), max_length=40)
    recipient = models.ForeignKey(
        User, models.CASCADE, verbose_name=_("recipient"), related_name="notices", null=True
    )
    address = models.EmailField(
        _("address"), blank=True, help_text=_("Where it goes, if not to where the recipient signs in.")
    )
    subject = models.CharField(max_length=200, editable=False)
    path = models.CharField(max_length=300, editable=False)
    about = models.CharField(max_length=200, blank=True, editable=False)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    class Meta(Outgoing.Meta):
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
