"""A recurrence rule (RFC 5545 3.3.10) in words: ``FREQ=MONTHLY;BYDAY=1TH`` is “The first Thursday of every month”."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any

from dateutil.rrule import rrule, rrulestr
from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

#: As they stand inside a sentence: Swedish writes them small there, and large in a list to choose from.
WEEKDAY_NAMES = (
    pgettext_lazy("inside a sentence", "Monday"),
    pgettext_lazy("inside a sentence", "Tuesday"),
    pgettext_lazy("inside a sentence", "Wednesday"),
    pgettext_lazy("inside a sentence", "Thursday"),
    pgettext_lazy("inside a sentence", "Friday"),
    pgettext_lazy("inside a sentence", "Saturday"),
    pgettext_lazy("inside a sentence", "Sunday"),
)
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_BYDAY = re.compile(r"([+-]?\d)?(MO|TU|WE|TH|FR|SA|SU)")
_KNOWN = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "WKST"}
LARGEST_INTERVAL = 20
#: What a rule may say; of one by the day alone, since looking day by day for what never comes takes seconds.
_OF_DAYS = {"DAILY": {"FREQ", "INTERVAL"}} | dict.fromkeys(
    ("WEEKLY", "MONTHLY", "YEARLY"), _KNOWN | {"BYMONTH"}
)
_FIRST, _LAST = datetime(2024, 1, 1), datetime(2044, 1, 1)  # noqa: DTZ001 - days without a clock

_WHICH = {
    1: pgettext_lazy("weekday", "first"),
    2: pgettext_lazy("weekday", "second"),
    3: pgettext_lazy("weekday", "third"),
    4: pgettext_lazy("weekday", "fourth"),
    5: pgettext_lazy("weekday", "fifth"),
    -1: pgettext_lazy("weekday", "last"),
}
_NTH = {
    3: pgettext_lazy("interval", "third"),
    4: pgettext_lazy("interval", "fourth"),
    5: pgettext_lazy("interval", "fifth"),
    6: pgettext_lazy("interval", "sixth"),
}

#: For each shape of rule: every one, every other, every nth.
_EVERY = {
    "DAILY": (gettext_lazy("every day"), gettext_lazy("every other day"), gettext_lazy("every %(nth)s day")),
    "WEEKLY": (
        gettext_lazy("every week"),
        gettext_lazy("every other week"),
        gettext_lazy("every %(nth)s week"),
    ),
    "MONTHLY": (
        gettext_lazy("every month"),
        gettext_lazy("every other month"),
        gettext_lazy("every %(nth)s month"),
    ),
    "YEARLY": (
        gettext_lazy("every year"),
        gettext_lazy("every other year"),
        gettext_lazy("every %(nth)s year"),
    ),
}
_ON_WEEKDAYS = (
    gettext_lazy("every %(days)s"),
    gettext_lazy("every other %(days)s"),
    gettext_lazy("every %(nth)s week on %(days)s"),
)
_ON_NTH_WEEKDAYS = (
    gettext_lazy("%(days)s of every month"),
    gettext_lazy("%(days)s of every other month"),
    gettext_lazy("%(days)s of every %(nth)s month"),
)
_ON_DATE = (
    gettext_lazy("day %(date)s of every month"),
    gettext_lazy("day %(date)s of every other month"),
    gettext_lazy("day %(date)s of every %(nth)s month"),
)


@dataclass(frozen=True)
class Rhythm:
    """The rules that most groups need: every so many weeks, perhaps on a day, on the nth weekday, or every so many
    months."""

    class Kind(models.TextChoices):
        WEEKLY = "weekly", gettext_lazy("Every week or less often, on a weekday")
        NTH_WEEKDAY = "nth_weekday", gettext_lazy("On one weekday of the month, such as the first Thursday")
        MONTHLY = "monthly", gettext_lazy("Every month or less often")

    kind: str
    every: int = 1
    weekday: str = ""
    which: int = 0

    WEEKDAYS = tuple(zip(_DAYS, WEEKDAYS.values(), strict=True))
    WHICH = tuple(_WHICH.items())

    @property
    def rule(self) -> str:
        parts = ["FREQ=WEEKLY" if self.kind == self.Kind.WEEKLY else "FREQ=MONTHLY"]
        if self.every > 1:
            parts.append(f"INTERVAL={self.every}")
        if self.kind == self.Kind.WEEKLY and self.weekday:
            parts.append(f"BYDAY={self.weekday}")
        elif self.kind == self.Kind.NTH_WEEKDAY:
            parts.append(f"BYDAY={self.which}{self.weekday}")
        return ";".join(parts)

    @classmethod
    def of(cls, rule: str) -> "Rhythm | None":
        """The rhythm that a rule says; None where it says something else."""
        parts = dict(part.partition("=")[::2] for part in rule.upper().split(";") if part)
        every, day = parts.get("INTERVAL", "1"), _BYDAY.fullmatch(parts.get("BYDAY", ""))
        if not every.isdecimal() or parts.keys() - {"FREQ", "INTERVAL", "BYDAY"}:
            return None
        match parts.get("FREQ"), "BYDAY" in parts:
            case "WEEKLY", True if day and not day[1]:
                return cls(cls.Kind.WEEKLY, int(every), weekday=day[2])
            case "WEEKLY", False:
                return cls(cls.Kind.WEEKLY, int(every))
            case "MONTHLY", True if day and day[1] and int(day[1]) in _WHICH:
                return cls(cls.Kind.NTH_WEEKDAY, int(every), weekday=day[2], which=int(day[1]))
            case "MONTHLY", False:
                return cls(cls.Kind.MONTHLY, int(every))
        return None


def is_rule(text: str) -> bool:
    """Whether a text is a recurrence rule of days, without start or end of its own, that gives two of them or more within
    twenty years: to look for the next day of one that gives none would never end."""
    parts = dict(part.partition("=")[::2] for part in text.split(";"))
    if "\n" in text or not parts.keys() <= _OF_DAYS.get(parts.get("FREQ", ""), set()):
        return False
    if not re.fullmatch("[1-9][0-9]{0,2}", parts.get("INTERVAL", "1")):
        return False
    try:
        return len(list(islice(_from_start(text), 2))) == 2
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError):
        return False


def _from_start(rule: str) -> rrule:
    """The days of the rule within twenty years of one first day."""
    found = rrulestr(rule, dtstart=_FIRST)
    assert isinstance(found, rrule)
    return found.replace(until=_LAST)


@lru_cache(maxsize=256)
def longest_gap(rule: str) -> timedelta:
    """The longest time that the rule lets pass between two meetings, counted over its next hundred days of meeting;
    none for a rule that gives at most one."""
    days = islice(_from_start(rule), 100)
    return max((latter - former for former, latter in pairwise(days)), default=timedelta(0))


def in_words(rule: str) -> str:
    """The rule as a phrase that begins with a capital, in the reader's language; a rare rule as it is written."""
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";") if part)
    words = _phrase(parts) if parts.keys() <= _KNOWN else ""
    return words[:1].upper() + words[1:] if words else rule


def _phrase(parts: dict[str, str]) -> str:
    frequency, interval = parts.get("FREQ", ""), parts.get("INTERVAL", "1")
    if not interval.isdecimal() or not 1 <= int(interval) <= LARGEST_INTERVAL:
        return ""
    match frequency, "BYDAY" in parts, "BYMONTHDAY" in parts:
        case (("DAILY" | "WEEKLY" | "MONTHLY" | "YEARLY"), False, False):
            return _say(_EVERY[frequency], int(interval))
        case "WEEKLY", True, False:
            return _if_known(_ON_WEEKDAYS, int(interval), _weekdays(parts["BYDAY"]))
        case "MONTHLY", True, False:
            return _if_known(_ON_NTH_WEEKDAYS, int(interval), _nth_weekdays(parts["BYDAY"]))
        case "MONTHLY", False, True if parts["BYMONTHDAY"].isdecimal():
            return _say(_ON_DATE, int(interval), date=parts["BYMONTHDAY"])
    return ""


def _if_known(phrases: tuple[Promise | str, ...], interval: int, days: list[str]) -> str:
    return _say(phrases, interval, days=get_text_list(days, _("and"))) if days else ""


def _say(phrases: tuple[Any, ...], interval: int, **values: str) -> str:
    """The phrase for this interval, filled in."""
    nth = _NTH.get(interval) or pgettext("interval", "%(count)dth") % {"count": interval}
    return str(phrases[min(interval, 3) - 1]) % {"nth": nth, **values}


def _weekdays(value: str) -> list[str]:
    """Names of weekdays; empty where one carries a number, which a weekly rule may not have."""
    codes = value.split(",")
    return [str(WEEKDAY_NAMES[_DAYS.index(code)]) for code in codes] if set(codes) <= set(_DAYS) else []


def _nth_weekdays(value: str) -> list[str]:
    """Such as “the first Thursday”; empty where one cannot be said simply."""
    found = [_BYDAY.fullmatch(code) for code in value.split(",")]
    if not all(match and match[1] and int(match[1]) in _WHICH for match in found):
        return []
    return [
        _("the %(which)s %(day)s")
        % {"which": _WHICH[int(match[1])], "day": WEEKDAY_NAMES[_DAYS.index(match[2])]}
        for match in found
        if match
    ]
