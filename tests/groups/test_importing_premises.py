"""Premises in a structure file."""

from datetime import date, time
from pathlib import Path

import pytest

from groups.facts import UnusableFile
from groups.importing import import_structure
from groups.models import Closure, OpeningHours, Premises, ShiftAbsence, StaffedShift

HEAD = """
[structure]
name = "Samverkan Provet"
municipality = "Provstad"

[[agencies]]
key = "polisen"
name = "Polisen"
kind = "police"
"""
PREMISES = """
[[premises]]
name = "Huset"
agency = "polisen"
address = "Gatan 1"
equipment = ["Kök"]
neutral_ground = true
closed_on_eves = false
rooms = [{ name = "Stora", capacity = 12, confidential = true }, { name = "Lilla" }]
hours = [
    { days = ["monday", "friday"], from = "10", until = "18.30" },
    { days = ["saturday"], from = "22", until = "2", valid_from = 2026-06-01, valid_to = 2026-08-31 },
]
shifts = [{ agency = "polisen", days = ["sunday"], from = "0", until = "24", note = "Ring först" }]
closures = [{ first_day = 2026-12-01, last_day = 2026-12-02, reason = "Golvet" }]
"""


@pytest.fixture
def read(db, tmp_path):
    def read(text):
        file = Path(tmp_path) / "structure.toml"
        file.write_text(HEAD + text, encoding="utf-8")
        return import_structure(file)

    return read


def test_premises_come_with_rooms_hours_shifts_and_closures(read):
    read(PREMISES)

    premises = Premises.objects.get()
    assert (premises.neutral_ground, premises.closed_on_eves, premises.closed_on_red_days) == (
        True,
        False,
        True,
    )
    assert {(room.name, room.capacity, room.confidential) for room in premises.rooms.all()} == {
        ("Stora", 12, True),
        ("Lilla", None, False),
    }
    assert [(row.weekday, row.begins, row.ends, row.valid_to) for row in premises.hours.all()] == [
        (0, time(10), time(18, 30), None),
        (4, time(10), time(18, 30), None),
        (5, time(22), time(2), date(2026, 8, 31)),
    ]
    assert (premises.shifts.get().begins, premises.shifts.get().ends) == (time(0), time(0))
    assert premises.closures.get().reason == "Golvet"


def test_a_second_time_changes_nothing_and_keeps_what_hangs_on_a_shift(read):
    read(PREMISES)
    ShiftAbsence.objects.create(shift=StaffedShift.objects.get(), day=date(2026, 11, 29))

    report = read(PREMISES)

    assert (report.count("created"), report.count("changed")) == (0, 0)
    assert ShiftAbsence.objects.count() == 1


def test_what_the_file_says_replaces_and_what_it_does_not_say_stays(read):
    read(PREMISES)
    read('[[premises]]\nname = "Huset"\nagency = "polisen"\nhours = []\n')

    assert (OpeningHours.objects.count(), StaffedShift.objects.count(), Closure.objects.count()) == (0, 1, 1)
    assert Premises.objects.get().address == "Gatan 1"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ('agency = "ingen"', "premises[0].agency"),
        ('hours = [{ days = ["monday"], from = "26", until = "3" }]', "premises[0].hours[0].from"),
        ('hours = [{ days = ["måndag"], from = "2", until = "3" }]', "premises[0].hours[0].days[0]"),
        (
            'hours = [{ days = ["sunday"], from = "22", until = "3" }, { days = ["monday"], from = "2", until = "4" }]',
            "premises[0].hours[1]: This overlaps premises[0].hours[0]",
        ),
        ('closures = [{ last_day = 2026-01-01, reason = "x" }]', "premises[0].closures[0].first_day"),
        (
            'shifts = [{ agency = "ingen", days = ["monday"], from = "2", until = "3" }]',
            "premises[0].shifts[0].agency",
        ),
        ("open = true", "premises[0].open"),
    ],
)
def test_mistakes_are_named_and_nothing_is_done(read, line, complaint):
    agency = "" if line.startswith("agency") else 'agency = "polisen"\n'

    with pytest.raises(UnusableFile) as error:
        read(f'[[premises]]\nname = "Huset"\n{agency}{line}\n')

    assert complaint in str(error.value)
    assert not Premises.objects.exists()
