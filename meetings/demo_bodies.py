"""The demo's bodies and people: where two groups come from, who may commit resources, whom to turn to, and the
confidentiality undertaking, which all but two have confirmed."""

from datetime import date

from groups.models import (
    Agency,
    Body,
    Commits,
    ContactPoint,
    Membership,
    StandingGuest,
    UndertakingText,
    User,
)
from groups.undertakings import PROPOSAL, confirm_undertaking, publish_undertaking

#: Body → origin, where it was found, and the day from which it works under the agreement.
ORIGINS = {
    "styrgrupp": (Body.Origin.NEW, "", date(2020, 4, 1)),
    "otrygga-platser": (Body.Origin.BEFORE, "Påhittat exempel: nätverket för trygga torg", date(2020, 4, 1)),
    "kriminella-konflikter": (
        Body.Origin.BEFORE,
        "Påhittat exempel: polisens samverkansmöten",
        date(2020, 9, 1),
    ),
}
#: Body and part → answer and limits.
COMMITS = {
    ("styrgrupp", "steering-group chair"): (Commits.YES, ""),
    ("styrgrupp", "police officer"): (Commits.WITHIN, "två poliser i veckan"),
    ("styrgrupp", "traffic office"): (Commits.WITHIN, "upp till 50 000 kr om året"),
    ("styrgrupp", "school welfare officer"): (Commits.NO, ""),
}
#: Agency, what for, name, phone, hours; none of them is real.
CONTACTS = (
    ("lpo-jarva", "Unga och ungdomsbrott", "Ungdomsgruppen (exempel)", "08-000 00 01", "vardagar 8–22"),
    ("jarva", "Orosanmälan", "Mottagningen barn och unga (exempel)", "08-000 00 02", "vardagar 8–16.30"),
    ("trafikkontoret", "Belysning och gatumiljö", "Kundtjänst (exempel)", "08-000 00 03", "dygnet runt"),
)
SERVICES = {"jarva": "Trygghetsvandringar, fältarbete, stöd till familjer (exempel)."}
#: Body, address, name, organisation, why; invited to every meeting without an account.
GUEST = (
    "otrygga-platser",
    "gast@example.org",
    "Gun Gäst",
    "Bostadsbolaget (exempel)",
    "Äger husen vid torget",
)
UNCONFIRMED = ("traffic office", "association")


def add_bodies_and_people(people: dict[str, User]) -> None:
    """Safe to repeat: says what nobody has said, and changes nothing that somebody has."""
    for key, (origin, found_in, begins) in ORIGINS.items():
        unsaid = Body.objects.filter(key=key, origin=Body.Origin.UNSAID)
        unsaid.update(origin=origin, found_in=found_in, valid_from=begins)
    for (key, part), (commits, limits) in COMMITS.items():
        seats = Membership.objects.filter(body__key=key, user=people[part], commits=Commits.UNSAID)
        seats.update(commits=commits, commits_within=limits)
    for key, topic, name, phone, hours in CONTACTS:
        agency = Agency.objects.get(key=key)
        facts = {"name": name, "phone": phone, "hours": hours, "valid_from": date(2024, 1, 1)}
        ContactPoint.objects.get_or_create(agency=agency, topic=topic, defaults=facts)
    for key, services in SERVICES.items():
        Agency.objects.filter(key=key, services="").update(services=services)
    key, address, name, organisation, reason = GUEST
    about = {"name": name, "organisation": organisation, "reason": reason, "valid_from": date(2024, 1, 1)}
    StandingGuest.objects.get_or_create(body=Body.objects.get(key=key), email=address, defaults=about)
    _undertake(people)


def _undertake(people: dict[str, User]) -> None:
    if UndertakingText.objects.exists():
        return
    text = publish_undertaking(PROPOSAL.read_text(encoding="utf-8"))
    for part, user in people.items():
        user.forget()
        if user.in_structure and part not in UNCONFIRMED:
            confirm_undertaking(text, by=user)
