"""What the tests of pages share: a case with its people, made by factories, and the addresses of its pages."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from groups.models import User
from interventions.models import Case, Disclosure, LegalGround, Record, Seat
from samverkan.audit.models import AccessEvent
from tests.cast import Cast
from tests.factories_cases import make_case, make_disclosure, make_ground, make_note, make_seat

KEPT, SHOWN, SCHOOLS = "kanariefågel", "rödhake", "nötväcka"


@dataclass
class Told:
    """A case with police and school seated: one note kept, one disclosed to the police, one of the school's own."""

    case: Case
    kept: Record
    shown: Record
    schools: Record
    disclosure: Disclosure
    ground: LegalGround
    lead_seat: Seat
    police_seat: Seat
    school_seat: Seat

    def url(self, name: str, **more: Any) -> str:
        return reverse(name, kwargs={"pk": self.case.pk, **more})

    def every_url(self) -> list[str]:
        """All addresses that hang on the case."""
        return [
            *(self.url(name) for name in ("case", "case_close", "seat_new", "note_new", "disclose")),
            self.url("seat_end", seat=self.police_seat.pk),
            *(self.url("record", record=record.pk) for record in (self.kept, self.shown)),
            *(self.url(name, disclosure=self.disclosure.pk) for name in ("disclosure", "disclosure_revoke")),
        ]


def make_told(cast: Cast, *, lead: User | None = None) -> Told:
    lead = lead or cast.case_worker
    case = make_case(lead=lead)
    police_seat = make_seat(case=case, user=cast.police)
    school_seat = make_seat(case=case, user=cast.welfare_officer)
    ground = make_ground(from_kinds=["social"], to_kinds=["police"], statute="OSL 10:18 a")
    kept = make_note(case=case, by=lead, text=KEPT, statement="assessment")
    shown = make_note(case=case, by=lead, text=SHOWN)
    schools = make_note(case=case, by=cast.welfare_officer, text=SCHOOLS)
    return Told(
        case=case,
        kept=kept,
        shown=shown,
        schools=schools,
        disclosure=make_disclosure(
            record=shown, to=cast.youth_unit, by=lead, ground=ground, reasoning="domherre"
        ),
        ground=ground,
        lead_seat=Seat.objects.get(case=case, user=lead),
        police_seat=police_seat,
        school_seat=school_seat,
    )


def events(**fields: Any) -> list[tuple[str, str, list[Any]]]:
    """Rows of the access log, oldest first, as act, kind and keys; read as the owner."""
    rows = AccessEvent.objects.filter(**fields).order_by("at", "pk")
    return [(row.act, row.object_type, row.object_ids) for row in rows]
