"""How days, times, texts, icons and mistakes are shown, in Swedish and in English, everywhere the same.

Days are ``date`` or ``datetime``; a ``datetime`` is shown in Europe/Stockholm. None and empty give an empty string, so
that a template need not ask first.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from html import unescape
from typing import Any

import nh3
from django import template
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm
from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.dateformat import time_format
from django.utils.formats import get_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext, pgettext
from markdown_it import MarkdownIt

from samverkan.fields import figure as in_figures

register = template.Library()

#: The same Markdown as in printed minutes: lists, bold and italics; anything else is the letters that were typed.
_markdown = MarkdownIt("zero", {"breaks": True}).enable(["list", "newline", "emphasis"])
_MARKS = {"p", "br", "ul", "ol", "li", "strong", "em"}

_ICON_NAME = re.compile(r"[a-z0-9-]+")
_ICON_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


def _day_of(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def _time_of(value: datetime | time) -> time:
    if isinstance(value, datetime):
        return timezone.localtime(value).time() if timezone.is_aware(value) else value.time()
    return value


@register.filter
def iso(value: date | datetime | None) -> str:
    """``2026-11-23`` (ISO 8601) as bare letters: for attributes, addresses, page titles and mails in plain text."""
    return _day_of(value).isoformat() if value else ""


@register.filter
def day(value: date | datetime | None) -> str:
    """``2026-11-23`` in both languages. Browsers begin a new line after its hyphens; in ``<time>`` they do not, and who
    copies it gets no hidden signs."""
    return format_html("<time>{}</time>", iso(value)) if value else ""


_ISO_DAY = re.compile(r"(?<!<time>)\b\d{4}-\d{2}-\d{2}\b")


@register.filter(is_safe=True)
def dates(text: Any) -> SafeString:
    """A sentence that holds days already, with each of them kept on one line as ``day`` does, and those that it has made
    left as they are."""
    return mark_safe(_ISO_DAY.sub(r"<time>\g<0></time>", conditional_escape(text)))  # noqa: S308


@register.filter
def day_name(value: date | datetime | None) -> str:
    """``måndag 23 november``; another year than this one is written out."""
    if not value:
        return ""
    at = _day_of(value)
    return format_date(at, "l j F" if at.year == timezone.localdate().year else "l j F Y")


@register.filter
def short_day(value: date | datetime | None) -> str:
    """``19 nov``; another year than this one is written out."""
    if not value:
        return ""
    at = _day_of(value)
    pattern = get_format("SHORT_DAY_FORMAT")
    return format_date(at, pattern if at.year == timezone.localdate().year else f"{pattern} Y")


@register.filter
def days_of_week(monday: date) -> str:
    """``23–29 nov``, ``28 dec–3 jan 2027``: a month and a year are said once where both days have the same."""
    sunday = monday + timedelta(days=6)
    last = short_day(sunday)
    if monday.month == sunday.month:
        first = str(monday.day)
    elif monday.year == sunday.year:
        first = format_date(monday, get_format("SHORT_DAY_FORMAT"))
    else:
        first = short_day(monday)
    return _unbroken(f"{first}–{last}")


@register.filter
def clock(value: datetime | time | None) -> str:
    """``13.00`` in Swedish, ``13:00`` in English; a ``time`` is shown as it is."""
    return "" if value is None or value == "" else time_format(_time_of(value), get_format("TIME_FORMAT"))


@register.simple_tag
def span(start: datetime | None, end: datetime | None) -> str:
    """``kl. 13.00–15.00``, ``13:00–15:00``, never broken over two lines; with the day of the end where it is another."""
    if not start:
        return ""
    if not end:
        return _unbroken(pgettext("clock", "%(start)s") % {"start": clock(start)})
    if _day_of(start) == _day_of(end):
        return _unbroken(pgettext("clock", "%(start)s–%(end)s") % {"start": clock(start), "end": clock(end)})
    return pgettext("clock", "%(start)s–%(end)s") % {"start": clock(start), "end": when(end, None)}


def _unbroken(text: str) -> str:
    """With no-break spaces, and a word joiner after the dash, where browsers would otherwise begin a new line."""
    return text.replace(" ", "\u00a0").replace("–", "–\u2060")


@register.simple_tag
def when(start: datetime | None, end: datetime | None = None) -> str:
    """``måndag 23 november kl. 13.00–15.00``; another year than this one is written out."""
    return f"{day_name(start)} {span(start, end)}" if start else ""


@register.filter
def week(value: date | datetime | None) -> str:
    """``vecka 48``: the ISO 8601 week."""
    if not value:
        return ""
    return gettext("week %(number)s") % {"number": _day_of(value).isocalendar().week}


@register.filter
def week_key(value: date | datetime | None) -> str:
    """``2026-W48``, for addresses."""
    if not value:
        return ""
    year, number, _weekday = _day_of(value).isocalendar()
    return f"{year}-W{number:02d}"


@register.filter
def late(value: date | datetime | None) -> str:
    """How far off a day is, seen from today: ``4 dagar sen``, ``idag``, ``imorgon``, ``om 3 dagar``."""
    if not value:
        return ""
    days = (_day_of(value) - timezone.localdate()).days
    if days < 0:
        return ngettext("%(days)s day late", "%(days)s days late", -days) % {"days": -days}
    if days < 2:
        return gettext("tomorrow") if days else gettext("today")
    return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}


@register.filter
def is_late(value: date | datetime | None) -> bool:
    """Whether the day has passed."""
    return _day_of(value) < timezone.localdate() if value else False


@register.filter
def prose(text: str | None) -> SafeString:
    """Our small Markdown as HTML; the parser makes only marks of its own, and nh3 holds it to them."""
    return mark_safe(nh3.clean(_markdown.render(text or ""), tags=_MARKS, attributes={}))  # noqa: S308


@register.filter
def figure(value: Decimal | None) -> str:
    """``3,5`` in Swedish and ``3.5`` in English, without noughts at the end."""
    return "" if value is None else in_figures(value)


@register.simple_tag
def icon(name: str) -> SafeString:
    """A Bootstrap icon as inline SVG, hidden from screen readers: what it says must stand in words beside it.

    Raises:
        LookupError: there is no such icon.
    """
    return format_html(
        '<svg class="bi" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">{}</svg>',
        _icon_body(name),
    )


@cache
def _icon_body(name: str) -> SafeString:
    file = settings.ICONS / f"{name}.svg"
    if not _ICON_NAME.fullmatch(name) or not file.is_file():
        raise LookupError(f"There is no icon {name} in bootstrap-icons.")
    found = _ICON_BODY.search(file.read_text(encoding="utf-8"))
    assert found is not None
    return mark_safe(found[1].strip())  # noqa: S308


@register.simple_block_tag(end_name="endcrumbs")
def crumbs(content: str) -> str:
    """The way here, as a list in a landmark; nothing at all where a page gives no steps."""
    if not content.strip():
        return ""
    return format_html(
        '<nav aria-label="{}"><ol class="crumbs">{}</ol></nav>', gettext("You are here"), content
    )


_CURRENT = re.compile(r'aria-current="true">([^<]+)</a>')


_REACHED = re.compile(
    r"(?P<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)|(?<![\w-])(?P<phone>(?:\+|0|11)\d[\d -]{1,16}\d)(?![\w-])"
)


@register.filter
def reached(text: str) -> SafeString:
    """A contact as it was written, its telephone numbers and mail addresses as links."""
    return mark_safe(_REACHED.sub(_reach, conditional_escape(text)))  # noqa: S308


def _reach(found: re.Match[str]) -> str:
    if found["mail"]:
        return format_html('<a href="mailto:{0}">{0}</a>', mark_safe(found["mail"]))  # noqa: S308 - letters, digits and .+-_@
    return format_html(
        '<a class="text-nowrap" href="tel:{}">{}</a>', re.sub(r"[ -]", "", found["phone"]), found["phone"]
    )


@register.simple_block_tag
def folding(content: str, name: str) -> SafeString:
    """A menu's list as it is for those who have room, and folded under where one is for those who have not; one of the
    two is shown (``.folds``). Native ``<details>``, so it needs no script."""
    current = _CURRENT.search(content)
    return format_html(
        '{menu}<details class="folds" data-menu><summary>{icon}<span>{said}</span></summary>{menu}</details>',
        menu=content,
        icon=icon("list"),
        said=format_html("<span>{}: </span><strong>{}</strong>", name, unescape(current[1]))
        if current
        else name,
    )


@dataclass(frozen=True)
class Mistake:
    """One line of the summary; ``target`` is the field to go to, here or on another page; empty where there is none."""

    text: str
    label: str = ""
    target: str = ""


@register.simple_tag
def mistakes(form: BaseForm | None = None, forms: Iterable[BaseForm] | None = None) -> list[Mistake]:
    """What is wrong in a sent form, or in several (formsets are flattened), in the order of the page."""
    found: list[Mistake] = []
    for one in dict.fromkeys(_forms(form, forms)):
        if one.is_bound:
            # Tells the template of the fields that what names no field has been said.
            one.in_summary = True  # type: ignore[attr-defined]
            found += _mistakes_in(one)
    return found


def _forms(form: Any, forms: Any) -> Iterator[BaseForm]:
    for one in [*([form] if form else []), *(forms or [])]:
        if isinstance(one, BaseForm):
            yield one
        else:
            yield from one


def _mistakes_in(form: BaseForm) -> Iterator[Mistake]:
    """What concerns the whole form leads to where it can be mended: another page where the form knows one, else its first
    field, where the reader begins again."""
    first = "" if hasattr(form, "mended_at") else next((_target(it) for it in form if not it.is_hidden), "")
    for one in form.errors.as_data().get(NON_FIELD_ERRORS, []):
        target = getattr(one, "mended_at", first)
        yield from (Mistake(message, target=target) for message in one.messages)
    for field in form:
        for error in field.errors:
            yield Mistake(str(error), str(field.label or ""), _target(field))


def _target(field: Any) -> str:
    """Where the control is on the page; a group of choices is entered at its first."""
    if field.id_for_label:
        return f"#{field.id_for_label}"
    if not field.auto_id:
        return ""
    return f"#{field.auto_id}_0" if field.use_fieldset else f"#{field.auto_id}"
