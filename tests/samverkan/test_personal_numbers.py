"""What looks like a personal number in a text about an area, and what does not."""

import pytest
from django.core.exceptions import ValidationError

from samverkan.personal_numbers import personal_numbers, refuse_personal_numbers

#: Reserved for tests by Skatteverket, or made with a check digit that fits.
REAL = "811218-9876"


@pytest.mark.parametrize(
    "text",
    [
        REAL,
        "19811218-9876",
        "198112189876",
        "8112189876",
        "811218+9876",
        "811218 9876",
        f"Pojken ({REAL}) sågs där.",
        "701063-2391",
    ],
)
def test_personal_and_coordination_numbers_are_found(text):
    assert len(personal_numbers(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "811218-9875",  # the check digit does not fit
        "811318-9876",  # no thirteenth month
        "ring 08-508 010 00",
        "dnr 2026/196-12",
        "mellan 2025-01-01 och 2026-12-31",
        "40 000 kronor",
        "1234567890123456",
        "3,8112189876",
    ],
)
def test_other_figures_are_left_alone(text):
    assert personal_numbers(text) == []


def test_texts_are_refused_by_field_until_it_is_answered():
    texts = {"title": "Inbrott", "causes": ["Lås", f"Den unge {REAL}"], "day": None}

    with pytest.raises(ValidationError) as refused:
        refuse_personal_numbers(texts)

    assert list(refused.value.error_dict) == ["causes"]
    assert REAL in str(refused.value)
    refuse_personal_numbers(texts, answered=True)
