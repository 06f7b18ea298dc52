"""Making bodies and changing what is said of them."""

import secrets
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from groups.afterwards import refuse_late_group
from groups.cadence import is_rule
from groups.memberships import add_member
from groups.models import Agency, Agreement, Body, Commits, Employment, State, Unit, User
from groups.models.agreements import AgreementQuerySet
from groups.models.people import LEADING, UserQuerySet
from groups.refusals import refusals
from groups.roles import MANAGE, Function

#: Words that the addresses of pages beside the bodies use: a group with such a key would be hidden behind the page.
RESERVED = frozenset(
    {
        "agencies",
        "agreements",
        "contacts",
        "employments",
        "hand-overs",
        "import",
        "inventory",
        "new",
        "on-a-day",
        "reorganisations",
        "seats",
        "undertaking",
    }
)

_FOLD = str.maketrans("åäöéü", "aaoeu")


@transaction.atomic
def add_body(
    parent: Body,
    *,
    required_agencies: Iterable[Agency] = (),
    lead: User | None = None,
    by: User,
    **facts: Any,
) -> Body:
    """Make a body below another, under the same agreement; it begins today where no first day is said. A case group
    gets its ``lead`` at once, who seats the others: nobody outside it could afterwards, not even who made it.

    Raises:
        ValidationError: keyed ``name`` (another below the same has it), ``kind`` (does not go with the parent, or leads
            others and is made by somebody who does not manage the top), ``parent`` (too many levels, or closed),
            ``cadence`` (no rule), ``commits_within`` (no limits), ``found_in`` (a new group is not found), ``lead`` (a
            case group is led by somebody at social services, no other group has one from the start).
    """
    # Held, so that of two clicks at once the second sees what the first has made.
    parent = (
        Body.objects.select_for_update(no_key=True, of=("self",))
        .select_related("agreement")
        .get(pk=parent.pk)
    )
    if parent.is_closed:
        raise ValidationError({"parent": _("The group is closed.")})
    facts = _checked(facts)
    facts["valid_from"] = facts.get("valid_from") or timezone.localdate()
    _refuse_same_name(facts["name"], parent, by)
    if facts["kind"] in LEADING and not by.manages_the_top:
        raise ValidationError({"kind": _not_leading()})
    _refuse_lead(facts["kind"], lead)
    body = Body(parent=parent, agreement=parent.agreement, key=_key(facts["name"], facts["kind"]), **facts)
    with refusals(_refused()):
        body.save()
    body.required_agencies.set(required_agencies)
    if lead is not None:
        add_member(body, lead, function=Function.COORDINATOR, valid_from=timezone.localdate())
    return body


def possible_leads(by: User) -> UserQuerySet:
    """Who may lead a case group: those whom ``by`` sees at social services (socialtjänstlagen (2025:400))."""
    social = Employment.objects.live().filter(unit__branch=Unit.Branch.SOCIAL)
    return User.objects.get_queryset().visible_to(by).employed().filter(pk__in=social.values("user"))


def _refuse_lead(kind: str, lead: User | None) -> None:
    if kind != Body.Kind.CASE:
        if lead is not None:
            raise ValidationError({"lead": _("Only a case group gets its lead here. Leave this empty.")})
        return
    if lead is None:
        raise ValidationError(
            {"lead": _("Choose who leads the case group and gives the others their seats.")}
        )
    if not possible_leads(lead).filter(pk=lead.pk).exists():
        raise ValidationError({"lead": _("A case group is led by somebody at social services.")})


def _refuse_same_name(name: str, parent: Body | None, by: User, but: Body | None = None) -> None:
    """Among those that ``by`` sees: that there is a case group is told to nobody by its name."""
    same = Body.objects.visible_to(by).open().filter(parent=parent, name__iexact=name.strip())
    if (same.exclude(pk=but.pk) if but else same).exists():
        raise ValidationError(
            {"name": _("There is already a group with this name here. Choose another name.")}
        )


@transaction.atomic
def change_body(
    body: Body,
    *,
    required_agencies: Iterable[Agency],
    by: User,
    agreement: Agreement | None = None,
    below_follow: bool = False,
    **facts: Any,
) -> Body:
    """Change what is said of a body, which body it reports to, and under which agreement it works; ``below_follow`` lets
    the groups below it work under that agreement too.

    Raises:
        ValidationError: as ``add_body``, and keyed ``parent`` where it would report to itself by way of others,
            ``parent`` or ``kind`` where ``by`` may not raise it (``may_place``), ``valid_from`` where the first day is
            taken away or put after a meeting that was held, and ``agreement`` where ``by`` may not choose it.
    """
    facts = _checked(facts)
    stored = Body.objects.select_for_update(no_key=True).get(pk=body.pk)
    _refuse_rising(stored, facts, by)
    if "name" in facts:
        _refuse_same_name(facts["name"], facts.get("parent", stored.parent), by, but=stored)
    if "valid_from" in facts:
        refuse_late_group(stored, facts["valid_from"])
    if agreement is not None and agreement != stored.agreement:
        facts["agreement"] = _chosen(agreement, by)
    if agreement is not None and below_follow:
        Body.objects.filter(pk__in=_below(stored)).update(agreement=agreement)
    for name, value in facts.items():
        setattr(stored, name, value)
    with refusals(_refused()):
        stored.save(update_fields=list(facts))
    stored.required_agencies.set(required_agencies)
    return stored


def possible_agreements(by: User) -> AgreementQuerySet:
    """Under which a group may be put: those in force and those on their way there. Nobody but who manages the top."""
    found = Agreement.objects.visible_to(by).in_state(
        State.DRAFT, State.SIGNING, State.SIGNED, State.IN_FORCE
    )
    return found if by.manages_the_top else found.none()


def _chosen(agreement: Agreement, by: User) -> Agreement:
    if not possible_agreements(by).filter(pk=agreement.pk).exists():
        raise ValidationError(
            {
                "agreement": _(
                    "Choose an agreement in force or being drafted. Only those who manage the top group can choose."
                )
            }
        )
    return agreement


def _below(body: Body) -> list[int]:
    """Keys of every group that reports to it, by way of others or not."""
    found: list[int] = []
    row = [body.pk]
    while row:
        row = list(Body.objects.filter(parent__in=row).values_list("pk", flat=True))
        found += row
    return found


def may_place(body: Body, user: User) -> bool:
    """Whether this person decides what the body reports to, and whether it leads others: who manages the one above it,
    or the top. Somebody who manages the body alone would otherwise make it the top and reach the whole structure."""
    return user.manages_the_top or (body.parent is not None and MANAGE in body.parent.acts_of(user))


def _refuse_rising(body: Body, facts: dict[str, Any], by: User) -> None:
    parent, kind = facts.get("parent", body.parent), facts.get("kind", body.kind)
    if parent != body.parent and not (may_place(body, by) if parent else by.manages_the_top):
        raise ValidationError(
            {"parent": _("Whoever manages the group above decides what this one reports to.")}
        )
    leads = {kind, body.kind} & set(LEADING)
    if kind != body.kind and leads and not by.manages_the_top:
        raise ValidationError({"kind": _not_leading()})


def _not_leading() -> str:
    return _("Whoever manages the top group decides which groups are councils or steering groups.")


def _checked(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts, tidied."""
    rule = facts.get("cadence", "").strip().upper()
    if rule and not is_rule(rule):
        raise ValidationError(
            {"cadence": _("Write a recurrence rule (RFC 5545), such as FREQ=MONTHLY;BYDAY=1TH.")}
        )
    limits = facts.get("commits_within", "").strip() if facts.get("commits") == Commits.WITHIN else ""
    if facts.get("commits") == Commits.WITHIN and not limits:
        raise ValidationError({"commits_within": _("Enter the limits.")})
    found = facts.get("found_in", "").strip()
    if found and facts.get("origin") != Body.Origin.BEFORE:
        raise ValidationError({"found_in": _("Only a group that existed before was found somewhere.")})
    return facts | {"cadence": rule, "commits_within": limits, "found_in": found}


def _key(name: str, kind: str) -> str:
    """A key that nobody has, from the name; of a case group a random one, which tells neither its name nor that there is
    one already."""
    if kind == Body.Kind.CASE:
        return f"grupp-{secrets.token_hex(6)}"
    stem = slugify(name.lower().translate(_FOLD))[:40].strip("-") or "group"
    taken = set(Body.objects.filter(key__startswith=stem).values_list("key", flat=True)) | RESERVED
    if stem not in taken:
        return stem
    return next(key for number in range(2, len(taken) + 3) if (key := f"{stem}-{number}") not in taken)


def key_is_taken_by_a_page(key: str) -> str:
    return _("“%(key)s” is the address of another page. Choose another key.") % {"key": key}


def too_many_levels() -> str:
    return _("There are at most %(levels)d levels of groups. Choose one higher up.") % {"levels": Body.LEVELS}


def misplaced() -> str:
    return _("A case group cannot report to a place-based group, have groups under it or change kind.")


def levels_with(body: Body, parent: Body) -> int:
    """How many levels there are from the top to the lowest below ``body``, were it to report to ``parent``."""
    above, here = 1, parent
    while here.parent is not None and above <= Body.LEVELS:
        above, here = above + 1, here.parent
    below, row = 0, [body.pk] if body.pk else []
    while row and below <= Body.LEVELS:
        row = list(Body.objects.filter(parent__in=row).values_list("pk", flat=True))
        below += bool(row)
    return above + 1 + below


def _refused() -> dict[str, tuple[str, str]]:
    return {
        "groups_body_key_key": (
            "name",
            _("Somebody has just created a group with this name. Look in the list before you try again."),
        ),
        "body_no_circle": ("parent", _("That would make a circle. Choose another.")),
        "body_is_not_its_own_parent": ("parent", _("A group cannot report to itself.")),
        "body_levels": ("parent", too_many_levels()),
        "body_case_apart": ("kind", misplaced()),
        "body_ends_after_it_begins": ("valid_from", _("The last day must not be before the first.")),
    }
