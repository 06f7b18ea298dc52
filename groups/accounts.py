"""Mail about accounts: the link to choose a password, and word to the person of every change.

A request only writes a row. Whether the address is known, and to whom it belongs, is looked up by the worker that sends
the mail, which makes the link then: nothing that a visitor could time differs between an address that is known and one
that is not, and no link lies in the database.
"""

import uuid
from datetime import timedelta
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.models import Notice, User
from groups.notices import Kind, notify
from samverkan import sign_in

#: What a mail says about a change of the account; by the name that allauth has for it, but the last, which is ours.
CHANGES = {
    "account/email/password_changed": _("Your password was changed."),
    "account/email/password_reset": _("You chose a new password using a link in an email."),
    "mfa/email/totp_activated": _("Two-factor login was turned on."),
    "mfa/email/totp_deactivated": _("Two-factor login was turned off."),
    "mfa/email/recovery_codes_generated": _("New recovery codes were created. The old ones no longer work."),
    "address": _("An administrator has changed the email address you log in with."),
}

#: Whoever asked for a link has given up after this long; a late one would only puzzle them.
ASKED_FOR = timedelta(hours=12)


def ask_for_password(email: str) -> None:
    """Mail a link to choose a password to whoever signs in with this address, if anybody does."""
    notify("password_reset", None, key=str(uuid.uuid4()), path="", address=email)


def mail_link(user: User) -> None:
    """Mail this person a link to choose a password."""
    notify("password_reset", user, key=str(uuid.uuid4()), path="")


def tell_of_change(user: User, change: str, *, address: str = "") -> None:
    """Tell the person that their account was changed, so that a change by somebody else is noticed.

    ``address`` is a former one, where the person hears that it was taken from them.
    """
    path = reverse("account_reset_password")
    notify("account_changed", user, key=f"{change}:{uuid.uuid4()}", path=path, address=address)


def _who_asked(notice: Notice) -> User | None:
    if notice.recipient is not None:
        return notice.recipient if notice.recipient.is_active else None
    return User.objects.get_queryset().active().filter(email__iexact=notice.address).first()


def _still_waits(notice: Notice) -> bool:
    return timezone.now() - notice.created_at < ASKED_FOR


def _link(notice: Notice, user: User) -> dict[str, Any]:
    token = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), token])
    return {"url": settings.BASE_URL + path}


RESET = Kind(is_wanted=_still_waits, who=_who_asked, more=_link, once=True)


def _whose_account(notice: Notice) -> User | None:
    """Also whose account is closed: they should hear of it all the more."""
    return notice.recipient


def _where_they_were(notice: Notice, user: User) -> str:
    return notice.address or user.email


def _change(notice: Notice, user: User) -> dict[str, Any]:
    return {"change": CHANGES[notice.subject.rpartition(":")[0]]}


CHANGED = Kind(
    is_wanted=lambda notice: True, who=_whose_account, where=_where_they_were, more=_change, once=True
)


class AccountAdapter(sign_in.AccountAdapter):
    """Writes what it mails into the outbox, in the transaction of what it tells of."""

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        tell_of_change(user, template_prefix)
