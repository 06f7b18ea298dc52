"""Who sees a situation report and what rests on it: the other side of ``visible_to``, for the strip."""

from collections import Counter

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.models import Agency, Employment, Membership, SituationReport
from samverkan.audience import Chip, Sees


def sees_report(report: SituationReport, *, published: bool = True) -> Sees:
    """The strip of a report and of its problems, measures and programmes; one query. ``published`` says whether any
    version is, without which only those who plan see it."""
    members = Membership.objects.live().filter(user__is_active=True).values("user")
    employments = Employment.objects.live().filter(user__in=members).select_related("unit__agency")
    narrow = report.audience == SituationReport.Audience.AUTHORITIES
    counts: Counter[int] = Counter()
    agencies: dict[int, Agency] = {}
    for employment in employments:
        agency = employment.unit.agency
        if agency.is_authority or not narrow:
            agencies[agency.pk] = agency
            counts[agency.pk] += 1
    if not published:
        return Sees(
            lead=_("those who write or manage in a group under the agreement, until the report is published"),
            narrow=True,
        )
    return Sees(
        lead=_lead(sum(counts.values()), narrow),
        chips=tuple(Chip(agencies[pk].label, agencies[pk].hue, count) for pk, count in counts.most_common()),
        narrow=narrow,
        note=_("Companies and associations do not see it, nor anything based on it.") if narrow else "",
    )


def _lead(count: int, narrow: bool) -> str:
    if narrow:
        return ngettext(
            "%(count)s person at the authorities in the structure",
            "%(count)s people at the authorities in the structure",
            count,
        ) % {"count": count}
    return ngettext("%(count)s person in the structure", "%(count)s people in the structure", count) % {
        "count": count
    }
