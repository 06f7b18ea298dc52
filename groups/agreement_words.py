"""What an agreement's page says of it in words: where it stands, what comes next, and who waits for what."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from groups.agreements import lacking
from groups.models import Agreement, Body, State, User
from groups.waiting import Task
from samverkan.audience import Sees


@dataclass(frozen=True)
class Next:
    """What is missing to the next state: a sentence, and one line for each thing."""

    sentence: str
    lines: tuple[str, ...] = ()


def next_of(agreement: Agreement) -> Next:
    """Needs ``with_parties``."""
    state = agreement.state
    if state == State.DRAFT:
        lines = tuple(lacking(agreement))
        return Next(
            _("Still needed before it can be sent for signing")
            if lines
            else _("Ready to be sent for signing"),
            lines,
        )
    if state == State.SIGNING:
        return Next(_("Still needed before it comes into force"), tuple(_unsigned(agreement)))
    if state == State.SIGNED:
        return Next(_("Everyone has signed. It is in force from %(day)s.") % {"day": agreement.begins})
    if state == State.IN_FORCE:
        return Next(until(agreement))
    return Next(ended(agreement))


def _unsigned(agreement: Agreement) -> list[str]:
    return [_("The signature of %(party)s") % {"party": party.agency.name} for party in agreement.unsigned]


def until(agreement: Agreement) -> str:
    """How long an agreement in force holds."""
    left = agreement.days_left
    if left is None:
        return _("It is in force until further notice.")
    return ngettext(
        "It is in force up to and including %(day)s: %(left)s day left.",
        "It is in force up to and including %(day)s: %(left)s days left.",
        left,
    ) % {"day": agreement.ends, "left": left}


def ended(agreement: Agreement) -> str:
    if agreement.never_held and agreement.state == State.REPLACED:
        return _("A later version replaced it before it came into force.")
    words = {
        State.EXPIRED: _("It expired: the last day was %(day)s."),
        State.TERMINATED: _("It was terminated: the last day was %(day)s."),
        State.REPLACED: _("A later version has replaced it: the last day was %(day)s."),
    }
    return words[agreement.state] % {"day": agreement.ends}


def warning_of(agreement: Agreement) -> str:
    """What stands in the warning, empty while there is time."""
    if agreement.warning is None:
        return ""
    left = agreement.days_left or 0
    return ngettext(
        "The agreement ends in %(left)s day, on %(day)s. After that, each meeting needs a recorded reason.",
        "The agreement ends in %(left)s days, on %(day)s. After that, each meeting needs a recorded reason.",
        left,
    ) % {"left": left, "day": agreement.ends}


def waiting_for(user: User) -> list[Task]:
    """Agreements that end soon or have ended, and drafts and signatures that wait, of those this person answers for."""
    if not user.in_structure:
        return []
    rows = list(Agreement.objects.managed_by(user).with_parties().newest())
    return [task for row in sorted(rows, key=_ends) if (task := _task(row))]


def _ends(agreement: Agreement) -> tuple[bool, date]:
    """What ends first comes first; what has no last day comes last."""
    return agreement.ends is None, agreement.ends or date.max


def _task(agreement: Agreement) -> Task | None:
    url = reverse("agreement", kwargs={"key": agreement.key})
    text, state = agreement.title, agreement.state
    if agreement.warning:
        word = ngettext("%(left)s day left", "%(left)s days left", agreement.days_left or 0)
        word %= {"left": agreement.days_left}
        detail = _("The agreement ends on %(day)s") % {"day": agreement.ends}
        return Task(word, "warn", text, url, detail, "" if agreement.successor else _("Renew"))
    if state in (State.EXPIRED, State.TERMINATED) and not agreement.successor and _is_recent(agreement):
        return Task(str(state.label), "danger", text, url, ended(agreement), _("Renew"))
    if state == State.SIGNING:
        names = ", ".join(party.agency.label for party in agreement.unsigned)
        return Task(_("Signatures"), "info", text, url, _("Not yet signed by %(names)s") % {"names": names})
    return None


def _is_recent(agreement: Agreement) -> bool:
    """Ended within the longest warning; what ended before that is history."""
    longest = max(settings.AGREEMENT_WARNINGS, default=0)
    return agreement.ends is not None and (timezone.localdate() - agreement.ends).days <= longest


def sees_agreement() -> Sees:
    return Sees(
        lead=_("everyone who has a seat in the structure"),
        note=_("Those who manage the top group under it can edit it."),
    )


def bodies_under(agreement: Agreement, bodies: Any) -> list[Body]:
    """Of these bodies (with their agreement), those that work under any version of this one."""
    return [body for body in bodies if body.agreement.line_id == agreement.line_id]
