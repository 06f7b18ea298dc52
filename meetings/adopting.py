"""Adopting an action programme by a decision, and tying what was agreed at meetings to measures."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from groups.models import ActionProgramme, Agreement, Body, Measure, User
from groups.models.measures import MeasureQuerySet
from groups.models.planning import FOLLOW_UP, PLAN, plans
from meetings.models import ActionItem, Adoption, Decision
from meetings.models.actions import ActionItemQuerySet
from meetings.models.agenda import DecisionQuerySet

#: Bodies that lead the collaboration; the programme is theirs to adopt (2023:196 §§ 5, 10).
LEADING = (Body.Kind.STEERING, Body.Kind.COUNCIL)


def adopting(programme: ActionProgramme, user: User) -> DecisionQuerySet:
    """The decisions by which the programme can be adopted, the newest first: of a leading body under the same
    agreement (any version of it), at a meeting that has been held, seen by this person, and which adopted no other."""
    rows = Decision.objects.visible_to(user).filter(
        number__isnull=False,
        body__kind__in=LEADING,
        body__agreement__in=Agreement.objects.of_line(programme.version.report.agreement),
        adoptions=None,
    )
    return rows.select_related("item__meeting__body").order_by("-item__meeting__starts_at", "-number")


def replaced_by(programme: ActionProgramme, user: User) -> ActionProgramme | None:
    """The programme that is no longer in force once this one is adopted, where this person may see it."""
    line = Agreement.objects.of_line(programme.version.report.agreement)
    rows = ActionProgramme.objects.visible_to(user).in_force()
    return rows.filter(version__report__agreement__in=line).exclude(pk=programme.pk).first()


@transaction.atomic
def adopt(programme: ActionProgramme, *, decision: Decision, by: User) -> Adoption:
    """Adopt a programme by a decision, once. It is then frozen but for its follow-up, and § 6 counts from that day.

    Raises:
        ValidationError: keyed ``decision`` (not one that can adopt it); without a key when it is adopted already or
            has no measure.
    """
    if PLAN not in programme.acts_of(by):
        raise PermissionDenied("plan is not allowed here.")
    stored = ActionProgramme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
    if stored.is_adopted:
        raise ValidationError(_("The programme has already been adopted."))
    if not stored.measures.exists():
        raise ValidationError(_("The programme has no measure yet. Choose measures before it is adopted."))
    # Two programmes at once by one decision take turns here; the constraint alone would answer the second with an error.
    Decision.objects.select_for_update(no_key=True).get(pk=decision.pk)
    if not adopting(stored, by).filter(pk=decision.pk).exists():
        raise ValidationError(
            {"decision": _("Choose a numbered decision (§) of the steering group or the council.")}
        )
    adoption = Adoption.objects.create(programme=stored, decision=decision, recorded_by=by)
    stored.adopted_on = timezone.localdate(decision.item.meeting.starts_at)
    stored.save(update_fields=["adopted_on"])
    programme.adopted_on = stored.adopted_on
    return adoption


@transaction.atomic
def tie(action: ActionItem, *, measure: Measure, by: User) -> None:
    """Say that an action item belongs to a measure; those who follow the measure up may, also in approved minutes.

    Raises:
        ValidationError: keyed ``action`` where it belongs to another measure already.
    """
    if FOLLOW_UP not in measure.acts_of(by):
        raise PermissionDenied("follow_up is not allowed here.")
    free = ActionItem.objects.filter(pk=action.pk, measure=None)
    if not free.update(measure=measure):
        raise ValidationError({"action": _("The action item already belongs to a measure.")})
    action.refresh_from_db(fields=["measure"])


def followed_up_by(user: User) -> MeasureQuerySet:
    """The measures under way or planned that this person follows up: what an action item can be tied to."""
    rows = Measure.objects.visible_to(user).open()
    ours = Q(problem__report__agreement__in=plans(user)) | Q(responsible_agency=user.agency_id)
    return rows.filter(ours).in_order()


def untied(user: User) -> ActionItemQuerySet:
    """The action items that this person sees and that belong to no measure, the newest first."""
    rows = ActionItem.objects.visible_to(user).filter(measure=None)
    return rows.with_place().order_by("-item__meeting__starts_at", "pk")
