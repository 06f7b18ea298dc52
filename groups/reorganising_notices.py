"""Mail about reorganisations to those whom they concern: who works at an agency that ends or at its successor, and sits
in a body."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from groups.models import Notice, Reorganisation, User
from groups.models.people import UserQuerySet
from groups.notices import Kind, notify
from groups.periods import holds

#: A plan that is given up again at once is told to nobody.
HELD_BACK = timedelta(hours=1)


def tell_of_plan(planned: Reorganisation) -> None:
    _tell("reorganisation_planned", planned, held_back=HELD_BACK)


def tell_of_change(done: Reorganisation) -> None:
    _tell("reorganisation_done", done)


def _tell(kind: str, about: Reorganisation, held_back: timedelta = timedelta()) -> None:
    path = reverse("reorganisation", args=[about.pk])
    words = f"{about.successor.name}, {about.on:%Y-%m-%d}"
    due = timezone.now() + held_back
    for person in _concerned(about):
        notify(kind, person, key=f"{about.pk}", path=path, about=words, due_at=due)


def _concerned(about: Reorganisation) -> UserQuerySet:
    agencies = [*about.agencies.values_list("pk", flat=True), about.successor_id]
    works_there = holds(timezone.localdate(), "employments__")
    people = User.objects.get_queryset().seated().filter(works_there, employments__unit__agency__in=agencies)
    return people.distinct()


def _is(notice: Notice, state: str) -> bool:
    assert notice.recipient is not None
    seen = Reorganisation.objects.visible_to(notice.recipient)
    return seen.filter(pk=notice.subject, state=state).exists()


PLANNED = Kind(is_wanted=lambda notice: _is(notice, Reorganisation.State.PLANNED))
DONE = Kind(is_wanted=lambda notice: _is(notice, Reorganisation.State.CARRIED_OUT))
