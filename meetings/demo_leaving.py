"""The demo's changes: a secretary who is going to leave, and a police district that becomes another."""

from datetime import date, timedelta

from django.utils import timezone

from groups.handover import give_item, prepare
from groups.models import Agency, HandOver, HandOverItem, Reorganisation, User
from groups.reorganising import plan_reorganisation

#: Until the last day of whoever leaves.
DAYS_LEFT = 40
ENDING, SUCCESSOR = "lpo-rinkeby", "lpo-jarva"


def add_changes(people: dict[str, User]) -> None:
    """Once each."""
    coordinator = User.objects.get(pk=people["coordinator"].pk)
    if not HandOver.objects.exists():
        _leave(people, coordinator)
    if not Reorganisation.objects.exists():
        plan_reorganisation(
            [Agency.objects.get(key=ENDING)],
            successor=Agency.objects.get(key=SUCCESSOR),
            on=date(timezone.localdate().year + 1, 1, 1),
            by=coordinator,
        )


def _leave(people: dict[str, User], coordinator: User) -> None:
    """The secretary's list, of which one thing has been asked about."""
    secretary = User.objects.get(pk=people["secretary"].pk)
    made = prepare(by=secretary, last_day=timezone.localdate() + timedelta(days=DAYS_LEFT))
    role = made and made.items.filter(kind=HandOverItem.Kind.ROLE).first()
    if role:
        give_item(role, to=people["district case worker"], by=coordinator)
