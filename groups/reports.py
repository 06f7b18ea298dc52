"""Writing and publishing situation reports (2023:196 § 4)."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import Agreement, ReportFile, ReportLink, ReportVersion, SituationReport, User
from groups.models.planning import PLAN, plans
from samverkan.personal_numbers import refuse_personal_numbers
from samverkan.uploads import Received


@transaction.atomic
def start_report(
    agreement: Agreement,
    *,
    title: str,
    areas: list[str],
    audience: str,
    valid_from: date,
    valid_to: date,
    by: User,
    answered: bool = False,
) -> ReportVersion:
    """Begin a report with a first version to write in.

    Raises:
        ValidationError: keyed by field (empty, a period that ends before it begins, something like a personal number).
    """
    if agreement.pk not in plans(by):
        raise PermissionDenied("plan is not allowed here.")
    refuse_personal_numbers({"title": title, "areas": areas}, answered=answered)
    _refuse_backwards(valid_from, valid_to)
    if not areas:
        raise ValidationError({"areas": _("Enter which area the report is about.")})
    report = SituationReport.objects.create(
        agreement=agreement, title=title.strip(), areas=areas, audience=audience, created_by=by
    )
    return ReportVersion.objects.create(
        report=report, number=1, valid_from=valid_from, valid_to=valid_to, written_by=by
    )


@transaction.atomic
def write_version(
    version: ReportVersion,
    *,
    mapping: str,
    other: str,
    analysis: str,
    valid_from: date,
    valid_to: date,
    links: Iterable[tuple[str, str]] = (),
    by: User,
    answered: bool = False,
) -> ReportVersion:
    """Save the three parts, the period and the links (title, address) of a version that is not published.

    Raises:
        ValidationError: keyed by field; without a key when it has been published.
    """
    stored = _draft(version, by)
    texts = {"mapping": mapping, "other": other, "analysis": analysis}
    refuse_personal_numbers(texts | {"links": [title for title, _url in links]}, answered=answered)
    _refuse_backwards(valid_from, valid_to)
    for name, text in texts.items():
        setattr(stored, name, text.replace("\r\n", "\n").strip())
    stored.valid_from, stored.valid_to, stored.written_by = valid_from, valid_to, by
    stored.save()
    stored.links.all().delete()
    ReportLink.objects.bulk_create(
        ReportLink(version=stored, title=title, url=address) for title, address in links
    )
    return stored


@transaction.atomic
def publish(version: ReportVersion, *, by: User) -> ReportVersion:
    """Publish a version: it can be read by those whom the report is for, and never changes.

    Raises:
        ValidationError: keyed by a part of § 4 that is empty; without a key when it is published already.
    """
    stored = _draft(version, by)
    if missing := stored.missing_parts:
        raise ValidationError(
            {
                part: _("%(part)s: this part must be written before the report is published (2023:196 § 4).")
                % {"part": getattr(ReportVersion._meta.get_field(part), "verbose_name", part)}
                for part in missing
            }
        )
    stored.published_at, stored.published_by = timezone.now(), by
    stored.save(update_fields=["published_at", "published_by"])
    return stored


@transaction.atomic
def begin_version(report: SituationReport, *, by: User) -> ReportVersion:
    """Begin the next version as a copy of the last, to be brought up to date. Two who begin at once get one.

    Raises:
        ValidationError: a version is being written already.
    """
    _refuse_others(report, by)
    last = ReportVersion.objects.filter(report=report).order_by("-number").prefetch_related("links").first()
    already = ValidationError(_("A new version is already being written."))
    if last is None or not last.is_published:
        raise already
    length = last.valid_to - last.valid_from
    begins = max(last.valid_to, last.valid_from)
    fresh = ReportVersion(
        report=report,
        number=last.number + 1,
        valid_from=begins,
        valid_to=begins + length,
        mapping=last.mapping,
        other=last.other,
        analysis=last.analysis,
        written_by=by,
    )
    try:
        with transaction.atomic():
            fresh.save()
    except IntegrityError as error:
        raise already from error
    ReportLink.objects.bulk_create(
        ReportLink(version=fresh, title=link.title, url=link.url) for link in last.links.all()
    )
    return fresh


@transaction.atomic
def describe_report(
    report: SituationReport, *, title: str, areas: list[str], audience: str, by: User, answered: bool = False
) -> SituationReport:
    """Change what a report is called, where it is about and who reads it.

    Raises:
        ValidationError: keyed by field.
    """
    _refuse_others(report, by)
    refuse_personal_numbers({"title": title, "areas": areas}, answered=answered)
    if not areas:
        raise ValidationError({"areas": _("Enter which area the report is about.")})
    report.title, report.areas, report.audience = title.strip(), areas, audience
    report.save(update_fields=["title", "areas", "audience"])
    return report


@transaction.atomic
def attach(version: ReportVersion, *, file: Received, by: User) -> ReportFile:
    """Put a paper to a version that is not published.

    Raises:
        ValidationError: it has been published.
    """
    stored = _draft(version, by)
    return ReportFile.objects.create(version=stored, uploaded_by=by, **file.fields())


@transaction.atomic
def detach(file: ReportFile, *, by: User) -> None:
    """Take a paper away from a version that is not published.

    Raises:
        ValidationError: it has been published.
    """
    _draft(file.version, by)
    file.delete()


def _draft(version: ReportVersion, by: User) -> ReportVersion:
    """The version as it is stored, held until the transaction ends; refuses one that is published."""
    stored = ReportVersion.objects.select_for_update(of=("self",)).select_related("report").get(pk=version.pk)
    _refuse_others(stored.report, by)
    if stored.is_published:
        raise ValidationError(_("The version has been published and cannot be changed. Start a new one."))
    return stored


def _refuse_others(report: SituationReport, by: User) -> None:
    if PLAN not in report.acts_of(by):
        raise PermissionDenied("plan is not allowed here.")


def _refuse_backwards(valid_from: date, valid_to: date) -> None:
    if valid_to < valid_from:
        raise ValidationError({"valid_to": _("The last day must not be before the first.")})
