"""Telling one person by mail of something that is not a meeting: agreement running out, something to receive.

``notify`` writes a row in the caller's transaction. What it is a notice of decides, in the moment before it is sent,
whether it is still wanted and whether the recipient may still have it: a ``Kind`` for each, named in
``settings.NOTICE_KINDS``. The mail is three files, ``templates/mail/notice_<kind>.*``.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from groups.models import Notice, User
from groups.seats import look_up
from samverkan import mail
from samverkan.outbox import Compose, Outbox
from samverkan.tasks import wake_worker

#: What may stand in a Message-ID, which is made from the key (RFC 5322 3.2.3), and the colons that become dots.
_KEY = re.compile(r"[\w:/+-]+(?:\.[\w:/+-]+)*", re.ASCII)


def who_may_sign_in(notice: Notice) -> User | None:
    """The recipient, unless their account is closed."""
    recipient = notice.recipient
    return recipient if recipient is not None and recipient.is_active else None


def own_address(notice: Notice, recipient: User) -> str:
    """Where the recipient signs in today."""
    return recipient.email


def nothing_more(notice: Notice, recipient: User) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Kind:
    """What is asked of a notice before it is sent.

    ``is_wanted`` says whether it is still true and in time, and whether ``notice.recipient`` may still know it;
    ``notice.subject`` is the key that the caller gave. The rest is for what is known only then: who gets it (nobody
    cancels it), where, and what the mail needs besides ``about``, ``url``, ``at`` and ``recipient``. ``once`` where
    nothing will ever ask for the same notice again, so that its row need not stand to keep a second from being sent.
    """

    is_wanted: Callable[[Notice], bool]
    who: Callable[[Notice], User | None] = who_may_sign_in
    where: Callable[[Notice, User], str] = own_address
    more: Callable[[Notice, User], dict[str, Any]] = nothing_more
    once: bool = False


def kind_of(name: str) -> Kind:
    """The kind that the settings know by this name.

    Raises:
        KeyError: none.
    """
    kind: Kind = import_string(settings.NOTICE_KINDS[name])
    return kind


def notify(
    kind: str,
    recipient: User | None,
    *,
    key: str,
    path: str,
    due_at: datetime | None = None,
    about: str = "",
    address: str = "",
) -> None:
    """Mail this person, once for each ``key``, now or when it is due; safe to repeat.

    ``path`` is where the link leads on our own address. ``about`` may be read by anybody the mail is forwarded to: an
    agreement's number, a place, never a person or what was written. ``address`` is for kinds that go elsewhere.

    Raises:
        KeyError: the settings know no such kind.
        ValueError: the key could not stand in a Message-ID.
    """
    kind_of(kind)
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} cannot stand in a Message-ID")
    now = timezone.now()
    row = Notice(
        key=f"{kind}:{key}:{recipient.pk if recipient else 0}",
        kind=kind,
        recipient=recipient,
        address=address,
        subject=key,
        path=path,
        about=about,
        due_at=due_at or now,
    )
    Notice.objects.bulk_create([row], ignore_conflicts=True)
    if row.due_at <= now:
        wake_worker()


def remove_old() -> int:
    """Remove the notices that ended ``NOTICE_DAYS`` days ago or more, sent or not; safe to run twice and beside itself.

    Of those that a task may ask for again the row stands, or they would be sent again; an address that somebody typed
    is taken out of it (GDPR 5.1 e).

    Returns:
        How many rows are gone.
    """
    before = timezone.now() - timedelta(days=settings.NOTICE_DAYS)
    ended = [Notice.State.SENT, Notice.State.FAILED, Notice.State.CANCELLED]
    old = Notice.objects.filter(Q(sent_at__lt=before) | Q(sent_at=None, due_at__lt=before), state__in=ended)
    once = [name for name in settings.NOTICE_KINDS if kind_of(name).once]
    removed, _by_model = old.filter(kind__in=once).delete()
    old.exclude(address="").update(address="")
    return removed


def wanted(notices: Sequence[Notice]) -> Mapping[int, Compose]:
    """The notices of a batch that are still wanted, with how each mail is made."""
    people = look_up({row.recipient_id for row in notices if row.recipient_id})
    found: dict[int, Compose] = {}
    for row in notices:
        row.recipient = people.get(row.recipient_id or 0)
        kind = kind_of(row.kind)
        recipient = kind.who(row)
        if recipient is not None and kind.is_wanted(row):
            found[row.pk] = partial(compose, row, kind, recipient)
    return found


OUTBOX = Outbox(Notice, wanted)


def compose(notice: Notice, kind: Kind, recipient: User) -> EmailMessage:
    """The mail as it will be sent."""
    context = {
        "about": notice.about,
        "url": settings.BASE_URL + notice.path,
        "at": notice.created_at,
        "recipient": recipient,
    }
    return mail.compose(
        f"notice_{notice.kind}",
        to=kind.where(notice, recipient),
        language=recipient.language,
        context=context | kind.more(notice, recipient),
        key=notice.key,
    )
