"""Days are never broken over two lines, and stay bare where there is no line."""

from datetime import date

import pytest
from django.template import Context, Template
from django.utils import translation

from samverkan.templatetags.samverkan import day, days_of_week

TEMPLATE = Template("{% load samverkan %}{{ at|day }} {{ at|iso }} {{ words|dates }}{{ nothing|day }}")


def test_a_day_is_kept_on_one_line_and_nothing_hides_in_it() -> None:
    words = "Done by 2026-11-25 & <b>"
    shown = TEMPLATE.render(Context({"at": date(2026, 11, 23), "words": words, "nothing": None}))
    made = Template("{% load samverkan %}{{ words|dates }}").render(
        Context({"words": day(date(2026, 11, 25))})
    )
    assert made == "<time>2026-11-25</time>"
    assert shown == ("<time>2026-11-23</time> 2026-11-23 Done by <time>2026-11-25</time> &amp; &lt;b&gt;")


@pytest.mark.parametrize(
    ("monday", "words"),
    [
        (date(2025, 11, 24), "24–\u206030\xa0nov\xa02025"),
        (date(2025, 9, 29), "29\xa0sep–\u20605\xa0okt\xa02025"),
        (date(2024, 12, 30), "30\xa0dec\xa02024–\u20605\xa0jan\xa02025"),
    ],
)
def test_a_week_says_month_and_year_once(monday: date, words: str) -> None:
    with translation.override("sv"):
        assert days_of_week(monday) == words
