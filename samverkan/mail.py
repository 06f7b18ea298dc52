"""Making a mail: three files with one stem, in the recipient's language.

Mails carry a link, a time and a place. What was written in a meeting or a case is read after signing in, since nobody
knows where a mail is forwarded (domain.md, JO 1376-2013).
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.template.loader import render_to_string
from django.utils import translation


@dataclass(frozen=True)
class CalendarPart:
    """An iCalendar object; ``method`` is its own METHOD, which the MIME part must repeat (RFC 6047 2.4)."""

    content: bytes
    method: str


def send(stem: str, *, to: str, language: str, context: dict[str, Any], key: str) -> None:
    """Mail at once what is not to be kept, to an address of ours; all else waits in ``samverkan.outbox``.

    Raises:
        smtplib.SMTPException, OSError: the mail server did not take it.
    """
    compose(stem, to=to, language=language, context=context, key=key).send()


def compose(
    stem: str,
    *,
    to: str,
    language: str,
    context: dict[str, Any],
    key: str,
    calendar: CalendarPart | None = None,
) -> EmailMultiAlternatives:
    """``templates/mail/<stem>.subject.txt``, ``.txt`` and ``.html`` as a mail to one address.

    ``key`` names the mail for good: the Message-ID is made from it, so that a mail sent twice is recognised as one.
    """
    context = {"base_url": settings.BASE_URL, "language": language} | context
    with translation.override(language):
        subject, text, html = (
            render_to_string(f"mail/{stem}.{ending}", context) for ending in ("subject.txt", "txt", "html")
        )
    message = EmailMultiAlternatives(
        # One line, whatever a name in it holds: nothing may start a header of its own.
        subject=" ".join(subject.split()),
        body=text,
        to=[to],
        headers={
            "Message-ID": message_id(key),
            "Content-Language": language,
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "OOF, AutoReply",
        },
    )
    message.attach_alternative(html, "text/html")
    if calendar is not None:
        _attach_calendar(message, calendar)
    return message


class Ready(EmailMessage):
    """A mail whose bytes are made already."""

    def __init__(self, to: str, content: bytes) -> None:
        super().__init__(to=[to])
        self.content = content

    def message(self, **kwargs: Any) -> Any:
        return self

    def as_bytes(self, **kwargs: Any) -> bytes:
        """With the line ends of SMTP, whatever is asked for."""
        return self.content


class Backend(EmailBackend):
    """Django's, which sends what is made already as it is."""

    def _send(self, email_message: EmailMessage) -> bool:
        if not isinstance(email_message, Ready):
            return bool(super()._send(email_message))  # type: ignore[misc]
        assert self.connection is not None, "send_messages has opened it."
        self.connection.sendmail(settings.DEFAULT_FROM_EMAIL, email_message.to, email_message.content)
        return True


#: An address, and what may stand in a blank: nothing that a header, HTML or a line's length could stumble over.
_ADDRESS = re.compile(r"[!#-'*+./0-9=?A-Z^_`a-z{|}~-]+@[A-Za-z0-9.-]+")
_BLANK = re.compile(r"[\w.:-]{0,200}", re.ASCII)


class Stencil:
    """A mail that many get, made once: each gets it with their own address, key, and words in the blanks.

    ``context`` gets the blanks as marks; a mark that does not come through whole, such as one that is wrapped over two
    lines, makes the stencil useless, and then each mail is made by itself.
    """

    def __init__(
        self,
        stem: str,
        *,
        language: str,
        context: Callable[[dict[str, str]], dict[str, Any]],
        blanks: Sequence[str],
    ) -> None:
        self.stem, self.language, self.context = stem, language, context
        self.marks = {name: f"x{secrets.token_hex(8)}x" for name in blanks}
        self.key, address = f"x{secrets.token_hex(8)}x", f"x{secrets.token_hex(8)}x@example.org"
        made = compose(stem, to=address, language=language, context=context(self.marks), key=self.key)
        self.address = address.encode()
        self.content = made.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg] # Django's own message takes it
        texts = [made.body, *(str(part[0]) for part in made.alternatives)]
        self.whole = self.content.count(self.address) == 1 and all(
            self.content.count(mark.encode()) == sum(str(text).count(mark) for text in texts)
            for mark in self.marks.values()
        )

    def fill(self, *, to: str, key: str, **blanks: str) -> EmailMessage:
        """The mail to one address."""
        plain = _ADDRESS.fullmatch(to) and all(map(_BLANK.fullmatch, blanks.values()))
        if not self.whole or not plain:
            return compose(self.stem, to=to, language=self.language, context=self.context(blanks), key=key)
        content = self.content.replace(self.address, to.encode())
        content = content.replace(message_id(self.key).encode(), message_id(key).encode())
        for name, mark in self.marks.items():
            content = content.replace(mark.encode(), blanks[name].encode())
        return Ready(to, content)


#: Some servers garble a Message-ID that does not stand on one line with its name (RFC 5322 2.1.1).
_LINE = 78 - len("Message-ID: <@>")


def message_id(key: str) -> str:
    """``<key@domain>``, with the key's colons as dots (RFC 5322 3.6.4 allows no colon outside quotes); of a key that
    is too long for a line, its first word and a digest."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("<> ")
    name = key.replace(":", ".")
    if len(name) + len(domain) > _LINE:
        name = f"{key.partition(':')[0]}.{hashlib.sha256(key.encode()).hexdigest()[:24]}"
    return f"<{name}@{domain}>"


def _attach_calendar(message: EmailMultiAlternatives, calendar: CalendarPart) -> None:
    """Once as an alternative, which calendars read, and once as a file for those that do not."""
    text = calendar.content.decode()
    message.attach_alternative(text, f"text/calendar; method={calendar.method}")
    message.attach("invite.ics", calendar.content, "application/ics")
