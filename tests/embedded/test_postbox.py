"""The demo's postbox takes real SMTP and shows mail without ever running what is in it."""

import http.client
import os
import smtplib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest

from samverkan.embedded import ports, postbox
from samverkan.embedded.processes import Processes, Program
from tests.embedded.conftest import eventually


@dataclass(frozen=True)
class Postbox:
    folder: Path
    smtp_port: int
    page_port: int

    def send(self, message: EmailMessage) -> None:
        with smtplib.SMTP(ports.HOST, self.smtp_port) as client:
            client.send_message(message)

    def get(self, path: str, host: str = "") -> tuple[int, str, http.client.HTTPMessage]:
        connection = http.client.HTTPConnection(ports.HOST, self.page_port, timeout=10)
        connection.request("GET", path, headers={"Host": host or f"{ports.HOST}:{self.page_port}"})
        response = connection.getresponse()
        return response.status, response.read().decode(), response.headers

    def names(self) -> list[str]:
        return sorted((path.name for path in self.folder.glob("*.eml")), reverse=True)


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Postbox]:
    box = Postbox(tmp_path / "mail", ports.free(), ports.free())
    command = [sys.executable, "-m", "samverkan.embedded.postbox", box.folder, box.smtp_port, box.page_port]
    with Processes() as processes:
        processes.start(Program("The postbox", command, tmp_path / "postbox.log", os.environ))
        processes.wait_until(lambda: not ports.is_free(box.page_port), what="The postbox")
        yield box


def invitation(subject: str = "Kallelse till styrgruppen") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "samverkan@example.org"
    message["To"] = "Åsa Öberg <asa@example.org>"
    message["Subject"] = subject
    message.set_content(
        "Svara här: http://127.0.0.1:8000/svar/a?x=1&y=2.\n<script>alert(1)</script> Hälsningar"
    )
    message.add_alternative("<b>Svara</b>", subtype="html")
    message.add_attachment("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n", subtype="calendar")
    return message


def test_mail_is_kept_whole_and_shown(box: Postbox) -> None:
    box.send(invitation())

    [name] = box.names()
    status, page, _ = box.get(f"/mail/{name}")
    assert status == 200
    assert postbox.header(postbox.read(box.folder / name), "To") == "Åsa Öberg <asa@example.org>"
    assert "Åsa Öberg &lt;asa@example.org&gt;" in page
    assert '<a href="http://127.0.0.1:8000/svar/a?x=1&amp;y=2" rel="noreferrer">' in page
    assert "METHOD:REQUEST" in page
    assert "Another part: text/html" in page


def test_nothing_in_a_mail_becomes_markup(box: Postbox) -> None:
    box.send(invitation("<img src=x onerror=alert(1)>"))

    [name] = box.names()
    for path in ("/", f"/mail/{name}"):
        _, page, headers = box.get(path)
        assert "&lt;img src=x onerror=alert(1)&gt;" in page
        assert "<img" not in page and "<script" not in page
        assert headers["Content-Security-Policy"].startswith("default-src 'none';")
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_newest_mail_stands_first(box: Postbox) -> None:
    assert "No mail has come yet" in box.get("/")[1]
    box.send(invitation("Den första"))
    box.send(invitation("Den andra"))

    page = box.get("/")[1]

    assert 0 < page.index("Den andra") < page.index("Den första")


@pytest.mark.parametrize("path", ["/mail/", "/mail/../postbox.log", "/mail/%2e%2e/postbox.log", "/nothing"])
def test_no_other_file_is_shown(box: Postbox, path: str) -> None:
    assert eventually((box.folder.parent / "postbox.log").exists)
    assert box.get(path)[0] == 404


def test_another_sites_name_is_refused(box: Postbox) -> None:
    box.send(invitation())

    status, page, _ = box.get("/", host=f"attacker.example:{box.page_port}")

    assert status == 403 and "Kallelse" not in page


def test_nothing_can_be_changed(box: Postbox) -> None:
    connection = http.client.HTTPConnection(ports.HOST, box.page_port, timeout=10)
    connection.request("POST", "/", body="x")

    assert connection.getresponse().status == 501


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (b"Subject: =?nonsense?Q?=FF?=\n\nhej", "hej"),
        (b"Content-Type: text/plain; charset=nonsense\n\n\xe5\xe4", "\ufffd"),
        (b"Content-Type: multipart/mixed; boundary=missing\n\nhej", "<table>"),
        (b"\xff\xfe\x00", "<table>"),
        (b"", "<table>"),
    ],
)
def test_broken_mail_is_shown_all_the_same(tmp_path: Path, source: bytes, shown: str) -> None:
    path = tmp_path / "mail.eml"
    path.write_bytes(source)

    assert shown in postbox.mail(postbox.read(path))
