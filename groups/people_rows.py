"""The rows of a table of people: what each column may say, and a sentence for every cell that says something else."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from groups.roles import Function
from samverkan.fields import DayField
from samverkan.sheets import Cell

#: Each column: the headings that name it (Swedish first, as our example has it), the most letters, and whether it must
#: be filled in.
COLUMNS: dict[str, tuple[tuple[str, ...], int, bool]] = {
    "email": (("E-post", "Epost", "E-postadress", "Email", "E-mail"), 254, True),
    "name": (("Namn", "Name"), 150, True),
    "phone": (("Telefon", "Phone"), 40, False),
    "agency": (("Organisation", "Myndighet", "Agency"), 200, True),
    "unit": (("Enhet", "Unit"), 200, True),
    "title": (("Titel", "Title"), 120, True),
    "employed_from": (("Anställd från", "Employed from"), 20, False),
    "employed_to": (("Anställd till", "Employed to"), 20, False),
    "body": (("Grupp", "Group", "Body"), 200, False),
    "function": (("Funktion", "Function"), 40, False),
    "seat_from": (("Plats från", "Seat from"), 20, False),
    "seat_to": (("Plats till", "Seat to"), 20, False),
    "mandate": (("Mandat", "Mandate"), 2000, False),
}
DAYS = ("employed_from", "employed_to", "seat_from", "seat_to")
HEADINGS = [names[0] for names, _longest, _required in COLUMNS.values()]
ENGLISH = [names[-1] for names, _longest, _required in COLUMNS.values()]


@dataclass(frozen=True)
class Wrong:
    """What is wrong in one cell; ``row`` is the spreadsheet's own number, ``column`` a key of ``COLUMNS`` or a heading."""

    row: int
    column: str
    sentence: str

    def said(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "sentence": self.sentence}


@dataclass(frozen=True)
class PersonRow:
    """One row that reads well by itself."""

    number: int
    email: str
    name: str
    phone: str
    agency: str
    unit: str
    title: str
    employed_from: date | None
    employed_to: date | None
    body: str
    function: str
    seat_from: date | None
    seat_to: date | None
    mandate: str


def columns_of(headings: list[str]) -> tuple[dict[str, int], list[Wrong]]:
    """Where each column stands, and what is wrong with the headings."""
    names = {name.casefold(): key for key, (known, _most, _must) in COLUMNS.items() for name in known}
    found: dict[str, int] = {}
    wrong = []
    for place, heading in enumerate(headings):
        key = names.get(heading.casefold())
        if key is None and heading:
            known = ", ".join(HEADINGS if get_language() == "sv" else ENGLISH)
            sentence = _("There is no such column. Remove it or use one of these: %(known)s.")
            wrong.append(Wrong(1, heading, sentence % {"known": known}))
        elif key in found:
            wrong.append(Wrong(1, heading, _("The column appears twice. Remove one.")))
        elif key:
            found[key] = place
    for key, (known_as, _most, must) in COLUMNS.items():
        if must and key not in found:
            wrong.append(Wrong(1, known_as[0], _("The column is missing.")))
    return found, wrong


def read_row(number: int, row: list[Cell], places: dict[str, int]) -> tuple[PersonRow | None, list[Wrong]]:
    """One row, or what is wrong in it."""
    wrong: list[Wrong] = []
    values: dict[str, Any] = {}
    for key, (_names, longest, must) in COLUMNS.items():
        place = places.get(key)
        cell = row[place] if place is not None and place < len(row) else None
        try:
            values[key] = _day(cell) if key in DAYS else _words(cell, longest, must=must)
        except ValidationError as error:
            wrong += [Wrong(number, key, message) for message in error.messages]
    if not wrong:
        wrong = _together(number, values)
    return (None, wrong) if wrong else (PersonRow(number=number, **values), [])


def _words(cell: Cell, longest: int, *, must: bool) -> str:
    text = "" if cell is None else str(cell).strip()
    if must and not text:
        raise ValidationError(_("The cell is empty."))
    if len(text) > longest:
        raise ValidationError(_("The text is longer than %(count)d characters.") % {"count": longest})
    return text


def _day(cell: Cell) -> date | None:
    if isinstance(cell, date) or not cell:
        return cell or None
    text = str(cell)
    try:
        if text.isdigit() and len(text) != 8:
            raise ValidationError("")
        return DayField(required=False).clean(text)
    except ValidationError as error:
        sentence = _("“%(text)s” is not a date. Write it like this: 2026-12-03.") % {"text": text}
        raise ValidationError(sentence) from error


def _together(number: int, values: dict[str, Any]) -> list[Wrong]:
    """What the cells of a row say of each other."""
    wrong = []

    def say(key: str, sentence: str) -> None:
        wrong.append(Wrong(number, key, sentence))

    try:
        validate_email(values["email"])
        values["email"] = values["email"].lower()
    except ValidationError:
        say("email", _("“%(text)s” is not an email address.") % {"text": values["email"]})
    for first, last in (("employed_from", "employed_to"), ("seat_from", "seat_to")):
        if values[first] and values[last] and values[last] < values[first]:
            say(last, _("The last day is before the first."))
    if not values["body"]:
        for key in ("function", "seat_from", "seat_to", "mandate"):
            if values[key]:
                say(key, _("This is about a seat, but no group is given."))
    elif values["function"]:
        values["function"] = _function(values["function"])
        if not values["function"]:
            known = ", ".join(str(label) for label in Function.labels)
            say("function", _("There is no such function. Use one of these: %(known)s.") % {"known": known})
    else:
        values["function"] = Function.MEMBER.value
    return wrong


def _function(text: str) -> str:
    """A function by its value or by its word in either language."""
    return _functions().get(text.casefold(), "")


def _functions(known: dict[str, str] = {}) -> dict[str, str]:  # noqa: B006 - the same for everybody, made once
    if not known:
        for language in ("sv", "en"):
            with translation.override(language):
                known |= {str(choice.label).casefold(): choice.value for choice in Function}
        known |= {choice.value: choice.value for choice in Function}
    return known
