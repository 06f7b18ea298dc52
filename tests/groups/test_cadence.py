"""Recurrence rules in words."""

import pytest
from django.utils import translation

from groups.cadence import in_words, is_rule


@pytest.mark.parametrize(
    ("rule", "english", "swedish"),
    [
        ("FREQ=DAILY", "Every day", "Varje dag"),
        ("FREQ=WEEKLY", "Every week", "Varje vecka"),
        ("FREQ=MONTHLY;INTERVAL=2", "Every other month", "Varannan månad"),
        ("FREQ=MONTHLY;INTERVAL=3", "Every third month", "Var tredje månad"),
        ("FREQ=MONTHLY;INTERVAL=7", "Every 7th month", "Var 7:e månad"),
        ("FREQ=YEARLY;INTERVAL=2", "Every other year", "Vartannat år"),
        ("FREQ=WEEKLY;BYDAY=TH", "Every Thursday", "Varje torsdag"),
        ("FREQ=WEEKLY;BYDAY=TU,TH", "Every Tuesday and Thursday", "Varje tisdag och torsdag"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "Every other Monday", "Varannan måndag"),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=MO", "Every third week on Monday", "Var tredje vecka på måndag"),
        ("FREQ=MONTHLY;BYDAY=1TH", "The first Thursday of every month", "Den första torsdagen varje månad"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "The last Friday of every month", "Den sista fredagen varje månad"),
        (
            "FREQ=MONTHLY;INTERVAL=2;BYDAY=2TU,4TU",
            "The second Tuesday and the fourth Tuesday of every other month",
            "Den andra tisdagen och den fjärde tisdagen varannan månad",
        ),
        ("FREQ=MONTHLY;BYMONTHDAY=15", "Day 15 of every month", "Den 15 varje månad"),
    ],
)
def test_rule_is_said_in_both_languages(rule, english, swedish):
    with translation.override("en"):
        assert in_words(rule) == english
    with translation.override("sv"):
        assert in_words(rule) == swedish


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=HOURLY",
        "FREQ=MONTHLY;BYSETPOS=1;BYDAY=MO",
        "FREQ=MONTHLY;BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=MONTHLY;INTERVAL=40",
        "FREQ=MONTHLY;INTERVAL=x",
        "nonsense",
    ],
)
def test_rare_rule_is_shown_as_it_is(rule):
    assert in_words(rule) == rule


def test_rule_is_told_from_other_text():
    assert is_rule("FREQ=MONTHLY;BYDAY=1TH")
    for text in (
        "",
        "monthly",
        "FREQ=SOMETIMES",
        "FREQ=MONTHLY;BYDAY=1XX",
        "DTSTART:20260101\nRRULE:FREQ=DAILY",
        # Of these no second day is ever found, or one each second; to look for it stopped the whole program.
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;INTERVAL=50",
        "FREQ=SECONDLY",
        "FREQ=DAILY;BYSECOND=1",
        "FREQ=DAILY;UNTIL=99991231T000000Z",
        "FREQ=DAILY;COUNT=1",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=99999999999999999999",
    ):
        assert not is_rule(text)
