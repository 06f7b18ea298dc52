"""The duties of the year from the structure's file."""

from pathlib import Path

import pytest
from django.conf import settings

from groups.facts import UnusableFile
from groups.importing import import_structure
from groups.models import AnnualDuty

OURS = Path(settings.BASE_DIR) / "groups" / "data" / "jarva.toml"
START = """
[structure]
name = "Samverkan"
municipality = "Staden"
[[agencies]]
key = "a"
name = "Förvaltningen"
kind = "authority"
[[agreements]]
key = "o"
title = "Överenskommelsen"
parties = ["a"]
purposes = ["Trygghet"]
areas = ["Platser"]
[[bodies]]
key = "b"
name = "Styrgruppen"
kind = "steering"
agreement = "o"
[[duties]]
key = "d"
title = "Rapportera"
"""

pytestmark = pytest.mark.django_db


def imported(tmp_path, text):
    path = tmp_path / "structure.toml"
    path.write_text(START + text, encoding="utf-8")
    return import_structure(path)


def mistakes(tmp_path, text):
    with pytest.raises(UnusableFile) as caught:
        imported(tmp_path, text)
    return {mistake.path: mistake.sentence for mistake in caught.value.mistakes}


def test_our_file_has_the_nine_duties_of_the_default_year():
    import_structure(OURS)

    assert AnnualDuty.objects.count() == 9
    review = AnnualDuty.objects.get(key="tvaarsoversyn")
    assert (review.source, review.counting, review.months) == ("2023:196 § 6", "programme", 24)
    assert import_structure(OURS).count("changed") == 0


def test_a_duty_becomes_as_the_file_says(tmp_path):
    imported(tmp_path, 'body = "b"\nagency = "a"\nmonth = 3\nday = 15\nlead_days = 30\ndemand = "13"')

    imported(tmp_path, 'body = "b"\nquarter = 2\nevery_years = 2\nfirst_year = 2025\nground = "statute"')

    duty = AnnualDuty.objects.get()
    assert (duty.quarter, duty.month, duty.day, duty.every_years, duty.first_year) == (2, None, None, 2, 2025)
    assert (duty.agency, duty.lead_days, duty.demand, duty.ground) == (None, 14, "", "statute")


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('body = "c"\nmonth = 3', "duties[0].body"),
        ('body = "b"\nagency = "x"\nmonth = 3', "duties[0].agency"),
        ('body = "b"', "duties[0].key"),
        ('body = "b"\nmonth = 3\nquarter = 1', "duties[0].key"),
        ('body = "b"\nmonth = 0', "duties[0].month"),
        ('body = "b"\nquarter = 1\nday = 3', "duties[0].day"),
        ('body = "b"\nmonth = 1\nevery_years = 2', "duties[0].every_years"),
        (
            'body = "b"\nmonths_after_programme = 24\nevery_years = 2\nfirst_year = 2025',
            "duties[0].every_years",
        ),
        ('body = "b"\nmonth = 1\nground = "habit"', "duties[0].ground"),
        ('body = "b"\nmonth = 1\nperson = "Sanna"', "duties[0].person"),
    ],
)
def test_every_mistake_has_its_place(tmp_path, text, path):
    assert list(mistakes(tmp_path, text)) == [path]
