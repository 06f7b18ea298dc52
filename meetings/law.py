"""The checklist of lag (2023:196) §§ 4–13: what the program finds by itself, and what people add.

The program shows facts and never says that the law is met: that is a person's judgement, with a reason.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from dateutil.relativedelta import relativedelta
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from groups.models import ActionProgramme, Agreement, Body, Demand, ReportVersion, User
from groups.programme import clocks_of
from groups.roles import Function
from meetings.models import Decision, DemandEvidence, DemandJudgement, DutyOccurrence, EvidenceFile, Meeting
from meetings.models.checklist import TOP, keeps_checklist
from meetings.year import in_letters
from samverkan.uploads import Received

#: What each demand asks, in plain words.
ASKS = {
    Demand.PICTURE: gettext_lazy(
        "The municipality maps crime in its area, how widespread it is and what it leads to, "
        "adds other relevant information and analyses it all in a situation report."
    ),
    Demand.PROGRAMME: gettext_lazy("On the basis of the situation report, it adopts an action programme."),
    Demand.REVIEW: gettext_lazy(
        "At least every two years, the situation report is updated and the action programme followed up."
    ),
    Demand.PLANNING: gettext_lazy(
        "Where suitable, the work is coordinated with the municipality's other planning."
    ),
    Demand.AGREEMENTS: gettext_lazy(
        "The municipality works to put in place written agreements on collaboration with the parties concerned."
    ),
    Demand.CONTENT: gettext_lazy("The agreements state at least their purposes and the areas they cover."),
    Demand.COUNCIL: gettext_lazy(
        "The municipality works to set up a strategic council, which it leads and where the "
        "others are represented by people in leading positions."
    ),
    Demand.COORDINATION: gettext_lazy(
        "Somebody is tasked with coordinating the work, acting as contact point and informing residents."
    ),
    Demand.LEADERSHIP: gettext_lazy(
        "The municipal executive board, or another designated board, leads the work and reports "
        "on it to the municipal council."
    ),
}
Row = TypeVar("Row", bound=models.Model)

#: How old something may be and still count as evidence; § 6 says two years.
FRESH = relativedelta(months=24)


@dataclass(frozen=True)
class Fact:
    """Something that the program found; ``holds`` where it speaks for the demand, not where it is lacking."""

    text: str
    holds: bool
    url: str = ""


@dataclass(frozen=True)
class Shown:
    """Evidence that a person has added; the meeting and the decision only for who sees them."""

    row: DemandEvidence
    meeting: Meeting | None
    decision: Decision | None
    file: EvidenceFile | None


@dataclass(frozen=True)
class Entry:
    """One demand with everything that is known about it."""

    demand: Demand
    asks: str
    facts: list[Fact]
    shown: list[Shown]
    withdrawn: list[DemandEvidence]
    judgements: list[DemandJudgement]

    @property
    def judgement(self) -> DemandJudgement | None:
        """The one that holds."""
        return self.judgements[0] if self.judgements else None

    @property
    def is_lacking(self) -> bool:
        """Whether something that the demand asks for was looked for and not found."""
        return any(not fact.holds for fact in self.facts)

    @property
    def has_evidence(self) -> bool:
        """Whether something speaks for it and nothing is lacking."""
        return not self.is_lacking and bool(self.shown or self.facts)

    @property
    def tile_tone(self) -> str:
        return "warn" if self.is_lacking and not self.judgement else self.tone

    @property
    def tone(self) -> str:
        states = DemandJudgement.State
        tones = {states.MET: "ok", states.PARTLY: "warn", states.MISSING: "danger"}
        return tones.get(states(self.judgement.state), "plain") if self.judgement else "plain"


def checklist_for(user: User) -> list[Entry]:
    """Every demand as this person may see it; a number of queries that does not grow with the rows."""
    facts = facts_for(user)
    rows = list(DemandEvidence.objects.visible_to(user).select_related("added_by", "withdrawn_by"))
    shown = _shown_to(user, [row for row in rows if row.withdrawn_at is None])
    judged: dict[str, list[DemandJudgement]] = defaultdict(list)
    for row in DemandJudgement.objects.visible_to(user).select_related("judged_by"):
        judged[row.demand].append(row)
    return [
        Entry(
            demand,
            str(ASKS[demand]),
            facts[demand],
            shown[demand],
            [row for row in rows if row.withdrawn_at is not None and row.demand == demand],
            judged[demand],
        )
        for demand in Demand
    ]


def finding(entries: list[Entry]) -> str:
    """``Seven of nine demands have evidence``."""
    part = sum(entry.has_evidence for entry in entries)
    if not part:
        return _("No requirement has evidence yet")
    words = ngettext(
        "%(part)s of %(whole)s requirements has evidence",
        "%(part)s of %(whole)s requirements have evidence",
        part,
    )
    text = words % {"part": in_letters(part), "whole": in_letters(len(entries))}
    return text[0].upper() + text[1:]


def _shown_to(user: User, rows: list[DemandEvidence]) -> dict[str, list[Shown]]:
    meetings = _by_key(
        Meeting.objects.visible_to(user)
        .filter(pk__in=[row.meeting_id for row in rows])
        .select_related("body")
    )
    decisions = _by_key(
        Decision.objects.visible_to(user)
        .filter(pk__in=[row.decision_id for row in rows])
        .select_related("item__meeting__body")
    )
    files = EvidenceFile.objects.visible_to(user).defer("content")
    by_evidence = {file.evidence_id: file for file in files}
    found: dict[str, list[Shown]] = defaultdict(list)
    for row in rows:
        found[row.demand].append(
            Shown(row, meetings.get(row.meeting_id), decisions.get(row.decision_id), by_evidence.get(row.pk))
        )
    return found


def _by_key(rows: Iterable[Row]) -> dict[int | None, Row]:
    return {row.pk: row for row in rows}


# What the program finds by itself.


def facts_for(user: User) -> dict[str, list[Fact]]:
    """Facts by demand."""
    found: dict[str, list[Fact]] = defaultdict(list)
    agreements = list(Agreement.objects.visible_to(user).live().order_by("title"))
    found[Demand.AGREEMENTS] += _agreements(agreements)
    found[Demand.CONTENT] += [_content(agreement) for agreement in agreements]
    bodies = list(Body.objects.visible_to(user).filter(kind__in=TOP).with_members().in_order())
    found[Demand.COUNCIL] += _council(bodies)
    found[Demand.COORDINATION] += _coordination(bodies)
    found[Demand.PICTURE] += _reports(user)
    programmes = list(ActionProgramme.objects.visible_to(user).in_force().with_clocks())
    found[Demand.PROGRAMME] += _programmes(programmes)
    found[Demand.REVIEW] += [fact for programme in programmes for fact in _clocks(programme)]
    for demand, facts in _turns(user).items():
        found[demand] += facts
    return found


def _agreements(agreements: list[Agreement]) -> list[Fact]:
    if not agreements:
        return [Fact(_("No agreement is in force."), holds=False, url=reverse("agreements"))]
    return [
        Fact(_("In force: %(title)s") % {"title": agreement}, holds=True, url=_page_of(agreement))
        for agreement in agreements
    ]


def _content(agreement: Agreement) -> Fact:
    purposes = ngettext("%(count)d purpose", "%(count)d purposes", len(agreement.purposes)) % {
        "count": len(agreement.purposes)
    }
    areas = ngettext("%(count)d area", "%(count)d areas", len(agreement.areas)) % {
        "count": len(agreement.areas)
    }
    words = _("%(title)s states %(purposes)s and %(areas)s.")
    values = {"title": agreement, "purposes": purposes, "areas": areas}
    return Fact(words % values, holds=bool(agreement.purposes and agreement.areas), url=_page_of(agreement))


def _page_of(agreement: Agreement) -> str:
    return reverse("agreement", args=[agreement.key])


def _council(bodies: list[Body]) -> list[Fact]:
    councils = [body for body in bodies if body.kind == Body.Kind.COUNCIL]
    if not bodies:
        return [Fact(_("There is no strategic council."), holds=False)]
    facts = []
    if not councils:
        names = ", ".join(body.name for body in bodies)
        facts.append(
            Fact(
                _("No group is marked as strategic council. Top group: %(names)s.") % {"names": names},
                holds=False,
            )
        )
    for body in councils or bodies:
        url = reverse("body", args=[body.key])
        if councils:
            facts.append(Fact(_("Strategic council: %(name)s") % {"name": body.name}, holds=True, url=url))
        facts += [_chair(body, url)]
    return facts


def _chair(body: Body, url: str) -> Fact:
    chair = next((member for member in body.members if member.function == Function.CHAIR), None)
    work = chair.workplace if chair else None
    if work is None:
        return Fact(_("%(body)s has no chair.") % {"body": body.name}, holds=False, url=url)
    values = {"body": body.name, "title": work.title, "agency": work.unit.agency.label}
    if work.unit.agency.is_municipal:
        words = _("%(body)s is led by the municipality: %(title)s, %(agency)s.")
        return Fact(words % values, holds=True, url=url)
    words = _("%(body)s is led by %(title)s, %(agency)s. Check that this is the municipality.")
    return Fact(words % values, holds=False, url=url)


def _coordination(bodies: list[Body]) -> list[Fact]:
    facts = [
        Fact(
            _("%(name)s coordinates %(body)s.") % {"name": member.user.name, "body": body.name},
            holds=True,
            url=reverse("body", args=[body.key]),
        )
        for body in bodies
        for member in body.members
        if member.function == Function.COORDINATOR
    ]
    return facts or [Fact(_("Nobody is coordinator of a council or steering group."), holds=False)]


def _reports(user: User) -> list[Fact]:
    """Each published situation report: when its newest version was published, and whether that is too long ago."""
    since = timezone.localdate() - FRESH
    newest: dict[int, ReportVersion] = {}
    published = ReportVersion.objects.visible_to(user).published().select_related("report")
    for version in published.order_by("published_at"):
        newest[version.report_id] = version
    facts = []
    for version in newest.values():
        day = timezone.localdate(version.published_at)
        words = (
            _("Situation report published %(day)s: %(title)s")
            if day >= since
            else _("The situation report is more than two years old, published %(day)s: %(title)s")
        )
        values = {"day": day, "title": version.report.title}
        url = reverse("report", args=[version.report_id])
        facts.append(Fact(words % values, holds=day >= since, url=url))
    return facts or [Fact(_("No situation report has been published."), holds=False, url=reverse("reports"))]


def _programmes(programmes: list[ActionProgramme]) -> list[Fact]:
    words = _("Action programme adopted %(day)s: %(title)s")
    facts = [
        Fact(words % {"day": row.adopted_on, "title": row.title}, holds=True, url=_programme_page(row))
        for row in programmes
    ]
    return facts or [Fact(_("No action programme has been adopted."), holds=False, url=reverse("programmes"))]


def _programme_page(programme: ActionProgramme) -> str:
    return reverse("programme", args=[programme.pk])


def _clocks(programme: ActionProgramme) -> list[Fact]:
    """Report updated and programme followed up, each within two years. Before the first follow-up the two years run
    from the adoption, which is no follow-up and is not called one."""
    report, followed = clocks_of(programme)
    facts = []
    if report is not None:
        words = _("The situation report was updated %(day)s.") % {"day": report.since}
        url = reverse("report", args=[programme.version.report_id])
        facts.append(Fact(words, holds=report.due >= timezone.localdate(), url=url))
    if followed is not None:
        words = (
            _(
                "The action programme was adopted %(day)s and has not been followed up yet; the last day is %(due)s."
            )
            if followed.from_adoption
            else _("The action programme was followed up %(day)s.")
        )
        values = {"day": followed.since, "due": followed.due}
        holds = followed.due >= timezone.localdate()
        facts.append(Fact(words % values, holds=holds, url=_programme_page(programme)))
    return facts


def _turns(user: User) -> dict[str, list[Fact]]:
    """Duties of the year that serve a demand: the last done within two years, and what is overdue."""
    today = timezone.localdate()
    rows = DutyOccurrence.objects.visible_to(user).exclude(duty__demand="").select_related("duty")
    found: dict[str, list[Fact]] = defaultdict(list)
    told: set[int] = set()
    for row in rows.filter(due__lte=today + relativedelta(months=12)).order_by("-due"):
        fact = _turn(row, today - FRESH, told)
        if fact is not None:
            found[row.duty.demand].append(fact)
    return found


def _turn(row: DutyOccurrence, since: date, told: set[int]) -> Fact | None:
    url = reverse("duty", args=[row.duty_id])
    if row.done_on and row.done_on >= since and row.duty_id not in told:
        told.add(row.duty_id)
        return Fact(_("Done %(day)s: %(duty)s") % {"day": row.done_on, "duty": row.duty}, holds=True, url=url)
    if row.is_overdue:
        words = _("Should have been done %(day)s: %(duty)s")
        return Fact(words % {"day": row.due, "duty": row.duty}, holds=False, url=url)
    return None


# What people add.


@transaction.atomic
def judge(demand: str, *, state: str, reason: str, by: User) -> DemandJudgement:
    """Say what one makes of a demand.

    Raises:
        ValidationError: keyed ``state`` or ``reason``.
    """
    _refuse_others(by)
    if state not in DemandJudgement.State.values:
        raise ValidationError({"state": _("Choose an assessment.")})
    if not reason.strip():
        raise ValidationError({"reason": _("Enter a reason.")})
    return DemandJudgement.objects.create(demand=demand, state=state, reason=reason.strip(), judged_by=by)


@transaction.atomic
def show(
    demand: str,
    *,
    by: User,
    day: date,
    note: str,
    link: str = "",
    meeting: Meeting | None = None,
    decision: Decision | None = None,
    file: Received | None = None,
) -> DemandEvidence:
    """Add evidence for a demand.

    Raises:
        ValidationError: keyed ``day`` (to come) or ``note`` (empty).
    """
    _refuse_others(by)
    if day > timezone.localdate():
        raise ValidationError({"day": _("That day is in the future. Choose today or an earlier day.")})
    if not note.strip():
        raise ValidationError({"note": _("Enter what it shows.")})
    row = DemandEvidence.objects.create(
        demand=demand,
        day=day,
        note=" ".join(note.split()),
        link=link,
        meeting=meeting,
        decision=decision,
        added_by=by,
    )
    if file is not None:
        EvidenceFile.objects.create(evidence=row, uploaded_by=by, **file.fields())
    return row


@transaction.atomic
def withdraw(evidence: DemandEvidence, *, because: str, by: User) -> None:
    """Say that evidence no longer speaks for its demand, once; what it said, who took it back and why stays to be read.
    A file is deleted: only its name and fingerprint stay.

    Raises:
        ValidationError: keyed ``because`` (empty); without a key where it is withdrawn already.
    """
    _refuse_others(by)
    stored = DemandEvidence.objects.select_for_update(no_key=True).get(pk=evidence.pk)
    if stored.withdrawn_at is not None:
        raise ValidationError(_("The evidence has already been withdrawn."))
    if not because.strip():
        raise ValidationError({"because": _("Enter a reason.")})
    file = EvidenceFile.objects.filter(evidence=stored).defer("content").first()
    if file is not None:
        stored.withdrawn_file = f"{file.name} (SHA-256 {file.sha256})"
        file.delete()
    stored.withdrawn_at, stored.withdrawn_by = timezone.now(), by
    stored.withdrawn_because = " ".join(because.split())
    stored.save()


def _refuse_others(by: User) -> None:
    if not keeps_checklist(by):
        raise PermissionDenied("manage is not allowed here.")
