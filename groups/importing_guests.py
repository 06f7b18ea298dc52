"""Importing the standing guests of a body. A file that has the key lists all of them; one without leaves them.

::

    [[bodies]]
    …
    standing_guests = [{ name = "…", organisation = "…", email = "…", language = "sv", reason = "…",
                         valid_from = 2026-01-01, valid_to = 2026-12-31 }]
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from groups.facts import Table
from groups.imported import Facts, Report, store
from groups.models import Body, StandingGuest, User

KIND = "Standing guests"


def read_guests(body: Table, facts_of_body: Facts) -> list[Facts]:
    kind, closes = facts_of_body["kind"], facts_of_body.get("valid_to")
    found: list[Facts] = []
    for table in body.tables("standing_guests"):
        facts: Facts = {
            "name": table.text("name", longest=150, required=True),
            "organisation": table.text("organisation", longest=200, required=True),
            "email": _address(table),
            "language": table.choice("language", User.Language.values) or User.Language.SWEDISH,
            "reason": table.text("reason", longest=300),
        }
        facts["valid_from"], facts["valid_to"] = table.period()
        table.finish()
        if not facts["valid_from"]:
            table.wrong("valid_from", "This is missing; add valid_from with a date.")
        elif any(_overlap(facts, other) for other in found):
            table.wrong("email", "Somebody with this address is a guest during these days; correct one.")
        if closes and (not facts["valid_to"] or facts["valid_to"] > closes):
            table.wrong("valid_to", f"The group closes on {closes}; the guest stays no longer.")
        found.append(facts)
    if found and kind == Body.Kind.CASE:
        body.wrong("standing_guests", "Nobody is a guest at a meeting about a case; remove them.")
    return found


def _address(table: Table) -> str:
    email = table.text("email", longest=254, required=True)
    try:
        validate_email(email or "nobody@example.org")
    except ValidationError:
        table.wrong("email", f"“{email}” is no e-mail address; correct it.")
        return ""
    return email


def _overlap(one: Facts, other: Facts) -> bool:
    if not other["valid_from"] or one["email"].lower() != other["email"].lower():
        return False
    first, last = sorted((one, other), key=lambda facts: facts["valid_from"])
    return not first["valid_to"] or bool(first["valid_to"] >= last["valid_from"])


def write_guests(body: Body, guests: list[Facts], report: Report) -> None:
    """Let these and no others be the body's standing guests."""
    wanted = {(facts["email"].lower(), facts["valid_from"]) for facts in guests}
    for row in StandingGuest.objects.filter(body=body):
        if (row.email.lower(), row.valid_from) not in wanted:
            row.delete()
            report.note(KIND, f"{body.key}: {row.name}", "changed")
    for facts in guests:
        rest: dict[str, Any] = {
            name: value for name, value in facts.items() if name not in ("email", "valid_from")
        }
        lookup = {"body": body, "email__iexact": facts["email"], "valid_from": facts["valid_from"]}
        if not StandingGuest.objects.filter(**lookup).exists():
            lookup["email"] = lookup.pop("email__iexact")
        store(StandingGuest, lookup, rest, report, KIND, f"{body.key}: {facts['name']}")
