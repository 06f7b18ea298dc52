"""The thread from problem to effect, with what meetings decided and agreed about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from groups.charts import Bar, Chart, bars, draw
from groups.models import Goal, Measure, Problem, User
from meetings.models import ActionItem

#: A measure under way is followed up at least this often, or the programme's page says so.
FOLLOW_UP_WITHIN = timedelta(days=183)


@dataclass(frozen=True)
class Step:
    """A measure in the thread: its hours, the latest word and what meetings agreed about it."""

    measure: Measure
    hours: Decimal
    actions: Sequence[ActionItem] = ()

    @property
    def latest(self) -> object:
        said = list(self.measure.follow_ups.all())
        return said[-1] if said else None


@dataclass(frozen=True)
class GoalThread:
    goal: Goal
    charts: list[tuple[object, Chart]]


@dataclass(frozen=True)
class Thread:
    """One problem, from its report to what came of it."""

    problem: Problem
    goals: list[GoalThread]
    steps: list[Step]
    hours: list[Bar] = field(default_factory=list)

    @property
    def closed(self) -> list[Measure]:
        return [step.measure for step in self.steps if step.measure.is_closed]


def thread_of(user: User, problem: Problem) -> Thread:
    """Needs ``with_thread``."""
    measures = list(Measure.objects.visible_to(user).filter(problem=problem).with_facts().in_order())
    return Thread(
        problem=problem,
        goals=[_goal(goal) for goal in problem.goals.all()],
        steps=steps_of(user, measures),
        hours=hours_of(measures),
    )


def _goal(goal: Goal) -> GoalThread:
    indicators = list(goal.indicators.all())
    for indicator in indicators:
        indicator.goal = goal
    return GoalThread(goal, [(indicator, draw(indicator)) for indicator in indicators])


def steps_of(user: User, measures: Iterable[Measure]) -> list[Step]:
    """Each measure with the action items of meetings that this person sees; two queries more."""
    measures = list(measures)
    rows = ActionItem.objects.visible_to(user).filter(measure__in=measures).with_place()
    agreed: dict[int, list[ActionItem]] = {}
    for action in rows.prefetch_related("item__decisions").order_by("item__meeting__starts_at", "pk"):
        agreed.setdefault(action.measure_id or 0, []).append(action)
    return [
        Step(
            measure,
            sum((entry.hours for entry in measure.hours.all()), Decimal(0)),
            agreed.get(measure.pk, []),
        )
        for measure in measures
    ]


def hours_of(measures: Iterable[Measure]) -> list[Bar]:
    """Hours per agency over these measures; needs ``with_facts``."""
    return bars([(entry.agency, entry.hours) for measure in measures for entry in measure.hours.all()])


@dataclass(frozen=True)
class Board:
    """How a programme stands today."""

    measures: list[Measure]
    goals: list[Goal]
    hours: list[Bar]

    def _with(self, status: str) -> list[Measure]:
        return [measure for measure in self.measures if measure.status == status]

    @property
    def overdue(self) -> list[Measure]:
        return self._with(Measure.Status.OVERDUE)

    @property
    def closed(self) -> list[Measure]:
        return self._with(Measure.Status.CLOSED)

    @property
    def silent(self) -> list[Measure]:
        """Not closed, begun half a year ago or earlier, and not followed up since."""
        since = timezone.localdate() - FOLLOW_UP_WITHIN
        return [
            measure
            for measure in self.measures
            if not measure.is_closed and measure.valid_from <= since and not _followed_up(measure)
        ]

    @property
    def reached(self) -> list[Goal]:
        return [goal for goal in self.goals if goal.status == "reached"]

    @property
    def total_hours(self) -> Decimal:
        return sum((bar.hours for bar in self.hours), Decimal(0))


def _followed_up(measure: Measure) -> bool:
    since = timezone.localdate() - FOLLOW_UP_WITHIN
    return any(said.day >= since for said in measure.follow_ups.all())


def board_of(user: User, measures: Sequence[Measure]) -> Board:
    """Needs ``with_facts``; the goals are those of the problems that the measures answer."""
    problems = Problem.objects.visible_to(user).filter(measures__in=measures).distinct().with_thread()
    goals = [goal for problem in problems for goal in problem.goals.all()]
    for problem in problems:
        for goal in problem.goals.all():
            goal.problem = problem
    return Board(list(measures), goals, hours_of(measures))
