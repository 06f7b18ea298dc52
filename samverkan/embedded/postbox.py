"""The demo's postbox: a real SMTP server that delivers to a folder, and a read-only page that shows what came.

For the demo only: it takes every mail and shows each to whoever sits at this machine.
"""

import argparse
import email
import email.policy
import html
import itertools
import re
import time
from collections.abc import Iterator
from email.message import EmailMessage
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from samverkan.embedded.ports import HOST

SHOWN = 200
"""Mails on the list, newest first; older ones stay in the folder."""

NAME = re.compile(r"\d{19}-\d+\.eml")
LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
HEADERS = ("From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "Content-Language")
POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
STYLE = """\
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .4rem .6rem; border-bottom: 1px solid #888; text-align: left; vertical-align: top; }
td, pre { overflow-wrap: anywhere; }
pre { padding: 1rem; border: 1px solid #888; white-space: pre-wrap; }
:focus-visible { outline: 3px solid; outline-offset: 2px; }
"""


class Delivery:
    """What aiosmtpd calls for each mail; it answers only once the mail is whole on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = itertools.count()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        name = f"{time.time_ns():019d}-{next(self._numbers)}.eml"
        draft = self.folder / f"{name}.draft"
        draft.write_bytes(envelope.original_content or b"")
        draft.rename(self.folder / name)
        return "250 Message accepted for delivery"


class Page(BaseHTTPRequestHandler):
    """GET / lists the mails, GET /mail/NAME shows one; nothing can be changed."""

    folder: Path
    protocol_version = "HTTP/1.1"
    server_version = "Postbox"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        # Another site's page may point its own name at this machine; it must not read the mails.
        if self.headers.get("Host", "").rpartition(":")[0] not in (HOST, "localhost"):
            self._send(
                HTTPStatus.FORBIDDEN, document("Not here", "<p>Open this page by its own address.</p>")
            )
        elif self.path == "/":
            self._send(HTTPStatus.OK, document("Postbox of the demo", listing(self.folder)))
        elif self.path == "/style.css":
            self._send(HTTPStatus.OK, STYLE, "text/css")
        elif path := found(self.folder, self.path.removeprefix("/mail/")):
            message = read(path)
            self._send(HTTPStatus.OK, document(header(message, "Subject") or "No subject", mail(message)))
        else:
            self._send(HTTPStatus.NOT_FOUND, document("Not found", "<p>There is no such mail.</p>"))

    def _send(self, status: HTTPStatus, text: str, kind: str = "text/html") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing: every reload of the page would fill the log."""


def document(title: str, content: str) -> str:
    """A whole page; the title is text, the content is markup that is already escaped."""
    title = html.escape(title)
    home = "" if title == "Postbox of the demo" else '<nav><a href="/">All mails</a></nav>'
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/style.css"></head>'
        f"<body>{home}<main><h1>{title}</h1>{content}</main></body></html>"
    )


def listing(folder: Path) -> str:
    """The newest mails as a table."""
    names = sorted((path.name for path in folder.glob("*.eml") if NAME.fullmatch(path.name)), reverse=True)
    if not names:
        return "<p>No mail has come yet. Load the page again after something was sent.</p>"
    rows = "".join(_row(name, read(folder / name)) for name in names[:SHOWN])
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("Received", "To", "Subject"))
    return f"<p>Newest first: {len(names)}.</p><table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _row(name: str, message: EmailMessage) -> str:
    received = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(int(name[:19]) / 1e9))
    subject = html.escape(header(message, "Subject")) or "No subject"
    to = html.escape(header(message, "To"))
    return f'<tr><td>{received}</td><td>{to}</td><td><a href="/mail/{name}">{subject}</a></td></tr>'


def mail(message: EmailMessage) -> str:
    """One mail: its headers, its text with links to follow, its calendar part, and the names of other parts."""
    rows = "".join(
        f'<tr><th scope="row">{name}</th><td>{html.escape(header(message, name))}</td></tr>'
        for name in HEADERS
        if header(message, name)
    )
    return f"<table><tbody>{rows}</tbody></table>{''.join(_parts(message))}"


def _parts(message: EmailMessage) -> Iterator[str]:
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "text/plain":
            yield f"<h2>Text</h2><pre>{linked(_text(part))}</pre>"
        elif kind == "text/calendar":
            yield f"<h2>Calendar</h2><pre>{html.escape(_text(part))}</pre>"
        elif not part.is_multipart():
            name = part.get_filename() or "no file name"
            yield f"<p>Another part: {html.escape(kind)} ({html.escape(name)})</p>"


def linked(text: str) -> str:
    """The text escaped, with its web addresses made into links."""
    pieces = []
    end = 0
    for match in LINK.finditer(text):
        address = html.escape(match.group())
        pieces += [
            html.escape(text[end : match.start()]),
            f'<a href="{address}" rel="noreferrer">{address}</a>',
        ]
        end = match.end()
    return "".join(pieces) + html.escape(text[end:])


def found(folder: Path, name: str) -> Path | None:
    """The mail's file; None unless the name is one that we gave."""
    path = folder / name
    return path if NAME.fullmatch(name) and path.is_file() else None


def read(path: Path) -> EmailMessage:
    with path.open("rb") as file:
        return email.message_from_binary_file(file, policy=email.policy.default)


def header(message: EmailMessage, name: str) -> str:
    """The decoded header; empty where it is missing, raw where it cannot be decoded."""
    try:
        return str(message.get(name, ""))
    except (ValueError, LookupError, IndexError, AttributeError):
        return next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")


def _text(part: EmailMessage) -> str:
    raw = part.get_payload(decode=True)
    content = raw if isinstance(raw, bytes) else b""
    try:
        return content.decode(part.get_content_charset("utf-8"), errors="replace")
    except LookupError:
        return content.decode(errors="replace")


def serve(folder: Path, smtp_port: int, http_port: int) -> None:
    """Take and show mail until the process is told to end."""
    folder.mkdir(parents=True, exist_ok=True)
    post = Controller(Delivery(folder), hostname=HOST, port=smtp_port)
    post.start()
    page = type("FolderPage", (Page,), {"folder": folder})
    with ThreadingHTTPServer((HOST, http_port), page) as server:
        server.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m samverkan.embedded.postbox", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("smtp_port", type=int)
    parser.add_argument("http_port", type=int)
    arguments = parser.parse_args()
    serve(arguments.folder, arguments.smtp_port, arguments.http_port)


if __name__ == "__main__":
    main()
