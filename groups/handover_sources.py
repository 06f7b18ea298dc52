"""What a person answers for, asked of every app without knowing any: the modules in ``settings.HAND_OVER_SOURCES``.

An app that holds things names a module there with the functions of :class:`Source`. Nothing is imported upwards, and an
installation without cases leaves the last name out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings

from groups.models import Body, HandOverItem, User
from groups.models.people import UserQuerySet
from groups.waiting import Task


@dataclass(frozen=True)
class Thing:
    """Something that somebody must receive: what kind, its key there, the body it belongs to and its day."""

    kind: str
    key: str
    body_id: int | None = None
    day: date | None = None
    function: str = ""


@dataclass(frozen=True)
class Page:
    """What a thing says and where it stands, as one reader may see it."""

    text: str
    url: str = ""


class Source(Protocol):
    """One app's answers."""

    #: Kinds of things that this source hands over.
    KINDS: frozenset[str]

    def held_by(self, user: User, body: Body | None) -> list[Thing]:
        """What the person answers for today and must be received; in one body where it is given."""

    def receivers(self, item: HandOverItem, people: UserQuerySet) -> UserQuerySet:
        """Those of the people who may receive it."""

    def keeps_from_giver(self, item: HandOverItem, giver: User) -> bool:
        """Whether the one who gives it may not be the one who receives it."""

    def hand(self, item: HandOverItem, *, to: User, by: User) -> None:
        """Move the thing. Raises ValidationError where it is no longer there to move."""

    def pages(self, items: Sequence[HandOverItem], user: User) -> dict[int, Page]:
        """By the item's primary key, those that this reader may see."""

    def own(self, user: User) -> list[Page]:
        """What is the person's and is never stored in a list, since nobody but they may know of it."""

    def waiting(self, user: User) -> list[Task]:
        """What this person must do about things that are never stored."""


@cache
def sources() -> tuple[Source, ...]:
    """The modules that the setting names, once."""
    return tuple(cast(Source, import_module(path)) for path in settings.HAND_OVER_SOURCES)


def source_of(item: HandOverItem) -> Source:
    """The one that holds this kind of thing."""
    return next(source for source in sources() if item.kind in source.KINDS)
