"""What the validators say of a PDF, and what a reader gets out of it."""

import io
import re
from pathlib import Path

import page
from outloud import check
from pypdf import PdfReader

# A compressed stream that happens to end in a carriage return stands before the line feed of "endstream", and
# page 0.11 takes the two for one line end and counts a byte too few. ISO 32000-1, 7.3.8.1: /Length decides.
MISCOUNTED = re.compile(rb"\r\nendstream")


def read(content: bytes) -> str:
    """All text of a PDF in its order, every stretch of white space as one space."""
    return " ".join(sheets(content))


def sheets(content: bytes) -> list[str]:
    """The text of each page, every stretch of white space as one space."""
    return [re.sub(r"\s+", " ", sheet.extract_text()) for sheet in PdfReader(io.BytesIO(content)).pages]


def findings(content: bytes, folder: Path) -> list[str]:
    """Errors and warnings against PDF/A-3a, PDF/UA-1 and what a person would hear; an empty list is what we want."""
    said = [
        f"{profile}: {failure.rule_id} {failure.message}"
        for profile in ("3a", "ua1")
        for failure in page.validate_pdf_bytes(content, profile=profile).failures
        if not ("STREAM-LENGTH" in failure.rule_id and MISCOUNTED.search(content))
    ]
    path = folder / "heard.pdf"
    path.write_bytes(content)
    heard = check(str(path))
    said += [f"{found.severity}: {found.rule} {found.message}" for found in heard.findings]
    return said if heard.error is None else [*said, heard.error]
