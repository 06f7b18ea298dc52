"""Pages held against the HTML standard by the Nu checker (vnu), many in one run of Java."""

import subprocess
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page

VNU = Path(settings.BASE_DIR) / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


def mistakes_in(
    pages: Mapping[str, Iterable[str]], sign_in: Callable[[str], Page], folder: Path, *, missing: str = ""
) -> str:
    """What the checker says of the addresses, each as the part it stands under is shown it; fails where one other than
    ``missing`` is not there, since a page for errors is valid too."""
    saved = []
    for part, addresses in pages.items():
        page = sign_in(part)
        for address in addresses:
            answer = page.request.get(address)
            assert answer.status == (404 if address == missing else 200), (part, address, answer.status)
            file = folder / f"{len(saved)}{address.replace('/', '-').replace('?', '-')}.html"
            file.write_bytes(answer.body())
            saved.append(file)
    checked = subprocess.run(
        ["java", "-jar", VNU, "--errors-only", "--format", "gnu", *saved],
        capture_output=True,
        text=True,
        check=False,
    )
    return checked.stderr
