"""Making agreements, having them signed, reporting them, replacing and terminating them (2023:196 §§ 8–9)."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from groups.models import (
    Agency,
    Agreement,
    AgreementParty,
    BoardReport,
    Body,
    RegistryReference,
    SignedCopy,
    User,
)
from groups.models.agreements import State
from samverkan.uploads import Received

#: The address of the form for a new one; no agreement has it as its key.
NEW = "new"
#: What a draft says, besides its parties.
CONTENT = (
    "title",
    "parent",
    "purposes",
    "areas",
    "geographic_areas",
    "valid_from",
    "valid_to",
    "original_kept",
)


@transaction.atomic
def draft_agreement(*, by: User, prepared_in: Body, parties: Iterable[Agency], **content: Any) -> Agreement:
    """A new agreement, for which the body ``prepared_in`` answers; the first version of it.

    Raises:
        ValidationError: keyed as ``change_draft``.
    """
    agreement = Agreement(prepared_in=prepared_in, created_by=by, **content)
    agreement.key = _free_key(agreement.title)
    _refuse_impossible(agreement)
    agreement.save()
    _set_parties(agreement, parties)
    return agreement


@transaction.atomic
def change_draft(agreement: Agreement, *, by: User, parties: Iterable[Agency], **content: Any) -> Agreement:
    """Change what a draft says.

    Raises:
        ValidationError: keyed ``valid_to`` (before the first day), ``parent`` (a circle) or ``purposes``/``areas``
            (missing in what was recorded afterwards); without a key where it is no draft any more.
    """
    _refuse_unless(_locked(agreement), State.DRAFT)
    for name, value in content.items():
        setattr(agreement, name, value)
    _refuse_impossible(agreement)
    agreement.save(update_fields=list(content))
    _set_parties(agreement, parties)
    return agreement


@transaction.atomic
def send_for_signing(agreement: Agreement, *, by: User, on: date | None = None) -> None:
    """From now on the text is fixed; each party signs on paper and the signatures are registered.

    Raises:
        ValidationError: it is no draft, or lacks purposes, areas, two parties or a last day that is to come, or names
            a party that has ended.
    """
    _refuse_unless(_locked(agreement), State.DRAFT)
    if lacks := lacking(agreement):
        raise ValidationError(lacks)
    agreement.sent_on, agreement.sent_by = on or timezone.localdate(), by
    agreement.save(update_fields=["sent_on", "sent_by"])


@transaction.atomic
def take_back(agreement: Agreement, *, by: User) -> None:
    """Make it a draft again, while nobody has signed.

    Raises:
        ValidationError: somebody has signed, or it is not out for signing.
    """
    standing = _locked(agreement)
    _refuse_unless(standing, State.SIGNING)
    if standing.parties.filter(signed_on__isnull=False).exists():
        raise ValidationError(
            _("Somebody has signed. What is signed can only be corrected by a new version.")
        )
    agreement.sent_on = agreement.sent_by = None
    agreement.save(update_fields=["sent_on", "sent_by"])


@transaction.atomic
def register_signature(
    party: AgreementParty,
    *,
    by: User,
    signatory: str,
    signed_on: date,
    signatory_title: str = "",
    paper: Received | None = None,
) -> AgreementParty:
    """Write down who signed for a party, and keep the signed paper. It cannot be undone.

    Raises:
        ValidationError: keyed ``signatory`` (empty) or ``signed_on`` (before it was sent, or to come); without a key
            where it is signed already, or not out for signing.
    """
    agreement = _locked(party.agreement)
    _refuse_unless(agreement, State.SIGNING)
    party.refresh_from_db()
    if party.signed_on:
        raise ValidationError(_("The signature has already been registered."))
    if not signatory.strip():
        raise ValidationError({"signatory": _("Write who signed.")})
    if signed_on > timezone.localdate():
        raise ValidationError(
            {"signed_on": _("That day is in the future. Register the signature once it has been made.")}
        )
    if agreement.sent_on and signed_on < agreement.sent_on:
        raise ValidationError({"signed_on": _("That is before the agreement was sent for signing.")})
    party.signatory, party.signatory_title, party.signed_on = (
        signatory.strip(),
        signatory_title.strip(),
        signed_on,
    )
    party.save(update_fields=["signatory", "signatory_title", "signed_on"])
    if paper is not None:
        SignedCopy.objects.create(party=party, uploaded_by=by, **paper.fields())
    return party


@transaction.atomic
def add_signed_copy(party: AgreementParty, *, by: User, paper: Received) -> SignedCopy:
    """Keep the signed paper where the signature was registered without it.

    Raises:
        ValidationError: keyed ``paper``: the party has not signed, or its paper is here already.
    """
    _locked(party.agreement)
    if party.signed_on is None or SignedCopy.objects.filter(party=party).exists():
        raise ValidationError(
            {"paper": _("The party has not signed yet, or the signed copy is already here.")}
        )
    return SignedCopy.objects.create(party=party, uploaded_by=by, **paper.fields())


@transaction.atomic
def report_to_board(
    agreement: Agreement, *, by: User, board: str, reported: str, reference: str = ""
) -> BoardReport:
    """Note that a board has been told; ``reported`` is a day or a month in ISO 8601.

    Raises:
        ValidationError: keyed ``board`` or ``reported``.
    """
    if not board.strip():
        raise ValidationError({"board": _("Enter the board.")})
    if reported[:10] > timezone.localdate().isoformat()[: len(reported)]:
        raise ValidationError(
            {"reported": _("That day is in the future. Record the report once it has been made.")}
        )
    report = BoardReport(
        agreement=agreement, board=board.strip(), reported=reported, reference=reference.strip()
    )
    if BoardReport.objects.filter(agreement=agreement, board=report.board, reported=reported).exists():
        raise ValidationError({"board": _("That report has already been recorded.")})
    report.save()
    return report


@transaction.atomic
def add_registry_number(
    agreement: Agreement, *, by: User, agency: Agency, reference: str
) -> RegistryReference:
    """Note under which number one agency keeps the document (OSL 5:1–2).

    Raises:
        ValidationError: keyed ``reference``: the agency has that number already.
    """
    taken = ValidationError({"reference": _("The agency already has a document with that number.")})
    try:
        with transaction.atomic():
            return RegistryReference.objects.create(
                agreement=agreement, agency=agency, reference=reference.strip()
            )
    except IntegrityError as error:
        raise taken from error


@transaction.atomic
def draft_new_version(agreement: Agreement, *, by: User) -> Agreement:
    """A draft with the same text and parties, which replaces this version from the day it holds. For a party that has
    ended stands its successor.

    Raises:
        ValidationError: this version is not signed, or has a successor already.
    """
    before = _locked(agreement)
    if before.successor is not None:
        raise ValidationError(_("There is already a later version."))
    if not before.is_signed:
        raise ValidationError(_("Edit the draft instead: this version has not been signed."))
    copied = {
        name: getattr(before, name)
        for name in CONTENT
        if name not in ("original_kept", "valid_from", "valid_to")
    }
    version = Agreement(
        **copied,
        replaces=before,
        first_id=before.line_id,
        version=before.version + 1,
        prepared_in=before.prepared_in,
        created_by=by,
        key=_free_key(f"{before.key[:40]}-v{before.version + 1}"),
    )
    version.save()
    parties = before.parties.select_related("agency__successor")
    _set_parties(version, [_who_answers_today(party.agency) for party in parties])
    return version


@transaction.atomic
def discard_draft(agreement: Agreement, *, by: User) -> None:
    """Throw a draft away; what it was to replace can then get another.

    Raises:
        ValidationError: it is no draft, or is a record already: an agency has registered it or a board was told, or
            a group or another agreement rests on it.
    """
    standing = _locked(agreement)
    _refuse_unless(standing, State.DRAFT)
    if standing.registry_references.exists() or standing.board_reports.exists():
        raise ValidationError(_("It has been registered or reported to a board, so it must be kept."))
    if standing.bodies.exists() or standing.children.exists() or standing.successor:
        raise ValidationError(_("A group or another agreement depends on it."))
    standing.delete()


@transaction.atomic
def terminate(
    agreement: Agreement, *, by: User, terminated_by: Agency, terminated_on: date, last_day: date, reason: str
) -> None:
    """Note that a party has ended the agreement, and from when. It cannot be undone.

    Raises:
        ValidationError: keyed ``terminated_by`` (no party), ``terminated_on`` (to come), ``last_day`` (before the
            termination, or after the agreement's own last day) or ``reason``; without a key where it is not signed
            or has ended.
    """
    standing = _locked(agreement)
    _refuse_unless(standing, State.IN_FORCE, State.SIGNED)
    if standing.terminated_on:
        raise ValidationError(_("The agreement has already been terminated."))
    if not standing.parties.filter(agency=terminated_by).exists():
        raise ValidationError({"terminated_by": _("Only a party can terminate the agreement.")})
    if terminated_on > timezone.localdate():
        raise ValidationError(
            {"terminated_on": _("That day is in the future. Choose today or an earlier day.")}
        )
    if last_day < terminated_on:
        raise ValidationError({"last_day": _("The last day must not be before the termination.")})
    if standing.valid_to and last_day > standing.valid_to:
        raise ValidationError({"last_day": _("The agreement already ends before that day.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Enter a reason.")})
    agreement.terminated_by, agreement.terminated_on = terminated_by, terminated_on
    agreement.termination_reason, agreement.last_day = reason.strip(), last_day
    agreement.save(update_fields=["terminated_by", "terminated_on", "termination_reason", "last_day"])


def lacking(agreement: Agreement) -> list[str]:
    """What a draft lacks before it can be sent for signing, in words; needs ``with_parties``."""
    ends = agreement.valid_to
    lacks = (
        (not agreement.purposes, _("Enter what the collaboration is for (2023:196 § 9).")),
        (not agreement.areas, _("Enter which areas the collaboration covers (2023:196 § 9).")),
        (len(agreement.parties.all()) < 2, _("Choose at least two parties.")),
        (bool(ends and ends < timezone.localdate()), _("The last day has passed. Enter a later one.")),
    )
    return [words for is_lacking, words in lacks if is_lacking] + _over(agreement)


def _who_answers_today(agency: Agency) -> Agency:
    """The agency, or where it has ended the one that took over."""
    while agency.is_over and agency.successor is not None:
        agency = agency.successor
    return agency


def _over(agreement: Agreement) -> list[str]:
    """Parties that have ended and so cannot sign, in words."""
    lines = []
    for party in agreement.parties.all():
        agency = party.agency
        if agency.is_over and agency.successor:
            words = _("%(party)s ended on %(day)s. Choose %(successor)s instead.")
            lines.append(
                words % {"party": agency.name, "day": agency.valid_to, "successor": agency.successor.name}
            )
        elif agency.is_over:
            words = _("%(party)s ended on %(day)s. Leave it out.")
            lines.append(words % {"party": agency.name, "day": agency.valid_to})
    return lines


def _locked(agreement: Agreement) -> Agreement:
    """The agreement as it is stored, held until the transaction ends."""
    Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    return Agreement.objects.with_parties().get(pk=agreement.pk)


def _refuse_unless(agreement: Agreement, *states: State) -> None:
    if agreement.state not in states:
        raise ValidationError(
            _("That cannot be done now: the agreement is “%(state)s”.") % {"state": agreement.state.label}
        )


def _refuse_impossible(agreement: Agreement) -> None:
    """What the database would refuse, said beside the field."""
    if agreement.valid_from and agreement.valid_to and agreement.valid_to < agreement.valid_from:
        raise ValidationError({"valid_to": _("The last day must not be before the first.")})
    above, seen = agreement.parent, {agreement.pk} if agreement.pk else set()
    while above is not None:
        if above.pk in seen:
            raise ValidationError({"parent": _("That would make a circle. Choose another.")})
        seen.add(above.pk)
        above = above.parent
    if agreement.is_recorded_afterwards:
        lacks = {
            name: _("Required where the agreement is signed already (2023:196 § 9).")
            for name in ("purposes", "areas")
            if not getattr(agreement, name)
        }
        if lacks:
            raise ValidationError(lacks)


def _set_parties(agreement: Agreement, agencies: Iterable[Agency]) -> None:
    wanted = {agency.pk for agency in agencies}
    agreement.parties.exclude(agency__in=wanted).delete()
    standing = set(agreement.parties.values_list("agency_id", flat=True))
    for agency_id in sorted(wanted - standing):
        AgreementParty.objects.create(agreement=agreement, agency_id=agency_id)


def _free_key(title: str) -> str:
    """A key made of the title that no other agreement has."""
    stem = slugify(title)[:44].strip("-") or "overenskommelse"
    taken = set(Agreement.objects.filter(key__startswith=stem).values_list("key", flat=True)) | {NEW}
    return next(
        key for key in (stem, *(f"{stem}-{number}" for number in range(2, 10_000))) if key not in taken
    )
