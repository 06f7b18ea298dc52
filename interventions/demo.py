"""The demo's case: two notes, of which the police have been told one."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.utils import timezone

from groups.models import Method, Unit, User
from interventions.cases import open_case, seat
from interventions.disclosures import disclose
from interventions.models import Case, LegalGround, Record
from interventions.records import write_note
from meetings.demo import SOCIAL, YOUTH
from samverkan.reader import reading_as

GROUNDS_FIRST = (
    "Run “manage.py import_grounds interventions/data/legal_grounds.toml” first: {missing} is not there."
)
METHOD = "Sociala insatsgrupper (SIG)"
GROUND = "young_at_risk"
KEPT_NOTE = (
    "Påhittat exempel. Den unge kom till båda samtalen den här veckan och säger själv att hen vill börja träna "
    "igen. Vårdnadshavaren är med på planen."
)
TOLD_NOTE = (
    "Påhittat exempel. Den unge har de senaste två veckorna setts vid torget sena kvällar med äldre personer som "
    "hen inte vill berätta om."
)
REASONING = (
    "Påhittat exempel. Uppgiften behövs för att polisen ska kunna finnas på plats de aktuella kvällarna. "
    "Stödet till den unge påverkas inte."
)


def add_case(people: dict[str, User]) -> None:
    """One case with two notes, of which the police have been told one, unless the case worker has a case already."""
    worker = people["district case worker"]
    with reading_as(worker.pk):
        if Case.objects.visible_to(worker).exists():
            return
        ground = LegalGround.objects.live().filter(key=GROUND).first()
        if ground is None:
            raise CommandError(GROUNDS_FIRST.format(missing=f"the ground “{GROUND}”"))
        case = _opened(worker)
        for part in ("police officer", "school welfare officer"):
            seat(case, people[part], by=worker)
        _note(case, KEPT_NOTE, Record.Statement.ASSESSMENT, days_ago=6, by=worker)
        told = _note(case, TOLD_NOTE, Record.Statement.FACT, days_ago=2, by=worker)
        disclose(
            case,
            [told],
            to=_unit(*YOUTH),
            ground=ground,
            by=worker,
            reasoning=REASONING,
            statements=ground.to_confirm(_unit(*SOCIAL)),
        )


def _opened(worker: User) -> Case:
    method = Method.objects.filter(name=METHOD).first()
    try:
        return open_case(by=worker, method=method)
    except ValidationError as error:
        raise CommandError(
            f"{worker.name} cannot open the demo's case: {' '.join(error.messages)} Give the unit "
            f"“{SOCIAL[1]}” of {SOCIAL[0]} the branch social (groups/data/jarva.toml does)."
        ) from error


def _note(case: Case, text: str, statement: str, *, days_ago: int, by: User) -> Record:
    day = timezone.localdate() - timedelta(days=days_ago)
    return write_note(case, text=text, statement=statement, occurred_on=day, by=by)


def _unit(agency: str, name: str) -> Unit:
    return Unit.objects.get(agency__key=agency, name=name)
