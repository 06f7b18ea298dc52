"""The week of premises in words: its times, and the finding above its picture."""

from collections.abc import Iterable, Sequence

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from groups.cadence import WEEKDAY_NAMES
from groups.hours import DAY
from groups.week import Stretch, Week

WEEKDAYS, WEEKEND = frozenset(range(5)), frozenset({5, 6})


def finding(week: Week) -> str:
    """When nobody is there, as a sentence without a full stop."""
    hours = week.unstaffed / 60
    values = {"hours": number(hours), "all": 7 * 24}
    if not hours:
        return _("Somebody is there every hour of the week")
    if week.unstaffed == 7 * DAY:
        return _("Nobody is there this week: all %(all)s hours are unstaffed") % values
    words = ngettext(
        "Nobody is there for %(hours)s of the week's %(all)s hours",
        "Nobody is there for %(hours)s of the week's %(all)s hours",
        round(hours) or 1,
    )
    return words % values


def about_opening(week: Week) -> str:
    """How much of the open time is unstaffed, as a sentence; empty where nothing is open."""
    if not week.opened:
        return ""
    values = {"open": number(week.opened / 60), "hours": number(week.open_unstaffed / 60)}
    if not week.open_unstaffed:
        return _("The door is open %(open)s hours, and somebody is there all that time.") % values
    return _("The door is open %(open)s hours; %(hours)s of them nobody is there.") % values


def gaps(week: Week) -> list[str]:
    """Every gap with its days, those that come to most first: “after 22 on weekdays”; none where nobody comes at all."""
    if week.unstaffed == 7 * DAY:
        return []
    days: dict[Stretch, set[int]] = {}
    for number_, day in enumerate(week.days):
        for gap in day.nobody:
            days.setdefault(gap, set()).add(number_)
    found: dict[frozenset[int], list[Stretch]] = {}
    for gap, held in sorted(days.items()):
        found.setdefault(frozenset(held), []).append(gap)
    by_length = sorted(
        found.items(), key=lambda item: -len(item[0]) * sum(end - start for start, end in item[1])
    )
    return [_gap(stretches, held) for held, stretches in by_length]


def _gap(gaps: Sequence[Stretch], days: frozenset[int]) -> str:
    if (0, DAY) in gaps:
        return _("%(times)s %(days)s") % {"times": _("round the clock"), "days": on_days(days)}
    times_ = pgettext("times of one day", " and ").join(_time(gap) for gap in gaps)
    return _("%(times)s %(days)s") % {"times": times_, "days": on_days(days)}


def _time(gap: Stretch) -> str:
    start, end = gap
    values = {"start": clock(start), "end": clock(end)}
    if end == DAY:
        return _("after %(start)s") % values
    return _("before %(end)s") % values if start == 0 else _("between %(start)s and %(end)s") % values


def on_days(days: frozenset[int]) -> str:
    """“on Sunday”, “on weekdays”, “on Monday–Thursday”, “every day”."""
    if len(days) == 7:
        return _("every day")
    if days in (WEEKDAYS, WEEKEND):
        return _("on weekdays") if days == WEEKDAYS else _("at the weekend")
    return _("on %(days)s") % {"days": listed(_runs(sorted(days)))}


def _runs(days: Sequence[int]) -> list[str]:
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    words = []
    for run in runs:
        names = [weekday(day) for day in run]
        words += [f"{names[0]}–{names[-1]}"] if len(run) > 2 else names
    return words


def weekday(number: int) -> str:
    """As it stands inside a sentence: small in Swedish."""
    return str(WEEKDAY_NAMES[number])


def listed(words: Iterable[str]) -> str:
    """“a, b and c”."""
    words = list(words)
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s and %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}


def clock(minute: int) -> str:
    """“22”, “22.30” in Swedish and “22:30” in English; 24 is midnight."""
    hour, rest = divmod(minute, 60)
    return pgettext("clock", "%(hour)s.%(minute)02d") % {"hour": hour, "minute": rest} if rest else str(hour)


def times(found: Iterable[Stretch]) -> str:
    """“10–14, 16.30–20”; round the clock in a word."""
    found = list(found)
    if found == [(0, DAY)]:
        return _("round the clock")
    return ", ".join(f"{clock(start)}–{clock(end)}" for start, end in found)


def number(hours: float) -> str:
    """Whole hours bare, others with one decimal."""
    return number_format(hours, 0 if hours == int(hours) else 1)
