"""The premises of the structure's file: facts, rooms, hours, closures and who is there when."""

from collections.abc import Callable
from typing import Any

from groups.importing_premises import FLAGS, WEEKDAYS
from groups.models import Closure, OpeningHours, Premises, Room, StaffedShift

Facts = dict[str, Any]


def premises_facts(said: Callable[..., Facts]) -> list[Facts]:
    """Every premises by name; ``said`` leaves out what says nothing."""
    return [_premises(row, said) for row in Premises.objects.select_related("agency").order_by("name")]


def _premises(row: Premises, said: Callable[..., Facts]) -> Facts:
    spans = ("weekday", "begins", "valid_from", "pk")
    shifts = (
        StaffedShift.objects.filter(premises=row).select_related("agency").order_by("agency__key", *spans)
    )
    closures = Closure.objects.filter(premises=row).order_by("first_day", "last_day", "reason")
    flags = {name: getattr(row, name) for name in (*FLAGS, "closed_on_red_days", "closed_on_eves")}
    return said(
        name=row.name,
        agency=row.agency.key,
        address=row.address,
        area=row.area,
        contact=row.contact,
        access_rules=row.access_rules,
        **flags,
        equipment=row.equipment,
        capacity=row.capacity,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        rooms=[_room(room, said) for room in Room.objects.filter(premises=row).order_by("name")],
        hours=[_span(each, said) for each in OpeningHours.objects.filter(premises=row).order_by(*spans)],
        shifts=[_span(each, said, agency=each.agency.key, note=each.note) for each in shifts],
        closures=[
            said(first_day=each.first_day, last_day=each.last_day, reason=each.reason) for each in closures
        ],
    )


def _room(row: Room, said: Callable[..., Facts]) -> Facts:
    flags = {name: getattr(row, name) for name in ("confidential", "step_free", "hearing_loop")}
    return said(name=row.name, capacity=row.capacity, equipment=row.equipment, **flags)


def _span(row: OpeningHours | StaffedShift, said: Callable[..., Facts], **more: str) -> Facts:
    times = {"from": f"{row.begins:%H.%M}", "until": f"{row.ends:%H.%M}"}
    return said(
        **more, days=[WEEKDAYS[row.weekday]], **times, valid_from=row.valid_from, valid_to=row.valid_to
    )
