"""A visit to an address, and what it says; words that stand in one text alone are sought in it."""

import io
import re
import zipfile
from html import unescape
from urllib.parse import parse_qs

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from tests.conftest import AppClient
from tests.matrix.world import Row, World
from tests.papers import read


def visit(row: Row, world: World, part: str) -> tuple[int, str]:
    """The status a part gets at an address and everything it is told there, followed once; all is undone afterwards."""
    browser = AppClient(raise_request_exception=False)
    with transaction.atomic():
        if part != "nobody":
            browser.force_login(getattr(world.cast, part))
        ask = getattr(browser, row.method)
        answer = ask(reverse(row.name, kwargs=row.arguments(world)), row.data(world))
        said = text_of(answer)
        if answer.status_code == 302 and answer["Location"].startswith("/") and part != "nobody":
            said += text_of(browser.get(answer["Location"]))
        transaction.set_rollback(True)
    return int(answer.status_code), said


def text_of(answer: HttpResponse) -> str:
    """Everything that an answer says: headers, pages as they are, files as a reader gets them."""
    content = b"".join(answer) if answer.streaming else answer.content
    kind = answer.get("Content-Type", "")
    if kind.startswith("application/pdf") and b"startxref" in content:
        said = read(content)
    elif content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            said = " ".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    else:
        # Lines of calendars are folded after 75 bytes (RFC 5545 3.1).
        said = content.replace(b"\r\n ", b"").decode("utf-8", "replace")
    return f"{answer.headers} {said}"


def offered(said: str) -> set[str]:
    """The lists that a page offers as files, by the part that tells them apart."""
    links = re.findall(r'href="\?([^"]*download=csv[^"]*)"', said)
    return {parse_qs(unescape(link)).get("part", [""])[0] for link in links}


def astray(said: str, part: str, world: World) -> list[str]:
    """The words in it that are not for this part."""
    return [word for word, readers in world.canaries.items() if word in said and part not in readers]
