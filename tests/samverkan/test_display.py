"""Days, times, numbers and texts as people see them, to the letter and in both languages."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.utils import formats, timezone, translation

from samverkan.fields import DayField
from samverkan.templatetags import samverkan as tags

TODAY = timezone.localdate
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # 13.00 in Stockholm


@pytest.fixture(params=["sv", "en"])
def language(request: pytest.FixtureRequest) -> Any:
    with translation.override(request.param):
        yield request.param


def in_stockholm(*parts: int) -> datetime:
    return timezone.make_aware(datetime(*parts))


def render(source: str, **context: Any) -> str:
    return Template("{% load samverkan %}" + source).render(Context(context))


def test_day_is_iso_in_both_languages(language: str) -> None:
    assert tags.day(date(2026, 1, 5)) == "2026-01-05"
    assert tags.day(datetime(2026, 11, 23, 23, 30, tzinfo=UTC)) == "2026-11-24"
    assert tags.day(None) == ""


def test_day_name(language: str) -> None:
    year = TODAY().year
    at = date(year, 11, 19)
    names = {
        "sv": "måndag tisdag onsdag torsdag fredag lördag söndag",
        "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    }
    name = names[language].split()[at.weekday()]

    assert tags.day_name(at) == f"{name} 19 {'november' if language == 'sv' else 'November'}"
    assert (
        tags.day_name(date(2023, 7, 1))
        == {"sv": "lördag 1 juli 2023", "en": "Saturday 1 July 2023"}[language]
    )


def test_short_day(language: str) -> None:
    assert tags.short_day(date(TODAY().year, 11, 19)) == {"sv": "19 nov", "en": "19 Nov"}[language]
    assert tags.short_day(date(2023, 5, 1)) == {"sv": "1 maj 2023", "en": "1 May 2023"}[language]


def test_clock_is_stockholm_time(language: str) -> None:
    assert tags.clock(NOON) == {"sv": "13.00", "en": "13:00"}[language]
    assert tags.clock(time(9, 5)) == {"sv": "9.05", "en": "09:05"}[language]
    assert tags.clock(time(0, 0)) == {"sv": "0.00", "en": "00:00"}[language]


def test_span(language: str) -> None:
    start = in_stockholm(2023, 11, 23, 13, 0)

    assert (
        tags.span(start, start + timedelta(hours=2))
        == {"sv": "kl. 13.00–15.00", "en": "13:00–15:00"}[language]
    )
    assert tags.span(start, None) == {"sv": "kl. 13.00", "en": "13:00"}[language]


def test_span_over_midnight_names_the_day(language: str) -> None:
    start = in_stockholm(2023, 11, 23, 22, 0)

    assert (
        tags.span(start, start + timedelta(hours=4))
        == {
            "sv": "kl. 22.00–fredag 24 november 2023 kl. 2.00",
            "en": "22:00–Friday 24 November 2023 02:00",
        }[language]
    )


def test_when(language: str) -> None:
    start = in_stockholm(2023, 11, 23, 13, 0)

    assert (
        render("{% when start end %}", start=start, end=start + timedelta(hours=2))
        == {
            "sv": "torsdag 23 november 2023 kl. 13.00–15.00",
            "en": "Thursday 23 November 2023 13:00–15:00",
        }[language]
    )


def test_when_keeps_the_wall_clock_as_clocks_change(language: str) -> None:
    summer, winter = datetime(2023, 10, 28, 11, 0, tzinfo=UTC), datetime(2023, 10, 30, 12, 0, tzinfo=UTC)

    assert tags.clock(summer) == tags.clock(winter) == {"sv": "13.00", "en": "13:00"}[language]


@pytest.mark.parametrize(
    ("day", "number"),
    [(date(2026, 11, 23), 48), (date(2027, 1, 3), 53), (date(2027, 1, 4), 1), (date(2024, 12, 30), 1)],
)
def test_week_is_the_iso_week(language: str, day: date, number: int) -> None:
    assert tags.week(day) == {"sv": f"vecka {number}", "en": f"week {number}"}[language]


@pytest.mark.parametrize(
    ("days", "swedish", "english"),
    [
        (-4, "4 dagar sen", "4 days late"),
        (-1, "1 dag sen", "1 day late"),
        (0, "idag", "today"),
        (1, "imorgon", "tomorrow"),
        (2, "om 2 dagar", "in 2 days"),
        (38, "om 38 dagar", "in 38 days"),
    ],
)
def test_late(language: str, days: int, swedish: str, english: str) -> None:
    day = TODAY() + timedelta(days=days)

    assert tags.late(day) == {"sv": swedish, "en": english}[language]
    assert tags.is_late(day) is (days < 0)


def test_numbers(language: str) -> None:
    assert formats.number_format(2.5) == {"sv": "2,5", "en": "2.5"}[language]
    assert formats.number_format(12345, force_grouping=True) == "12\xa0345"
    assert render("{{ year }}", year=2026) == "2026"


def test_month_before_day_is_never_read(language: str) -> None:
    field = forms.DateField()

    assert field.clean("2026-12-03") == date(2026, 12, 3)
    for typed in ("12/03/2026", "12-03-2026", "03/12/26"):
        with pytest.raises(forms.ValidationError):
            field.clean(typed)


def test_weeks_begin_on_monday(language: str) -> None:
    assert formats.get_format("FIRST_DAY_OF_WEEK") == 1


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Ett *viktigt* **beslut**", "<p>Ett <em>viktigt</em> <strong>beslut</strong></p>\n"),
        ("- ett\n- två", "<ul>\n<li>ett</li>\n<li>två</li>\n</ul>\n"),
        ("rad\nny rad", "<p>rad<br>\nny rad</p>\n"),
        ("# inte rubrik", "<p># inte rubrik</p>\n"),
        ("[länk](https://x.example)", "<p>[länk](https://x.example)</p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("<b onclick=x>a</b>", "<p>&lt;b onclick=x&gt;a&lt;/b&gt;</p>\n"),
        ("", ""),
        (None, ""),
    ],
)
def test_prose(text: str | None, html: str) -> None:
    assert tags.prose(text) == html


def test_icon_is_drawn_in_the_page_and_said_by_nobody() -> None:
    svg = tags.icon("lock")

    assert svg.startswith('<svg class="bi" viewBox="0 0 16 16"')
    assert 'aria-hidden="true"' in svg
    assert "style=" not in svg


@pytest.mark.parametrize("name", ["no-such-icon", "../../package", ""])
def test_unknown_icon_is_refused(name: str) -> None:
    with pytest.raises(LookupError, match="There is no icon"):
        tags.icon(name)


class Form(forms.Form):
    title = forms.CharField(label="Titel", help_text="Kort.")
    day = DayField(label="Dag", required=False)
    kind = forms.ChoiceField(label="Slag", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)

    def clean(self) -> None:
        raise forms.ValidationError("Hela formuläret är fel.")


def test_summary_names_every_mistake_and_leads_to_its_field() -> None:
    with translation.override("sv"):
        text = render(
            '{% include "partials/error_summary.html" %}', form=Form({"title": "x", "day": "aldrig"})
        )

    assert "<h2>3 saker behöver rättas</h2>" in text
    assert "<li>Hela formuläret är fel.</li>" in text
    assert '<a href="#id_day">Dag: Skriv dagen som år-månad-dag, till exempel 2026-12-03.</a>' in text
    assert '<a href="#id_kind_0">Slag: Detta fält måste fyllas i.</a>' in text


def test_summary_of_a_form_without_mistakes_is_empty() -> None:
    assert render('{% include "partials/error_summary.html" %}', form=Form()).strip() == ""


def test_mistake_stands_with_its_field_and_is_read_with_it() -> None:
    with translation.override("sv"):
        text = Template("{% load crispy_forms_filters %}{{ form|crispy }}").render(
            Context({"form": Form({})})
        )

    assert 'aria-describedby="id_title_helptext id_title_error"' in text
    assert 'id="id_title_helptext" class="form-text">Kort.' in text
    assert '<span class="optional">(valfritt)</span>' in text
    assert text.count("(valfritt)") == 1
    assert "Hela formuläret är fel." in text  # where no summary has said it


def test_what_the_summary_says_of_the_whole_form_is_not_said_twice() -> None:
    text = Template(
        '{% load crispy_forms_filters %}{% include "partials/error_summary.html" %}{{ form|crispy }}'
    ).render(Context({"form": Form({})}))

    assert text.count("Hela formuläret är fel.") == 1


def test_crumbs_are_no_landmark_where_there_are_none() -> None:
    assert render("{% crumbs %}\n {% endcrumbs %}") == ""
    assert "<ol" in render("{% crumbs %}<li>Möten</li>{% endcrumbs %}")
