"""What a browser saw go wrong."""

from pathlib import Path
from typing import Any

from django.conf import settings
from playwright.sync_api import ConsoleMessage, Page

AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
#: WCAG 2.2 A and AA with everything below them, and the engine's own good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


class Witness:
    """Watches pages for script errors and refused content, and judges them on demand."""

    def __init__(self) -> None:
        self.complaints: list[str] = []

    def watch(self, page: Page) -> None:
        """Note every script error and Content-Security-Policy violation on this page from now on."""
        page.on("console", lambda message: self._heard(page, message))
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))

    def _heard(self, page: Page, message: ConsoleMessage) -> None:
        # A form sent back with 422, and the pages for 403 and 404, are reported by the browser as failed loads.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(f"{page.url}: {message.text}")

    def judge(self, page: Page) -> None:
        """Hold the page against axe-core and against sideways scroll at its present width; raise on any finding."""
        assert self.complaints == []
        assert self.findings(page) == [], page.url
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page.url} scrolls sideways by {wide} px at {page.viewport_size}"

    @staticmethod
    def findings(page: Page) -> list[dict[str, Any]]:
        """What axe-core finds, each with the elements it concerns."""
        if not page.evaluate("typeof axe !== 'undefined'"):
            page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES)
        return [
            {
                "rule": entry["id"],
                "help": entry["help"],
                "where": [node["html"][:160] for node in entry["nodes"]],
            }
            for entry in found["violations"]
        ]
