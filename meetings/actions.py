"""Doing what was agreed."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import User
from meetings.models import ActionItem


@transaction.atomic
def finish(action: ActionItem, *, by: User) -> None:
    """Mark an action item as done, once; what was agreed stays as it was written.

    Raises:
        ValidationError: it is done already.
    """
    undone = ActionItem.objects.filter(pk=action.pk, done_at=None)
    if not undone.update(done_at=timezone.now(), done_by=by):
        raise ValidationError(_("This is already done."))
    action.refresh_from_db(fields=["done_at", "done_by"])
