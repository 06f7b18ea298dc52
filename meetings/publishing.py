"""Putting things on the page that needs no log-in, one at a time, and taking them off."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from groups.models import Body, Premises, User
from meetings.models import Meeting, Publication

Thing = Premises | Body | Meeting


def may_publish(user: User) -> bool:
    """Coordinators choose what residents see."""
    return user.coordinates


def kind_of(thing: Thing) -> str:
    """The name of the relation, which also stands in addresses."""
    return str(thing._meta.model_name)


def why_not(thing: Thing) -> str:
    """Why it may not be published, as a sentence; empty where it may."""
    if isinstance(thing, Premises):
        return ""
    body = thing.body if isinstance(thing, Meeting) else thing
    if body.kind == Body.Kind.CASE:
        return _("Nothing about a case is ever published.")
    if isinstance(thing, Meeting) and thing.audience != Meeting.Audience.PUBLIC:
        return _("Only a meeting that is open to everyone can be published. Change who it is open to first.")
    if isinstance(thing, Meeting) and thing.status != Meeting.Status.CALLED:
        return _(
            "Only a meeting that has been announced to its members and is not yet over can be published."
        )
    booking = getattr(thing, "booking", None)
    if booking is not None and booking.shut_since is not None:
        return _("The premises are no longer open at that time. Find the meeting another place first.")
    return ""


@transaction.atomic
def publish(thing: Thing, *, heading: str, text: str = "", by: User) -> Publication:
    """Show it to everyone from now on, in these words; or in these instead, where it is shown already.

    Raises:
        ValidationError: it may not be published, or without a key where this person publishes nothing.
    """
    if not may_publish(by):
        raise ValidationError(_("Coordinators choose what is published."))
    if reason := why_not(thing):
        raise ValidationError(reason)
    facts = {"heading": heading.strip(), "text": text.strip(), "published_by": by}
    lookup: dict[str, Any] = {kind_of(thing): thing}
    publication, _made = Publication.objects.update_or_create(defaults=facts, **lookup)
    return publication


@transaction.atomic
def unpublish(publication: Publication, *, by: User) -> None:
    """Show it to nobody from now on.

    Raises:
        ValidationError: this person publishes nothing.
    """
    if not may_publish(by):
        raise ValidationError(_("Coordinators choose what is published."))
    publication.delete()
