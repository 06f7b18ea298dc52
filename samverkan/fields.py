"""Form fields that read what people type: days and times as Swedes write them, and a few other ways."""

import re
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

_DAY = re.compile(
    r"^(?:(?P<y>\d{4})(?:(?P<sign>[-./ ])(?P<m>\d{1,2})(?P=sign)(?P<d>\d{1,2})|(?P<m3>\d{2})(?P<d3>\d{2}))"
    r"|(?P<d2>\d{1,2})[./ ](?P<m2>\d{1,2})(?:[./ ](?P<y2>\d{4}))?)$"
)
_MONTHS = dict(zip("jan feb mar apr maj jun jul aug sep okt nov dec".split(), range(1, 13), strict=True))
_MONTHS |= {"may": 5, "oct": 10}
_NAMED = re.compile(r"^(?P<d>\d{1,2})\.? (?P<m>[a-zåäö]{3,9})\.?(?: (?P<y>\d{4}))?$", re.IGNORECASE)
#: ``tor 17 dec``: the weekday is read away, and must be the day's.
_WEEKDAY = re.compile(r"^(?P<name>[a-zåäö]{3,9})\.?,? (?=\d)")
_WEEKDAYS = (
    {"mån", "mon"},
    {"tis", "tue"},
    {"ons", "wed"},
    {"tor", "thu"},
    {"fre", "fri"},
    {"lör", "sat"},
    {"sön", "sun"},
)
_CLOCK = re.compile(r"^(?:kl\.? ?)?(?P<h>\d{1,2})(?:[.: ]?(?P<m>\d{2}))?$", re.IGNORECASE)


class DayField(forms.DateField):
    """A day: 2026-12-03, 20261203, 3/12, 3.12.2026, 3 dec, idag, imorgon. Never month before day.

    A day without a year is the next such day, or the last where ``past`` is set. Days outside ``earliest`` to ``latest``
    are slips of the hand, and the database and the calendar come to their ends there.
    """

    default_error_messages = {
        "invalid": _("Enter the day as year-month-day, for example 2026-12-03."),
        "far": _("Choose a day from %(earliest)s to %(latest)s."),
    }

    def __init__(
        self,
        *,
        past: bool = False,
        earliest: date = date(1900, 1, 1),
        latest: date = date(2100, 12, 31),
        **kwargs: Any,
    ) -> None:
        self.past, self.earliest, self.latest = past, earliest, latest
        kwargs.setdefault(
            "widget", forms.DateInput(format="%Y-%m-%d", attrs={"autocomplete": "off", "class": "day"})
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        day = super().to_python(value) if isinstance(value, date) else self._understood(value)
        if day and not self.earliest <= day <= self.latest:
            ends = {"earliest": self.earliest.isoformat(), "latest": self.latest.isoformat()}
            raise ValidationError(self.error_messages["far"], code="far", params=ends)
        return day

    def _understood(self, value: Any) -> date:
        try:
            return self._read_with_weekday(" ".join(str(value).split()).lower())
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error

    def _read_with_weekday(self, text: str) -> date:
        found = _WEEKDAY.match(text)
        day = self._read(text[found.end() :] if found else text)
        if found and found["name"][:3] not in _WEEKDAYS[day.weekday()]:
            raise ValueError(text)
        return day

    def _read(self, text: str) -> date:
        today = timezone.localdate()
        words = {
            "idag": 0,
            "i dag": 0,
            "today": 0,
            "imorgon": 1,
            "i morgon": 1,
            "tomorrow": 1,
            "igår": -1,
            "i går": -1,
        }
        if text in words:
            return today + timedelta(days=words[text])
        if found := _DAY.match(text):
            year = found["y"] or found["y2"]
            day, month = (found[name] or found[f"{name}3"] or found[f"{name}2"] for name in ("d", "m"))
            return self._near(int(day), int(month), year)
        if (found := _NAMED.match(text)) and found["m"][:3] in _MONTHS:
            return self._near(int(found["d"]), _MONTHS[found["m"][:3]], found["y"])
        raise ValueError(text)

    def _near(self, day: int, month: int, year: str | None) -> date:
        today = timezone.localdate()
        if year:
            return date(int(year), month, day)
        this_year = date(today.year, month, day)
        if self.past and this_year > today:
            return date(today.year - 1, month, day)
        if not self.past and this_year < today:
            return date(today.year + 1, month, day)
        return this_year


class LinkField(forms.URLField):
    """An address on the web."""

    default_error_messages = {"invalid": _("Write a web address, such as https://video.example.org/meeting.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("assume_scheme", "https")
        super().__init__(**kwargs)


class ClockField(forms.TimeField):
    """A time by the clock: 13, 13.00, 13:00, 1300, kl. 13.00."""

    default_error_messages = {"invalid": _("Enter the time as hours and minutes, for example 13:00.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget",
            forms.TimeInput(
                format="%H.%M", attrs={"autocomplete": "off", "class": "clock", "inputmode": "numeric"}
            ),
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> time | None:
        if value in self.empty_values:
            return None
        if isinstance(value, time):
            return value
        found = _CLOCK.match(" ".join(str(value).split()))
        try:
            if found is None:
                raise ValueError(value)
            return time(int(found["h"]), int(found["m"] or 0))
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class FigureField(forms.DecimalField):
    """A figure with a comma or a point: 12,5, 12.5, 1 200."""

    default_error_messages = {"invalid": _("Enter a number, for example 12 or 12.5.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"autocomplete": "off", "class": "day", "inputmode": "decimal"})
        )
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "".join(value.split()).replace(",", ".").replace("−", "-")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return figure(value) if isinstance(value, Decimal) else value


def figure(value: Decimal) -> str:
    """``42``, ``3,5`` in Swedish and ``3.5`` in English; no noughts at the end."""
    whole = value == value.to_integral_value()
    return number_format(value.quantize(Decimal(1)) if whole else value.normalize(), use_l10n=True)
