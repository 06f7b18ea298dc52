"""The demo's agreements: a frame, and a local one under it that ends soon. Everyone who signs is an example."""

from datetime import date, timedelta

from django.utils import timezone

from groups.models import Agency, Agreement, AgreementParty, BoardReport, Body, RegistryReference, User

FRAME, LOCAL = "exempel-ram", "exempel-plats"
DAYS_LEFT = 75
SIGNATORIES = (
    ("jarva", "Exempel Exempelsson", "Stadsdelsdirektör"),
    ("lpo-jarva", "Påhittad Polischef", "Lokalpolisområdeschef"),
    ("utbildning", "Fingerad Grundskolechef", "Grundskolechef"),
)


def add_agreements(people: dict[str, User]) -> None:
    """Both agreements, unless they are there."""
    by = people["coordinator"]
    frame = Agreement.objects.filter(key=FRAME).first() or _frame(by)
    if not Agreement.objects.filter(key=LOCAL).exists():
        _local(frame, by)


def _frame(by: User) -> Agreement:
    return Agreement.objects.create(
        key=FRAME,
        title="Ramöverenskommelse mellan staden och polisregionen (exempel)",
        purposes=["Gemensam inriktning för det brottsförebyggande arbetet i hela staden"],
        areas=["Lokala överenskommelser", "Gemensamma lägesbilder", "Uppföljning"],
        geographic_areas=["Hela staden"],
        valid_from=date(2024, 1, 15),
        original_kept="Exempel: stadens diarium",
        prepared_in=_steering(),
        created_by=by,
    )


def _local(frame: Agreement, by: User) -> None:
    today = timezone.localdate()
    sent = today - timedelta(days=690)
    agreement = Agreement.objects.create(
        key=LOCAL,
        title="Överenskommelse om platssamverkan vid Rinkebyskolan (exempel)",
        parent=frame,
        purposes=[
            "Trygga vägar till och från skolan",
            "Snabb återkoppling mellan dem som arbetar på platsen",
        ],
        areas=["Skolans närområde", "Belysning och skötsel", "Kvällar och helger"],
        geographic_areas=["Rinkeby"],
        valid_from=sent + timedelta(days=30),
        valid_to=today + timedelta(days=DAYS_LEFT),
        sent_on=sent,
        prepared_in=_steering(),
        sent_by=by,
        created_by=by,
    )
    for key, name, title in SIGNATORIES:
        AgreementParty.objects.create(
            agreement=agreement,
            agency=Agency.objects.get(key=key),
            signatory=f"{name} (exempel)",
            signatory_title=title,
        )
    for index, party in enumerate(agreement.parties.order_by("pk")):
        party.signed_on = sent + timedelta(days=5 + 6 * index)
        party.save()
    jarva = Agency.objects.get(key="jarva")
    RegistryReference.objects.create(agreement=agreement, agency=jarva, reference="EXEMPEL 2024/1")
    BoardReport.objects.create(
        agreement=agreement,
        board="Järva stadsdelsnämnd (exempel)",
        reported=f"{sent + timedelta(days=60):%Y-%m}",
    )


def _steering() -> Body:
    return Body.objects.get(key="styrgrupp")
