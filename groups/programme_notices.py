"""Mail to those who lead when a clock of 2023:196 § 6 runs out: six months ahead, three months ahead, and when it has."""

from datetime import date

from django.db import transaction
from django.urls import reverse

from groups.models import ActionProgramme, Agreement, Body, Membership, Notice, SituationReport, User
from groups.models.people import UserQuerySet
from groups.notices import Kind, notify
from groups.programme import Clock, clock, running_out
from groups.roles import ALLOWS, MANAGE

KIND = "plan_due"
_MANAGERS = [function for function, acts in ALLOWS.items() if MANAGE in acts]
#: How near each clock is, as ``Clock.tone`` says it.
_STAGES = {"info": "six", "warn": "three", "danger": "overdue"}


@transaction.atomic
def notify_running_out() -> int:
    """Write the notices that are due today, once for each clock and stage; safe to run twice and beside itself. How
    many clocks there were to tell of."""
    found = running_out()
    for programme, name, each in found:
        for manager in managers_under(programme.version.report.agreement):
            if not _may_read(manager, programme.version.report_id):
                continue
            notify(KIND, manager, key=_key(programme, name, each), path=_path(programme, name))
    return len(found)


def managers_under(agreement: Agreement) -> UserQuerySet:
    """Those who manage a top group under the agreement, whichever its version; case groups are none."""
    bodies = Body.objects.exclude(kind=Body.Kind.CASE).filter(
        agreement__in=Agreement.objects.of_line(agreement), parent=None
    )
    seats = Membership.objects.live().filter(body__in=bodies, function__in=_MANAGERS)
    return User.objects.get_queryset().employed().filter(pk__in=seats.values("user"))


def is_wanted(notice: Notice) -> bool:
    """Whether the clock still stands as it did, and the recipient may still read and renew what it is about."""
    return any(
        _key(programme, name, each) == notice.subject
        and notice.recipient is not None
        and managers_under(programme.version.report.agreement).filter(pk=notice.recipient.pk).exists()
        and _may_read(notice.recipient, programme.version.report_id)
        for programme, name, each in running_out()
    )


def more(notice: Notice, recipient: User) -> dict[str, object]:
    """Which of the two it is, its last day, and whether that has passed: from the key alone."""
    name, _pk, since, stage = notice.subject.split(":")
    return {"what": name, "due": clock(date.fromisoformat(since)).due, "is_late": stage == "overdue"}


def _may_read(user: User, report: int) -> bool:
    return SituationReport.objects.visible_to(user).filter(pk=report).exists()


def _key(programme: ActionProgramme, name: str, each: Clock) -> str:
    return f"{name}:{programme.pk}:{each.since.isoformat()}:{_STAGES[each.tone]}"


def _path(programme: ActionProgramme, name: str) -> str:
    if name == "report":
        return reverse("report", args=[programme.version.report_id])
    return reverse("programme", args=[programme.pk])


DUE = Kind(is_wanted=is_wanted, more=more)
