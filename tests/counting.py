"""What a page costs."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext


def queries(browser: Any, url: str) -> int:
    """How many queries the page costs once caches are warm."""
    ContentType.objects.clear_cache()
    browser.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(url).status_code == 200
    return sum(row["sql"].startswith("SELECT ") and "current_user" not in row["sql"] for row in captured)
