"""The catalogue of translations: what the program says, found in its source, without GNU gettext.

Templates are turned into Python-like text by Django itself and read by Babel's Python extractor, so one set of
keywords serves both. Swedish is complete or a test fails.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

PACKAGES = ("samverkan", "groups", "meetings", "interventions")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}

Message = tuple[str | None, str | tuple[str, str]]


def path(language: str = "sv") -> Path:
    """The language's catalogue, ``locale/<language>/LC_MESSAGES/django.po``."""
    return Path(settings.BASE_DIR) / "locale" / language / "LC_MESSAGES" / "django.po"


def sources() -> Iterator[Path]:
    """Every file that may say something to a user."""
    base = Path(settings.BASE_DIR)
    for package in PACKAGES:
        yield from sorted(file for file in (base / package).rglob("*.py") if "migrations" not in file.parts)
    yield from sorted(file for file in (base / "templates").rglob("*") if file.suffix in (".html", ".txt"))


def said() -> dict[Message, list[tuple[str, int]]]:
    """Every message in the source, with its context and plural, and where it stands."""
    found: dict[Message, list[tuple[str, int]]] = {}
    for file in sources():
        name = file.relative_to(settings.BASE_DIR).as_posix()
        for line, message in _messages(file):
            found.setdefault(message, []).append((name, line))
    return found


def _messages(file: Path) -> Iterator[tuple[int, Message]]:
    text = file.read_text(encoding="utf-8")
    if file.suffix != ".py":
        # The indents of HTML are none of Python's.
        text = "\n".join(line.lstrip() for line in templatize(text, origin=str(file)).splitlines())
    extracted: Any = extract_python(BytesIO(text.encode()), KEYWORDS, (), {})
    for line, function, raw, _comments in extracted:
        parts = [raw] if isinstance(raw, str) else list(raw)
        message = _message(function, parts)
        if message is not None:
            yield line, message


def _message(function: str, parts: Sequence[str | None]) -> Message | None:
    context = None
    if function in ("pgettext", "pgettext_lazy", "npgettext"):
        context, parts = parts[0], parts[1:]
    if not parts or not parts[0]:
        return None
    if "n" in function.removesuffix("gettext").removesuffix("gettext_lazy") and len(parts) > 1 and parts[1]:
        return context, (parts[0], parts[1])
    return context, parts[0]


def read(language: str = "sv") -> Catalog:
    """The catalogue as it is on disk; empty where there is none yet."""
    if not path(language).exists():
        return Catalog(locale=language, domain="django", charset="utf-8")
    with path(language).open("rb") as file:
        return read_po(file, locale=language, domain="django")


def update(language: str = "sv") -> Catalog:
    """Write the catalogue anew: translations kept, new messages empty, what is no longer said left out."""
    old = read(language)
    new = Catalog(
        locale=language, domain="django", charset="utf-8", fuzzy=False, header_comment="# Samverkan"
    )
    for (context, message), places in sorted(said().items(), key=lambda entry: entry[1][0]):
        key = message[0] if isinstance(message, tuple) else message
        before = old.get(key, context)
        flags = {"python-format"} if "%(" in key else set()
        new.add(message, before.string if before else None, places[:3], flags=flags, context=context)
    path(language).parent.mkdir(parents=True, exist_ok=True)
    with path(language).open("wb") as file:
        write_po(file, new, width=110, ignore_obsolete=True)
    _settle_header(path(language))
    return new


def _settle_header(file: Path) -> None:
    """Drop the header's dates and blanks, so that collecting twice changes nothing."""
    dropped = (
        '"POT-Creation-Date',
        '"PO-Revision-Date',
        '"Last-Translator',
        '"Language-Team',
        '"Report-',
        '"Project-',
    )
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.startswith(dropped)), encoding="utf-8")
