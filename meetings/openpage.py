"""What the page without log-in says: the published things, as they are now, and nothing else of them."""

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import get_language

from groups import hours, presence, week, weekwords
from groups.models import Agency, Body, Premises
from meetings.models import Meeting, Publication
from meetings.models.publications import PublicationQuerySet

DAYS = 7


@dataclass(frozen=True)
class DayOpen:
    """A day to come: its hours in words, empty where it is closed, and the holiday it may be closed for."""

    day: date
    times: str
    holiday: str


@dataclass(frozen=True)
class OpenPremises:
    """Premises as residents see them. Why they close, who keeps them and how one gets in is nobody else's business."""

    publication: Publication
    premises: Premises
    now: presence.Now
    days: tuple[DayOpen, ...]


@dataclass(frozen=True)
class OpenPage:
    premises: list[OpenPremises]
    meetings: list[Publication]
    bodies: list[Publication]

    @property
    def something(self) -> bool:
        return bool(self.premises or self.meetings or self.bodies)


def open_page() -> OpenPage:
    """Everything that is shown now; six queries however much it is."""
    rows = list(with_things(Publication.objects.shown()))
    meetings = [row for row in rows if row.meeting is not None]
    return OpenPage(
        premises=[open_premises(row) for row in rows if row.premises is not None],
        meetings=sorted(meetings, key=lambda row: row.meeting.starts_at if row.meeting else timezone.now()),
        bodies=[row for row in rows if row.body is not None],
    )


def with_things(rows: PublicationQuerySet) -> PublicationQuerySet:
    """With all that the page says of them."""
    times = ("hours", "closures", "shifts__agency", "shifts__absences")
    return (
        rows.select_related("premises", "body", "meeting__room__premises")
        .prefetch_related(*(f"premises__{name}" for name in times))
        .order_by("heading")
    )


def open_premises(publication: Publication) -> OpenPremises:
    """Needs ``with_things`` or ``Premises.with_times``."""
    found = publication.premises
    assert found is not None
    today = timezone.localdate()
    closed, spans = presence.closed_on(found), list(found.hours.all())
    days = tuple(
        DayOpen(day, weekwords.times(week.stretches(spans, day, closed)), _holiday(found, day))
        for day in (today + timedelta(days=number) for number in range(DAYS))
    )
    return OpenPremises(publication, found, presence.now(found), days)


def _holiday(premises: Premises, day: date) -> str:
    language = get_language() or "sv"
    return presence.holiday(premises, day) or hours.red_day(day, language)


def seen_of(publication: Publication) -> str:
    """A seal of all that residents see of it and that somebody chose: its words, and the facts that follow the rows.
    What the clock changes by itself (open or closed, who is there now) is not in it. Premises need ``with_times``."""
    words = [publication.heading, publication.text.replace("\r\n", "\n")]
    found = publication.premises
    if found is not None:
        words += [found.address, found.area, found.contact, str(found.step_free), str(found.hearing_loop)]
        words += [str(found.closed_on_red_days), str(found.closed_on_eves)]
        words += [f"{row} {row.valid_from} {row.valid_to}" for row in found.hours.all()]
        words += [f"{row.agency.name} {row} {row.valid_from} {row.valid_to}" for row in found.shifts.all()]
        words += [str(row) for row in found.closures.all()]
    if publication.meeting is not None:
        meeting = publication.meeting
        words += [str(meeting.starts_at.timestamp()), str(meeting.ends_at.timestamp())]
        words += [meeting.room.premises.name, meeting.room.premises.address] if meeting.room else []
    return hashlib.sha256("\0".join(words).encode()).hexdigest()


def seen_there(premises: Premises) -> list[Agency]:
    """The agencies whose names residents see while their people are there; needs ``with_times``."""
    today = timezone.localdate()
    rows = [row for row in premises.shifts.all() if row.valid_to is None or row.valid_to >= today]
    return list(dict.fromkeys(row.agency for row in rows))


def draft_of(thing: Premises | Body | Meeting, heading: str, text: str) -> Publication:
    """A publication that is not stored, for the preview."""
    return Publication(**{str(thing._meta.model_name): thing}, heading=heading, text=text)
