"""Finding what looks like a Swedish personal or coordination number, so that texts about areas hold no people."""

import re
from collections.abc import Mapping
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

#: ÅÅMMDD-NNNN or ÅÅÅÅMMDDNNNN, with -, + or a space before the last four; never part of a longer row of digits.
_LIKE = re.compile(r"(?<![\d.,-])(?:19|20)?(\d{2})(\d{2})(\d{2})[-+–  ]?(\d{4})(?![\d]|[.,-]\d)")
#: A coordination number is the day of birth with 60 added.
COORDINATION = 60
CODE = "personal_number"


def personal_numbers(text: str) -> list[str]:
    """What in the text has a day that exists and a check digit that fits (Luhn), as it is written there."""
    return [found[0].strip() for found in _LIKE.finditer(text) if _is_one(found)]


def _is_one(found: re.Match[str]) -> bool:
    year, month, day = (int(found[group]) for group in (1, 2, 3))
    day = day - COORDINATION if day > COORDINATION else day
    try:
        date(2000 + year, month, day)
    except ValueError:
        # The year 1900 was no leap year and 2000 was; every other year of two digits agrees.
        return False
    digits = "".join(found.groups())
    doubled = (int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(digits))
    return sum(value // 10 + value % 10 for value in doubled) % 10 == 0


def refuse_personal_numbers(texts: Mapping[str, object], *, answered: bool = False) -> None:
    """Refuse texts by field that hold such a number, unless somebody has answered that it is something else.

    Values that are lists of texts are read line by line; other values are passed over.

    Raises:
        ValidationError: keyed by field, with the code ``personal_number``.
    """
    if answered:
        return
    wrong = {}
    for name, value in texts.items():
        found = [hit for text in _texts(value) for hit in personal_numbers(text)]
        if found:
            wrong[name] = ValidationError(
                _(
                    "“%(number)s” looks like a personal identity number. What is written here is about "
                    "areas, never about a person: remove it, or confirm below that it is something else."
                ),
                code=CODE,
                params={"number": found[0]},
            )
    if wrong:
        raise ValidationError(wrong)


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []
