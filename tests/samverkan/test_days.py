"""Days are never broken over two lines, and stay bare where there is no line."""

from datetime import date

from django.template import Context, Template

TEMPLATE = Template("{% load samverkan %}{{ at|day }} {{ at|iso }} {{ words|dates }}{{ nothing|day }}")


def test_a_day_is_kept_on_one_line_and_nothing_hides_in_it() -> None:
    words = "Done by 2026-11-25 & <b>"
    shown = TEMPLATE.render(Context({"at": date(2026, 11, 23), "words": words, "nothing": None}))
    assert shown == (
        "<time>2026-11-23</time> 2026-11-23 "
        'Done by <span class="text-nowrap">2026-11-25</span> &amp; &lt;b&gt;'
    )
