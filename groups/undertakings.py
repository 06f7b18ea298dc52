"""The confidentiality undertaking: publishing a text, confirming it, and who has not."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from groups.models import Undertaking, UndertakingText, User
from groups.models.people import UserQuerySet
from groups.waiting import Task

#: A text to begin from; each structure publishes its own.
PROPOSAL = Path(__file__).parent / "data" / "undertaking.md"


@transaction.atomic
def publish_undertaking(text: str) -> UndertakingText:
    """Publish a new version, which everybody is then asked to confirm. It is never changed.

    Raises:
        ValidationError: keyed ``text`` (empty).
    """
    if not text.strip():
        raise ValidationError({"text": _("Enter the text.")})
    with connection.cursor() as cursor:
        # Two who publish at once take turns, so that each version has its number.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('groups_undertakingtext'))")
    last = UndertakingText.objects.aggregate(last=Max("version"))["last"] or 0
    return UndertakingText.objects.create(version=last + 1, text=text.strip())


@transaction.atomic
def confirm_undertaking(text: UndertakingText, *, by: User) -> Undertaking:
    """Write down that a person has read the text and undertakes to keep it. Safe to repeat.

    Raises:
        ValidationError: a newer version was published while they read.
    """
    if not UndertakingText.objects.current().filter(pk=text.pk).exists():
        raise ValidationError(_("A newer version has been published. Read that one."))
    row, _made = Undertaking.objects.get_or_create(
        user=by, text=text, defaults={"name": by.name, "agency": by.agency.name if by.agency else ""}
    )
    by.forget()
    return row


def not_undertaken() -> UserQuerySet:
    """Who sits in a body and has not confirmed the current text."""
    people = User.objects.get_queryset().seated()
    return people.exclude(pk__in=people.undertaken().values("pk")).in_order()


def waiting_for(user: User) -> list[Task]:
    """One's own confirmation; for coordinators also how many others lack theirs."""
    tasks = []
    if not user.has_undertaken:
        tasks.append(
            Task(
                _("To read"),
                "warn",
                _("Confirm the confidentiality undertaking"),
                reverse("undertaking"),
                action=pgettext("button", "Read"),
            )
        )
    if user.coordinates and (count := not_undertaken().exclude(pk=user.pk).count()):
        words = ngettext(
            "%(count)d person has not confirmed the confidentiality undertaking",
            "%(count)d people have not confirmed the confidentiality undertaking",
            count,
        )
        tasks.append(Task(_("To follow up"), "info", words % {"count": count}, reverse("undertakings")))
    return tasks
