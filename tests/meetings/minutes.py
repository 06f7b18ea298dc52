"""One meeting, plainly fictional, for every test of how minutes are put on paper."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from meetings.documents import (
    ActionRow,
    AttendanceRow,
    DecisionBlock,
    ItemBlock,
    MinutesDocument,
    Presence,
)

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SECRET = "Uppgift som bara polisen får se"

ATTENDANCE = (
    AttendanceRow("Ordföranden", "Stadsdelsdirektör", "Stadsdelsförvaltningen"),
    AttendanceRow("Polisen", "Kommunpolis", "Polisen", "t.o.m. punkt 2"),
    AttendanceRow("Skolkuratorn", "Skolkurator", "Utbildningsförvaltningen", group=Presence.EXCUSED),
    AttendanceRow("Föreningen", "Kassör", "Föreningen i exemplet", group=Presence.CO_OPTED),
    AttendanceRow("Trafikkontoret", "Projektledare", "Trafikkontoret", group=Presence.ABSENT),
)

ITEMS = (
    ItemBlock("1", "Mötets öppnande", paragraphs=("Ordföranden öppnar mötet.",)),
    ItemBlock(
        "2",
        "Lägesbild",
        presenter="Polisen",
        paragraphs=(
            "Läget är *lugnare* men **otryggheten** består.\n\n- belysning\n- bemanning\n  1. vardag\n  2. helg",
        ),
        decisions=(DecisionBlock("§ 24", "Styrgruppen godkänner **lägesbilden**."),),
        actions=(ActionRow("Beställa bättre belysning", "Trafikkontoret", date(2026, 4, 30), "Pågår"),),
    ),
    ItemBlock(
        "3",
        SECRET,
        presenter=SECRET,
        paragraphs=(SECRET,),
        decisions=(DecisionBlock("§ 25", SECRET),),
        actions=(ActionRow(SECRET, SECRET, None, SECRET),),
        withheld=True,
    ),
)


def minutes(**changes: object) -> MinutesDocument:
    """Approved minutes of a meeting with three items, the last of them withheld."""
    values: dict[str, object] = {
        "body_name": "Styrgruppen i exemplet",
        "body_kind_label": "Styrgrupp",
        "organisation": "Stadsdelsförvaltningen",
        "meeting_number": "4/2026",
        "dnr": ("RK 2020/196", "KS-2018/451.181"),
        "starts_at": datetime(2026, 3, 12, 10, tzinfo=STOCKHOLM),
        "ends_at": datetime(2026, 3, 12, 11, 30, tzinfo=STOCKHOLM),
        "place": "Sammanträdesrum Eken",
        "document_date": date(2026, 3, 20),
        "attendance": ATTENDANCE,
        "items": ITEMS,
        "chair": "Ordföranden",
        "secretary": "Sekreteraren",
        "approved_by": "Ordföranden",
        "approved_on": date(2026, 4, 2),
        "draft": False,
    }
    return MinutesDocument(**(values | changes))  # type: ignore[arg-type]


def draft(**changes: object) -> MinutesDocument:
    """The same minutes before anyone has approved them."""
    return minutes(**{"draft": True, "approved_by": "", "approved_on": None} | changes)
